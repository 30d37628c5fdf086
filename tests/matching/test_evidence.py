"""The evidence in words: what two descriptions have in common, for names of every origin."""

from datetime import date

import pytest

from portal.matching import (
    SENTENCES,
    Description,
    Kind,
    age_window,
    compare,
    describe,
    explain,
    year_window,
)
from tests.matching.amina import AMINA, BORN


def kinds(query: Description, candidate: Description = AMINA) -> set[Kind]:
    return {item.kind for item in compare(query, candidate).evidence}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (
            {"given_names": "Ameena", "family_name": "Husain", "birth": date(2016, 4, 3)},
            {Kind.GIVEN_SPELLING, Kind.FAMILY_PART, Kind.BORN_SWAPPED},
        ),
        (
            {"given_names": "Amina", "family_name": "Ali", "birth": BORN},
            {Kind.GIVEN_SAME, Kind.FAMILY_SAME, Kind.FAMILY_FORMER, Kind.BORN_SAME},
        ),
        (
            {"given_names": "Khan Hussain", "family_name": "Amina", "birth": date(2016, 3, 5)},
            {Kind.NAMES_SWAPPED, Kind.BORN_NEXT_DAY},
        ),
        (
            {"given_names": "A", "family_name": "Hussainkhan", "birth": year_window(2016)},
            {Kind.GIVEN_INITIAL, Kind.FAMILY_SAME, Kind.BORN_YEAR},
        ),
        (
            {"given_names": "Fatima", "family_name": "Khan-Hussain", "postcodes": ["ls1 4ap"]},
            {Kind.GIVEN_SAME, Kind.FAMILY_SAME, Kind.POSTCODE_SAME},
        ),
        (
            {"given_names": "Zara", "family_name": "Khan", "gender": "female"},
            {Kind.GIVEN_DIFFERENT, Kind.FAMILY_PART, Kind.GENDER_SAME},
        ),
        (
            {"given_names": "Baby", "family_name": "Khan", "birth": BORN},
            {Kind.FAMILY_PART, Kind.BORN_SAME},
        ),
        (
            {"given_names": "Amina", "birth": age_window(9, date(2025, 6, 1))},
            {Kind.ONE_NAME, Kind.GIVEN_SAME, Kind.BORN_ABOUT},
        ),
        (
            {"given_names": "Amina", "family_name": "Hussain", "birth": date(2018, 3, 4)},
            {Kind.GIVEN_SAME, Kind.FAMILY_PART, Kind.BORN_ONE_DIGIT},
        ),
        (
            {"identifiers": {"nhs_number": "9990000018"}},
            {Kind.IDENTIFIER_SAME},
        ),
    ],
)
def test_evidence(query: dict[str, object], expected: set[Kind]) -> None:
    found = kinds(describe(**query))  # type: ignore[arg-type]
    assert found - {Kind.ONE_NAME} == expected - {Kind.ONE_NAME}


@pytest.mark.parametrize(
    ("origin", "typed", "kept"),
    [
        ("english", ("Jon", "Smyth"), ("John", "Smith")),
        ("english", ("Kate", "Macdonald"), ("Katherine", "McDonald")),
        ("english", ("Annmarie", "Oneil"), ("Ann-Marie", "O'Neill")),
        ("welsh", ("Shan", "Griffiths"), ("Siân", "Gruffydd")),
        ("welsh", ("Dai", "Lewellin"), ("Dafydd", "Llewelyn")),
        ("south asian", ("Mo", "Chowdry"), ("Muhammad", "Choudhury")),
        ("south asian", ("Gurprit", "Kour"), ("Gurpreet", "Kaur")),
        ("polish", ("Voytek", "Kovalski"), ("Wojciech", "Kowalska")),
        ("polish", ("Kris", "Wisnewski"), ("Krzysztof", "Wiśniewski")),
        ("arabic", ("Hadija", "Alhassan"), ("Khadijah", "al-Hassan")),
        ("arabic", ("Yousef", "Kassim"), ("Yusuf", "bin Qasim")),
        ("somali", ("Mohamed", "Abdi"), ("Maxamed", "Cabdi")),
        ("somali", ("Aisha", "Farah"), ("Caasha", "Faarax")),
        ("west african", ("Seun", "Adebayor"), ("Oluwaseun", "Adebayo")),
        ("west african", ("Fatou", "Jallow"), ("Fatoumata", "Diallo")),
    ],
)
def test_tolerance_by_origin(origin: str, typed: tuple[str, str], kept: tuple[str, str]) -> None:
    query = describe(given_names=typed[0], family_name=typed[1], birth=BORN)
    child = describe(given_names=kept[0], family_name=kept[1], birth=BORN)
    found = compare(query, child, children=100_000)
    assert found.probability > 0.75, (origin, explain(found.evidence))
    assert not {Kind.GIVEN_DIFFERENT, Kind.FAMILY_DIFFERENT} & {e.kind for e in found.evidence}


def test_every_kind_has_its_own_sentence() -> None:
    assert set(SENTENCES) == set(Kind)
    assert len(set(SENTENCES.values())) == len(Kind)
    assert explain(compare(describe(birth=date(2016, 4, 3)), AMINA).evidence) == [
        "day and month swapped"
    ]
