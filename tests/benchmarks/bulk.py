"""python -m tests.benchmarks bulk: very many rows beside Splink itself, and the rows of one day.

--rows against --size children go through our bulk engine and the ladder, and through Splink's own
pipeline, on the same tables in one run. --day asks how long the thousand rows of a day take among
--size children of an encrypted index, in the ordinary way.
"""

import datetime as dt
import os
import shutil
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import click

from portal import create_app
from portal.access.identity import operator
from portal.children.actions import put_children
from portal.children.rules import AddressDraft, ChildDraft, Gender
from portal.core.db import db
from portal.lifecycle.serving import collect_seldom
from tests.benchmarks import loading, sets
from tests.benchmarks.feed_rows import FeedRow
from tests.benchmarks.findings import machine
from tests.benchmarks.linking import (
    Job,
    Linked,
    apart,
    job,
    our_way,
    rows_about,
    splinks_way,
    written,
)
from tests.benchmarks.placing import Outcome, Tally
from tests.benchmarks.report import REPORT, lead_to_other_runs
from tests.benchmarks.sections import table

SEED, AT_ONCE = 3, 200
# What may be lost against Splink, and how long a day's rows may take (seconds).
LESS, DAY_ROWS, DAY_SECONDS = 0.002, 1_000, 5.0
COLUMNS = ("who", "seconds", "MB", "joined", "wrongly", "recall", "F1", "with review: recall", "F1")
TEXT = """\
# Very many rows at once, and those of a day

Written by `{command}` on {on:%-d %B %Y}; nobody edits it by hand.

## {rows:,} rows against {size:,} children

{lines}

{goals}

By step, in seconds:

{steps}

Seven of ten rows are about children of the index, with the errors of `make bench-feeds`; no row
bears a number. Both begin with the same tables in memory, folded already, and end with a decision
for every row. Ours: everybody is described in one Python process, blocked and scored by Splink on
DuckDB with our own weights, untrained, and every row is then placed by the ladder with its vetoes,
which joins nothing that a person should see. Splink: its comparisons of names, dates and postcodes,
trained by EM (on the first 100,000 of either table, where there are more), and one threshold, of
which that is shown with which it does best on these very rows.
Not measured here: reading the index, the guard, and writing.

{day}
## Conditions

{facts}
"""
DAY_ONLY = """\
# The rows of one day

Written by `{command}` on {on:%-d %B %Y}; nobody edits it by hand.

{day}
## Conditions

{facts}
"""
DAY = """\
## A day's rows among {children:,} children

{rows:,} rows of another source among {children:,} children of an encrypted index (SQLite), guard,
ladder, records, log and commits included, in the ordinary way: **{seconds:.1f} s**. Every row is
the first word of its source under its number, so that each is looked for in the whole index; seven
of ten are about its children. Not measured: reading the file.

- Goal: at most {most:g} s. Found: **{seconds:.1f} s**, {reached}.

"""


@dataclass(frozen=True, slots=True)
class Found:
    """What one run found; day is what the rows of a day took in seconds, None when not asked."""

    work: Job
    ours: Linked
    theirs: Linked
    day: float | None = None


def measure(size: int, rows: int, *, with_day: bool) -> Found:
    """Link in both ways, each in a process of its own; then take a day's rows in, if asked for."""
    work = job(size, rows, SEED)
    ours, theirs = apart(our_way, work), apart(splinks_way, work)
    return Found(work, ours, theirs, day_of(size) if with_day else None)


def day_only(size: int, seconds: float, facts: Mapping[str, str], command: str) -> str:
    """Return the whole of the report on a day's rows alone."""
    return DAY_ONLY.format(
        command=command, on=dt.datetime.now(dt.UTC), day=_day(size, seconds), facts=_listed(facts)
    )


def day_of(size: int, rows: int = DAY_ROWS, *, kept: Path | None = None) -> float:
    """Return how many seconds the rows of a day take among so many children. kept is where
    `make bench-search KEEP=` filled an installation: a copy of it is used."""
    known = sets.invented(size, SEED)
    drafts = [_draft(*one) for one in enumerate(rows_about(size, rows, SEED))]
    with tempfile.TemporaryDirectory(prefix="portal-bench-", dir=kept) as made:
        folder = Path(made) / "portal"
        if kept:
            shutil.copytree(kept / "sqlcipher", folder)
        filled = loading.fill(folder, known, progress=lambda *_: None)
        app = create_app(filled.config)
        os.sync()  # What was written to make the installation is not to be waited for.
        with app.app_context():
            begun = time.perf_counter()
            for start in range(0, len(drafts), AT_ONCE):
                put_children(drafts=drafts[start : start + AT_ONCE], by=operator("bench"))
                db.session.commit()
            taken = time.perf_counter() - begun
        loading.let_go(app)
    return taken


def _draft(number: int, row: FeedRow) -> ChildDraft:
    given, family, _, born, gender, postcode = written(row.description)
    lives = AddressDraft(address=f"{number} Mill Lane", postcode=postcode)
    return ChildDraft(
        given_names=given or "Baby", family_name=family or "Unknown",
        date_of_birth=dt.date.fromisoformat(born), source="bench-day",
        gender=Gender(gender or "not_specified"), source_id=f"D{number}",
        source_on=dt.date(2025, 9, 1), addresses=(lives,),
    )  # fmt: skip


def report(found: Found, facts: Mapping[str, str], command: str) -> str:
    """Return the whole of the report."""
    best, theirs = _best(found.theirs)
    ours = found.ours.tallies["joined"]
    lines = [
        _line("ours", found.ours, ours),
        _line(f"Splink, joined from probability {best}", found.theirs, theirs),
    ]
    steps = [
        [who, step, f"{seconds:,.1f}"]
        for who, one in (("ours", found.ours), ("Splink", found.theirs))
        for step, seconds in one.steps.items()
    ]
    size, rows = found.work.known.num_rows, found.work.rows.num_rows
    return TEXT.format(
        command=command, on=dt.datetime.now(dt.UTC), rows=rows, size=size,
        lines=table(COLUMNS, lines), goals=_goals(found, ours, theirs),
        steps=table(("who", "step", "seconds"), steps),
        day="" if found.day is None else _day(size, found.day), facts=_listed(facts),
    )  # fmt: skip


def _day(size: int, seconds: float) -> str:
    return DAY.format(
        rows=DAY_ROWS, children=size, seconds=seconds, most=DAY_SECONDS,
        reached=_word(seconds <= DAY_SECONDS),
    )  # fmt: skip


def _listed(facts: Mapping[str, str]) -> str:
    return "\n".join(f"- {name}: {fact}" for name, fact in facts.items())


def _best(theirs: Linked) -> tuple[str, Tally]:
    return max(theirs.tallies.items(), key=lambda one: one[1].f1(one[1].recall))


def _line(who: str, linked: Linked, tally: Tally) -> list[str]:
    joined, reviewed = tally.recall, tally.recall_with_review
    return [
        who, f"{linked.seconds:,.1f}", f"{linked.megabytes:,.0f}",
        f"{tally[Outcome.RIGHT] + tally[Outcome.WRONG]:,}", f"{tally[Outcome.WRONG]:,}",
        f"{joined:.4f}", f"{tally.f1(joined):.4f}",
        f"{reviewed:.4f}", f"{tally.f1(reviewed):.4f}",
    ]  # fmt: skip


def _goals(found: Found, ours: Tally, theirs: Tally) -> str:
    times, least = found.ours.seconds / found.theirs.seconds, theirs.f1(theirs.recall) - LESS
    alone, reviewed = ours.f1(ours.recall), ours.f1(ours.recall_with_review)
    goals = [
        ("no slower than Splink", f"{times:.1f} times its seconds", times <= 1),
        (f"F1 with review at least {least:.4f}", f"{reviewed:.4f}", reviewed >= least),
        (f"F1 of what is joined without a person at least {least:.4f}", f"{alone:.4f}",
         alone >= least),
    ]  # fmt: skip
    return "\n".join(
        f"- Goal: {goal}. Found: **{said}**, {_word(reached)}." for goal, said, reached in goals
    )


def _word(reached: bool) -> str:
    return "reached" if reached else "NOT reached"


@click.command()
@click.option("--size", default=100_000, show_default=True, help="Children of the index.")
@click.option("--rows", default=100_000, show_default=True, help="Rows to link.")
@click.option("--day/--no-day", default=True, show_default=True, help="A day's rows as well.")
@click.option("--kept", type=click.Path(path_type=Path, exists=True),
              help="Only a day's rows, where bench-search kept that many.")  # fmt: skip
@click.option("--report", "folder", type=click.Path(path_type=Path), required=True)
def bulk(size: int, rows: int, day: bool, kept: Path | None, folder: Path) -> None:
    """Link very many rows, beside Splink, and write how it went."""
    before = os.getloadavg()[0]
    collect_seldom()  # As a command of the portal does.
    command = f"make bench-bulk SIZE={size} ROWS={rows}"
    if kept:
        taken = day_of(size, kept=kept)
        said = day_only(size, taken, _facts(before), f"make bench-day SIZE={size} KEEP=…")
    else:
        said = report(measure(size, rows, with_day=day), _facts(before), command)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / REPORT).write_text(said, encoding="utf-8")
    lead_to_other_runs(folder.parent)
    click.echo(said)


def _facts(before: float) -> dict[str, str]:
    packages = ", ".join(f"{name} {version(name)}" for name in ("splink", "duckdb", "pyarrow"))
    load = f"{before:.2f} before, {os.getloadavg()[0]:.2f} after"
    return {
        **machine("not used"),
        "For linking": packages,
        "Load of the machine (one minute)": load,
    }
