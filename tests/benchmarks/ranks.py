"""Telling two groups of times apart by rank, and how far chance alone takes them apart."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby


@dataclass(frozen=True, slots=True)
class Band:
    """Where 99 % of the values lie that chance alone gives."""

    least: float
    most: float

    def __contains__(self, value: float) -> bool:
        """True for a value that chance explains."""
        return self.least <= value <= self.most


def auc(one: Sequence[float], other: Sequence[float]) -> float:
    """Return how often a time of `one` is longer than a time of `other`; 0.5 tells nothing.

    The area under the ROC curve, from the sum of ranks (Mann and Whitney); of equal times half of
    each. Raises ValueError when a group is empty.
    """
    if not one or not other:
        raise ValueError("two groups are needed")
    marked = sorted([*((time, True) for time in one), *((time, False) for time in other)])
    total, passed = 0.0, 0
    for _, equal in groupby(marked, key=lambda pair: pair[0]):
        of_one = [is_one for _, is_one in equal]
        total += sum(of_one) * (passed + (len(of_one) + 1) / 2)
        passed += len(of_one)
    count = len(one)
    return (total - count * (count + 1) / 2) / (count * len(other))


def band(
    one: Sequence[float], other: Sequence[float], *, draws: int = 1_000, seed: int = 1
) -> Band:
    """Return the band of the AUC of two groups that do not differ, by bootstrap.

    Both are drawn, with putting back, from all the times of two groups that are the same.
    """
    rng, pool = random.Random(seed), [*one, *other]
    size = len(pool) // 2
    values = sorted(auc(rng.choices(pool, k=size), rng.choices(pool, k=size)) for _ in range(draws))
    cut = max(0, round(draws * 0.005) - 1)
    return Band(values[cut], values[-1 - cut])
