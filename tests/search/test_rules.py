"""What a search needs, and how its candidates differ."""

import datetime as dt
import uuid
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.access.identity import Identity
from portal.children.finding.choosing import Question
from portal.children.rules import Scheme
from portal.core.config import Config, problems
from portal.matching import BirthWindow
from portal.sandbox import numbers
from portal.search.rules import (
    QUESTIONS,
    Ask,
    Budget,
    Holder,
    Lack,
    Span,
    Typed,
    alike,
    budgets_of,
    criteria_of,
    differences,
    fact_to_ask,
    has_wild_card,
    lack,
    may_search_by,
    overspent,
    read_number,
    side_by_side,
)

DAY = dt.date(2019, 7, 4)
TODAY = dt.date(2026, 3, 1)


@dataclass(frozen=True)
class Child:
    given_names: str
    family_name: str
    date_of_birth: dt.date = DAY
    gender: str = "female"


@pytest.mark.parametrize(
    ("typed", "missing"),
    [
        (Typed(), Lack.EVERYTHING),
        (Typed(born=DAY), Lack.EVERYTHING),
        (Typed(gender="female", postcode="QH1 1AA"), Lack.EVERYTHING),
        (Typed(given_name="Ada"), Lack.FAMILY_NAME),
        (Typed(given_name="Ada", born=2019), Lack.FAMILY_NAME),
        (Typed(given_name="Ada", postcode="QH1 1AA", age=5), Lack.FAMILY_NAME),
        (Typed(family_name="Lovell", age=5), Lack.GIVEN_NAME),
        (Typed(given_name="Ada", family_name="Lovell"), Lack.ONE_MORE_FACT),
        (Typed(given_name="Ada", family_name="Lovell", gender="female"), Lack.ONE_MORE_FACT),
        (Typed(given_name="Ada", family_name="Lovell", born=DAY), None),
        (Typed(given_name="Ada", family_name="Lovell", born=2019), None),
        (Typed(given_name="Ada", family_name="Lovell", age=0), None),
        (Typed(given_name="Ada", family_name="Lovell", postcode="QH1 1AA"), None),
        (Typed(given_name="Parwana", born=DAY), None),
        (Typed(family_name="Parwana", born=DAY), None),
        (Typed(number="7K4M-29QX-B3TD"), None),
    ],
)
def test_a_search_needs_a_number_or_names_and_one_more_fact(
    typed: Typed, missing: Lack | None
) -> None:
    assert lack(typed) is missing


@pytest.mark.parametrize("name", ["Ad*", "%", "A_a", "Ad?"])
def test_wild_cards_are_seen(name: str) -> None:
    assert has_wild_card(name)


@pytest.mark.parametrize("name", ["", "O'Neill", "Smith-Jones", "Llŷr", "St. John", "de la Cruz"])
def test_ordinary_names_have_no_wild_card(name: str) -> None:
    assert not has_wild_card(name)


def test_numbers_are_told_apart_however_they_are_written() -> None:
    nhs = numbers.nhs(101)
    upn = numbers.upn(101, 2023)
    assert read_number(f"{nhs[:3]} {nhs[3:6]} {nhs[6:]}") == (Scheme.NHS_NUMBER, nhs)
    assert read_number(upn.lower()) == (Scheme.UPN, upn)
    assert read_number("7k4m 29qx b3td") == (None, "7K4M-29QX-B3TD")


@pytest.mark.parametrize("text", ["", "12", "1234567890", "٩٩٩٠٠٠٠٠٠٠", "=1+1", "A" * 100])
def test_other_numbers_are_known_to_be_none(text: str) -> None:
    assert read_number(text) is None


@given(st.text(max_size=60))
def test_reading_a_number_never_fails(text: str) -> None:
    read = read_number(text)
    assert read is None or read_number(read[1]) == read


def test_a_number_is_for_the_sector_it_was_issued_for() -> None:
    assert may_search_by(Scheme.NHS_NUMBER, "health")
    assert may_search_by(Scheme.UPN, "education")
    assert not may_search_by(Scheme.NHS_NUMBER, "education")
    assert not may_search_by(Scheme.UPN, "health")
    assert all(may_search_by(None, sector) for sector in ("health", "police", ""))


def test_criteria_hold_a_day_a_year_or_an_age() -> None:
    assert criteria_of(Typed(born=DAY, age=3), on=TODAY).birth == DAY
    year = criteria_of(Typed(born=2019), on=TODAY).birth
    assert isinstance(year, BirthWindow)
    assert (year.earliest, year.latest) == (dt.date(2019, 1, 1), dt.date(2019, 12, 31))
    about = criteria_of(Typed(age=0), on=TODAY).birth
    assert isinstance(about, BirthWindow)
    assert TODAY in about
    assert criteria_of(Typed(), on=TODAY).birth is None


def test_criteria_hold_one_number_under_its_scheme() -> None:
    own = criteria_of(Typed(number="7k4m29qxb3td"), on=TODAY)
    assert (own.record_number, dict(own.numbers)) == ("7K4M-29QX-B3TD", {})
    nhs = criteria_of(Typed(number=numbers.nhs(101)), on=TODAY)
    assert (nhs.record_number, dict(nhs.numbers)) == ("", {Scheme.NHS_NUMBER: numbers.nhs(101)})


ZAYN, ZAIN = Child("Zayn", "Akhtar"), Child("Zain", "Akhtar")
OTHER = Child("Sam", "Reed", dt.date(2018, 1, 1))


def test_twins_and_namesakes_are_alike() -> None:
    assert alike(ZAYN, ZAIN)
    assert alike(ZAYN, Child("ZAYN", "akhtar", dt.date(2011, 1, 1)))
    assert alike(ZAYN, Child("Zayn", "Khan"))
    assert not alike(ZAYN, Child("Zayn", "Khan", dt.date(2011, 1, 1)))
    assert not alike(ZAYN, OTHER)


def test_those_who_are_alike_stand_side_by_side() -> None:
    assert side_by_side([ZAYN, OTHER, ZAIN]) == [[ZAYN, ZAIN], [OTHER]]
    assert side_by_side([OTHER, ZAYN]) == [[OTHER], [ZAYN]]


def test_what_differs_is_named() -> None:
    assert differences(ZAYN, [ZAYN, ZAIN, OTHER]) == ("given_names",)
    assert differences(OTHER, [ZAYN, ZAIN, OTHER]) == ()
    boy = Child("Zain", "Akhtar", gender="male")
    assert differences(ZAYN, [ZAYN, boy]) == ("given_names", "gender")


def test_when_nothing_shown_differs_the_record_number_does() -> None:
    one, two = Child("Muhammad", "Hussain"), Child("Muhammad", "Hussain")
    assert differences(one, [one, two]) == ("record_number",)


def test_the_fact_to_ask_for_is_the_one_that_the_index_names() -> None:
    assert fact_to_ask("gender", Typed(postcode="QH1 1AA")) is Ask.GENDER
    assert fact_to_ask("", Typed()) is Ask.POSTCODE
    assert fact_to_ask("", Typed(postcode="QH1 1AA")) is Ask.RECORD_NUMBER
    assert fact_to_ask("date_of_birth", Typed(age=7)) is Ask.DATE_OF_BIRTH
    assert fact_to_ask("date_of_birth", Typed(born=2019)) is Ask.WHOLE_DATE
    assert Ask.WHOLE_DATE.box == Ask.DATE_OF_BIRTH.box == "date_of_birth"
    assert {question.value for question in Question} <= set(Ask)
    assert set(QUESTIONS) == set(Ask)


@given(st.lists(st.builds(Child, st.sampled_from("AB"), st.sampled_from("CD")), max_size=5))
def test_standing_side_by_side_loses_nobody(children: list[Child]) -> None:
    placed = [one for group in side_by_side(children) for one in group]
    assert sorted(placed, key=repr) == sorted(children, key=repr)


CONFIG = Config(instance=Path(), public_url="https://cp.example.org")
PERSON, TEAM, PLACE = (uuid.UUID(int=number) for number in (1, 2, 3))
WHO = Identity(account_id=PERSON, team_id=TEAM, organisation_id=PLACE)
AT = dt.datetime(2026, 3, 1, 13, 59, 59, tzinfo=dt.UTC)
ONE_O_CLOCK = dt.datetime(2026, 3, 1, 13, tzinfo=dt.UTC)
MIDNIGHT = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)


def test_a_search_is_taken_from_six_budgets_always_in_one_order() -> None:
    assert [
        (one.holder, one.holder_id, one.span, one.starts_at)
        for one in budgets_of(WHO, CONFIG, at=AT)
    ] == [
        (Holder.PERSON, PERSON, Span.HOUR, ONE_O_CLOCK),
        (Holder.PERSON, PERSON, Span.DAY, MIDNIGHT),
        (Holder.TEAM, TEAM, Span.HOUR, ONE_O_CLOCK),
        (Holder.TEAM, TEAM, Span.DAY, MIDNIGHT),
        (Holder.ORGANISATION, PLACE, Span.HOUR, ONE_O_CLOCK),
        (Holder.ORGANISATION, PLACE, Span.DAY, MIDNIGHT),
    ]


def test_whoever_has_no_team_is_one_and_no_organisation_has_no_budget() -> None:
    alone = budgets_of(Identity(account_id=PERSON), CONFIG, at=AT)
    assert {(one.holder, one.holder_id) for one in alone} == {
        (Holder.PERSON, PERSON), (Holder.TEAM, PERSON),
    }  # fmt: skip
    assert budgets_of(Identity(command="bench"), CONFIG, at=AT) == ()


def test_windows_follow_one_another_without_gap() -> None:
    for span in Span:
        first = span.first_moment(AT)
        assert first <= AT < first + span.length
        assert span.first_moment(first) == first
        assert span.first_moment(first + span.length) == first + span.length


def limited(holder: Holder, span: Span, limit: int) -> Budget:
    """Return a budget that began before AT."""
    return Budget(holder, PERSON, span, span.first_moment(AT), limit)


def test_a_budget_may_be_used_up_and_no_more() -> None:
    hour, day = limited(Holder.PERSON, Span.HOUR, 3), limited(Holder.TEAM, Span.DAY, 9)
    assert overspent([hour, day], {}) is None
    assert overspent([hour, day], {hour.key: 3, day.key: 9}) is None
    assert overspent([hour, day], {hour.key: 4, day.key: 9}) == hour
    assert overspent([hour, day], {hour.key: 4, day.key: 10}) == day, "it lifts last"
    assert overspent([hour], {(Holder.PERSON.value, Span.DAY.value): 99}) is None


def test_the_published_limits_widen_and_none_can_be_nought() -> None:
    limits = [one.limit for one in budgets_of(WHO, CONFIG, at=AT)]
    hours, days = limits[::2], limits[1::2]
    assert hours == sorted(set(hours))
    assert days == sorted(set(days))
    assert all(hour < day for hour, day in zip(hours, days, strict=True))
    for holder in Holder:
        for span in Span:
            word = f"{holder}_searches_per_{span}"
            for limit in (0, -1, 1_000_001):
                (problem,) = problems(replace(CONFIG, **{word: limit}))  # type: ignore[arg-type]
                assert f"{word} must be between 1 and 1000000" in problem
            assert problems(replace(CONFIG, **{word: 1})) == []  # type: ignore[arg-type]
