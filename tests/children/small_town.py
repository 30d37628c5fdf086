"""The children of a small town, each with a name that can be typed in many ways, and a crowd."""

import uuid
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from portal.children.finding import Entry, index_children
from portal.sandbox import town
from tests.children.index_town import Town, write_children

# Gives an empty database of a kind for as long as a block lasts (a fixture).
Empty = Callable[[str], AbstractContextManager[Engine]]
BOTH_DATABASES = ("sqlcipher", "postgresql")
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


def on_both(cases: Sequence[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Every case in an encrypted file; on PostgreSQL the first of each clause, for what a name is
    worth is worked out by the same code, and only what is read could differ."""
    firsts = {case[0]: case for case in reversed(cases)}
    in_file, on_server = BOTH_DATABASES
    return [(in_file, *case) for case in cases] + [(on_server, *case) for case in firsts.values()]


def born(key: str) -> date:
    """The day of birth of a child of the small town."""
    return CHILDREN[key].date_of_birth


@dataclass
class SmallTown(Town):
    """The filled index: who was found is told by the key in the small town."""

    keys: dict[uuid.UUID, str] = field(default_factory=dict)

    def shown(
        self, given_names: str, family_name: str, birth: Any = None, **facts: Any
    ) -> list[str]:
        """The children shown, best first, by their key; others as `other`."""
        found = self.ids(given_names, family_name, birth=birth, **facts)
        return [self.keys.get(child_id, "other") for child_id in found]


def fill_small_town(session: Session) -> SmallTown:
    """Keep the small town among a few hundred others."""
    ids = _fill(session, [*CHILDREN.values(), *_others()])
    return SmallTown(session, keys=dict(zip(ids, CHILDREN, strict=False)))


def fill_crowd(session: Session) -> SmallTown:
    """Keep a crowd whose names are all alike."""
    _fill(session, [_lookalike(number) for number in range(CROWD)])
    return SmallTown(session)


def _fill(session: Session, everybody: Sequence[Entry]) -> list[uuid.UUID]:
    entries = [
        replace(entry, child_id=uuid.UUID(int=number))
        for number, entry in enumerate(everybody, start=1)
    ]
    write_children(session, entries)
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


def _lookalike(number: int) -> Entry:
    """The number-th of the crowd: few names in every combination, born all over twelve years."""
    first, number = GIVEN_ALIKE[number % len(GIVEN_ALIKE)], number // len(GIVEN_ALIKE)
    last, number = FAMILY_ALIKE[number % len(FAMILY_ALIKE)], number // len(FAMILY_ALIKE)
    day = date(2008 + number % 12, 1 + number % 9, 10 + number % 13)
    return child(first, last, day.isoformat())
