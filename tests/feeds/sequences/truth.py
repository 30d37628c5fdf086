"""Who the children are, what sources say of them, and what each source must be told."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from portal.feeds.rules import FileKind
from portal.matching import Description, describe, may_be_same_person
from portal.sandbox import numbers
from tests.feeds.filing import Cells

SOURCES = ("mosaic", "emis", "school-records")
Number = tuple[str, str]
Counts = tuple[int, ...]


@dataclass(frozen=True)
class Person:
    """A child of this test. No two bear the same given name, which is how they are told apart."""

    given: str
    family: str
    later_family: str
    born: str
    gender: str
    serial: int
    address: str
    later_address: str

    def cells(self, number: str) -> Cells:
        """A row about the child, as whoever knows everything would write it."""
        return {
            "source_id": number, "given_names": self.given, "family_name": self.family,
            "former_family_names": "", "date_of_birth": self.born, "gender": self.gender,
            "nhs_number": numbers.nhs(60_000 + self.serial), "upn": "", "address": self.address,
            "postcode": f"QH1 {self.serial % 9 + 1}AB",
        }  # fmt: skip

    @property
    def own_words(self) -> tuple[str, ...]:
        """Words that stand in no row about anybody else."""
        own = (self.given, self.later_family, self.later_address)
        return own if self in TWINS else (*own, self.family, self.address)


# Twins of like names at one address; a child who goes into hiding; two whom nothing binds.
TWINS = tuple(
    Person(given, "Pemberwick", later, "2016-05-09", "female", serial, "4 Larch Row", moved)
    for given, later, serial, moved in (
        ("Amarantha", "Hollinshead", 1, "17 Quarry Steps"),
        ("Amaryllis", "Oldershaw", 2, "28 Foundry Yard"),
    )
)
PEOPLE = (
    Person("Zephyrine", "Quillfeather", "Brackenbury", "2015-03-14", "female", 4, "9 Saddlers Way",
           "31 Refuge Lane"),
    *TWINS,
    Person("Bartholomew", "Nowakiewicz", "Wolstenholme", "2009-10-27", "male", 5, "6 Tannery End",
           "52 Weavers Close"),
    Person("Thessaly", "Ravenscroft", "Gullimore", "2012-06-19", "female", 7, "1 Osier Bank",
           "73 Chandlers Hill"),
)  # fmt: skip
BY_GIVEN = {one.given: one for one in PEOPLE}


class Telling(StrEnum):
    """How a source speaks of a child this time."""

    AS_BEFORE = "as before"
    MOVED = "moved"
    RENAMED = "renamed"
    CORRECTED = "with a corrected birth"
    BARE = "without numbers"
    MOVED_BARE = "moved, without numbers"
    FAULTY = "with a word nobody knows"
    ADOPTED = "adopted: another number, name and address, and no number of anybody"
    ADOPTED_LINKED = "adopted, with the former name"
    REUSED = "a number that was another child's"


@dataclass(frozen=True)
class Line:
    """A row as it is drawn: whom it is about, and how."""

    who: int
    how: Telling

    @property
    def number(self) -> str:
        """The number under which it stands."""
        return self.cells()["source_id"]

    def cells(self) -> Cells:
        """The row."""
        who, own = PEOPLE[self.who], f"K{self.who}"
        row = who.cells(f"K{(self.who + 1) % len(PEOPLE)}" if self.how is Telling.REUSED else own)
        elsewhere = {"address": who.later_address, "postcode": f"QH3 {who.serial}DE"}
        new_name = {"family_name": who.later_family}
        adopted = {"source_id": f"A{self.who}", "nhs_number": "", **new_name, **elsewhere}
        changes: dict[Telling, Cells] = {
            Telling.MOVED: elsewhere,
            Telling.RENAMED: new_name,
            Telling.CORRECTED: {"date_of_birth": f"{who.born[:-2]}{int(who.born[-2:]) + 1:02d}"},
            Telling.BARE: {"nhs_number": ""},
            Telling.MOVED_BARE: {"nhs_number": "", **elsewhere},
            Telling.FAULTY: {"gender": "?"},
            Telling.ADOPTED: adopted,
            Telling.ADOPTED_LINKED: {**adopted, "former_family_names": who.family},
        }
        return {**row, **changes.get(self.how, {})}


@dataclass
class Told:
    """What the sources have said so far, and from that alone: what they must be told next."""

    said: dict[Number, Cells] = field(default_factory=dict)
    # What was said of work, by number and organisation.
    work: dict[Number, dict[str, Cells]] = field(default_factory=dict)
    # How often a number has come to mean somebody else.
    hands: Counter[Number] = field(default_factory=Counter)

    def children(self, source: str, rows: Iterable[Cells]) -> Counts:
        """Hear a file of children and return what its receipt must count."""
        counts, here = dict.fromkeys(("added", "changed", "unchanged", "aside"), 0), set()
        for row in rows:
            number = (source, row["source_id"])
            if row["gender"] == "?" or number in here:
                counts["aside"] += 1
                continue
            here.add(number)
            before = self.said.get(number)
            self.said[number] = row
            counts[_word(row, before)] += 1
            if before is not None and not _is_correction(row, before):
                self.work.pop(number, None)
                self.hands[number] += 1
        return sum(counts.values()), *counts.values()

    def involvements(self, source: str, rows: Iterable[Cells]) -> Counts:
        """Hear a file of involvements, each with another child, and return the same."""
        counts = dict.fromkeys(("added", "changed", "unchanged", "aside"), 0)
        for row in rows:
            number = (source, row["child_source_id"])
            if number not in self.said:
                counts["aside"] += 1
                continue
            told = self.work.setdefault(number, {})
            counts[_word(row, told.get(row["organisation_code"]))] += 1
            told[row["organisation_code"]] = row
        return sum(counts.values()), *counts.values()

    def hear(self, source: str, kind: FileKind, rows: Iterable[Cells]) -> Counts:
        """Hear a file of one of these kinds."""
        heard = self.children if kind is FileKind.CHILDREN else self.involvements
        return heard(source, rows)

    def copy(self) -> "Told":
        """The same, for what is only rehearsed."""
        return replace(
            self, said=dict(self.said), hands=self.hands.copy(),
            work={one: dict(rows) for one, rows in self.work.items()},
        )  # fmt: skip


def _word(row: Cells, before: Cells | None) -> str:
    if before is None:
        return "added"
    return "unchanged" if row == before else "changed"


def _is_correction(row: Cells, before: Cells) -> bool:
    """Whether a source that changes what it says under a number still means the same child."""
    former = [name for name in [row["former_family_names"]] if name]
    return may_be_same_person(_described(row, former), _described(before))


def _described(row: Cells, former: Sequence[str] = ()) -> Description:
    return describe(
        given_names=row["given_names"], family_name=row["family_name"],
        birth=dt.date.fromisoformat(row["date_of_birth"]), gender=row["gender"],
        former_family_names=former,
    )  # fmt: skip
