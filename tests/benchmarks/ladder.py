"""make bench-feeds: what the ladder makes of FEBRL's people, of invented children, of new twins.

Thresholds are chosen by `ladder-tuning` on other rows, and written into portal/matching/ladder.py.
"""

import os
import time
from pathlib import Path

import click

from portal.matching.ladder import THRESHOLDS
from tests.benchmarks import febrl
from tests.benchmarks.findings import machine
from tests.benchmarks.fitting import by_possible, fitted, tuning_rows
from tests.benchmarks.ladder_report import Findings, report
from tests.benchmarks.misspelling import Stream
from tests.benchmarks.numbered import numbered_rows
from tests.benchmarks.placing import SUPPLIED, Outcome, febrl_rows, invented_rows
from tests.benchmarks.report import REPORT, lead_to_other_runs

_size = click.option("--size", default=100_000, show_default=True, help="Children in the index.")


def measure(size: int, seed: int, rows: int, kin_rows: int) -> Findings:
    """Weigh FEBRL's datasets, and rows about invented children of the reporting stream."""
    return Findings(
        febrl_rows(febrl.children(), febrl.queries(SUPPLIED)),
        febrl_rows(febrl.tuning_children(), febrl.tuning_queries(SUPPLIED)),
        invented_rows(size, seed, Stream.REPORTING, rows=rows, kin_rows=kin_rows),
        numbered_rows(size, seed, Stream.REPORTING, rows=rows),
    )


@click.command()
@_size
@click.option("--rows", default=15_000, show_default=True, help="Rows about children known.")
@click.option("--kin", default=31_000, show_default=True, help="Rows about new twins and siblings.")
@click.option("--seed", default=3, show_default=True)
@click.option("--report", "folder", type=click.Path(path_type=Path), required=True)
def ladder(size: int, rows: int, kin: int, seed: int, folder: Path) -> None:
    """Place rows whose truth is known, and write what became of them."""
    load, begun = os.getloadavg()[0], time.process_time()
    found = measure(size, seed, rows, kin)
    facts = {
        **machine("not used"),
        "Load of the machine (one minute)": f"{load:.2f} before",
        "Children in the index, rows about them, about kin, seed": f"{size:,}, {rows:,}, "
        f"{kin:,}, {seed}",
        "Processor time": f"{time.process_time() - begun:,.0f} s, making the rows included",
    }
    folder.mkdir(parents=True, exist_ok=True)
    text = report(found, facts)
    (folder / REPORT).write_text(text, encoding="utf-8")
    lead_to_other_runs(folder.parent)
    click.echo(text)


@click.command("ladder-tuning")
@_size
@click.option("--rows", default=10_000, show_default=True, help="Ordinary rows, and rows of kin.")
def ladder_tuning(size: int, rows: int) -> None:
    """Choose the thresholds of the ladder on rows that no report uses, and print them."""
    weighed = tuning_rows(size, rows)
    chosen = fitted(weighed)
    click.echo(f"{chosen.thresholds}")
    click.echo(f"In portal/matching/ladder.py: {THRESHOLDS}")
    said = ", ".join(f"{word} {chosen.tally[word]:,}" for word in Outcome)
    click.echo(f"{chosen.tally.rows:,} rows to choose on: {said}")
    for possible, in_vain, known in by_possible(weighed, chosen.thresholds):
        click.echo(
            f"possible from {possible:g}: new children asked about {in_vain:.4f}, "
            f"found with review {known.recall_with_review:.4f}, missed {known[Outcome.MISSED]:,}"
        )
