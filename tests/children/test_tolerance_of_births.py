"""A child is found however its birth was told, and nobody else is; those alike stand together.

The small town of the names: a description goes in, the children who would be shown come out.
"""

from datetime import date
from typing import Any

import pytest

from portal.matching import age_window, year_window
from tests.children.small_town import CHILDREN, TODAY, SmallTown, born, on_both

DATES_SHOWN: list[tuple[str, str, Any]] = [
    ("day and month swapped", "swapped_day", date(2014, 7, 3)),
    ("one digit wrong", "digit", date(2013, 8, 15)),
    ("one digit wrong", "digit", date(2012, 8, 16)),
    ("one digit wrong", "digit", date(2013, 8, 26)),
    ("one digit wrong", "digit", date(2003, 8, 16)),
    ("a day off", "digit", date(2013, 8, 17)),
    ("year only", "digit", year_window(2013)),
    ("about an age", "digit", age_window(12, TODAY)),
    ("about an age", "digit", age_window(11, TODAY)),
    ("not known", "digit", None),
]
DATES_NOT_SHOWN: list[tuple[str, str, Any]] = [
    ("day and month swapped", "swapped_day", date(2009, 11, 23)),
    ("one digit wrong", "digit", date(2009, 1, 27)),
    ("year only", "digit", year_window(2006)),
    ("about an age", "digit", age_window(4, TODAY)),
]


@pytest.mark.parametrize(
    ("small_town", "clause", "key", "birth"), on_both(DATES_SHOWN), indirect=["small_town"]
)
def test_a_birth_told_so_shows_the_child(
    small_town: SmallTown, clause: str, key: str, birth: Any
) -> None:
    entry = CHILDREN[key]
    assert small_town.shown(entry.given_names, entry.family_name, birth)[:1] == [key], clause


@pytest.mark.parametrize(
    ("small_town", "clause", "key", "birth"), on_both(DATES_NOT_SHOWN), indirect=["small_town"]
)
def test_another_birth_and_another_spelling_do_not_show_the_child(
    small_town: SmallTown, clause: str, key: str, birth: Any
) -> None:
    entry = CHILDREN[key]
    assert key not in small_town.shown(entry.given_names[:1], entry.family_name, birth), clause


def test_every_clause_that_is_refused_is_tried_both_ways() -> None:
    assert {clause for clause, *_ in DATES_NOT_SHOWN} <= {clause for clause, *_ in DATES_SHOWN}


def test_twins_stand_side_by_side(small_town: SmallTown) -> None:
    assert small_town.shown("Amina", "Karimzadeh", born("amina")) == ["amina", "amira"]
    assert small_town.shown("Amira", "Karimzadeh", born("amina")) == ["amira", "amina"]
    assert set(small_town.shown("", "Karimzadeh", born("amina"))) == {"amina", "amira"}


def test_namesakes_stand_side_by_side_until_the_birth_is_told(small_town: SmallTown) -> None:
    both = small_town.shown("Imran", "Sheikhzada")
    assert sorted(both) == ["namesake_one", "namesake_two"]
    assert small_town.shown("Imran", "Sheikhzada", born("namesake_two"))[0] == "namesake_two"
    assert small_town.shown("Imran", "Sheikhzada", year_window(2011)) == ["namesake_one"]
    assert small_town.shown("Imran", "Sheikhzada", age_window(7, TODAY)) == ["namesake_two"]
