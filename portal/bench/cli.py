"""python -m portal bench search: how well and how fast the index of this installation finds."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import click
from flask.cli import AppGroup
from rich.console import Console
from rich.progress import track

from portal.access.room import in_steps
from portal.bench.measuring import Measured, forget, measure, number_of_children, searcher
from portal.bench.questions import Asked, Bad, read

bench_cli = AppGroup("bench", help="How well and how fast the search finds, by your own queries.")


@bench_cli.command("search")
@click.option("--children", "believed", type=int, help="How many children should be there.")
@click.option(
    "--queries", "file", required=True, type=click.Path(path_type=Path),
    help="JSON lines: given_name, family_name, date_of_birth, year, postcode, gender, expect.",
)  # fmt: skip
def search(believed: int | None, file: Path) -> None:
    """Ask every query of the search as its page does; print recall and times as JSON.

    Each leaves its lines in the access log. What the searches keep is deleted afterwards.
    """
    asked, refused = _queries(file)
    held = number_of_children()
    if believed is not None and believed != held:
        _say(f"The index holds {held} children, not {believed}.")
    result = _measured(asked)
    if result.unknown:
        _say(f"The index has no child for {result.unknown} of the queries: they count as missed.")
    click.echo(json.dumps(_report(result, held, refused)))


def _queries(file: Path) -> tuple[list[Asked], int]:
    asked, refused = [], 0
    try:
        lines = file.read_bytes().splitlines()
    except OSError as error:
        raise click.ClickException(f"{file} cannot be read: {error.strerror}.") from None
    for one in read(lines):
        if isinstance(one, Bad):
            refused += 1
            _say(f"Line {one.line}: {one.why}.")
        else:
            asked.append(one)
    if not asked:
        raise click.ClickException(f"{file} holds no query.")
    return asked, refused


def _measured(asked: Sequence[Asked]) -> Measured:
    by, result = searcher(), Measured()
    console = Console(stderr=True)

    def steps() -> Iterator[None]:
        yield from track(
            measure(asked, result, by=by), "Searching", total=len(asked) * 3 + 1, console=console,
            disable=not console.is_terminal,
        )  # fmt: skip

    try:
        in_steps(steps)()
    finally:
        in_steps(forget)(by=by)
    return result


def _report(result: Measured, held: int, refused: int) -> dict[str, int | float]:
    n = len(result.seconds)
    return {
        "n": n,
        "children": held,
        "recall@1": round(result.first / n, 5),
        "recall@5": round(result.among_five / n, 5),
        "shown@5": round(result.shown / n, 5),
        "too_many": result.too_many,
        "none": result.none,
        "p50": result.milliseconds(0.50),
        "p95": result.milliseconds(0.95),
        "p99": result.milliseconds(0.99),
        "refused": refused,
    }


def _say(sentence: str) -> None:
    click.echo(sentence, err=True)
