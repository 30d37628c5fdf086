"""A child is found however its name and birth were typed, and nobody else is: clause by clause.

A small town among a few hundred others, in a real index on both databases. Only what a search page
relies on is used: a description goes in, the children who would be shown come out.
"""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings, target
from hypothesis import strategies as st
from sqlalchemy import event, insert, make_url
from sqlalchemy.orm import Session

from portal.children.finding import Entry, Found, Outcome, candidates, index_children
from portal.children.models import ChildRecord
from portal.core.config import Config
from portal.core.db import Base, make_engine
from portal.matching import age_window, describe, year_window
from portal.matching.keys import keys
from portal.matching.names import MAX_TOKENS
from portal.sandbox import town
from tests.databases import Cluster

TODAY = date(2025, 9, 1)
OTHERS = 300
CROWD = 1_500
GIVEN_ALIKE = (
    "Jon John Jonathan Johnathan Jonathon Johanna Joanna Joanne Joan Jana Jan Jane Jean Jeanne"
).split()
FAMILY_ALIKE = "Carter Karter Cartier Carder Corder Carta Charter Curtis Curtiss Cartwright".split()


def child(given_names: str, family_name: str, born: str, **facts: Any) -> Entry:
    """A child of the small town; the id is given later."""
    day = date.fromisoformat(born)
    gender = facts.pop("gender", "not_specified")
    return Entry(uuid.UUID(int=0), given_names, family_name, day, gender, **facts)


CHILDREN = {
    "eleanor": child("Eleanor", "Fotheringham", "2014-03-09"),
    "siobhan": child("Siobhán", "Gallagher", "2013-05-17"),
    "llewellyn": child("Llewellyn", "Pritchard", "2011-10-26"),
    "dafydd": child("Dafydd", "Gruffydd", "2012-08-15"),
    "wojciech": child("Wojciech", "Wiśniewski", "2010-02-21"),
    "malgorzata": child("Małgorzata", "Szczepańska", "2009-12-03"),
    "muhammad": child("Muhammad", "Choudhury", "2015-06-28"),
    "harpreet": child("Harpreet", "Dhaliwal", "2014-11-19"),
    "khadija": child("Khadija", "al-Hassan", "2016-04-07"),
    "uthman": child("Uthman", "Ramadhan", "2012-01-30"),
    "maxamed": child("Maxamed", "Cabdiraxmaan", "2017-09-14"),
    "caasha": child("Caasha", "Faarax", "2018-07-22"),
    "oluwaseun": child("Oluwaseun", "Adebayo", "2013-03-25"),
    "fatoumata": child("Fatoumata", "Diallo", "2015-10-05"),
    "nguyen": child("Thi Mai", "Nguyen", "2011-04-18"),
    "gwenllian": child("Gwenllian", "Ellis", "2016-12-27"),
    "abdirahman": child("Abdirahman", "Warsame", "2014-05-13"),
    "aleksandra": child("Aleksandra", "Kowalczyk", "2012-06-16"),
    "double": child("Rosalind", "Cavendish-Okafor", "2013-07-29"),
    "annemarie": child("Anne-Marie", "Thistlewood", "2010-09-08"),
    "joined": child("Marybeth", "Ravenscroft", "2011-11-24"),
    "bin": child("Yusuf", "bin Laith", "2015-02-11"),
    "van": child("Pieter", "van der Heijden", "2012-12-20"),
    "obrien": child("Cormac", "O’Shaughnessy", "2014-08-31"),
    "mac": child("Fergus", "MacAllister", "2016-10-19"),
    "ap": child("Emrys", "ap Tudur", "2013-01-23"),
    "ni": child("Sorcha", "Ní Dhomhnaill", "2017-05-30"),
    "desouza": child("Beatriz", "de Sousa", "2010-06-14"),
    "one_name": child("Zainabu", "", "2016-08-26"),
    "one_family": child("", "Tenzin", "2013-09-17"),
    "former": child(
        "Juniper",
        "Blackwood",
        "2012-04-29",
        former_given_names=("Marigold",),
        former_family_names=("Haversham",),
    ),
    "zoe": child("Zoë Renée", "Müller", "2014-02-25"),
    "baby": child("Baby", "Ravindran", "2025-05-18"),
    "infant": child("Male Infant of Priscilla Quartey", "Quartey", "2025-03-27"),
    "initial": child("J", "Wetherby", "2011-07-15"),
    "middle": child("Theodora Wilhelmina", "Applegarth", "2015-12-13"),
    "swapped_day": child("Cordelia", "Ashdown", "2014-03-07"),
    "digit": child("Barnaby", "Fairweather", "2013-08-16"),
    "amina": child("Amina", "Karimzadeh", "2015-05-21", gender="female"),
    "amira": child("Amira", "Karimzadeh", "2015-05-21", gender="female"),
    "namesake_one": child("Imran", "Sheikhzada", "2011-02-13"),
    "namesake_two": child("Imran", "Sheikhzada", "2017-11-30"),
    "khan": child("Imran", "Khan", "2014-09-27"),
    "martin": child("Martin", "Greaves", "2012-10-18"),
}

# What is typed: given names, family name. Each is tried with the day of birth and with the year.
NAMES_SHOWN = [
    ("two errors", "eleanor", "Elaenro", "Fothringam"),
    ("two errors", "eleanor", "Eleanro", "Fotheringgam"),
    ("two errors", "harpreet", "Harrpeet", "Dhaliwla"),
    ("heard, irish", "siobhan", "Shivawn", "Galaher"),
    ("heard, welsh", "llewellyn", "Clewelin", "Prichard"),
    ("heard, welsh", "dafydd", "Davith", "Griffith"),
    ("heard, polish", "wojciech", "Voychek", "Vishnevski"),
    ("heard, polish", "malgorzata", "Malgozhata", "Schepanska"),
    ("heard, south asian", "muhammad", "Mohamed", "Chowdry"),
    ("heard, south asian", "harpreet", "Harprit", "Daliwal"),
    ("heard, arabic", "khadija", "Hadija", "Hasan"),
    ("heard, arabic", "uthman", "Usman", "Ramazan"),
    ("heard, somali", "maxamed", "Mohamed", "Abdirahman"),
    ("heard, somali", "caasha", "Aisha", "Farah"),
    ("heard, west african", "oluwaseun", "Oluwashayun", "Adebaio"),
    ("heard, west african", "fatoumata", "Fatumata", "Jallow"),
    ("heard, vietnamese", "nguyen", "Mai", "Nwin"),
    ("swapped", "eleanor", "Fotheringham", "Eleanor"),
    ("swapped", "wojciech", "Wisniewski", "Wojciech"),
    ("swapped", "khadija", "Al Hassan", "Khadijah"),
    ("nickname", "eleanor", "Nell", "Fotheringham"),
    ("nickname", "dafydd", "Dai", "Gruffydd"),
    ("nickname", "muhammad", "Mo", "Choudhury"),
    ("nickname", "malgorzata", "Gosia", "Szczepanska"),
    ("nickname", "aleksandra", "Ola", "Kowalczyk"),
    ("nickname", "oluwaseun", "Seun", "Adebayo"),
    ("nickname", "harpreet", "Harry", "Dhaliwal"),
    ("nickname", "gwenllian", "Gwen", "Ellis"),
    ("nickname", "abdirahman", "Abdi", "Warsame"),
    ("nickname", "digit", "Barney", "Fairweather"),
    ("initial", "eleanor", "E", "Fotheringham"),
    ("initial", "eleanor", "Eleanor", "F"),
    ("initial", "initial", "Josephine", "Wetherby"),
    ("initial", "middle", "Theodora W.", "Applegarth"),
    ("double name", "double", "Rosalind", "Cavendish"),
    ("double name", "double", "Rosalind", "Okafor"),
    ("double name", "double", "Rosalind", "Okafor-Cavendish"),
    ("double name", "double", "Rosalind", "Cavendish Okafor"),
    ("double name", "double", "Rosalind", "Cavendishokafor"),
    ("double name", "annemarie", "Annemarie", "Thistlewood"),
    ("double name", "annemarie", "Marie Anne", "Thistlewood"),
    ("double name", "annemarie", "Marie", "Thistlewood"),
    ("double name", "joined", "Mary Beth", "Ravenscroft"),
    ("double name", "joined", "Mary-Beth", "Ravens-Croft"),
    ("double name", "middle", "Wilhelmina", "Applegarth"),
    ("particle", "khadija", "Khadija", "Hassan"),
    ("particle", "khadija", "Khadija", "Alhassan"),
    ("particle", "khadija", "Khadija", "El Hassan"),
    ("particle", "bin", "Yusuf", "Laith"),
    ("particle", "bin", "Yusuf", "ibn Laith"),
    ("particle", "bin", "Yusuf", "Binlaith"),
    ("particle", "van", "Pieter", "Heijden"),
    ("particle", "van", "Pieter", "Vanderheijden"),
    ("particle", "van", "Pieter", "von Heijden"),
    ("particle", "obrien", "Cormac", "O Shaughnessy"),
    ("particle", "obrien", "Cormac", "OShaughnessy"),
    ("particle", "obrien", "Cormac", "Ó Shaughnessy"),
    ("particle", "obrien", "Cormac", "Shaughnessy"),
    ("particle", "mac", "Fergus", "Mc Allister"),
    ("particle", "mac", "Fergus", "McAlister"),
    ("particle", "mac", "Fergus", "Mac Allister"),
    ("particle", "ap", "Emrys", "Tudur"),
    ("particle", "ap", "Emrys", "Aptudur"),
    ("particle", "ni", "Sorcha", "Dhomhnaill"),
    ("particle", "ni", "Sorcha", "Ni Dhomhnaill"),
    ("particle", "desouza", "Beatriz", "Sousa"),
    ("particle", "desouza", "Beatriz", "D'Souza"),
    ("one name", "one_name", "Zainabu", ""),
    ("one name", "one_name", "", "Zainabu"),
    ("one name", "one_name", "Zainabu", "Zainabu"),
    ("one name", "one_family", "Tenzin", ""),
    ("former name", "former", "Juniper", "Haversham"),
    ("former name", "former", "Marigold", "Blackwood"),
    ("former name", "former", "Marigold", "Haversham"),
    ("accents", "zoe", "Zoe", "Muller"),
    ("accents", "zoe", "Zoe\u0308 Rene\u0301e", "Mu\u0308ller"),
    ("accents", "zoe", "ZOË", "MÜLLER"),
    ("accents", "zoe", "Zoe", "Mueller"),
    ("accents", "siobhan", "Siobhan", "Gallagher"),
    ("accents", "wojciech", "Wojciech", "Wisniewski"),
    ("accents", "obrien", "Cormac", "O`Shaughnessy"),
    ("accents", "obrien", "Cormac", "Oʼshaughnessy"),
    ("placeholder", "baby", "Infant", "Ravindran"),
    ("placeholder", "baby", "Lakshana", "Ravindran"),
    ("placeholder", "baby", "", "Ravindran"),
    ("placeholder", "infant", "Baby Boy", "Quartey"),
    ("placeholder", "infant", "Unknown", "Quartey"),
]

# Typed with the year of birth: somebody else is meant.
NAMES_NOT_SHOWN = [
    ("two errors", "eleanor", "Elsa", "Fothergill"),
    ("two errors", "eleanor", "Leonora", "Farnham"),
    ("heard, irish", "siobhan", "Simon", "Galloway"),
    ("heard, welsh", "llewellyn", "Lowri", "Parsons"),
    ("heard, welsh", "dafydd", "Daniel", "Griggs"),
    ("heard, polish", "wojciech", "Wanda", "Wasilewski"),
    ("heard, south asian", "khan", "Imran", "Kane"),
    ("heard, south asian", "muhammad", "Mahnoor", "Chaudhuri"),
    ("heard, arabic", "uthman", "Othello", "Rahmani"),
    ("heard, somali", "caasha", "Canab", "Faarax"),
    ("heard, west african", "fatoumata", "Fanta", "Diop"),
    ("heard, vietnamese", "nguyen", "Linh", "Nugent"),
    ("swapped", "eleanor", "Fotheringham", "Bartholomew"),
    ("nickname", "muhammad", "Ed", "Choudhury"),
    ("nickname", "aleksandra", "Ania", "Kowalczyk"),
    ("nickname", "gwenllian", "Gareth", "Ellis"),
    ("initial", "eleanor", "B", "Fotheringham"),
    ("initial", "initial", "Katherine", "Wetherby"),
    ("double name", "double", "Rosalind", "Cavanagh"),
    ("double name", "annemarie", "Philippa", "Thistlewood"),
    ("particle", "bin", "Yusuf", "bin Qasim"),
    ("particle", "van", "Pieter", "van der Merwe"),
    ("particle", "mac", "Fergus", "MacGregor"),
    ("one name", "one_name", "Penelope", ""),
    ("former name", "former", "Clementine", "Haversham"),
    ("accents", "zoe", "Noor", "Mallory"),
    ("placeholder", "baby", "Baby", "Quartermaine"),
    ("placeholder", "infant", "Male Infant of Amina Khan", "Abernathy"),
]

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


@dataclass
class Index:
    """A session over the filled index, and the ids of the children of the small town."""

    session: Session
    ids: dict[str, uuid.UUID]

    def find(self, given_names: str, family_name: str, birth: Any = None, **facts: Any) -> Found:
        """What the search page would be told."""
        query = describe(given_names=given_names, family_name=family_name, birth=birth, **facts)
        return candidates(self.session, query)

    def shown(self, *typed: Any, **facts: Any) -> list[str]:
        """The children shown, best first, by their key in the small town; others as `other`."""
        keys_of = {number: key for key, number in self.ids.items()}
        return [keys_of.get(one.child_id, "other") for one in self.find(*typed, **facts).candidates]


BOTH_DATABASES = ["sqlcipher", "postgresql"]


@pytest.fixture(scope="module", params=BOTH_DATABASES)
def index(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Index]:
    """The small town among the others, in each kind of database in turn; nothing is committed."""
    with _empty(request, tmp_path_factory.mktemp("tolerance")) as session:
        ids = _fill(session, [*CHILDREN.values(), *_others()])
        yield Index(session, dict(zip(CHILDREN, ids, strict=False)))


@pytest.fixture(scope="module", params=BOTH_DATABASES)
def crowd(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Index]:
    """A thousand children and more whose names are all alike: the worst place to look for one."""
    with _empty(request, tmp_path_factory.mktemp("crowd")) as session:
        _fill(session, [_lookalike(number) for number in range(CROWD)])
        yield Index(session, {})


@contextmanager
def _empty(request: pytest.FixtureRequest, folder: Path) -> Iterator[Session]:
    engine = make_engine(_configured(request, folder), b"k" * 32)
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        yield session
        session.rollback()
    engine.dispose()


def _configured(request: pytest.FixtureRequest, folder: Path) -> Config:
    address = "http://127.0.0.1:8000"
    if request.param == "sqlcipher":
        config = Config(instance=folder, public_url=address)
        config.database_file.touch()
        return config
    server: Cluster = request.getfixturevalue("postgresql")
    server.run(f'CREATE DATABASE "{folder.name}"')
    uri = make_url(server.uri(folder.name)).render_as_string(hide_password=False)
    return Config(instance=folder, public_url=address, database=uri)


def _lookalike(number: int) -> Entry:
    """The number-th of the crowd: few names in every combination, born all over twelve years."""
    first, number = GIVEN_ALIKE[number % len(GIVEN_ALIKE)], number // len(GIVEN_ALIKE)
    last, number = FAMILY_ALIKE[number % len(FAMILY_ALIKE)], number // len(FAMILY_ALIKE)
    born = date(2008 + number % 12, 1 + number % 9, 10 + number % 13)
    return child(first, last, born.isoformat())


def _fill(session: Session, everybody: list[Entry]) -> list[uuid.UUID]:
    entries = [
        Entry(uuid.UUID(int=number), *_facts(entry))
        for number, entry in enumerate(everybody, start=1)
    ]
    session.execute(insert(ChildRecord), [_row(entry) for entry in entries])
    index_children(session, entries)
    return [entry.child_id for entry in entries]


def _others() -> list[Entry]:
    """Children of the invented town, none of whom bears the family name of one of the small."""
    taken = {entry.family_name for entry in CHILDREN.values()}
    return [
        child(one.given_names, one.family_name, one.date_of_birth.isoformat(), gender=one.gender)
        for one in town(on=TODAY).children
        if one.family_name not in taken
    ][:OTHERS]


def _facts(entry: Entry) -> tuple[Any, ...]:
    return (
        entry.given_names,
        entry.family_name,
        entry.date_of_birth,
        entry.gender,
        entry.former_given_names,
        entry.former_family_names,
        entry.postcodes,
    )


def _row(entry: Entry) -> dict[str, Any]:
    moment = datetime(2025, 9, 1, 9, 0, tzinfo=UTC)
    return {
        "id": entry.child_id,
        "record_number": f"T{entry.child_id.int}",
        "given_names": entry.given_names,
        "family_name": entry.family_name,
        "date_of_birth": entry.date_of_birth,
        "gender": entry.gender,
        "lifecycle": "active",
        "source": "test",
        "source_on": TODAY,
        "source_id": str(entry.child_id),
        "created_at": moment,
        "changed_at": moment,
    }


def _day(key: str) -> date:
    return CHILDREN[key].date_of_birth


@pytest.mark.parametrize(("clause", "key", "given_names", "family_name"), NAMES_SHOWN)
def test_a_name_typed_so_shows_the_child(
    index: Index, clause: str, key: str, given_names: str, family_name: str
) -> None:
    by_day = index.shown(given_names, family_name, _day(key))
    assert by_day[:1] == [key], clause
    by_year = index.shown(given_names, family_name, year_window(_day(key).year))
    assert key in by_year, clause


@pytest.mark.parametrize(("clause", "key", "given_names", "family_name"), NAMES_NOT_SHOWN)
def test_another_name_does_not_show_the_child(
    index: Index, clause: str, key: str, given_names: str, family_name: str
) -> None:
    year = year_window(_day(key).year)
    assert key not in index.shown(given_names, family_name, year), clause


@pytest.mark.parametrize(("clause", "key", "birth"), DATES_SHOWN)
def test_a_birth_told_so_shows_the_child(index: Index, clause: str, key: str, birth: Any) -> None:
    entry = CHILDREN[key]
    assert index.shown(entry.given_names, entry.family_name, birth)[:1] == [key], clause


@pytest.mark.parametrize(("clause", "key", "birth"), DATES_NOT_SHOWN)
def test_another_birth_and_another_spelling_do_not_show_the_child(
    index: Index, clause: str, key: str, birth: Any
) -> None:
    entry = CHILDREN[key]
    assert key not in index.shown(entry.given_names[:1], entry.family_name, birth), clause


def test_every_clause_is_tried_both_ways() -> None:
    shown = {clause for clause, *_ in NAMES_SHOWN}
    refused = {clause for clause, *_ in NAMES_NOT_SHOWN}
    assert shown == refused
    assert {clause for clause, *_ in DATES_NOT_SHOWN} <= {clause for clause, *_ in DATES_SHOWN}


def test_a_placeholder_weighs_nothing(index: Index) -> None:
    """A child without a name is neither nearer to nor farther from any name that is typed."""
    scores = {
        index.find(typed, "Ravindran", _day("baby")).candidates[0].score
        for typed in (
            "",
            "Baby",
            "Infant",
            "Unknown",
            "Baby Girl",
            "Male Infant of Anita",
            "Twin 1",
        )
    }
    assert len(scores) == 1


def test_twins_stand_side_by_side(index: Index) -> None:
    assert index.shown("Amina", "Karimzadeh", _day("amina")) == ["amina", "amira"]
    assert index.shown("Amira", "Karimzadeh", _day("amina")) == ["amira", "amina"]
    assert set(index.shown("", "Karimzadeh", _day("amina"))) == {"amina", "amira"}


def test_namesakes_stand_side_by_side_until_the_birth_is_told(index: Index) -> None:
    both = index.shown("Imran", "Sheikhzada")
    assert sorted(both) == ["namesake_one", "namesake_two"]
    assert index.shown("Imran", "Sheikhzada", _day("namesake_two"))[0] == "namesake_two"
    assert index.shown("Imran", "Sheikhzada", year_window(2011)) == ["namesake_one"]
    assert index.shown("Imran", "Sheikhzada", age_window(7, TODAY)) == ["namesake_two"]


MONSTERS = [
    "Q",
    "a" * 200,
    "a" * 5_000,
    "ab" * 100,
    "🎉",
    "👩‍👩‍👧‍👦" * 40,
    "---",
    "'’`",
    "!?.,;:" * 20,
    "12345",
    "\u202eحسن\u202c",
    "שרה כהן",
    "Am\x00ina",
    "\x00" * 50,
    "A" + "\u0301" * 190,
    "Z\u0351\u036b\u0343\u036a\u0302\u036b" * 30,
    "\ud800",
    "ﷺ" * 60,
    "王" * 200,
    " ".join("abcdefghijklmnopqrstuvwxyz" * 8),
    "o " * 100,
    "al-" * 66,
    "van der " * 25,
    "x-" * 100,
    "' OR 1=1 --",
    "%_%",
]
# What one description may make at most, whatever was typed: words to look up, keys of one word, and
# the rows read and keys made by one search, in the crowd too.
MOST_WORDS = MAX_TOKENS + 4
MOST_KEYS = 60
MOST_STATEMENTS = 16
MOST_ROWS = 4_000


@pytest.mark.parametrize("typed", MONSTERS)
def test_a_monstrous_name_makes_a_small_description(typed: str) -> None:
    query = describe(
        given_names=typed,
        family_name=typed,
        former_given_names=[typed] * 3,
        former_family_names=[typed] * 3,
        postcodes=[typed],
    )
    assert len(query.postcodes) <= 1
    for name in (query.given, query.family, *query.former_given, *query.former):
        words = (*name.tokens, *name.joined)
        assert len(words) <= MOST_WORDS
        assert all(len(keys(word)) <= MOST_KEYS for word in words)


@pytest.mark.parametrize("typed", MONSTERS)
def test_a_monstrous_name_is_answered(index: Index, typed: str) -> None:
    for birth in (None, _day("amina"), date.min, date.max, year_window(1), year_window(9999)):
        found = index.find(typed, typed, birth, postcodes=[typed])
        assert len(found.candidates) <= 5
    assert _work_of(index, typed, typed, _day("amina")) <= MOST_ROWS
    assert index.shown("Amina", "Karimzadeh", _day("amina"))[:1] == ["amina"]


def test_a_search_for_nothing_finds_nobody(index: Index) -> None:
    for typed in ("", "---", "🎉", "\x00", "Baby", "Unknown"):
        assert index.find(typed, "").outcome is Outcome.NONE


_WIDEST = age_window(12, TODAY)
_PIECES = sorted(
    {name[:size] for name in (*GIVEN_ALIKE, *FAMILY_ALIKE) for size in (1, 3, 5, 20)}
    | {"Mo", "Abdi", "Abdul", "Kate", "Alex", "Chris", "A", "al", "bin", "O", "ch", "aeiou"}
)
_TYPED = st.tuples(
    st.lists(
        st.sampled_from(_PIECES) | st.text(alphabet="aeioulmnrstchj -", max_size=12), max_size=12
    ),
    st.sampled_from([" ", "-", ""]),
).map(lambda typed: typed[1].join(typed[0]))
_BIRTHS = st.sampled_from([None, date(2012, 5, 14), year_window(2012), _WIDEST])


@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(_TYPED, _TYPED, _BIRTHS)
@example("Jon John Joan Jane Jan Jean Jana Joanna", "Carter Karter Carder Corder Carta", None)
@example("Jon John Joan Jane Jan Jean Jana Joanna", "Carter Karter Carder Corder Carta", _WIDEST)
@example("J", "C", None)
@example("", "Carter", year_window(2012))
def test_the_worst_that_can_be_typed_reads_few_rows(
    crowd: Index, given_names: str, family_name: str, birth: Any
) -> None:
    """Looks for the query that makes the most work by steering towards more of it."""
    work = _work_of(crowd, given_names, family_name, birth)
    target(float(work), label="rows read and keys made")
    assert work <= MOST_ROWS


def _work_of(index: Index, given_names: str, family_name: str, birth: Any) -> int:
    """How many rows a search reads and keys it makes; fails if it asks too often."""
    query = describe(given_names=given_names, family_name=family_name, birth=birth)
    words = {
        word
        for name in (query.given, query.family)
        for word in (*name.tokens, *name.joined, "".join(name.tokens))
    }
    made = sum(len(keys(word)) for word in words)
    rows = _rows_read(index.session, lambda: candidates(index.session, query))
    assert len(rows) <= MOST_STATEMENTS
    return made + sum(rows)


def _rows_read(session: Session, search: Callable[[], object]) -> list[int]:
    """How many rows each statement of a search gives: every one is asked again for its count."""
    connection = session.connection()
    said: list[tuple[str, Any]] = []

    def listen(_c: Any, _cursor: Any, statement: str, values: Any, *_rest: Any) -> None:
        said.append((statement, values))

    event.listen(connection, "before_cursor_execute", listen)
    search()
    event.remove(connection, "before_cursor_execute", listen)
    counted = [
        (f"SELECT count(*) FROM ({statement}) AS said", values) for statement, values in said
    ]
    return [connection.exec_driver_sql(*one).scalar_one() for one in counted]
