"""Tolerance: a child is found however its names were heard or typed, and a stranger is not."""

import random
import uuid
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from portal.children.finding import (
    Entry,
    Found,
    Outcome,
    check,
    forget_child,
    index_children,
    ranked,
    sighting,
)
from portal.children.finding.tables import ENTRY
from portal.matching import age_window, describe, explain, year_window
from portal.sandbox import town
from tests.children.index_town import BORN, Town, write_children


@pytest.mark.parametrize(
    ("typed", "reasons"),
    [
        (("Amina", "Hussain", BORN), ["given name matches", "family name matches"]),
        (("Ameena", "Husayn", date(2016, 4, 3)), ["day and month swapped"]),
        (("Hussain", "Amina", BORN), ["given and family name swapped"]),
        (("Amnia", "Hssain", BORN), ["given name sounds alike"]),
        (("Amina", "Ali", BORN), ["former family name"]),
        (("Nadia", "Hussain", BORN), ["former given name"]),
        (("Aminah", "Hussein", year_window(2016)), ["year of birth matches"]),
        (("Amina", "Hussain", age_window(9, date(2025, 6, 1))), ["age fits"]),
        (("A", "Hussain", BORN), ["given name begins with the same letter"]),
        (("Amina", "Hussain", date(2016, 3, 5)), ["date of birth is one day apart"]),
        (("Amina", "Hussain", date(2018, 3, 4)), ["one digit of the date of birth differs"]),
        (("Baby", "Hussain", BORN), ["family name matches"]),
        (("Amina", "Changed", BORN), ["family name is different", "date of birth matches"]),
    ],
)
def test_a_child_is_found_and_says_why(
    index: Town, typed: tuple[str, str, Any], reasons: list[str]
) -> None:
    amina = index.child(
        "Amina", "Hussain", former_given_names=("Nadia",), former_family_names=("Ali",)
    )
    for given_names, family_name in (("Oliver", "Thornton"), ("Zofia", "Nowak"), ("Omar", "Khan")):
        index.child(given_names, family_name, born=date(2012, 11, 23))
    found = index.find(typed[0], typed[1], birth=typed[2])
    assert found.outcome is Outcome.FEW
    assert [one.child_id for one in found.candidates] == [amina]
    assert set(reasons) <= set(explain(found.candidates[0].evidence))
    assert found.question is None


@pytest.mark.parametrize(
    ("kept", "typed"),
    [
        (("Anne-Marie", "Smith-Jones"), ("Annmarie", "Smithjones")),
        (("Ann Marie", "O'Neill"), ("Annmarie", "O Neil")),
        (("Annmarie", "Jones"), ("Ann-Marie", "Jones")),
        (("Tom", "Smith-Jones"), ("Tom", "Jones")),
        (("Tom", "Smith-Jones"), ("Tom", "Jones-Smith")),
        (("Siân", "Gruffydd"), ("Shan", "Griffith")),
        (("Dafydd", "Llewelyn"), ("Dai", "Lewellin")),
        (("Muhammad", "Choudhury"), ("Mo", "Chowdry")),
        (("Mo", "Choudhury"), ("Mohammed", "Chaudhry")),
        (("Wojciech", "Kowalska"), ("Voytek", "Kovalski")),
        (("Khadijah", "al-Hassan"), ("Hadija", "Alhassan")),
        (("Yusuf", "bin Qasim"), ("Yousef", "Kassim")),
        (("Maxamed", "Cabdi"), ("Mohamed", "Abdi")),
        (("Caasha", "Faarax"), ("Aisha", "Farah")),
        (("Oluwaseun", "Adebayo"), ("Seun", "Adebayor")),
        (("Fatoumata", "Diallo"), ("Fatou", "Jallow")),
        (("Łukasz", "Wiśniewski"), ("Lukash", "Wisnewski")),
        (("J", "Thornton"), ("James", "Thornton")),
        (("Zainab", ""), ("Zaynab", "Begum")),
        (("Zainab", ""), ("Begum", "Zainab")),
        (("محمد", "خان"), ("Muhammad", "Khan")),
        (("Muhammad Ali", "Khan"), ("Ali", "Khan")),
    ],
)
def test_spellings_of_many_origins(
    index: Town, kept: tuple[str, str], typed: tuple[str, str]
) -> None:
    child = index.child(*kept)
    index.child("Wren", "Fotherby", born=date(2011, 10, 27))
    assert index.ids(*typed, birth=BORN) == [child]
    if typed[0] != "Begum":
        assert child in index.ids(*typed, birth=year_window(2016))


def test_a_stranger_is_not_found(index: Town) -> None:
    index.child("Amina", "Hussain")
    assert index.find("Wren", "Fotherby", birth=date(2011, 10, 27)).outcome is Outcome.NONE
    assert index.find("Wren", "Fotherby", birth=BORN).outcome is Outcome.NONE
    assert index.find("Amina", "Hussain", birth=date(2009, 11, 28)).candidates == ()


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "🎉",
        "\x00",
        "---",
        "a" * 200,
        "\u202eقلم",
        "9999",
        "x-" * 100,
        "%",
        "_%_",
        "' OR 1=1 --",
        "ﷺ" * 50,
        "\ud800",
        "Q",
        "ab " * 60,
    ],
)
def test_strange_names_find_nothing_and_break_nothing(index: Town, typed: str) -> None:
    index.child("Amina", "Hussain")
    for birth in (None, BORN, date.min, date.max, year_window(1), year_window(9999)):
        found = index.find(typed, typed, birth=birth, postcodes=[typed])
        assert found.outcome is Outcome.NONE
    child = index.child("Omar", "Thornton")
    strange = Entry(child, typed, typed, BORN, "female", (typed,), (typed,), (typed,) * 20)
    index_children(index.session, [strange])
    forget_child(index.session, child)
    assert index.count(ENTRY) == 1
    assert index.ids("Amina", "Hussain", birth=BORN)


def test_an_empty_index_finds_nothing(index: Town) -> None:
    assert index.find("Amina", "Hussain", birth=BORN) == Found(Outcome.NONE)
    assert index.find() == Found(Outcome.NONE)


def test_two_thousand_children_with_two_typing_errors_each(index: Town) -> None:
    """The whole invented town: every sampled child is found although both names are misspelt."""
    chance = random.Random(20260105)
    entries = [
        replace(entry, child_id=uuid.UUID(int=number))
        for number, entry in enumerate(map(entry_of_the_town, town(on=date(2025, 9, 1)).children))
    ]
    write_children(index.session, entries)
    assert index_children(index.session, iter(entries)) == 2_000
    assert check(index.session) == []
    long = [e for e in entries if min(len(e.given_names), len(e.family_name)) >= 4]
    missed = [
        entry
        for entry in chance.sample(long, 150)
        if entry.child_id
        not in index.ids(
            misspelt(chance, entry.given_names),
            misspelt(chance, entry.family_name),
            birth=entry.date_of_birth,
        )
    ]
    assert not missed


def entry_of_the_town(child: Any) -> Entry:
    return Entry(
        child_id=uuid.UUID(int=0),
        given_names=child.given_names,
        family_name=child.family_name,
        date_of_birth=child.date_of_birth,
        gender=child.gender,
        former_family_names=tuple(name.family_name for name in child.former_names),
        postcodes=tuple({place.postcode for place in child.addresses if place.postcode}),
    )


def misspelt(chance: random.Random, name: str) -> str:
    """One letter left out, added, replaced or exchanged with the next, not the first."""
    place, kind = chance.randrange(1, len(name) - 1), chance.randrange(4)
    start, letter, rest = name[:place], chance.choice("aeinorst"), name[place:]
    return start + [rest[1:], letter + rest, letter + rest[1:], rest[1] + rest[0] + rest[2:]][kind]


def test_names_that_many_bear_take_no_room_from_the_name_that_was_typed(
    index: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bound of rows is lowered: thousands of children with names alike would take minutes."""
    for given in ("Joana", "Joann", "Johanna", "Juanna", "Joanne", "Yoanna", "Hoanna", "Jonna"):
        for day in range(1, 9):
            index.child(given, "Carter", born=date(2010, 1, day))
    child = index.child("Joanna", "Carter", born=BORN, postcodes=("LS1 4AP",))
    monkeypatch.setattr(sighting, "_ANY_DAY", sighting._PAIRED.limit(50))
    query = describe(given_names="Joanna", family_name="Carter")
    assert child in ranked(index.session, query)
