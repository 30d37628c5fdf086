"""How far an import has come, and what it reports of rows that it did not take."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice
from typing import TypeVar

AT_ONCE = 500
# Each step has statements of its own, however few its rows: few only where somebody waits.
LEAST_WAITED_FOR, LEAST_AT_ONCE, MOST_AT_ONCE = 50, 200, 2_000
# How long a step may keep writers of an embedded database waiting, as near as it can be foretold:
# while nobody was seen waiting, and when somebody was.
STEP_SECONDS, WAITED_FOR_SECONDS = 0.4, 0.04
# Of rows that were set aside so many are told one by one.
MOST_TOLD = 1_000
Item = TypeVar("Item")


class Phase(StrEnum):
    """The parts of an import of people: large files alone are compared with the index at once, a
    register is only decided."""

    STAGING = "staging"
    COMPARING = "comparing"
    DECIDING = "deciding"


@dataclass(frozen=True, slots=True)
class Step:
    """So many rows of a phase are done, whole. Whoever drives the import commits here, or after one
    of the next steps: then these are lost together when the process dies."""

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
class SetAsides:
    """The rows of a file that were not taken: the first of them, and of all how many for each
    fault. With a wrong date in every row they are as many as the file has rows."""

    rows: list[SetAside] = field(default_factory=list)
    faults: Counter[str] = field(default_factory=Counter)

    def add(self, row: SetAside) -> None:
        """Count a row, and remember it while they are few."""
        self.faults[row.fault] += 1
        if len(self.rows) < MOST_TOLD:
            self.rows.append(row)


@dataclass(slots=True)
class RegisterReport:
    """What became of the rows of a register: counts by word, and the rows that were refused."""

    counts: Counter[str] = field(default_factory=Counter)
    refused: SetAsides = field(default_factory=SetAsides)


def in_batches(items: Iterable[Item], size: int = AT_ONCE) -> Iterator[Sequence[Item]]:
    """Yield the items some at a time."""
    source = iter(items)
    while batch := list(islice(source, size)):
        yield batch


def next_size(size: int, seconds: float, *, is_waited_for: bool) -> int:
    """Return how many rows to decide next, when so many took so many seconds.

    Where somebody waited meanwhile, few; from then on a quarter more each time, since who has
    waited once will mostly come again soon.
    """
    wanted = WAITED_FOR_SECONDS if is_waited_for else STEP_SECONDS
    least = LEAST_WAITED_FOR if is_waited_for else LEAST_AT_ONCE
    fitting = max(least, int(size * wanted / max(seconds, 0.001)))
    return min(fitting, max(LEAST_WAITED_FOR, size + size // 4), MOST_AT_ONCE)
