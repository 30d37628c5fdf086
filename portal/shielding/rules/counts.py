"""Yearly counts that give no child away.

A number below five is not shown. Nor is a total from which it could be worked out: where any
number is withheld, the total is only said to lie between what is shown and the most it could be,
which tells nothing that the other cells do not.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

FEWEST = 5
Word = TypeVar("Word")


@dataclass(frozen=True, slots=True)
class Published:
    """One number as it may be shown: exactly, or as the least and the most it can be."""

    least: int
    most: int

    @property
    def is_exact(self) -> bool:
        """True when the number itself may be shown."""
        return self.least == self.most


def published(count: int) -> Published:
    """Return a number as it may be shown."""
    return Published(count, count) if count >= FEWEST else Published(0, FEWEST - 1)


def published_row(counts: Mapping[Word, int]) -> tuple[dict[Word, Published], Published]:
    """Return the numbers of one year and their total as they may be shown.

    Whatever a withheld number is, the whole row is the same.
    """
    cells = {word: published(count) for word, count in counts.items()}
    least = sum(cell.least for cell in cells.values())
    most = sum(cell.most for cell in cells.values())
    return cells, Published(least, most)
