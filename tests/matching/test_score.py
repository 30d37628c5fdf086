"""The score, and the law that a hidden fact never counts against a child."""

import time
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.matching import (
    BirthWindow,
    Description,
    age_window,
    compare,
    describe,
    explain,
    year_window,
)
from portal.matching.dates import Birth
from tests.matching.amina import AMINA, BORN

GIVEN = st.sampled_from(
    [
        "Amina",
        "Ameena",
        "Muhammad",
        "Mo",
        "Siân",
        "Dafydd",
        "Krzysztof",
        "Oluwaseun",
        "Baby",
        "",
        "Anne-Marie",
        "Annemarie",
        "J",
        "Cabdi",
        "Zara",
        "Muhammad Ali",
        "Ali Muhammad",
    ]
)
FAMILY = st.sampled_from(
    [
        "Hussain",
        "Husayn",
        "Smith-Jones",
        "Smithjones",
        "Jones Smith",
        "Kowalski",
        "Kowalska",
        "O'Brien",
        "al-Hassan",
        "Khan",
        "",
        "Unknown",
        "Diallo",
        "Amina",
    ]
)
DAYS = st.dates(date(2008, 1, 1), date(2026, 1, 1))
BIRTHS: st.SearchStrategy[Birth] = st.one_of(
    DAYS, st.none(), st.integers(2008, 2026).map(year_window), st.just(BORN)
)
POSTCODES = st.sampled_from(["LS1 4AP", "LS1 4AB", "LS1 9ZZ", "SA1 8EN", "nonsense", ""])
GENDERS = st.sampled_from(["female", "male", "not_specified", None])
ANYTHING = st.text(max_size=60)


@st.composite
def people(draw: st.DrawFn) -> Description:
    return describe(
        given_names=draw(GIVEN | ANYTHING),
        family_name=draw(FAMILY | ANYTHING),
        former_family_names=draw(st.lists(FAMILY, max_size=2)),
        birth=draw(BIRTHS),
        gender=draw(GENDERS),
        postcodes=draw(st.lists(POSTCODES, max_size=2)),
        identifiers={"nhs_number": draw(st.sampled_from(["", "9990000018", "9990000026"]))},
    )


@given(people(), people(), POSTCODES)
def test_a_postcode_that_misses_does_nothing(
    query: Description, candidate: Description, postcode: str
) -> None:
    """Design section 5: what can be hidden only ever adds weight."""
    without = replace(query, postcodes=frozenset())
    typed = replace(query, postcodes=describe(postcodes=[postcode]).postcodes)
    bare, given_one = compare(without, candidate), compare(typed, candidate)
    hit = [item for item in given_one.evidence if item.kind.startswith("postcode")]
    if hit:
        assert given_one.score == pytest.approx(bare.score + hit[0].weight)
        assert hit[0].weight > 0
    else:
        assert given_one == bare
    assert given_one.visible == bare.visible


@given(people(), people())
def test_a_child_without_hideable_facts_answers_like_one_whose_facts_miss(
    query: Description, candidate: Description
) -> None:
    masked = replace(candidate, postcodes=frozenset(), identifiers=frozenset())
    moved = replace(
        candidate,
        postcodes=describe(postcodes=["ZE1 0AA"]).postcodes,
        identifiers=frozenset({("nhs_number", "9990000034")}),
    )
    assert compare(query, masked) == compare(query, moved)
    assert compare(query, candidate).score >= compare(query, masked).score


@given(people(), people())
def test_a_former_name_never_lowers(query: Description, candidate: Description) -> None:
    plain = replace(candidate, former=())
    assert compare(query, candidate).score >= compare(query, plain).score - 1e-9


@given(people(), people())
def test_the_order_of_the_two_does_not_matter(one: Description, other: Description) -> None:
    assert compare(one, other).score == pytest.approx(compare(other, one).score)


@given(people(), people())
def test_the_evidence_adds_up_to_the_score(one: Description, other: Description) -> None:
    found = compare(one, other)
    assert sum(item.weight for item in found.evidence) == pytest.approx(found.score)
    assert 0 <= found.probability <= 1
    assert len(explain(found.evidence)) == len(found.evidence)


@given(st.lists(st.sampled_from(["Amina", "Zara", "Fatima", "Omar"]), min_size=1, max_size=3))
def test_the_order_of_given_names_does_not_matter(names: list[str]) -> None:
    forwards = describe(given_names=" ".join(names), family_name="Khan")
    backwards = describe(given_names=" ".join(reversed(names)), family_name="Khan")
    assert compare(forwards, AMINA) == compare(backwards, AMINA)


@given(people(), DAYS)
def test_an_exact_birth_date_beats_any_other(person: Description, day: date) -> None:
    child = replace(person, birth=BORN)
    right = compare(replace(person, birth=BORN), child).score
    assert right >= compare(replace(person, birth=day), child).score
    assert right > compare(replace(person, birth=BORN + timedelta(days=400)), child).score


def test_gender_adds_and_a_miss_lowers_only_a_little() -> None:
    query = describe(given_names="Amina", family_name="Khan")
    unsaid = compare(query, AMINA).score
    same = compare(replace(query, gender="female"), AMINA).score
    other = compare(replace(query, gender="male"), AMINA).score
    assert same > unsaid > other
    assert unsaid - other < 1.5
    assert compare(describe(gender="not_specified"), AMINA).score == 0


def test_a_rare_name_weighs_more_than_a_common_one() -> None:
    shares = {"muhammad": 0.03, "khan": 0.01, "zephaniah": 0.00001}.get
    common = describe(given_names="Muhammad", family_name="Khan")
    rare = describe(given_names="Zephaniah", family_name="Khan")
    assert (
        compare(common, common, frequency=shares).score
        < compare(common, common).score
        < compare(rare, rare, frequency=shares).score
    )


def test_a_window_weighs_by_its_width() -> None:
    child = describe(birth=BORN)
    year = compare(describe(birth=year_window(2016)), child).score
    about = compare(describe(birth=age_window(9, date(2025, 6, 1))), child).score
    decade = compare(describe(birth=BirthWindow(date(2010, 1, 1), date(2019, 12, 31))), child).score
    assert year > about > decade > 0


def test_nothing_in_common_is_nothing_like() -> None:
    stranger = describe(given_names="Oliver", family_name="Thornton", birth=date(2011, 9, 27))
    found = compare(stranger, AMINA)
    assert found.score < -10
    assert found.probability < 0.001


@pytest.mark.parametrize(
    "text",
    [
        "🎉" * 50,
        "\u202e" + "حسن" * 60,
        "\x00",
        "a" * 200,
        "- ' .",
        "9" * 200,
        "x y " * 50,
        "ﷺ" * 200,
        "ab-" * 66,
        "O " * 100,
        "\ud800\udfff",
    ],
)
def test_strange_names_never_raise_and_take_bounded_time(text: str) -> None:
    started = time.perf_counter()
    query = describe(given_names=text, family_name=text, former_family_names=[text] * 3)
    compare(query, AMINA)
    compare(query, query)
    assert time.perf_counter() - started < 2
