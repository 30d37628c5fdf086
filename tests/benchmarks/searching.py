"""One run: fill, measure, compare, report."""

import json
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import Progress as Bars

from portal import create_app
from tests.benchmarks import action, asking, loading, servers
from tests.benchmarks.loading import Filled


@click.command()
@click.option("--size", default=100_000, show_default=True, help="How many children.")
@click.option("--seed", default=3, show_default=True, help="Another seed, other children.")
@click.option("--queries", "count", default=3_000, show_default=True, help="How many queries.")
@click.option("--keep", type=click.Path(path_type=Path), help="Keep what was filled here.")
@click.option("--reindex", is_flag=True, help="Build the name index anew.")
@click.option("--only", default="sqlcipher,postgresql", help="Which databases.")
@click.option("--tuning", is_flag=True, help="The queries that thresholds may be chosen on.")
@click.option("--detail", is_flag=True, help="Recall@5 by kind, by what was supplied, by origin.")
@click.option("--parts", default="action,recall", help="What to measure.")
def search(
    size: int, seed: int, count: int, keep: Path | None, reindex: bool, only: str, parts: str, tuning: bool, detail: bool
) -> None:
    """Measure searching among so many children."""
    with ExitStack() as stack:
        folder = keep or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        bars = stack.enter_context(Bars(console=Console(stderr=True)))
        tasks: dict[str, Any] = {}

        def progress(word: str, done: int, total: int) -> None:
            if word not in tasks:
                tasks[word] = bars.add_task(word, total=total)
            bars.update(tasks[word], completed=done)

        asked = asking.questions(size, seed, count, tuning=tuning)
        for name in only.split(","):
            database = ""
            if name == "postgresql":
                server = stack.enter_context(servers.running(folder / "server"))
                server.ensure("portal")
                database = server.uri("portal")
            filled = loading.fill(
                folder / name, size=size, seed=seed, database=database, progress=progress,
                reindex=reindex,
            )  # fmt: skip
            print(json.dumps(measured(name, filled, asked, parts.split(","), detail)))


def measured(name: str, filled: Filled, asked: Any, parts: list[str], detail: bool) -> dict[str, Any]:
    app = create_app(filled.config)
    found: dict[str, Any] = {"database": name, "children": filled.children}
    found |= {"index_seconds": filled.index_seconds, "bytes": filled.bytes}
    try:
        if "action" in parts:
            found["times"] = repr(action.measure_action(app, asked))
        if "recall" in parts:
            made = action.answers(app, asked)
            found["recall@1"] = _share(q.expect in a.ranking[:1] for q, a in zip(asked, made, strict=True))
            found["recall@5"] = _share(q.expect in a.ranking[:5] for q, a in zip(asked, made, strict=True))
            found["shown"] = _share(q.expect in a.shown for q, a in zip(asked, made, strict=True))
            if detail:
                for word in ("kind", "supplied", "origin"):
                    groups: dict[str, list[bool]] = {}
                    for q, a in zip(asked, made, strict=True):
                        groups.setdefault(getattr(q, word), []).append(q.expect in a.ranking[:5])
                    found[word] = {k: (len(v), round(_share(v), 3)) for k, v in sorted(groups.items())}
            found["too_many"] = _share(a.outcome == "too_many" for a in made)
    finally:
        loading.let_go(app)
    return found


def _share(hits: Any) -> float:
    every = list(hits)
    return sum(every) / len(every)
