"""Choosing the thresholds of the ladder, on rows that no report uses."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product

from portal.matching import Thresholds
from tests.benchmarks import febrl
from tests.benchmarks.feed_rows import NEW_CHILD
from tests.benchmarks.kin import SAME_NAME
from tests.benchmarks.misspelling import Stream
from tests.benchmarks.placing import (
    SUPPLIED,
    Outcome,
    Tally,
    Weighed,
    febrl_rows,
    invented_rows,
    together,
)

SEED = 11
# design.md 7 begins strong matches at 0.95 and possible ones at 0.85; strong may only be stricter.
STRONG = (0.95, 0.97, 0.98, 0.99, 0.995, 0.998, 0.999)
MARGIN = (1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0)
POSSIBLE = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85)
# For a stricter threshold this share of the rows rightly joined may be given up.
GIVEN_UP = 0.002
# Of children who are new, no more than this share may be put before a person in vain.
IN_VAIN = 0.02


@dataclass(frozen=True, slots=True)
class Fitted:
    """What was chosen, and what the tuning rows come to by it."""

    thresholds: Thresholds
    tally: Tally


def tuning_rows(size: int, rows: int) -> list[Weighed]:
    """Return the rows to choose on: FEBRL's datasets 1 to 3, and invented children of the tuning
    stream and of a seed of their own."""
    people, asked = febrl.tuning_children(), febrl.tuning_queries(SUPPLIED)
    invented = invented_rows(size, SEED, Stream.TUNING, rows=rows, kin_rows=rows)
    return [*febrl_rows(people, asked), *without_namesakes(invented)]


def without_namesakes(weighed: Iterable[Weighed]) -> list[Weighed]:
    """Leave out twins and siblings who have one name by chance: nothing could tell them apart."""
    return [one for one in weighed if one.kind != SAME_NAME]


def fitted(weighed: Sequence[Weighed]) -> Fitted:
    """Choose the strictest strong and margin that give up hardly a row rightly joined, among those
    by which the fewest are wrongly joined; then the lowest possible that does not put too many new
    children before a person."""
    joined = {
        (margin, strong): together(weighed, Thresholds(strong, POSSIBLE[-1], margin))
        for margin, strong in product(MARGIN, STRONG)
    }
    fewest = min(tally[Outcome.WRONG] for tally in joined.values())
    safe = {at: tally for at, tally in joined.items() if tally[Outcome.WRONG] == fewest}
    least = max(tally.recall for tally in safe.values()) * (1 - GIVEN_UP)
    margin, strong = max(at for at, tally in safe.items() if tally.recall >= least)
    choices = (Thresholds(strong, possible, margin) for possible in POSSIBLE)
    chosen = next((one for one in choices if _in_vain(weighed, one) <= IN_VAIN), None)
    chosen = chosen or Thresholds(strong, POSSIBLE[-1], margin)
    return Fitted(chosen, together(weighed, chosen))


def by_possible(
    weighed: Sequence[Weighed], thresholds: Thresholds
) -> Iterator[tuple[float, float, Tally]]:
    """Yield each choice for possible, beside what is chosen for the others: the share of new
    children put before a person in vain, and the tally of the rows about children who are known."""
    known = [one for one in weighed if one.truth]
    for possible in POSSIBLE:
        chosen = replace(thresholds, possible=possible)
        yield possible, _in_vain(weighed, chosen), together(known, chosen)


def _in_vain(weighed: Sequence[Weighed], thresholds: Thresholds) -> float:
    tally = together((one for one in weighed if one.kind == NEW_CHILD), thresholds)
    return tally[Outcome.IN_VAIN] / tally.rows if tally.rows else 0.0
