"""Whom a search names: a few, or a question first; and what a postcode may add."""

from datetime import date
from math import log2
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.children.finding import (
    Outcome,
    Question,
    choosing,
)
from portal.children.finding.choosing import Visible
from portal.children.rules import Gender
from portal.matching import Birth, Kind, describe, explain, year_window
from tests.children.index_town import BORN, Town


def test_too_many_asks_for_the_date_of_birth(index: Town) -> None:
    for day in range(1, 13):
        index.child("Mohammed", "Khan", born=date(2016, day, 20), gender="male")
    found = index.find("Mohamed", "Khan", birth=year_window(2016))
    assert (found.outcome, found.question) == (Outcome.TOO_MANY, Question.DATE_OF_BIRTH)
    assert found.candidates == ()
    assert len(index.ids("Mohamed", "Khan", birth=date(2016, 5, 20))) <= 5


def test_too_many_asks_for_what_separates_best(index: Town) -> None:
    for place in range(8):
        index.child("A", "Khan", gender=("female", "male")[place % 2])
    assert index.find("Amina", "Khan", birth=BORN).question is Question.GENDER
    for name in ("Aaliyah", "Adam", "Amal", "Anwar", "Asiya", "Azhar", "Atif"):
        index.child(name, "Khan", gender="male")
    assert index.find("A", "Khan", birth=BORN).question is Question.GIVEN_NAME


def test_too_many_namesakes_leave_nothing_to_ask(index: Town) -> None:
    for _ in range(8):
        index.child("Amina", "Khan", gender="female")
    found = index.find("Amina", "Khan", birth=BORN, gender="female")
    assert (found.outcome, found.question) == (Outcome.TOO_MANY, None)


@given(
    st.lists(
        st.builds(
            Visible,
            st.sampled_from(["ali", "ali khan", "amina", "amira", "omar", "sara", "zain"]),
            st.integers(735_000, 735_060) | st.just(735_000),
            st.sampled_from(list(Gender)).map(str),
        ),
        max_size=200,
    ),
    st.sampled_from([None, year_window(2014), BORN]),
    st.sampled_from([None, "female"]),
)
def test_a_question_is_the_same_however_few_of_the_children_are_read(
    seen: list[Visible], birth: Birth, gender: str | None
) -> None:
    """Read in parts, it is the one that all of them together lead to."""
    read: list[Visible] = []

    def some(start: int, end: int) -> list[Visible]:
        read.extend(seen[start:end])
        return seen[start:end]

    query = describe(given_names="Ali", family_name="Khan", birth=birth, gender=gender)
    births = [] if birth is BORN else [one.birth for one in seen]
    asked = choosing._best_question(query, choosing.Field(len(seen), births, some))
    worth = {Question.GIVEN_NAME: entropy([one.given_names for one in seen])}
    if birth is not BORN:
        worth[Question.DATE_OF_BIRTH] = entropy(births)
    if gender is None:
        worth[Question.GENDER] = entropy([one.gender for one in seen])
    order = list(Question)
    best = max(worth, key=lambda one: (round(worth[one], 9), -order.index(one)))
    assert asked is (best if worth[best] > 0 else None)
    assert len(read) <= len(seen)


def entropy(answers: list[Any]) -> float:
    """Bits, by the textbook."""
    shares = [answers.count(one) / len(answers) for one in set(answers)]
    return -sum(share * log2(share) for share in shares) if len(shares) > 1 else 0.0


def test_of_many_alike_only_a_part_is_read() -> None:
    seen = [Visible("oliver", 735_000 + place, "male") for place in range(200)]
    read: list[int] = []

    def some(start: int, end: int) -> list[Visible]:
        read.append(len(seen[start:end]))
        return seen[start:end]

    field = choosing.Field(200, [one.birth for one in seen], some)
    query = describe(given_names="Oliver", family_name="Smith")
    assert choosing._best_question(query, field) is Question.DATE_OF_BIRTH
    assert read == [40]


def test_an_exact_child_stands_apart_from_many_like_it(index: Town) -> None:
    right = index.child("Mohammed", "Khan", born=date(2016, 5, 20))
    for year in range(2008, 2020):
        index.child("Mohammed", "Khan", born=date(year, 11, 28))
    assert index.ids("Mohammed", "Khan", birth=date(2016, 5, 20)) == [right]


def test_twins_and_namesakes_stand_side_by_side(index: Town) -> None:
    amina, amira = index.child("Amina", "Hussain"), index.child("Amira", "Hussain")
    found = index.find("Amina", "Hussain", birth=BORN)
    assert [one.child_id for one in found.candidates] == [amina, amira]
    assert Kind.GIVEN_SAME in {item.kind for item in found.candidates[0].evidence}
    assert Kind.GIVEN_SAME not in {item.kind for item in found.candidates[1].evidence}


def test_a_postcode_lifts_and_a_wrong_one_does_nothing(index: Town) -> None:
    other = index.child("Amina", "Hussain", born=date(2015, 8, 21))
    here = index.child("Amina", "Hussain", born=date(2014, 7, 22), postcodes=("LS1 4AP",))
    without = index.find("Amina", "Hussain")
    wrong = index.find("Amina", "Hussain", postcodes=["SA1 8EN"])
    right = index.find("Amina", "Hussain", postcodes=["ls14ap"])
    assert wrong == without
    assert {one.child_id for one in without.candidates} == {other, here}
    assert [one.child_id for one in right.candidates] == [here, other]
    assert "postcode matches" in explain(right.candidates[0].evidence)
    assert right.candidates[1] in without.candidates


def test_a_postcode_reaches_a_child_whose_name_is_past_recognition(index: Town) -> None:
    child = index.child("Amina", "Hussain", postcodes=("LS1 4AP",))
    index.child("Omar", "Hussain", born=date(2012, 2, 9), postcodes=("LS1 4AP",))
    assert index.ids("Qqqqqq", "Husssaynne", birth=BORN, postcodes=["LS1 4AP"]) == [child]


def test_a_postcode_adds_a_child_whom_the_names_alone_would_not(index: Town) -> None:
    child = index.child("Amina", "Hussain", postcodes=("LS1 4AP",))
    assert index.ids("Amina", "Brookfield", postcodes=["LS1 4AP"]) == [child]
    assert index.find("Amina", "Brookfield").outcome is Outcome.NONE
    assert index.find("Amina", "Brookfield", postcodes=["SA1 8EN"]).outcome is Outcome.NONE


def test_a_newborn_without_a_name_is_found_by_day_and_postcode_together(index: Town) -> None:
    child = index.child("Baby", "Hussain", postcodes=("LS1 4AP",))
    index.child("Omar", "Khan", born=date(2012, 2, 9), postcodes=("LS1 4AP",))
    index.child("Mary", "Jones")
    assert index.ids("Baby", birth=BORN, postcodes=["LS1 4AP"]) == [child]
    assert index.ids("Baby", birth=BORN, postcodes=["SA1 8EN"]) == []
    assert index.ids("Baby", birth=BORN) == []
    assert index.ids("Baby", postcodes=["LS1 4AP"]) == []


NAMES = st.sampled_from([("Amina", "Hussain"), ("Amira", "Hussain"), ("Mo", "Khan"), ("A", "Khan")])
CODES = st.sampled_from(["LS1 4AP", "LS1 4AB", "SA1 8EN"])
YEARS = st.sampled_from([BORN, date(2016, 4, 3), date(2015, 8, 21)])
CHILDREN = st.lists(st.tuples(NAMES, YEARS, CODES | st.none()), max_size=14)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(CHILDREN, NAMES, st.one_of(YEARS, st.just(year_window(2016)), st.none()), CODES)
def test_no_postcode_ever_pushes_a_child_out(
    index: Town,
    children: list[tuple[tuple[str, str], date, str | None]],
    typed: tuple[str, str],
    birth: Any,
    postcode: str,
) -> None:
    """Design section 5: a fact that can be hidden only ever adds."""
    with index.session.begin_nested() as moment:
        for names, born, code in children:
            index.child(*names, born=born, postcodes=(code,) if code else ())
        without = index.find(*typed, birth=birth)
        with_one = index.find(*typed, birth=birth, postcodes=[postcode])
        named = {one.child_id for one in with_one.candidates}
        assert {one.child_id for one in without.candidates} <= named
        assert len(named) <= 5
        if not any(code == postcode or (code or "")[:3] == postcode[:3] for _, _, code in children):
            assert with_one == without
        moment.rollback()


@pytest.mark.parametrize("moved", [(), ("ZE1 0AA",)])
def test_a_masked_child_answers_like_one_who_moved(index: Town, moved: tuple[str, ...]) -> None:
    """The right postcode tells no more than the wrong one, whichever was hidden."""
    index.child("Amina", "Hussain", postcodes=moved)
    found = [index.find("Amina", "Hussain", postcodes=[code]) for code in ("LS1 4AP", "SA1 8EN")]
    assert found[0] == found[1]
    assert found[0].outcome is Outcome.FEW
