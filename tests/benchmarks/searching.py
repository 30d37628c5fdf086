"""One run: fill, measure, compare, report."""

import os
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import NoReturn, TypeVar

import click
from flask import Flask
from rich.console import Console
from rich.progress import Progress as Bars

from portal import create_app
from portal.lifecycle.serving import collect_seldom
from portal.search.rules import Typed
from tests.benchmarks import action, comparing, loading, report, servers, sets, web
from tests.benchmarks.accuracy import rank_of
from tests.benchmarks.findings import FebrlFinding, OurFinding, Run, begin
from tests.benchmarks.nasty import inputs
from tests.benchmarks.queries import BenchQuery
from tests.benchmarks.sets import ChildSet

PARTS = ("action", "recall", "web", "worst", "peers", "febrl")
WIDE = 150
ENDS = (signal.SIGTERM, signal.SIGINT)
DATABASES = ("sqlcipher", "postgresql")


@dataclass(frozen=True, slots=True)
class Plan:
    """What to measure, and where to keep what is filled."""

    children: ChildSet
    asked: Sequence[BenchQuery]
    folder: Path
    databases: tuple[str, ...] = DATABASES
    parts: tuple[str, ...] = PARTS
    peers: tuple[str, ...] = tuple(comparing.MOST_ASKED)
    reindex: bool = False
    stream: str = "reporting"
    beside: int = 0
    febrl_queries: int = 5_000
    nasty: Sequence[Typed] = ()
    pages: int = web.PAGES


class Choice(click.ParamType[tuple[str, ...]]):
    """Some of a list, with commas between."""

    name = "some"

    def __init__(self, every: Sequence[str]) -> None:
        self._every = every

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, ...]:
        """Return the words; "none" for nothing."""
        chosen = tuple(word for word in str(value).split(",") if word and word != "none")
        for word in set(chosen) - set(self._every):
            self.fail(f"{word} is not one of {', '.join(self._every)}", param, ctx)
        return chosen


@click.command()
@click.option("--size", type=click.IntRange(100), default=100_000, help="How many children.")
@click.option("--seed", default=3, help="Another seed, other children and other queries.")
@click.option("--queries", "count", type=click.IntRange(1), default=3_000, help="How many queries.")
@click.option("--tuning", is_flag=True, help="Ask what thresholds may be chosen on instead.")
@click.option("--databases", type=Choice(DATABASES), default=",".join(DATABASES))
@click.option("--parts", type=Choice(PARTS), default=",".join(PARTS))
@click.option("--peers", type=Choice(tuple(comparing.MOST_ASKED)),
              default=",".join(comparing.MOST_ASKED))  # fmt: skip
@click.option("--beside", default=0, help="Also time ours among so many children, for the growth.")
@click.option(
    "--febrl", "febrl_count", default=5_000, help="How many queries of FEBRL, four times."
)
@click.option("--keep", type=click.Path(path_type=Path), help="Keep what is filled in this folder.")
@click.option("--reindex", is_flag=True, help="Build the name index of a kept folder anew.")
@click.option("--report", "to", type=click.Path(path_type=Path, file_okay=False),
              help="Write benchmarks.md and search.svg into this folder.")  # fmt: skip
def search(
    *, size: int, seed: int, count: int, tuning: bool, databases: tuple[str, ...],
    parts: tuple[str, ...], peers: tuple[str, ...], beside: int, febrl_count: int,
    keep: Path | None, reindex: bool, to: Path | None,
) -> None:  # fmt: skip
    """Measure searching among so many children, and print what was found."""
    children = sets.invented(size, seed)
    asked = sets.questions(size, seed, count, tuning=tuning)
    with _folder(keep) as folder:
        stream = "tuning" if tuning else "reporting"
        plan = Plan(
            children, asked, folder, databases, parts, peers, reindex, stream, beside, febrl_count
        )
        try:
            run = measure(plan)
        except (loading.OtherChildren, servers.NoPostgres) as problem:
            raise click.ClickException(str(problem)) from None
    console = Console()
    report.show(run, console if console.is_terminal else Console(width=WIDE))
    if to:
        report.write(run, to)


@contextmanager
def _folder(keep: Path | None) -> Iterator[Path]:
    """The folder to keep, or one that goes when we end, told to (SIGTERM, Ctrl+C) or not."""
    if keep:
        keep.mkdir(mode=0o711, parents=True, exist_ok=True)
    made = None if keep else Path(tempfile.mkdtemp(prefix="bench-"))
    before = {one: signal.signal(one, partial(_end, made)) for one in ENDS}
    try:
        yield (made or keep or Path()).resolve()
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
        if made:
            shutil.rmtree(made)


def _end(made: Path | None, *_: object) -> NoReturn:
    """End at once: an exception might be swallowed by whatever runs at this moment."""
    for process in servers.RUNNING:
        process.send_signal(signal.SIGINT)
    for process in servers.RUNNING:
        process.wait(timeout=60)
    if made:
        shutil.rmtree(made, ignore_errors=True)
    os._exit(1)


def measure(plan: Plan) -> Run:
    """Do everything that a plan says. Raises OtherChildren and NoPostgres."""
    with servers.running(plan.folder / "server") as server, _bars() as progress:
        run = begin(plan.children, plan.asked, plan.stream, postgresql=server.version())
        for name in plan.databases:
            run.ours.append(_ours(plan, name, server, progress))
        if "peers" in plan.parts and plan.peers:
            run.peers += comparing.measure_peers(
                plan.folder / "peers", server, plan.children, plan.asked, progress,
                names=plan.peers,
            )  # fmt: skip
        if "febrl" in plan.parts:
            run.febrl += _febrl(plan, server, progress)
        run.load_after = os.getloadavg()[0]
        return run


@contextmanager
def _bars() -> Iterator[loading.Progress]:
    tasks = {}
    with Bars(console=Console(stderr=True)) as bars:

        def progress(word: str, done: int, total: int) -> None:
            if word not in tasks:
                tasks[word] = bars.add_task(word, total=total)
            bars.update(tasks[word], completed=done)

        yield progress


def _ours(plan: Plan, name: str, server: servers.Server, progress: loading.Progress) -> OurFinding:
    smaller = None
    if plan.beside:
        fewer = sets.invented(plan.beside, plan.children.seed)
        asked = sets.questions(plan.beside, plan.children.seed, len(plan.asked))
        filled = _filled(plan, fewer, f"{name}-beside", server, progress)
        smaller = (plan.beside, _in(filled, lambda app: action.measure_action(app, asked)))
    filled = _filled(plan, plan.children, name, server, progress)
    found = OurFinding(name, filled, smaller=smaller)
    _in(filled, lambda app: _measured(app, plan, found))
    return found


def _measured(app: Flask, plan: Plan, found: OurFinding) -> None:
    if "action" in plan.parts:
        found.times = action.measure_action(app, plan.asked)
    if "recall" in plan.parts:
        found.answers = action.answers(app, plan.asked, plan.children)
    if "worst" in plan.parts:
        found.worst = action.worst(app, plan.nasty or inputs())
    if "web" in plan.parts:
        found.web = web.measure_web(app, found.filled.config, plan.asked, pages=plan.pages)


def _filled(
    plan: Plan, children: ChildSet, name: str, server: servers.Server, progress: loading.Progress
) -> loading.Filled:
    uri = ""
    if name.startswith("postgresql"):
        database = name.replace("postgresql", "portal")
        server.ensure(database)
        uri = server.uri(database)
    return loading.fill(
        plan.folder / name, children, database=uri, reindex=plan.reindex,
        progress=lambda word, done, total: progress(f"{name}: {word}", done, total),
    )  # fmt: skip


Made = TypeVar("Made")


def _in(filled: loading.Filled, act: Callable[[Flask], Made]) -> Made:
    app = create_app(filled.config)
    collect_seldom()  # As the server does.
    try:
        return act(app)
    finally:
        loading.let_go(app)


def _febrl(plan: Plan, server: servers.Server, progress: loading.Progress) -> list[FebrlFinding]:
    """FEBRL's people in an encrypted file of their own, and in PostgreSQL with pg_trgm."""
    children = sets.of_febrl()
    filled = _filled(plan, children, "febrl", server, progress)
    questions = sets.of_febrl_questions(plan.febrl_queries)
    every = _in(
        filled,
        lambda app: [action.ranked(app, asked, children) for asked in questions.values()],
    )
    found = []
    for (supplied, asked), ours in zip(questions.items(), every, strict=True):
        ranks = [rank_of(query.expect, one) for query, one in zip(asked, ours, strict=True)]
        trigrams = comparing.measure_peers(
            plan.folder / "febrl-peers", server, children, asked, progress, names=("trigrams",),
            database="febrl", most=len(asked),
        )  # fmt: skip
        theirs = {peer.name: peer.ranks(asked) for peer in trigrams}
        found.append(FebrlFinding(supplied, ranks, theirs))
    return found
