"""What must hold after whatever was done, in words that fail with what is wrong."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from sqlalchemy import select

from portal.access.chain import verify_chain
from portal.children import finding
from portal.children.models import ChildRecord, ChildSource, Involvement
from portal.children.rules import Scheme
from portal.children.vault import Grade, moving
from portal.children.visibility import Job, everything, identifier_mark
from portal.core.db import db, snapshot
from tests.feeds.sequences.index import (
    Index,
    contacts_of,
    hidden_ids,
    marks_of,
    open_tables,
    people_in_records,
    places,
    record_in_index,
    rows_beside,
    text_of,
)
from tests.feeds.sequences.truth import Number, Person, Told

Pairs = set[frozenset[str]]
# Of a split: the numbers that stayed, those that went, and how often each had changed hands.
Sides = tuple[dict[Number, int], dict[Number, int]]


@dataclass(frozen=True)
class Renewed:
    """A new identity: its record, the child, the numbers that led to the old one, with how often
    each had changed hands, and all numbers under which anybody had been spoken of."""

    new_id: uuid.UUID
    person: Person
    numbers: dict[Number, int]
    spoken: frozenset[Number]

    def records(self) -> set[uuid.UUID]:
        """The new one's record, and those that came with new numbers of it alone."""
        found: dict[uuid.UUID, set[bool]] = {}
        for row in db.session.scalars(select(ChildSource)):
            is_fresh = (row.source, row.source_id) not in self.spoken
            is_own = row.source_id.startswith("A") and row.given_names == self.person.given
            found.setdefault(row.child_id, set()).add(is_fresh and is_own)
        return {self.new_id} | {child_id for child_id, are in found.items() if are == {True}}


def no_row_is_lost(told: Told) -> None:
    """Every number that a source ever sent leads to one record, open, sealed or held back."""
    every = places()
    for number in told.said:
        found = every.get(number, [])
        assert len(found) == 1, (number, found)
        assert not (found[0].is_open and found[0].is_sealed), (number, found)


def every_contact_stands_once(index: Index, told: Told) -> None:
    """What a source told of work stands once with the child whom the number means. Of two numbers
    that a person has made one child the work is told once."""
    every = places() if told.work else {}
    for number, works in told.work.items():
        known = contacts_of(every[number][0].child_id)
        for code in works:
            words = {"source": number[0], "organisation_id": ["id", index.place(code).hex]}
            same = [one for one in known.values() if words.items() <= one.items()]
            assert len(same) == 1, (number, code, known)


def no_two_children_are_one(joined: Pairs) -> None:
    """Two children are in one record only where a person has said that they are one."""
    for child_id, people in people_in_records().items():
        for one, other in combinations(sorted(person.given for person in people), 2):
            assert _is_said(one, other, joined), (child_id, one, other)


def _is_said(one: str, other: str, joined: Pairs) -> bool:
    """Whether what people said leads from one to the other."""
    reached, new = {one}, {one}
    while new:
        new = set().union(*(pair for pair in joined if pair & new)) - reached
        reached |= new
    return other in reached


def nobody_hidden_is_seen(index: Index, allowed: dict[Person, set[str]]) -> None:
    """Of a hidden child nothing stands in the open that did not stand there when it was hidden; of
    its own record a stub at most."""
    text = text_of(open_tables(index))
    for person, seen in allowed.items():
        shown = {word for word in marks_of(person) if word in text}
        assert shown <= seen, (person.given, shown - seen)
    for child_id in hidden_ids():
        row = record_in_index(child_id)
        beside = {model: number for model, number in rows_beside(child_id).items() if number}
        assert beside == ({ChildSource: 1} if row else {}), (child_id, beside)


def the_parted_stay_apart(told: Told, parted: Mapping[uuid.UUID, Sides]) -> None:
    """What a person has parted is not one again: two numbers that stood on the two sides of a split
    lead to two records, while they mean whom they meant."""
    every = places() if parted else {}
    for sides in parted.values():
        ours, theirs = (
            {every[one][0].child_id for one in side if told.hands[one] == side[one]}
            for side in sides
        )
        assert not ours & theirs, sides


def nothing_joins_old_and_new(index: Index, told: Told, apart: Mapping[uuid.UUID, Renewed]) -> None:
    """An old identity stays absent and the new one a record of its own; no number of the old leads
    to the new, no row of the new bears a word of the old, whoever brings it, and none names it."""
    if not apart:
        return
    every, tables, hidden = places(), open_tables(index), hidden_ids()
    for old_id, one in apart.items():
        assert moving.grade_of(old_id) is Grade.ABSENT
        assert moving.record_of(old_id) is not None
        assert one.new_id in hidden or record_in_index(one.new_id), "the new one is a record"
        for number, hands in one.numbers.items():
            if told.hands[number] == hands:
                assert every[number][0].child_id != one.new_id, number
        rows = [row for held in tables.values() for row in held]
        assert not [row for row in rows if old_id in row], "the old one is named in no open row"
        new = one.records()
        words = repr([row for row in rows if not new.isdisjoint(_ids_in(row))]).casefold()
        old = {one.person.family, one.person.address, one.person.cells("")["nhs_number"]}
        marks = {word.casefold() for word in old}
        marks.add(identifier_mark(Scheme.NHS_NUMBER, one.person.cells("")["nhs_number"]))
        assert not [word for word in marks if word in words], (one, words)


def _ids_in(row: Iterable[Any]) -> list[uuid.UUID]:
    return [value for value in row if isinstance(value, uuid.UUID)]


def all_is_well_kept(index: Index) -> None:
    """The name index agrees with the tables, the log with itself, and a lead is one."""
    assert finding.check(db.session()) == []
    with snapshot(db.engine) as connection:
        report = verify_chain(connection, index.app.extensions["portal_keys"].log)
    assert report.is_whole, report
    leads = db.session.query(Involvement.child_id).filter_by(is_lead=True, ended_on=None).all()
    assert len(leads) == len(set(leads))


def leading(numbers: set[Number]) -> dict[Number, uuid.UUID]:
    """The records of the open to which these numbers lead."""
    rows = db.session.query(ChildSource.source, ChildSource.source_id, ChildSource.child_id)
    return {(one, two): child_id for one, two, child_id in rows if (one, two) in numbers}


def numbers_of(child_id: uuid.UUID) -> set[Number]:
    """The numbers of a record in the open."""
    rows = db.session.query(ChildSource.source, ChildSource.source_id).filter_by(child_id=child_id)
    return {(one, two) for one, two in rows}


def ids_in_index() -> set[uuid.UUID]:
    """Everybody who is in the open."""
    return set(db.session.scalars(everything(Job.REVIEW).with_only_columns(ChildRecord.id)))
