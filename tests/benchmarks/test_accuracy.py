"""The arithmetic of recall, held against figures worked out elsewhere."""

import pytest

from tests.benchmarks.accuracy import (
    Share,
    difference,
    mcnemar,
    rank_of,
    recall,
    recall_by,
)
from tests.benchmarks.queries import BenchQuery


def query(origin: str, kind: str) -> BenchQuery:
    return BenchQuery({}, "B1", origin, kind, "name+dob")


# R. G. Newcombe, Statistics in Medicine 17 (1998) 857-872, table I, method 3.
@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson(hits: int, n: int, low: float, high: float) -> None:
    assert Share(hits, n).interval == pytest.approx((low, high), abs=5e-5)


def test_of_none_nothing_is_known() -> None:
    assert Share(0, 0).value == 0
    assert Share(0, 0).interval == (0, 1)


def test_recall_counts_the_first_and_the_first_five() -> None:
    found = recall([1, 1, 2, 5, 6, 0])
    assert (found.at_1.hits, found.at_5.hits, found.at_5.n) == (2, 4, 6)


def test_recall_by_group() -> None:
    asked = [query("welsh", "none"), query("welsh", "heard"), query("polish", "heard")]
    by_origin = recall_by("origin", asked, [1, 0, 3])
    assert list(by_origin) == ["polish", "welsh"]
    assert by_origin["welsh"].at_5 == Share(1, 2)
    assert recall_by("kind", asked, [1, 0, 3])["heard"].at_1 == Share(0, 2)
    with pytest.raises(ValueError, match="zip"):
        recall_by("kind", asked, [1])


def test_rank() -> None:
    assert rank_of("b", ["a", "b"]) == 2
    assert rank_of("c", ["a", "b"]) == 0


def split(both: int, first: int, second: int, neither: int) -> tuple[list[int], list[int]]:
    """Ranks of two engines with so many queries found by both, one, the other and none."""
    one = [1] * both + [5] * first + [6] * second + [0] * neither
    other = [2] * both + [0] * first + [1] * second + [0] * neither
    return one, other


def test_paired_difference() -> None:
    """The worked example of R. G. Newcombe, Statistics in Medicine 17 (1998) 2635-2650."""
    found = difference(*split(36, 12, 2, 0))
    assert (found.n, found.only_first, found.only_second) == (50, 12, 2)
    assert found.value == pytest.approx(0.2)
    assert (found.low, found.high) == pytest.approx((0.0569, 0.3404), abs=5e-5)


@pytest.mark.parametrize("cells", [(43, 7, 0, 0), (53, 0, 1, 0), (0, 1, 0, 29), (900, 30, 12, 58)])
def test_the_other_way_round_the_interval_is_mirrored(cells: tuple[int, int, int, int]) -> None:
    one, other = split(*cells)
    there, back = difference(one, other), difference(other, one)
    assert (there.low, there.high) == pytest.approx((-back.high, -back.low))
    assert -1 <= there.low < there.value < there.high <= 1
    assert there.p == back.p


def test_no_difference_has_an_interval_around_nothing() -> None:
    found = difference(*split(900, 10, 10, 80))
    assert found.value == 0
    assert found.low == pytest.approx(-found.high)
    assert found.p == 1


def test_mcnemar_is_the_binomial_of_what_differs() -> None:
    assert mcnemar(0, 0) == 1
    assert mcnemar(0, 5) == mcnemar(5, 0) == pytest.approx(2 / 32)
    assert mcnemar(1, 9) == pytest.approx(22 / 1024)


def test_engines_are_compared_on_the_same_queries() -> None:
    with pytest.raises(ValueError, match="zip"):
        difference([1], [1, 2])
    with pytest.raises(ValueError, match="No query"):
        difference([], [])
