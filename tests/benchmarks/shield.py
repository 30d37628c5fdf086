"""make bench-shield: whether the time of a search tells that a child is hidden.

The same searches, for the same child, in three worlds made from one town: in one it is hidden, in
two it never was. Each trial asks one question in all three, in an order drawn anew. The two worlds
without it say what chance, the machine and the layout of a file do by themselves.
"""

import datetime as dt
import random
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from flask import Flask

from portal import create_app
from portal.access.identity import Identity
from portal.access.reasons import Reason
from portal.core.db import db
from portal.search import actions
from portal.search.rules import Typed
from tests.benchmarks.action import practitioner
from tests.benchmarks.findings import machine
from tests.benchmarks.ranks import Band, auc, band
from tests.benchmarks.report import REPORT as REPORT_FILE
from tests.benchmarks.report import lead_to_other_runs
from tests.benchmarks.timing import Spread, TokenCaches, spread
from tests.databases import let_go
from tests.shielding.worlds import beginnings
from tests.shielding.worlds.setting import asked
from tests.shielding.worlds.stages import stage

MOST = 1_000_000
BUDGETS = {f"{who}_searches_per_{span}": MOST
           for who in ("person", "team", "organisation") for span in ("hour", "day")}  # fmt: skip
WORLDS = {
    "hidden": beginnings.absent,
    "absent": beginnings.without,
    "absent too": beginnings.without,
}
WARM_UP = 60
TOLERATED = 0.02
REPORT = """# Does the time of a search tell that a child is hidden?

Written by `make bench-shield` on {on:%-d %B %Y}; nobody edits it by hand.

| child | n | p50 ms | p95 ms | p99 ms | max ms |
| --- | ---: | ---: | ---: | ---: | ---: |
{rows}

Rank test (area under the curve; 0.5 tells nothing): hidden against absent **{hidden:.4f}**;
absent against absent {null:.4f}; 99 % of what chance gives lies between {least:.4f} and {most:.4f}
(bootstrap of the two groups that are the same). The first figure {word} inside that band and
within {tolerated} of 0.5.

What is timed is the portal's own search action in process, as a practitioner, with the row that is
looked up later, the budgets, the line in the log and the commit; no name is remembered from before.
The same questions are asked in three worlds of one town (encrypted SQLite), in an order drawn anew
for each trial: in one the child is hidden, in two it never was.

## Conditions

{facts}
"""


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds of each trial by world, in the order of the trials."""

    hidden: list[float]
    absent: list[float]
    absent_too: list[float]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What ranks say: hidden against absent, and absent against absent."""

    hidden: float
    null: float
    band: Band

    @property
    def tells_nothing(self) -> bool:
        """True when nobody could learn from the time that a child is hidden."""
        return abs(self.hidden - 0.5) < TOLERATED and self.hidden in self.band


def questions() -> tuple[Typed, ...]:
    """What is asked: the child rightly and wrongly, and by its numbers."""
    child = asked()
    given, family, born = "Tamsin", child.family_name, child.date_of_birth
    names: dict[str, Any] = {"given_name": given, "family_name": family}
    return (
        Typed(**names, born=born), Typed(**names, born=born.year),
        Typed(**names, born=born, postcode=child.addresses[0].postcode),
        Typed(given_name="Tamzin", family_name="Elacot", born=born),
        Typed(given_name=given, family_name=child.former_names[0].family_name, born=born),
        Typed(number=child.nhs_number),
    )  # fmt: skip


def measure(folder: Path, *, trials: int, seed: int, warm_up: int = WARM_UP) -> Times:
    """Make three worlds in a folder and time so many trials in each."""
    apps = [create_app(stage(folder / name, None, BUDGETS, world).config)
            for name, world in WORLDS.items()]  # fmt: skip
    people = [_person(app) for app in apps]
    caches, rng, asked_for = TokenCaches(), random.Random(seed), questions()
    taken: list[list[float]] = [[], [], []]
    for trial in range(-warm_up, trials):
        typed = asked_for[trial % len(asked_for)]
        for place in rng.sample(range(3), 3):
            seconds = _timed(apps[place], typed, people[place], caches)
            if trial >= 0:
                taken[place].append(seconds)
    for app in apps:
        let_go(app)
    return Times(*taken)


def _person(app: Flask) -> Identity:
    with app.app_context():
        return practitioner()


def _timed(app: Flask, typed: Typed, by: Identity, caches: TokenCaches) -> float:
    """Time the search action with its log line and its commit, no name being remembered."""
    caches.clear()
    with app.app_context():
        begun = time.perf_counter()
        actions.run(typed=typed, kept={}, reason=Reason.REFERRAL, by=by)
        db.session.commit()
        seconds = time.perf_counter() - begun
        db.session.remove()
    return seconds


def judge(times: Times) -> Verdict:
    """Compare the ranks."""
    return Verdict(
        hidden=auc(times.hidden, times.absent),
        null=auc(times.absent, times.absent_too),
        band=band(times.absent, times.absent_too),
    )


def report(times: Times, verdict: Verdict, facts: dict[str, str]) -> str:
    """Return the whole of docs/shield/benchmarks.md."""
    rows = [
        ("hidden", spread(times.hidden)), ("absent", spread(times.absent)),
        ("absent, once more", spread(times.absent_too)),
    ]  # fmt: skip
    lines = [_row(name, one) for name, one in rows]
    return REPORT.format(
        on=dt.datetime.now(dt.UTC), rows="\n".join(lines), hidden=verdict.hidden,
        null=verdict.null, least=verdict.band.least, most=verdict.band.most,
        word="lies" if verdict.tells_nothing else "does NOT lie", tolerated=TOLERATED,
        facts="\n".join(f"- {name}: {fact}" for name, fact in facts.items()),
    )  # fmt: skip


def _row(name: str, one: Spread) -> str:
    times = " | ".join(f"{value:,.2f}" for value in (one.p50, one.p95, one.p99, one.most))
    return f"| {name} | {one.count:,} | {times} |"


@click.command()
@click.option("--trials", default=5_000, show_default=True, help="Searches in each world.")
@click.option("--seed", default=3, show_default=True)
@click.option("--report", "folder", type=click.Path(path_type=Path), required=True)
def shield(trials: int, seed: int, folder: Path) -> None:
    """Time searches for a hidden child and for one that is not there."""
    with tempfile.TemporaryDirectory() as place:
        times = measure(Path(place), trials=trials, seed=seed)
    verdict = judge(times)
    folder.mkdir(parents=True, exist_ok=True)
    facts = {**machine("not used"), "Trials in each world, seed": f"{trials:,}, {seed}"}
    text = report(times, verdict, facts)
    (folder / REPORT_FILE).write_text(text, encoding="utf-8")
    lead_to_other_runs(folder.parent)
    click.echo(text)
