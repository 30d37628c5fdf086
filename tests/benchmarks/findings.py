"""What one run found, and on what kind of machine."""

import datetime as dt
import os
import platform
import sqlite3
import statistics
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

from argon2 import PasswordHasher
from sqlcipher3 import dbapi2 as sqlcipher

from tests.benchmarks.accuracy import rank_of
from tests.benchmarks.action import ActionTimes, Answer
from tests.benchmarks.comparing import PeerTimes
from tests.benchmarks.loading import Filled
from tests.benchmarks.queries import BenchQuery
from tests.benchmarks.sets import ChildSet
from tests.benchmarks.timing import Spread
from tests.benchmarks.web import WebTimes
from tests.house import ROOT


@dataclass(slots=True)
class OurFinding:
    """Our own search on one database; what was not measured is None or empty. smaller holds the
    times among fewer children, measured in the same run."""

    name: str
    filled: Filled
    times: ActionTimes | None = None
    answers: list[Answer] = field(default_factory=list)
    worst: Spread | None = None
    web: WebTimes | None = None
    smaller: tuple[int, ActionTimes] | None = None

    def ranks(self, asked: Sequence[BenchQuery]) -> list[int]:
        """Return the rank of the right child in the ranking, for each query."""
        pairs = zip(asked, self.answers, strict=True)
        return [rank_of(query.expect, answer.ranking) for query, answer in pairs]

    def shown(self, asked: Sequence[BenchQuery]) -> list[int]:
        """Return the place of the right child on the page, for each query."""
        pairs = zip(asked, self.answers, strict=True)
        return [rank_of(query.expect, answer.shown) for query, answer in pairs]

    def share(self, outcome: str) -> float:
        """Return the share of queries that came to this outcome."""
        return sum(one.outcome == outcome for one in self.answers) / len(self.answers)


@dataclass(frozen=True, slots=True)
class FebrlFinding:
    """Ranks of the right person among FEBRL's 5,000 for what was supplied: ours, and the peers'."""

    supplied: str
    ours: list[int]
    peers: dict[str, list[int]]


@dataclass(slots=True)
class Run:
    """Everything of one run, the machine and its load (one-minute average) before and after."""

    children: ChildSet
    asked: Sequence[BenchQuery]
    stream: str
    machine: dict[str, str]
    on: dt.date
    load_before: float
    load_after: float = 0.0
    ours: list[OurFinding] = field(default_factory=list)
    peers: list[PeerTimes] = field(default_factory=list)
    febrl: list[FebrlFinding] = field(default_factory=list)


def begin(children: ChildSet, asked: Sequence[BenchQuery], stream: str, *, postgresql: str) -> Run:
    """Begin a run."""
    on = dt.datetime.now(dt.UTC).date()
    return Run(children, asked, stream, machine(postgresql), on, os.getloadavg()[0])


def machine(postgresql: str) -> dict[str, str]:
    """Return what the figures depend on, in words."""
    connection = sqlcipher.connect(":memory:")
    cipher = connection.execute("PRAGMA cipher_version").fetchone()[0]
    connection.close()
    pages = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "Processor": f"{_processor()}, {os.cpu_count()} cores",
        "Memory": f"{pages / 2**30:.0f} GiB",
        "System": _system(),
        "Python": platform.python_version(),
        "SQLCipher (ours)": f"{cipher}, SQLite {sqlcipher.sqlite_version}",
        "SQLite (peers)": sqlite3.sqlite_version,
        "PostgreSQL": postgresql,
        "Packages": ", ".join(
            f"{name} {version(name)}"
            for name in ("sqlalchemy", "rapidfuzz", "psycopg", "waitress", "doublemetaphone")
        ),
        "Revision": _revision(),
        "Pace": f"argon2id (19 MiB, 2 passes, 1 lane) takes {_pace():.1f} ms, median of nine",
    }


def _pace() -> float:
    """How fast this machine is at the moment: the time of a known amount of work, in milliseconds,
    so that runs on other machines and other days can be set beside each other."""
    hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
    times = []
    for _ in range(9):
        begun = time.perf_counter()
        hasher.hash("pace")
        times.append(time.perf_counter() - begun)
    return statistics.median(times) * 1_000


def _processor() -> str:
    path = Path("/proc/cpuinfo")
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    named = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return named[0] if named else platform.machine()


def _system() -> str:
    try:
        name = platform.freedesktop_os_release()["PRETTY_NAME"]
    except OSError:
        name = platform.system()
    return f"{name}, {platform.system()} {platform.release().partition('-')[0]}"


def _revision() -> str:
    words = ["git", "describe", "--always", "--dirty"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "not a checkout"
