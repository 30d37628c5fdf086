"""How far an import has come, and what it reports of rows that it did not take."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice
from typing import TypeVar

AT_ONCE = 500
LEAST_AT_ONCE, MOST_AT_ONCE = 200, 2_000
# How long a step may keep writers of an embedded database waiting, as near as it can be foretold.
STEP_SECONDS = 0.4
Item = TypeVar("Item")


class Phase(StrEnum):
    """The parts of an import of people: large files alone are compared with the index at once, a
    register is only decided."""

    STAGING = "staging"
    COMPARING = "comparing"
    DECIDING = "deciding"


@dataclass(frozen=True, slots=True)
class Step:
    """So many rows of a phase are safe. Whoever drives the import commits here."""

    phase: Phase
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class SetAside:
    """A row that was not taken: where it stands and a coded fault. No word of what it held."""

    line: int
    fault: str
    column: str = ""


@dataclass(slots=True)
class RegisterReport:
    """What became of the rows of a register: counts by word, and the rows that were refused."""

    counts: Counter[str] = field(default_factory=Counter)
    refused: list[SetAside] = field(default_factory=list)


def in_batches(items: Iterable[Item], size: int = AT_ONCE) -> Iterator[Sequence[Item]]:
    """Yield the items some at a time."""
    source = iter(items)
    while batch := list(islice(source, size)):
        yield batch


def next_size(size: int, seconds: float) -> int:
    """Return how many rows to decide next, when so many took so many seconds.

    At most twice as many: what the next rows cost nobody knows.
    """
    fitting = int(size * STEP_SECONDS / max(seconds, 0.001))
    return max(LEAST_AT_ONCE, min(fitting, 2 * size, MOST_AT_ONCE))
