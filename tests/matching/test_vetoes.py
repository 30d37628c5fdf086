"""What forbids joining two descriptions: twins first of all."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.matching import (
    VETO_SENTENCES,
    Description,
    Veto,
    compare,
    describe,
    explain_vetoes,
)
from portal.matching.vetoes import is_same_person, may_be_same_person, vetoes
from portal.matching.words import SENTENCES

BORN = date(2018, 5, 6)
AMINA = describe(
    given_names="Amina",
    family_name="Hussain",
    birth=BORN,
    gender="female",
    postcodes=["LS1 4AP"],
    identifiers={"nhs_number": "9990000018"},
)


def other(given_names: str, family_name: str = "Hussain", postcode: str = "LS1 4AP") -> Description:
    return describe(
        given_names=given_names, family_name=family_name, birth=BORN, postcodes=[postcode]
    )


def against(one: Description, two: Description) -> frozenset[Veto]:
    found = vetoes(one, two)
    assert found == vetoes(two, one)
    return found


@pytest.mark.parametrize("given_names", ["Zara", "Khadija", "Omar", "Zara Amina", "Z", "Z. Omar"])
def test_a_different_given_name_is_a_twin_or_a_sibling(given_names: str) -> None:
    assert against(AMINA, other(given_names)) == {Veto.OTHER_GIVEN_NAME}


def test_the_score_alone_would_have_joined_the_twins() -> None:
    assert compare(AMINA, other("Zara")).probability > 0.95


@pytest.mark.parametrize("given_names", ["Amina", "AMINA", "Amína", "Amina Zara", "Amina Z."])
def test_one_child_is_no_twin(given_names: str) -> None:
    assert not against(AMINA, other(given_names))


@pytest.mark.parametrize("given_names", ["Amira", "Ameena", "Amin", "Aminata", "Amnia"])
def test_names_that_are_alike_need_a_person(given_names: str) -> None:
    assert against(AMINA, other(given_names)) == {Veto.SIMILAR_GIVEN_NAME}


@pytest.mark.parametrize("given_names", ["", "Baby", "Baby Girl", "Twin Two", "A", "A. B."])
def test_without_a_given_name_a_person_decides(given_names: str) -> None:
    assert against(AMINA, other(given_names)) == {Veto.NO_GIVEN_NAME}


def test_an_initial_on_both_sides_is_no_name() -> None:
    assert against(other("A"), other("A.")) == {Veto.NO_GIVEN_NAME}
    assert against(other("A"), other("B")) == {Veto.OTHER_GIVEN_NAME}


def test_words_written_together_are_one_name_and_in_another_order_are_alike() -> None:
    assert not against(other("Anne-Marie"), other("Annemarie"))
    assert against(other("Maria Ana"), other("Ana Maria")) == {Veto.SIMILAR_GIVEN_NAME}


def test_names_in_each_others_field_are_no_twin() -> None:
    assert not against(AMINA, other("Hussain", "Amina"))
    assert Veto.OTHER_GIVEN_NAME in against(AMINA, other("Hussain", "Amira"))
    day_after = replace(other("Hussain", "Amina"), birth=BORN + timedelta(days=1))
    assert Veto.OTHER_GIVEN_NAME in against(AMINA, day_after)


def test_a_name_that_a_family_gives_to_all_tells_nobody_apart() -> None:
    assert against(other("Muhammad Ali"), other("Muhammad Omar")) == {Veto.OTHER_GIVEN_NAME}
    assert against(other("Mohammed"), other("Mohammed Omar")) == {Veto.NO_GIVEN_NAME}
    assert against(other("Muhammad A"), other("Muhammad Omar")) == {Veto.OTHER_GIVEN_NAME}
    assert not against(other("Muhammad Omar"), other("Muhammad Omar"))
    assert not against(other("Oliver"), other("Oliver James"))


def test_half_a_given_name_and_another_gender_need_a_person() -> None:
    boy = replace(other("Amina Noor"), gender="male")
    assert against(AMINA, boy) == {Veto.OTHER_GENDER}
    assert not against(AMINA, replace(boy, gender="female"))


def test_another_family_name_needs_a_person_and_a_former_one_does_not() -> None:
    assert against(AMINA, other("Amina", "Taylor")) == {Veto.OTHER_FAMILY_NAME}
    assert not against(AMINA, replace(other("Amina", "Taylor"), former=(AMINA.family,)))
    assert not against(AMINA, other("Amina", "Hussain-Taylor"))
    assert not against(AMINA, other("Amina", ""))
    assert not against(AMINA, other("Amina", "H."))


def test_another_day_needs_a_person_or_if_it_is_near_an_address() -> None:
    same = other("Amina")
    assert against(AMINA, replace(same, birth=date(2015, 1, 2))) == {Veto.OTHER_BIRTH}
    for day in (date(2018, 6, 5), BORN + timedelta(days=1), date(2019, 5, 6), None):
        assert not against(AMINA, replace(same, birth=day))
        elsewhere = replace(other("Amina", postcode="LS1 4AQ"), birth=day)
        assert against(AMINA, elsewhere) == {Veto.NEAR_BIRTH}


def test_names_and_a_day_alone_may_be_those_of_a_namesake() -> None:
    assert against(AMINA, other("Amina", postcode="SA1 8EN")) == {Veto.NAMESAKE}
    assert against(AMINA, other("Amina", postcode="")) == {Veto.NAMESAKE}
    assert not against(AMINA, other("Amina", postcode="LS1 4AQ"))
    two = other("Amina Zara", postcode="")
    assert not against(two, two)
    assert against(two, other("Amina", postcode="")) == {Veto.NAMESAKE}


def test_conflicting_identifiers() -> None:
    twin = replace(AMINA, identifiers=frozenset({("nhs_number", "9990000026")}))
    assert against(AMINA, twin) == {Veto.CONFLICTING_IDENTIFIERS}
    assert not against(AMINA, AMINA)
    assert not against(AMINA, replace(AMINA, identifiers=frozenset({("upn", "X")})))
    both = replace(AMINA, identifiers=AMINA.identifiers | twin.identifiers)
    assert not against(AMINA, both)


@pytest.mark.parametrize(
    ("changed", "two_sources", "one_source"),
    [
        (AMINA, True, True),
        (other("Ameena"), True, True),
        (other("Zara"), False, False),
        (other("Baby"), False, True),
        (other("Baby", "Taylor"), False, False),
        (other("Amina", "Taylor"), True, True),
        (replace(other("Amina"), birth=date(1990, 1, 2)), False, True),
        (replace(other("Amina", "Taylor"), birth=date(2015, 1, 2)), False, False),
        (replace(other("Amina"), birth=None), True, True),
        (replace(other("Amina", "Taylor"), birth=None), False, False),
        (replace(other("Amin"), gender="male"), False, False),
    ],
)
def test_a_number_takes_a_person_who_agrees(
    changed: Description, two_sources: bool, one_source: bool
) -> None:
    for one, two in ((AMINA, changed), (changed, AMINA)):
        assert is_same_person(one, two) is two_sources
        assert may_be_same_person(one, two) is one_source


def test_every_veto_has_its_own_sentence() -> None:
    assert set(VETO_SENTENCES) == set(Veto)
    assert len({*VETO_SENTENCES.values(), *SENTENCES.values()}) == len(Veto) + len(SENTENCES)
    assert explain_vetoes({Veto.RIVAL, Veto.OTHER_BIRTH}) == [
        "the dates of birth differ",
        "another record is as likely, or nearly so",
    ]


NAMES = st.sampled_from(
    ["Amina", "Zara", "Ameena", "Omar", "Baby", "", "Amina Zara", "A", "Hussain", "Muhammad"]
)
DAYS = st.sampled_from([BORN, BORN + timedelta(days=1), date(2018, 6, 5), date(2011, 1, 1), None])


@given(NAMES, NAMES, NAMES, NAMES, DAYS, DAYS)
def test_the_order_does_not_matter(
    one: str, two: str, family: str, other_family: str, born: date | None, other_born: date | None
) -> None:
    first = replace(other(one, family), birth=born)
    second = replace(other(two, other_family), birth=other_born, gender="male")
    against(first, second)
    assert is_same_person(first, second) == is_same_person(second, first)
    assert may_be_same_person(first, second) == may_be_same_person(second, first)
