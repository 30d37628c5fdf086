"""What forbids joining two descriptions: twins first of all."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.matching import Description, Veto, compare, describe, vetoes

BORN = date(2018, 5, 6)
AMINA = describe(
    given_names="Amina",
    family_name="Hussain",
    birth=BORN,
    gender="female",
    postcodes=["LS1 4AP"],
    identifiers={"nhs_number": "9990000018"},
)
COMMON = {"amina": 0.002, "amira": 0.001, "aminah": 0.000001}


def other(given_names: str, family_name: str = "Hussain", postcode: str = "LS1 4AP") -> Description:
    return describe(
        given_names=given_names, family_name=family_name, birth=BORN, postcodes=[postcode]
    )


@pytest.mark.parametrize("given_names", ["Zara", "Khadija", "Omar", "Zara Amina", "Sumaya"])
def test_a_different_given_name_at_one_address_is_a_twin(given_names: str) -> None:
    assert Veto.TWIN_OR_SIBLING in vetoes(AMINA, other(given_names))


def test_the_score_alone_would_have_joined_the_twins() -> None:
    assert compare(AMINA, other("Zara")).probability > 0.95


@pytest.mark.parametrize("given_names", ["Amina", "Ameena", "Amina Zara", "", "Baby"])
def test_one_child_is_no_twin(given_names: str) -> None:
    assert not vetoes(AMINA, other(given_names))


def test_words_in_another_order_are_no_twin() -> None:
    one, two = other("Maria Fatima"), other("Fatima Maria")
    assert not vetoes(one, two)


def test_double_names_and_former_names_still_make_twins() -> None:
    assert Veto.TWIN_OR_SIBLING in vetoes(AMINA, other("Zara", "Hussain-Khan"))
    renamed = replace(other("Zara", "Khan"), former=AMINA.former)
    assert not vetoes(AMINA, renamed)
    assert Veto.TWIN_OR_SIBLING in vetoes(AMINA, replace(renamed, former=(AMINA.family,)))


def test_an_unknown_address_does_not_rule_a_twin_out() -> None:
    assert Veto.TWIN_OR_SIBLING in vetoes(AMINA, other("Zara", postcode=""))


def test_another_town_or_another_day_is_no_twin() -> None:
    assert not vetoes(AMINA, other("Zara", postcode="SA1 8EN"))
    assert not vetoes(AMINA, replace(other("Zara"), birth=date(2015, 1, 2)))


def test_two_established_names_one_letter_apart_need_a_person() -> None:
    assert vetoes(AMINA, other("Amira"), frequency=COMMON.get) == {Veto.SIMILAR_TWIN_NAMES}
    assert not vetoes(AMINA, other("Aminx"), frequency=COMMON.get)
    assert not vetoes(AMINA, other("Amira"))


def test_conflicting_identifiers() -> None:
    twin = describe(given_names="Amina", identifiers={"nhs_number": "9990000026"})
    assert vetoes(AMINA, twin) == {Veto.CONFLICTING_IDENTIFIERS}
    assert not vetoes(AMINA, describe(identifiers={"nhs_number": "9990000018"}))
    assert not vetoes(AMINA, describe(identifiers={"upn": "X"}))


NAMES = st.sampled_from(["Amina", "Zara", "Ameena", "Omar", "Baby", "", "Amina Zara", "A"])


@given(NAMES, NAMES)
def test_the_order_does_not_matter(one: str, two: str) -> None:
    assert vetoes(other(one), other(two)) == vetoes(other(two), other(one))
