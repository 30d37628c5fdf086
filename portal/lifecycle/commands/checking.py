"""doctor: one line a check, each with its remedy."""

import dataclasses
import json

import click

from portal.core.config import instance_folder
from portal.lifecycle.doctor import Finding, Level, examine

MARKS = {
    Level.OK: ("ok  ", "green"),
    Level.WARN: ("warn", "yellow"),
    Level.BAD: ("bad ", "red"),
}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="As JSON, for programs that watch.")
def doctor(as_json: bool) -> None:
    """Look the installation over. Exit 0 when nothing is bad, 1 when something is."""
    findings = examine(instance_folder())
    if as_json:
        click.echo(json.dumps([dataclasses.asdict(one) for one in findings], indent=2))
    else:
        for one in findings:
            tell(one)
    if any(one.level is Level.BAD for one in findings):
        raise SystemExit(1)


def tell(finding: Finding) -> None:
    """Print one finding and its remedy."""
    mark, colour = MARKS[finding.level]
    click.echo(f"{click.style(mark, fg=colour)}  {finding.name:<10} {finding.sentence}")
    if finding.remedy:
        click.echo(f"{'':<17} -> {finding.remedy}")


def tell_faults() -> bool:
    """Print only what should be mended; False when something is bad."""
    findings = examine(instance_folder())
    for one in findings:
        if one.level is not Level.OK:
            tell(one)
    return all(one.level is not Level.BAD for one in findings)
