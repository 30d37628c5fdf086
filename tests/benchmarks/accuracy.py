"""How often the right child is found, and how surely that is known.

A rank is the place, from 1, at which the right child stood in what an engine returned for a query;
0 when it was not among them.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from tests.benchmarks.queries import BenchQuery

# The two-sided 95 % point of the normal distribution.
Z = 1.959963984540054
Group = Literal["origin", "kind", "supplied"]


@dataclass(frozen=True, slots=True)
class Share:
    """A share of n, with its 95 % interval."""

    hits: int
    n: int

    @property
    def value(self) -> float:
        """The share, 0 of none."""
        return self.hits / self.n if self.n else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """The score interval of E. B. Wilson, JASA 22 (1927) 209-212; (0, 1) of none."""
        if not self.n:
            return 0.0, 1.0
        middle = (self.value + Z**2 / (2 * self.n)) / (1 + Z**2 / self.n)
        spread = self.value * (1 - self.value) / self.n + Z**2 / (4 * self.n**2)
        half = Z * math.sqrt(spread) / (1 + Z**2 / self.n)
        return max(0.0, middle - half), min(1.0, middle + half)


@dataclass(frozen=True, slots=True)
class Recall:
    """How often the right child came first, and how often among the first five."""

    at_1: Share
    at_5: Share


@dataclass(frozen=True, slots=True)
class Difference:
    """Two engines on the same queries: the first engine's recall less the second's.

    only_first and only_second count the queries that one found and the other did not. low and high
    bound the difference (95 %); p is the exact two-sided probability of McNemar's test.
    """

    n: int
    only_first: int
    only_second: int
    value: float
    low: float
    high: float
    p: float


def rank_of(expected: str, ranking: Sequence[str]) -> int:
    """Return the place of a source id in a ranking, from 1; 0 when it is not there."""
    return ranking.index(expected) + 1 if expected in ranking else 0


def recall(ranks: Iterable[int]) -> Recall:
    """Return the recall over some queries."""
    every = list(ranks)
    first = sum(rank == 1 for rank in every)
    return Recall(Share(first, len(every)), Share(_found(every, 5), len(every)))


def recall_by(group: Group, asked: Sequence[BenchQuery], ranks: Sequence[int]) -> dict[str, Recall]:
    """Return the recall for each origin, kind of error, or what was supplied, in their order."""
    sorted_out: dict[str, list[int]] = {}
    for query, rank in zip(asked, ranks, strict=True):
        sorted_out.setdefault(getattr(query, group), []).append(rank)
    return {word: recall(sorted_out[word]) for word in sorted(sorted_out)}


def difference(first: Sequence[int], second: Sequence[int], k: int = 5) -> Difference:
    """Compare two engines by their ranks for the same queries in the same order.

    The interval is method 10 of R. G. Newcombe, Statistics in Medicine 17 (1998) 2635-2650: two
    Wilson intervals, squared and added, with the correlation of the pairs. Raises ValueError for
    lists of different lengths, or without a query.
    """
    pairs = [(0 < one <= k, 0 < other <= k) for one, other in zip(first, second, strict=True)]
    if not pairs:
        raise ValueError("No query was asked of both")
    both, b = pairs.count((True, True)), pairs.count((True, False))
    c, neither = pairs.count((False, True)), pairs.count((False, False))
    low, high = _newcombe(both, b, c, neither)
    return Difference(len(pairs), b, c, (b - c) / len(pairs), low, high, mcnemar(b, c))


def mcnemar(only_first: int, only_second: int) -> float:
    """Return the exact two-sided probability of so uneven a split of the queries that differ.

    Q. McNemar, Psychometrika 12 (1947) 153-157, with the binomial distribution itself.
    """
    n, least = only_first + only_second, min(only_first, only_second)
    tail = sum(math.comb(n, place) for place in range(least + 1))
    return min(1.0, 2 * tail / (1 << n))


def _newcombe(a: int, b: int, c: int, d: int) -> tuple[float, float]:
    n = a + b + c + d
    one, other = Share(a + b, n), Share(a + c, n)
    phi = _correlation(a, b, c, d)
    below, above = _halves(one)
    other_below, other_above = _halves(other)
    theta = (b - c) / n
    down = math.sqrt(max(0.0, below**2 - 2 * phi * below * other_above + other_above**2))
    up = math.sqrt(max(0.0, above**2 - 2 * phi * above * other_below + other_below**2))
    return theta - down, theta + up


def _halves(share: Share) -> tuple[float, float]:
    low, high = share.interval
    return share.value - low, high - share.value


def _correlation(a: int, b: int, c: int, d: int) -> float:
    """Phi, drawn towards 0 by Newcombe's correction where it is positive."""
    size = math.sqrt((a + b) * (c + d) * (a + c) * (b + d))
    top: float = a * d - b * c
    if top > 0:
        top = max(top - (a + b + c + d) / 2, 0.0)
    return top / size if size else 0.0


def _found(ranks: Iterable[int], k: int) -> int:
    return sum(0 < rank <= k for rank in ranks)
