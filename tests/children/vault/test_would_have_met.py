"""A search that would have found a child raises an alert once nobody may find that child."""

import datetime as dt
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from portal.access.identity import operator
from portal.children import actions, finding, vault
from portal.children.rules import AddressDraft, ChildDraft, FormerName
from portal.children.vault.sketches import ASKED, questions
from portal.matching import Description, age_window, describe, year_window
from tests.children.vault.searched import met as searched
from tests.children.vault.searched import search
from tests.children.vault.test_remnants import draft

OPERATOR = operator("a test of the vault")
# Given names, a short form of the first, family name, former family name.
CHILDREN = (
    ("William John", "Bill", "Ackroyd", "Tunnicliffe"),
    ("Elizabeth", "Liz", "Hathersage", "Openshaw"),
    ("Katherine Rose", "Kate", "Molyneux", "Bickerstaff"),
    ("Margaret", "Maggie", "Featherstone", "Garside"),
    ("Alexander", "Sandy", "Drinkwater", "Pilkington"),
    ("Robert", "Bob", "Entwistle", "Scholefield"),
    ("Jennifer", "Jenny", "Cruickshank", "Lomax"),
    ("Christopher", "Kit", "Wolstenholme", "Ramsbottom"),
    ("Mohammed", "Mo", "Siddiqui", "Choudhury"),
    ("Malgorzata", "Gosia", "Wojciechowska", "Zielinska"),
    ("Theodore", "Ted", "Butterworth", "Sidebottom"),
    ("Rebecca", "Becky", "Tattersall", "Halliwell"),
    ("Benjamin", "Ben", "Ogden-Clegg", "Pomfret"),
    ("Susannah", "Sukie", "Grimshaw", "Fairbrother"),
    ("Nathaniel", "Nat", "Longbottom", "Ollerenshaw"),
    ("Charlotte", "Lottie", "Makinson", "Duckworth"),
    ("Frederick", "Fred", "Strickland", "Barraclough"),
    ("Victoria", "Vicky", "Postlethwaite", "Hargreaves"),
    ("Samuel", "Sammy", "Micklethwaite", "Dearden"),
    ("Anne-Marie", "Annie", "Kirkbride", "Thistlewood"),
)  # fmt: skip
LONG = ("Abernathy", "Colquhoun", "Featherstonehaugh", "Macgillivray", "Postlethwaite")
Person = tuple[str, str, str, str, dt.date, str]


def _people() -> Iterator[Person]:
    for place, names in enumerate(CHILDREN):
        born = dt.date(2012 + place % 7, 1 + place % 12, 3 + place)
        yield (*names, born, f"ZZ{10 + place} {place % 10}QX")


def _draft(person: Person, source_id: str) -> ChildDraft:
    given, _, family, former, born, postcode = person
    address = AddressDraft(address="1 Invented Row", postcode=postcode)
    return replace(
        draft(), source_id=source_id, given_names=given, family_name=family, date_of_birth=born,
        former_names=(FormerName(former),), addresses=(address,), numbers={},
    )  # fmt: skip


def _first(given: str) -> str:
    return given.split()[0]


def _end_exchanged(name: str) -> str:
    return name[:-2] + name[-1] + name[-2]


def _one_missing(name: str) -> str:
    return name[0] + name[2:]


def _in_year(given: str, family: str, person: Person) -> Description:
    return describe(given_names=given, family_name=family, birth=year_window(person[4].year))


def _at_place(given: str, family: str, person: Person) -> Description:
    return describe(given_names=given, family_name=family, postcodes=[person[5]])


def _as(
    ask: Callable[[str, str, Person], Description],
    given: Callable[[str], str] = str,
    family: Callable[[str], str] = str,
) -> Callable[[Person], Description]:
    return lambda person: ask(given(_first(person[0])), family(person[2]), person)


def _aged(person: Person) -> Description:
    window = age_window(5, dt.date(person[4].year + 5, person[4].month, 27))
    return describe(given_names=person[1], family_name=person[2], birth=window)


def _another_given_on_the_day(person: Person) -> Description:
    return describe(given_names="Quorra", family_name=person[2], birth=person[4])


WAYS: dict[str, Callable[[Person], Description]] = {
    "as written, year": _as(_in_year),
    "as written, postcode": _as(_at_place),
    "as written, no more": lambda p: describe(given_names=p[0], family_name=p[2]),
    "as written, the year before": lambda p: describe(
        given_names=p[0], family_name=p[2], birth=year_window(p[4].year + 1)
    ),
    "short form, year": lambda p: _in_year(p[1], p[2], p),
    "short form, postcode": lambda p: _at_place(p[1], p[2], p),
    "short form, an age": _aged,
    "initial, year": _as(_in_year, lambda name: name[0]),
    "initial, postcode": _as(_at_place, lambda name: name[0]),
    "last letters exchanged, year": _as(_in_year, _end_exchanged),
    "a letter missing, year": _as(_in_year, _one_missing),
    "a letter missing, postcode": _as(_at_place, _one_missing),
    "a letter missing in the family name, year": _as(_in_year, family=_one_missing),
    "family name exchanged at the end, postcode": _as(_at_place, family=_end_exchanged),
    "slips in both names, year": _as(_in_year, _end_exchanged, _one_missing),
    "slips in both names, postcode": _as(_at_place, _one_missing, _end_exchanged),
    "initial and a slip, year": _as(_in_year, lambda name: name[0], _end_exchanged),
    "names exchanged, year": lambda p: _in_year(p[2], _first(p[0]), p),
    "former name, year": lambda p: _in_year(_first(p[0]), p[3], p),
    "short form and former name, year": lambda p: _in_year(p[1], p[3], p),
    "family name and year": lambda p: _in_year("", p[2], p),
    "given name and postcode": lambda p: _at_place(_first(p[0]), "", p),
    "another given name, day": _another_given_on_the_day,
    "written together, year": lambda p: _in_year(p[0].replace(" ", ""), p[2], p),
}


def _offered(session: Session, asked: Description) -> set[uuid.UUID]:
    return {one.child_id for one in finding.candidates(session, asked).candidates}


def _met(asked: Description) -> set[uuid.UUID]:
    met = vault.probe(asked, numbers={})
    return {met.child_id, *met.others} if met else set()


def test_whom_the_index_would_have_found_an_alert_names(session: Session, portal: Flask) -> None:
    """All are hidden at once, so that they stand in each other's way."""
    people = {
        actions.create_child(draft=_draft(person, f"W{place}"), by=OPERATOR): person
        for place, person in enumerate(_people())
    }
    found = {
        way: [one for one, person in people.items() if one in _offered(session, ask(person))]
        for way, ask in WAYS.items()
    }
    for child_id in people:
        actions.hide_child(child_id=child_id, grade=vault.Grade.ABSENT, by=OPERATOR)
    few = {way: len(ids) for way, ids in found.items() if len(ids) < len(people) - 2}
    missed = {
        way: [people[one][:3] for one in ids if one not in _met(WAYS[way](people[one]))]
        for way, ids in found.items()
    }
    assert few == {}
    assert {way: those for way, those in missed.items() if those} == {}


@pytest.mark.parametrize("way", WAYS)
def test_no_look_asks_without_end(way: str) -> None:
    for person in _people():
        asked = questions(WAYS[way](person), numbers={})
        assert 0 < len(asked) == len(set(asked)) <= ASKED
    endless = describe(given_names=" ".join(LONG), family_name="-".join(LONG), birth=person[4])
    assert len(questions(endless, numbers={})) <= ASKED


def test_a_number_is_asked_for_first_and_nothing_for_nothing() -> None:
    assert questions(describe(), numbers={}) == []
    asked = questions(describe(), numbers={"record_number": "CP-1", "upn": ""})
    assert asked == ["number|record_number|CP-1"]


def test_several_children_whom_one_search_means_are_all_named(
    session: Session, portal: Flask
) -> None:
    person = next(_people())
    twins = []
    for place, given in enumerate(("William", "Wilhelmina")):
        twin = replace(_draft(person, f"T{place}"), given_names=given)
        twins.append(actions.create_child(draft=twin, by=OPERATOR))
        actions.hide_child(child_id=twins[-1], grade=vault.Grade.ABSENT, by=OPERATOR)
    asked = describe(given_names="William", family_name=person[2], birth=person[4])
    met = vault.probe(asked, numbers={})
    assert met == vault.Met(twins[0], (twins[1],)), "the nearest first"
    search(given_name="William", family_name=person[2], birth=person[4])
    assert searched() == [met]


def test_a_child_of_many_names_is_met_by_each_of_them(session: Session, portal: Flask) -> None:
    """However many marks the names take: the sketch then stands on several slots."""
    former = tuple(FormerName(f"{one}-{other}") for one, other in pairwise(LONG))
    person = replace(
        _draft(next(_people()), "N1"), given_names="Seraphina Wilhelmina Constance",
        family_name="Quillfeather-Zwartveld", former_names=former,
    )  # fmt: skip
    child_id = actions.create_child(draft=person, by=OPERATOR)
    actions.hide_child(child_id=child_id, grade=vault.Grade.ABSENT, by=OPERATOR)
    year = year_window(person.date_of_birth.year)
    for name in (person.family_name, *(one.family_name for one in former)):
        asked = describe(given_names="Constance", family_name=name, birth=year)
        assert child_id in _met(asked), name
    actions.unhide_child(child_id=child_id, by=OPERATOR)
    assert child_id not in _met(describe(family_name=person.family_name, birth=year))
