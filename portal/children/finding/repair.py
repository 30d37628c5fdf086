"""Telling whether the name index still agrees with the children."""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain, islice, takewhile

from flask_babel import ngettext
from sqlalchemy import RowMapping, Table, bindparam, exists, func, select
from sqlalchemy.orm import Session

from portal.children.finding.building import children_in_order
from portal.children.finding.tables import DAY, ENTRY, PAIR, POSTCODE, TOKEN, TOKEN_KEY, among
from portal.children.finding.upkeep import (
    Entry,
    Rows,
    entry_columns,
    known_ids,
    narrow_rows,
    tokens_of,
)
from portal.children.models import ChildAddress, ChildName, ChildRecord
from portal.children.visibility import Job, everything
from portal.matching.keys import keys

_BATCH = 500
_SPOT, _SMALL = 1_000, 50_000


class Trouble(StrEnum):
    """How the name index may disagree with the children."""

    MISSING = "missing"
    OUTDATED = "outdated"
    STRAY = "stray"
    VOCABULARY = "vocabulary"
    NARROW = "narrow"


_SENTENCES: dict[Trouble, Callable[[int], str]] = {
    Trouble.MISSING: lambda number: ngettext(
        "%(num)s child cannot be found by name",
        "%(num)s children cannot be found by name",
        number,
    ),
    Trouble.OUTDATED: lambda number: ngettext(
        "%(num)s child is found by facts that have changed",
        "%(num)s children are found by facts that have changed",
        number,
    ),
    Trouble.STRAY: lambda number: ngettext(
        "%(num)s child is in the name index who should not be",
        "%(num)s children are in the name index who should not be",
        number,
    ),
    Trouble.VOCABULARY: lambda number: ngettext(
        "%(num)s word of the name index is counted wrongly",
        "%(num)s words of the name index are counted wrongly",
        number,
    ),
    Trouble.NARROW: lambda number: ngettext(
        "%(num)s row of the name index is missing or left over",
        "%(num)s rows of the name index are missing or left over",
        number,
    ),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One kind of disagreement and how often it was found. `rebuild` mends all of them."""

    trouble: Trouble
    count: int

    def __str__(self) -> str:
        """The problem in words, naming nobody."""
        return _SENTENCES[self.trouble](self.count)


def check(session: Session) -> list[Problem]:
    """Read the whole index and every child, and name what disagrees: nothing when all is well.
    Takes about as long as a rebuild; changes nothing."""
    session.flush()
    expected: Counter[str] = Counter()
    found: Counter[Trouble] = Counter()
    rows: Counter[Table] = Counter()
    for batch in children_in_order(session):
        kept = _entries(session, [entry.child_id for entry in batch])
        for entry in batch:
            found.update(_compared(entry, kept.get(entry.child_id)))
    for row in _all_entries(session):
        expected.update(tokens_of(row).both)
        rows.update(_expected_rows(row))
    found[Trouble.STRAY] = _stray(session)
    found[Trouble.VOCABULARY] = _miscounted(session, expected)
    found[Trouble.NARROW] = _uneven(session, rows)
    return [Problem(trouble, found[trouble]) for trouble in Trouble if found[trouble]]


def is_small(session: Session) -> bool:
    """True when a whole check takes no longer than a few seconds."""
    return (session.scalar(select(func.max(ENTRY.c.id))) or 0) <= _SMALL


def is_missing(session: Session) -> bool:
    """True when there are active children and the index knows none."""
    active = everything(Job.NAME_INDEX).where(ChildRecord.lifecycle == "active").limit(1)
    known = session.execute(select(ENTRY.c.id).limit(1)).first()
    return known is None and session.execute(active).first() is not None


def spot_check(session: Session, *, start: uuid.UUID) -> list[Problem]:
    """The same for a thousand children from an id on, however many there are: their entries, rows,
    words and keys, in a second or so; and for all who are archived, which takes as long as reading
    the table of children once. Left-over rows and wrong counts elsewhere only `check` finds."""
    session.flush()
    found: Counter[Trouble] = Counter()
    some = list(islice(_around(session, start), _SPOT))
    kept = _entries(session, [entry.child_id for entry in some])
    for entry in some:
        found.update(_compared(entry, kept.get(entry.child_id)))
    for row in kept.values():
        found[Trouble.NARROW] += _absent(session, row)
    found[Trouble.STRAY] = _archived(session)
    return [Problem(trouble, found[trouble]) for trouble in Trouble if found[trouble]]


def _around(session: Session, start: uuid.UUID) -> Iterator[Entry]:
    """Every child once: those after an id, then those up to it."""
    yield from chain.from_iterable(children_in_order(session, after=start))
    everybody = chain.from_iterable(children_in_order(session))
    yield from takewhile(lambda entry: entry.child_id <= start, everybody)


def _absent(session: Session, row: RowMapping) -> int:
    """How many rows of the narrow tables, words and keys of an entry are not there."""
    tokens = tokens_of(row).both
    ids = known_ids(session, tokens)
    wanted = dict(zip((PAIR, DAY, POSTCODE), narrow_rows(row, ids), strict=True))
    wanted[TOKEN_KEY] = [
        {"key": key, "token_id": ids[token]} for token in tokens for key in keys(token)
    ]
    return sum(_missing_of(session, table, rows) for table, rows in wanted.items())


def _missing_of(session: Session, table: Table, rows: Rows) -> int:
    """How many of these rows a table does not have, whose primary key is all its columns. Those
    that differ in the first only are looked up together: one by one takes many times as long."""
    first, *rest = (column.name for column in table.c)
    wanted = defaultdict(list)
    for row in rows:
        wanted[tuple((name, row[name]) for name in rest)].append(row[first])
    found = select(table.c[first]).where(
        among(table.c[first], "wanted"), *(table.c[name] == bindparam(name) for name in rest)
    )
    missing = 0
    for others, values in wanted.items():
        there = set(session.scalars(found, {"wanted": values, **dict(others)}))
        missing += sum(one not in there for one in values)
    return missing


def entries_of(session: Session, children: Iterable[ChildRecord]) -> list[Entry]:
    """What these children should be found by: present and former names, every postcode."""
    people = list(children)
    ids = [child.id for child in people]
    former: dict[uuid.UUID, list[ChildName]] = defaultdict(list)
    for name in session.scalars(
        select(ChildName).where(ChildName.child_id.in_(ids)).order_by(ChildName.id)
    ):
        former[name.child_id].append(name)
    postcodes: dict[uuid.UUID, list[str]] = defaultdict(list)
    for child_id, postcode in session.execute(
        select(ChildAddress.child_id, ChildAddress.postcode)
        .where(ChildAddress.child_id.in_(ids), ChildAddress.postcode != "")
        .order_by(ChildAddress.id)
    ):
        postcodes[child_id].append(postcode)
    return [
        Entry(
            child_id=child.id,
            given_names=child.given_names,
            family_name=child.family_name,
            date_of_birth=child.date_of_birth,
            gender=child.gender,
            former_given_names=tuple(n.given_names for n in former[child.id] if n.given_names),
            former_family_names=tuple(n.family_name for n in former[child.id]),
            postcodes=tuple(postcodes[child.id]),
        )
        for child in people
    ]


def _entries(session: Session, child_ids: list[uuid.UUID]) -> dict[uuid.UUID, RowMapping]:
    rows = session.execute(select(ENTRY).where(ENTRY.c.child_id.in_(child_ids))).mappings()
    return {row["child_id"]: row for row in rows}


def _compared(entry: Entry, row: RowMapping | None) -> list[Trouble]:
    if row is None:
        return [Trouble.MISSING]
    wanted = entry_columns(entry)
    differs = any(_loose(row[name]) != _loose(value) for name, value in wanted.items())
    return [Trouble.OUTDATED] if differs else []


def _loose(value: object) -> object:
    """Postcodes and former names have no order of their own."""
    return sorted(value.replace(";", " ").split()) if isinstance(value, str) else value


def _all_entries(session: Session) -> Iterator[RowMapping]:
    last = 0
    while True:
        wanted = select(ENTRY).where(ENTRY.c.id > last).order_by(ENTRY.c.id).limit(_BATCH)
        rows = session.execute(wanted).mappings().all()
        if not rows:
            return
        yield from rows
        last = rows[-1]["id"]


def _expected_rows(row: RowMapping) -> dict[Table, int]:
    ids = {token: place for place, token in enumerate(sorted(tokens_of(row).both))}
    tables = (PAIR, DAY, POSTCODE)
    return {table: len(own) for table, own in zip(tables, narrow_rows(row, ids), strict=True)}


def _stray(session: Session) -> int:
    """Entries of children who are archived or gone."""
    indexed = session.scalar(select(func.count()).select_from(ENTRY)) or 0
    active = everything(Job.NAME_INDEX).where(
        ChildRecord.lifecycle == "active", ChildRecord.id.in_(select(ENTRY.c.child_id))
    )
    return indexed - (session.scalar(select(func.count()).select_from(active.subquery())) or 0)


def _archived(session: Session) -> int:
    """Entries of children who are archived. Only those are looked up in the index, by its key: 7 s
    among eleven million in the encrypted file, where _stray, which looks up everybody, took 18. An
    entry without a child, which _stray counts too, the foreign key forbids."""
    still_indexed = exists().where(ENTRY.c.child_id == ChildRecord.id)
    archived = everything(Job.NAME_INDEX).where(ChildRecord.lifecycle != "active", still_indexed)
    return session.scalar(archived.with_only_columns(func.count())) or 0


def _miscounted(session: Session, expected: Counter[str]) -> int:
    """Tokens that are counted wrongly, missing, borne by nobody, or short of a key."""
    kept = {
        token: (number, frequency)
        for token, number, frequency in session.execute(
            select(TOKEN.c.token, TOKEN.c.id, TOKEN.c.frequency)
        )
    }
    keyed: Counter[int] = Counter(
        dict(
            session.execute(
                select(TOKEN_KEY.c.token_id, func.count()).group_by(TOKEN_KEY.c.token_id)
            ).all()
        )
    )
    wrong = {token for token in {*kept, *expected} if kept.get(token, (0, 0))[1] != expected[token]}
    wrong |= {token for token, (number, _) in kept.items() if keyed[number] != len(keys(token))}
    orphans = set(keyed) - {number for number, _ in kept.values()}
    return len(wrong) + len(orphans)


def _uneven(session: Session, expected: Counter[Table]) -> int:
    return sum(
        abs((session.scalar(select(func.count()).select_from(table)) or 0) - expected[table])
        for table in (PAIR, DAY, POSTCODE)
    )
