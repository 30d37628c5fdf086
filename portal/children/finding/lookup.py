"""From a description to the few children it may be: expand, look up exactly, score, choose."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from heapq import nlargest

from sqlalchemy import Connection, Select, func, select
from sqlalchemy.engine import RowMapping
from sqlalchemy.orm import Session

from portal.children.finding.choosing import Found, Scored, Visible, choose
from portal.children.finding.expansion import Expansion, expand
from portal.children.finding.sighting import Sightings, sightings
from portal.children.finding.tables import ENTRY, POSTCODE, among
from portal.children.finding.upkeep import listed, tokens_of
from portal.matching import Comparison, Description, compare, describe

_MOST_SCORED = 24
_FAR_BEHIND = 13.0
_MOST_NEAR = 100
_MOST_IN_FIELD = 200
_AT_ONCE = 5_000

_NEAR = (
    select(ENTRY)
    .join(POSTCODE, POSTCODE.c.entry_id == ENTRY.c.id)
    .where(among(POSTCODE.c.postcode, "postcodes"))
    .limit(_MOST_NEAR)
)
_ENTRIES = select(ENTRY).where(among(ENTRY.c.id, "numbers"))


def candidates(session: Session, query: Description) -> Found:
    """The children this description may mean: at most five, or a question to ask, or none.

    Reads the name index only, by exact keys; the work is bounded whatever was typed. Postcodes
    only ever add: whoever is named without one is named with any.
    """
    connection = _connection(session)
    expansion = expand(connection, query)
    seen = sightings(connection, query, expansion)
    scored = _scored(connection, query, expansion, seen, always=2)
    perfect = _compared(query, query, expansion).visible
    field = partial(_field, connection, seen)
    return choose(query, perfect, scored, children=expansion.children, field=field)


def ranked(session: Session, query: Description, *, limit: int = 5) -> list[uuid.UUID]:
    """The children in the order in which they stand before it is decided whether there are too many
    to show any. For measuring, and for whoever compares each of them anew: what is offered to a
    searcher is what `candidates` names."""
    connection = _connection(session)
    expansion = expand(connection, query)
    seen = sightings(connection, query, expansion)
    scored = _scored(connection, query, expansion, seen, always=limit + 1)
    best = nlargest(limit, scored, key=lambda one: (one.comparison.score, one.promise))
    return [one.child_id for one in best]


def likest(session: Session, rows: Mapping[str, Description]) -> dict[str, list[uuid.UUID]]:
    """The same for many descriptions, by the caller's words for them."""
    return {word: ranked(session, row) for word, row in rows.items()}


def described_after(
    session: Session, number: int, *, most: int | None = None
) -> list[tuple[int, uuid.UUID, Description]]:
    """The children whom the index took in after a number, each with a number of its own, so many at
    most: for whoever compares all of them. A child keeps its number until it leaves the index."""
    wanted = select(ENTRY).where(ENTRY.c.id > number).order_by(ENTRY.c.id).limit(most)
    rows = _connection(session).execute(wanted).mappings()
    return [(row["id"], row["child_id"], _described(row)) for row in rows]


def described_of(
    session: Session, ids: Collection[uuid.UUID]
) -> Iterator[tuple[uuid.UUID, Description]]:
    """What the index says of these children, of those whom it has."""
    waiting = sorted(ids)
    for start in range(0, len(waiting), _AT_ONCE):
        wanted = select(ENTRY).where(ENTRY.c.child_id.in_(waiting[start : start + _AT_ONCE]))
        for row in _connection(session).execute(wanted).mappings():
            yield row["child_id"], _described(row)


def highest(session: Session) -> int:
    """The highest number that a child of the index has, 0 where there is none."""
    return _connection(session).scalar(select(func.max(ENTRY.c.id))) or 0


def living_at(postcodes: Iterable[str]) -> Select[uuid.UUID]:
    """Select the children who were ever reported at one of these folded postcodes."""
    return (
        select(ENTRY.c.child_id)
        .join(POSTCODE, POSTCODE.c.entry_id == ENTRY.c.id)
        .where(POSTCODE.c.postcode.in_(sorted(postcodes)))
    )


def _scored(
    connection: Connection,
    query: Description,
    expansion: Expansion,
    seen: Sightings,
    *,
    always: int,
) -> list[Scored]:
    numbers = _most_promising(seen, always)
    rows = {row["id"]: row for row in _entries(connection, numbers)}
    if query.postcodes:
        near = connection.execute(_NEAR, {"postcodes": sorted(query.postcodes)}).mappings()
        day = query.birth.toordinal() if isinstance(query.birth, date) else None
        rows |= {
            row["id"]: row
            for row in near
            if row["birth_day"] == day or _has_known_name(row, expansion)
        }
    return [_one(row, query, expansion, seen.get(row["id"], 0.0)) for row in rows.values()]


def _most_promising(seen: Sightings, always: int) -> list[int]:
    """Those worth comparing: so many always, more while they promise little less than the best."""
    numbers = nlargest(_MOST_SCORED, seen, key=lambda number: (seen[number], -number))
    least = max(seen.values(), default=0.0) - _FAR_BEHIND
    return [n for place, n in enumerate(numbers) if place < always or seen[n] >= least]


def _connection(session: Session) -> Connection:
    """The connection of the session: what is read here is no object of it."""
    session.flush()
    return session.connection()


def _entries(connection: Connection, numbers: Iterable[int]) -> Sequence[RowMapping]:
    return connection.execute(_ENTRIES, {"numbers": sorted(numbers)}).mappings().all()


def _has_known_name(row: RowMapping, expansion: Expansion) -> bool:
    """Neighbours who share neither name nor day of birth with what was typed need no comparison.
    A newborn still called Baby is found by the day and the postcode."""
    return not expansion.shares.keys().isdisjoint(tokens_of(row).both)


def _one(row: RowMapping, query: Description, expansion: Expansion, promise: float) -> Scored:
    child = _described(row)
    return Scored(row["child_id"], _compared(query, child, expansion), promise)


def _described(row: RowMapping) -> Description:
    return describe(
        given_names=row["given_names"],
        family_name=row["family_name"],
        former_given_names=listed(row["former_given_names"]),
        former_family_names=listed(row["former_family_names"]),
        birth=date.fromordinal(row["birth_day"]),
        gender=row["gender"],
        postcodes=row["postcodes"].split(),
    )


def _compared(one: Description, other: Description, expansion: Expansion) -> Comparison:
    return compare(
        one,
        other,
        frequency=expansion.shares.get,
        alike=expansion.likeness,
        children=expansion.children,
    )


def _field(connection: Connection, seen: Sightings) -> list[Visible]:
    """The children among whom a question has to separate: those in sight who promise most."""
    numbers = nlargest(_MOST_IN_FIELD, seen, key=lambda number: (seen[number], -number))
    return [
        Visible(row["given_names"], row["birth_day"], row["gender"])
        for row in _entries(connection, numbers)
    ]
