"""The findings as one table on the terminal, one plot, and docs/benchmarks.md."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.benchmarks import sections
from tests.benchmarks.accuracy import recall
from tests.benchmarks.findings import Run
from tests.benchmarks.plot import bars
from tests.benchmarks.timing import Spread

REPORT, OTHER_RUNS = "benchmarks.md", "## Other runs"
COMMAND = re.compile(r"Written by `([^`]+)`")
DATABASES = {"sqlcipher": "encrypted SQLite", "postgresql": "PostgreSQL"}
COLUMNS = (
    "search", "n", "p50 ms", "p95 ms", "p99 ms", "max ms", "recall@1", "recall@5", "MB", "build s",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One way of searching: its times, its recall over its own queries, what it takes."""

    name: str
    times: Spread
    ranks: Sequence[int] = ()
    bytes: int = 0
    build_seconds: float = 0.0

    def cells(self) -> list[str]:
        """Return the line as texts."""
        found = recall(self.ranks)
        shares = [f"{share.value:.4f}" for share in (found.at_1, found.at_5)]
        times = [self.times.p50, self.times.p95, self.times.p99, self.times.most]
        return [
            self.name, f"{self.times.count:,}", *(f"{one:,.1f}" for one in times),
            *(shares if self.ranks else ["", ""]),
            f"{self.bytes / 1e6:,.0f}" if self.bytes else "",
            f"{self.build_seconds:,.0f}" if self.build_seconds else "",
        ]  # fmt: skip


def lines(run: Run) -> Iterator[Line]:
    """Yield a line for each way of searching."""
    for ours in run.ours:
        if ours.times is None:
            continue
        where, ranks = DATABASES[ours.name], ours.ranks(run.asked) if ours.answers else []
        filled = ours.filled
        yield Line(f"ours, {where}: index alone", ours.times.find)
        yield Line(f"ours, {where}: search, logged", ours.times.run)
        yield Line(
            f"ours, {where}: search and rows, logged", ours.times.look, ranks, filled.bytes,
            filled.index_seconds,
        )  # fmt: skip
    for peer in run.peers:
        yield Line(peer.name, peer.times, peer.ranks(run.asked), peer.bytes, peer.build_seconds)


def show(run: Run, console: Console) -> None:
    """Print the table, then every section."""
    table = Table(title=sections.title(run))
    for place, column in enumerate(COLUMNS):
        table.add_column(column, justify="right" if place else "left", no_wrap=not place)
    for line in lines(run):
        table.add_row(*line.cells())
    console.print(table)
    for text in sections.every(run):
        console.print(f"\n{text}", markup=False, highlight=False, soft_wrap=True)


def write(run: Run, folder: Path) -> None:
    """Write benchmarks.md and search.svg anew."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = [line.cells() for line in lines(run)]
    parts = [sections.heading(run)]
    parts += ["![Times of a search, logarithmic](search.svg)"] if rows else []
    parts += [sections.table(COLUMNS, rows), *sections.every(run), sections.conditions(run)]
    parts.append(other_runs(folder))
    text = "\n\n".join(part for part in parts if part) + "\n"
    (folder / REPORT).write_text(text, encoding="utf-8")
    if rows:
        (folder / "search.svg").write_text(plot(run), encoding="utf-8")


def other_runs(folder: Path) -> str:
    """Return a section that leads to the reports in the folders below, empty where there are none;
    each says in its first sentence which command wrote it."""
    found = []
    for path in sorted(folder.glob(f"*/{REPORT}")):
        command = COMMAND.search(path.read_text(encoding="utf-8"))
        by = f": `{command.group(1)}`" if command else ""
        found.append(f"- [{path.parent.name}]({path.parent.name}/{REPORT}){by}")
    return "\n".join([f"{OTHER_RUNS}\n", *found]) if found else ""


def lead_to_other_runs(folder: Path) -> None:
    """Write that section of a report anew, after a run below it."""
    path = folder / REPORT
    if path.exists():
        before = path.read_text(encoding="utf-8").partition(OTHER_RUNS)[0].rstrip()
        path.write_text(f"{before}\n\n{other_runs(folder)}\n", encoding="utf-8")


def plot(run: Run) -> str:
    """Draw p50 and p95 of every way of searching."""
    rows = [(line.name, (line.times.p50, line.times.p95)) for line in lines(run)]
    title = f"Milliseconds for a search among {run.children.size:,} children"
    return bars(title, ("p50", "p95"), rows)
