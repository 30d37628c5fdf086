import random

import pytest

from tests.benchmarks.ranks import auc, band


def test_equal_groups_tell_nothing() -> None:
    assert auc([1, 2, 3], [1, 2, 3]) == 0.5
    assert auc([1, 1], [1, 1]) == 0.5


def test_longer_times_come_after() -> None:
    assert auc([3, 4], [1, 2]) == 1.0
    assert auc([1, 2], [3, 4]) == 0.0
    assert auc([1, 4], [2, 3]) == 0.5


def test_the_area_is_the_share_of_pairs() -> None:
    rng = random.Random(5)
    one = [rng.randrange(20) for _ in range(60)]
    other = [rng.randrange(25) for _ in range(40)]
    pairs = [(a > b) + 0.5 * (a == b) for a in one for b in other]
    assert auc(one, other) == pytest.approx(sum(pairs) / len(pairs))


def test_nothing_to_compare_is_refused() -> None:
    with pytest.raises(ValueError, match="two groups"):
        auc([], [1.0])


def test_the_band_holds_chance_and_not_a_shift() -> None:
    rng = random.Random(7)
    same = [[rng.gauss(10, 1) for _ in range(400)] for _ in range(3)]
    shifted = [time + 0.4 for time in same[2]]
    null = band(same[0], same[1], draws=200)
    assert auc(same[2], same[0]) in null
    assert auc(shifted, same[0]) not in null
    assert null.least < 0.5 < null.most
