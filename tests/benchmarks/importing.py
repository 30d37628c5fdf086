"""python -m tests.benchmarks imports: how fast files come into encrypted SQLite, and who waits.

Two files of invented people are taken in by `feeds import`, each in a process of its own, as an
operator does it: once while nobody searches, and once, into a copy of the same installation, while
a practitioner goes on searching in this one.
"""

import csv
import datetime as dt
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

import click
from flask import Flask
from sqlalchemy import select

from portal import create_app
from portal.access.identity import Identity
from portal.access.reasons import Reason
from portal.core.db import db
from portal.directory.models import Organisation
from portal.feeds.rules import COLUMNS, FileKind
from portal.search import actions
from portal.search.rules import Typed
from tests.benchmarks import loading, sets
from tests.benchmarks.action import practitioner
from tests.benchmarks.asking import typed_of
from tests.benchmarks.findings import machine
from tests.benchmarks.report import REPORT as REPORT_FILE
from tests.benchmarks.report import lead_to_other_runs
from tests.benchmarks.rows import SOURCE
from tests.benchmarks.sections import table
from tests.benchmarks.timing import Spread, spread
from tests.house import ROOT

Cells = dict[str, str]
BETWEEN_SEARCHES = 0.1
ALONE = 300
WANTED = 5_000
GIVEN = ("Ada", "Bryn", "Cai", "Dilys", "Ewan", "Farah", "Grace", "Hamza", "Isla", "Joel")
FAMILY = ("Ashby", "Begum", "Carter", "Dafydd", "Ellis", "Fraser", "Gill", "Hughes", "Iqbal")
SERVICES = ("GP", "health visiting", "school", "social work", "youth work")
# Telephone numbers kept for drama (Ofcom).
PHONE = "01632 960{:03d}"


@dataclass(frozen=True, slots=True)
class Taken:
    """What one import took. memory is the most that its process had, in megabytes; busy is the
    processor time of that process, its own and the system's for it."""

    kind: FileKind
    rows: int
    seconds: float
    busy: float
    memory: float
    beside: Spread | None

    @property
    def pace(self) -> float:
        """Rows a second, from the start of the program to its end."""
        return self.rows / self.seconds


@dataclass(slots=True)
class Finding:
    """Everything of one run; the load of the machine is the one-minute average. alone are searches
    without an import, taken the files without and then with searches beside them."""

    children: int
    alone: Spread
    load_before: float
    taken: tuple[Taken, ...]

    def pace(self, *, is_searched: bool) -> float:
        """Rows a second of all files that were taken in beside searches, or without."""
        some = [one for one in self.taken if (one.beside is not None) is is_searched]
        return sum(one.rows for one in some) / sum(one.seconds for one in some)


def practitioners(count: int, codes: Sequence[str]) -> Iterator[Cells]:
    """Yield rows of practitioners.csv: everybody with a number of their own, and their team's."""
    for number in range(count):
        code = codes[number % len(codes)]
        yield {
            "email": _email(number), "role_title": "Health visitor", "organisation_code": code,
            "name": f"{GIVEN[number % len(GIVEN)]} {FAMILY[number // 10 % len(FAMILY)]}",
            "phone": PHONE.format(number % 1_000),
            "team_phone": PHONE.format(number % len(codes) % 1_000),
        }  # fmt: skip


def involvements(
    count: int, codes: Sequence[str], people: int, source_ids: Sequence[str]
) -> Iterator[Cells]:
    """Yield rows of involvements.csv: of every child in turn, each time another service."""
    for number in range(count):
        turn, child = divmod(number, len(source_ids))
        yield {
            "child_source_id": source_ids[child], "practitioner_email": _email(number % people),
            "organisation_code": codes[(child + turn) % len(codes)],
            "service": SERVICES[turn % len(SERVICES)], "tier": "", "started_on": "2025-01-06",
        }  # fmt: skip


def _email(number: int) -> str:
    return f"person.{number}@bench.example.org"


def write(path: Path, kind: FileKind, rows: Iterable[Cells]) -> Path:
    """Write rows under the header of their kind."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, COLUMNS[kind], restval="")
        writer.writeheader()
        writer.writerows(rows)
    return path


def measure(folder: Path, *, rows: int, children: int, seed: int) -> Finding:
    """Fill an installation, take both files in while nobody searches, and again into another, as it
    was, beside searches."""
    known = sets.invented(children, seed)
    filled = loading.fill(folder / "portal", known, progress=lambda word, done, total: None)
    typed = [typed_of(query) for query in sets.questions(children, seed, ALONE)]
    quiet = shutil.copytree(filled.config.instance, folder / "quiet")
    app = create_app(filled.config)
    with app.app_context():
        by = practitioner()
        codes = list(db.session.scalars(select(Organisation.code).order_by(Organisation.code)))
        db.session.remove()
    source_ids = [known.source_id(one + 1) for one in range(children)]
    half, rest = rows // 2, rows - rows // 2
    files = [
        (write(folder / f"{kind.value}.csv", kind, some), kind, count)
        for kind, some, count in (
            (FileKind.PRACTITIONERS, practitioners(half, codes), half),
            (FileKind.INVOLVEMENTS, involvements(rest, codes, half, source_ids), rest),
        )
    ]
    _searched(app, by, typed[:20])
    alone, load = spread(_searched(app, by, typed)), os.getloadavg()[0]
    taken = [_taken_in(_nobody, quiet, *file) for file in files]
    turns = cycle(typed)
    taken += [
        _taken_in(lambda: _searched(app, by, [next(turns)]), filled.config.instance, *file)
        for file in files
    ]
    loading.let_go(app)
    return Finding(children, alone, load, tuple(taken))


def _nobody() -> list[float]:
    """Wait as long as somebody would who searches."""
    time.sleep(BETWEEN_SEARCHES)
    return []


def _taken_in(
    search: Callable[[], list[float]], instance: Path, path: Path, kind: FileKind, count: int
) -> Taken:
    words = ["feeds", "import", "--source", SOURCE, "--kind", kind.value, str(path)]
    begun, memory, times = time.perf_counter(), 0.0, list[float]()
    worked = _of_children()
    with subprocess.Popen(
        [sys.executable, "-m", "portal", *words], cwd=ROOT, stdout=subprocess.PIPE, text=True,
        env={**os.environ, "PORTAL_INSTANCE": str(instance)},
    ) as process:  # fmt: skip
        while process.poll() is None:
            memory = max(memory, _most_memory(process.pid))
            times += search()
        seconds = time.perf_counter() - begun
        busy = _of_children() - worked
        said = process.stdout.read() if process.stdout else ""
    if process.returncode or f"Added: {count}" not in said:
        raise click.ClickException(f"The import did not take every row: {said[-500:]}")
    return Taken(kind, count, seconds, busy, memory, spread(times) if times else None)


def _searched(app: Flask, by: Identity, typed: Sequence[Typed]) -> list[float]:
    """Search as the page does, line in the log and commit, with a pause before each; the seconds
    of each."""
    taken = []
    for one in typed:
        time.sleep(BETWEEN_SEARCHES)
        with app.app_context():
            begun = time.perf_counter()
            actions.run(typed=one, kept={}, reason=Reason.REFERRAL, by=by)
            db.session.commit()
            taken.append(time.perf_counter() - begun)
            db.session.remove()
    return taken


def _of_children() -> float:
    """Processor time of the programs that this one has started and that have ended."""
    spent = os.times()
    return spent.children_user + spent.children_system


def _most_memory(process: int) -> float:
    try:
        status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    except OSError:
        return 0.0
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(found[1]) * 1_024 / 1_000_000 if found else 0.0


COLUMNS_OF_REPORT = (
    "file", "rows", "seconds", "rows /s", "processor µs /row", "memory MB", "searches beside",
    "p50 ms", "p95 ms", "p95 beside / alone",
)  # fmt: skip
REPORT = """# How fast files come in

Written by `make bench-import ROWS={rows}` on {on:%-d %B %Y}; nobody edits it by hand. Encrypted
SQLite, {children:,} children in the index.

{table}

Together **{quiet:,.0f} rows a second** while nobody searches ({wanted:,} are wanted), {pace:,.0f}
beside searches. A search alone: p50 {alone.p50:,.1f} ms, p95 {alone.p95:,.1f} ms, {alone.count}
searches.

Seconds are from the start of the program to its end: the look through the file, the staging, what
is decided of every row, its line in the log, the receipt. Every row is new. Both files are taken in
twice, into two copies of one installation: while nobody searches, and while a practitioner does,
{between:.0f} ms after each search the next, in another process on the same machine: what is timed
is the whole search action with its line in the log and its commit. It waits for the step of the
import that is being written. Processor time is that of the process of the import, its own
and the system's for it; memory is the most that it had (VmHWM).

## Conditions

{facts}
"""


def report(found: Finding, rows: int, facts: dict[str, str]) -> str:
    """Return the whole of docs/imports/benchmarks.md."""
    return REPORT.format(
        rows=rows, on=dt.datetime.now(dt.UTC), children=found.children, alone=found.alone,
        table=table(COLUMNS_OF_REPORT, [_cells(one, found.alone) for one in found.taken]),
        pace=found.pace(is_searched=True), quiet=found.pace(is_searched=False),
        wanted=WANTED, between=BETWEEN_SEARCHES * 1_000,
        facts="\n".join(f"- {name}: {fact}" for name, fact in facts.items()),
    )  # fmt: skip


def _cells(one: Taken, alone: Spread) -> list[str]:
    cells = [one.kind.value, f"{one.rows:,}", f"{one.seconds:,.1f}", f"{one.pace:,.0f}"]
    cells += [f"{one.busy / one.rows * 1e6:,.0f}", f"{one.memory:,.0f}"]
    if one.beside is None:
        return [*cells, "none", "", "", ""]
    times = [f"{one.beside.p50:,.1f}", f"{one.beside.p95:,.1f}"]
    return [*cells, f"{one.beside.count:,}", *times, f"{one.beside.p95 / alone.p95:,.1f}"]


@click.command()
@click.option("--rows", type=click.IntRange(2), default=1_000_000, show_default=True)
@click.option("--children", type=click.IntRange(100), default=100_000, show_default=True)
@click.option("--seed", default=3, show_default=True)
@click.option("--note", default="", help="What else is true of this run, for the conditions.")
@click.option("--report", "to", type=click.Path(path_type=Path), help="Write benchmarks.md there.")
def imports(rows: int, children: int, seed: int, note: str, to: Path | None) -> None:
    """Take practitioners and involvements in, half of the rows each, beside searches."""
    with tempfile.TemporaryDirectory(prefix="bench-") as place:
        found = measure(Path(place), rows=rows, children=children, seed=seed)
    facts = machine("not used")
    facts["Load of the machine (one minute)"] = (
        f"{found.load_before:.2f} before, {os.getloadavg()[0]:.2f} after"
    )
    text = report(found, rows, facts | ({"Note": note} if note else {}))
    click.echo(text)
    if to:
        to.mkdir(parents=True, exist_ok=True)
        (to / REPORT_FILE).write_text(text, encoding="utf-8")
        lead_to_other_runs(to.parent)
