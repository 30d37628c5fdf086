"""Birth dates as people report them."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.matching.dates import (
    BirthWindow,
    DateLikeness,
    age_window,
    compare_births,
    is_one_digit_away,
    neighbours,
    one_digit_away,
    swapped,
    widened,
    year_window,
)

DAYS = st.dates(date(1990, 1, 1), date(2030, 12, 31))
ANY_DAY = st.dates()
BORN = date(2016, 3, 4)


@pytest.mark.parametrize(
    ("reported", "kind"),
    [
        (date(2016, 3, 4), DateLikeness.SAME),
        (date(2016, 4, 3), DateLikeness.SWAPPED),
        (date(2016, 3, 5), DateLikeness.NEXT_DAY),
        (date(2016, 3, 3), DateLikeness.NEXT_DAY),
        (date(2016, 3, 14), DateLikeness.ONE_DIGIT),
        (date(2017, 3, 4), DateLikeness.ONE_DIGIT),
        (date(2061, 3, 4), DateLikeness.ONE_DIGIT),
        (date(2013, 8, 21), DateLikeness.DIFFERENT),
        (None, DateLikeness.UNKNOWN),
        (year_window(2016), DateLikeness.YEAR),
        (year_window(2015), DateLikeness.NEAR),
        (year_window(2012), DateLikeness.DIFFERENT),
        (age_window(9, date(2025, 9, 1)), DateLikeness.ABOUT),
        (age_window(10, date(2025, 9, 1)), DateLikeness.ABOUT),
        (age_window(7, date(2025, 9, 1)), DateLikeness.NEAR),
        (age_window(14, date(2025, 9, 1)), DateLikeness.DIFFERENT),
    ],
)
def test_kinds(reported: date | BirthWindow | None, kind: DateLikeness) -> None:
    assert compare_births(reported, BORN) is kind
    assert compare_births(BORN, reported) is kind


def test_neighbour_across_the_year() -> None:
    assert compare_births(date(2015, 12, 31), date(2016, 1, 1)) is DateLikeness.NEXT_DAY


def test_about_seven_means_six_to_eight() -> None:
    window = age_window(7, date(2026, 6, 15))
    assert window == BirthWindow(date(2017, 6, 16), date(2020, 6, 15), about=True)


def test_about_nought_does_not_reach_into_the_future() -> None:
    assert age_window(0, date(2026, 6, 15)).latest == date(2026, 6, 15)


def test_an_age_on_the_29th_of_february() -> None:
    assert age_window(3, date(2024, 2, 29)).latest == date(2022, 2, 28)


@pytest.mark.parametrize("years", [-1, 3000])
def test_an_impossible_age_is_refused(years: int) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        age_window(years, date(2026, 1, 1))


@given(ANY_DAY)
def test_swapping_twice_gives_the_day_back(day: date) -> None:
    other = swapped(day)
    if other is not None:
        assert swapped(other) == day
        assert compare_births(day, other) is DateLikeness.SWAPPED


@given(ANY_DAY, ANY_DAY)
def test_the_order_does_not_matter(one: date, other: date) -> None:
    assert compare_births(one, other) is compare_births(other, one)


@given(ANY_DAY)
def test_one_digit_away_works_both_ways(day: date) -> None:
    found = one_digit_away(day)
    assert day not in found
    assert len(found) < 80
    for other in sorted(found)[:5]:
        assert day in one_digit_away(other)


@given(ANY_DAY)
def test_neighbours_are_one_day_apart(day: date) -> None:
    assert all(abs((other - day).days) == 1 for other in neighbours(day))
    assert neighbours(day)


@given(st.integers(1, 9999), ANY_DAY)
def test_widening_never_leaves_the_calendar(year: int, day: date) -> None:
    window = year_window(year)
    wide = widened(window)
    assert wide.earliest <= window.earliest
    assert wide.latest >= window.latest
    assert wide.days <= window.days + 732
    assert (day in window) == (day.year == year)


@given(DAYS, DAYS, st.randoms(use_true_random=False))
def test_one_digit_away_is_told_without_writing_all_down(one: date, other: date, rng: Any) -> None:
    near = sorted(one_digit_away(one))
    for day in (other, one, rng.choice(near)):
        assert is_one_digit_away(one, day) == (day in one_digit_away(one))
