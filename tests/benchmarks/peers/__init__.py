"""Others who find people by misspelt names, each tuned as well as an afternoon allows.

All of them are given the same facts of the same children and the same queries: the name as typed,
folded to plain letters, everybody born on the typed day (day and month swapped too), everybody at
the typed postcode. Where a peer only gathers candidates, the portal's own comparison ranks them, so
that what is compared is the finding and not the ranking.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from tests.benchmarks.peers.ranking import Ranking, Row
from tests.benchmarks.queries import BenchQuery


@dataclass(frozen=True, slots=True)
class Peer:
    """One way of searching: find returns the source ids of at most five children, the likeliest
    first. settings says how it was tuned."""

    name: str
    settings: str
    find: Callable[[BenchQuery], list[str]]


class Store(Protocol):
    """Where a peer keeps the children."""

    def begin(self) -> None:
        """Make it anew, empty."""

    def write(self, rows: Sequence[Row]) -> None:
        """Take in some children."""

    def finish(self) -> None:
        """Build the indexes."""

    def bytes(self) -> int:
        """Return what children and indexes take on disk."""

    def close(self) -> None:
        """Let go of it."""

    def peers(self, ranking: Ranking) -> list[Peer]:
        """Return the ways of searching it."""
