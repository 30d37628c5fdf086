"""From a description to the few children it may be: expand, look up exactly, score, choose."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from heapq import nlargest
from itertools import chain, islice

from sqlalchemy import Connection, Select, bindparam, func, select
from sqlalchemy.engine import RowMapping
from sqlalchemy.orm import Session

from portal.children.finding.born import Sightings
from portal.children.finding.choosing import Field, Found, Scored, Visible, choose
from portal.children.finding.expansion import Expansion, expand_all
from portal.children.finding.sighting import Births, sightings
from portal.children.finding.tables import ENTRY, POSTCODE, among
from portal.children.finding.upkeep import listed, tokens_of
from portal.matching import Comparison, Description, compare, describe

_MOST_SCORED = 24
_MOST_LIKELY = 5
_FAR_BEHIND = 13.0
_MOST_NEAR = 100
_MOST_IN_FIELD = 200
_AT_ONCE = 5_000

_NEAR = (
    select(POSTCODE.c.postcode, ENTRY)
    .join(POSTCODE, POSTCODE.c.entry_id == ENTRY.c.id)
    .where(among(POSTCODE.c.postcode, "postcodes"))
    .limit(bindparam("most"))
)
_ENTRIES = select(ENTRY).where(among(ENTRY.c.id, "numbers"))


def candidates(session: Session, query: Description) -> Found:
    """The children this description may mean: at most five, or a question to ask, or none.

    Reads the name index only, by exact keys; the work is bounded whatever was typed. Postcodes
    only ever add: whoever is named without one is named with any.
    """
    connection = _connection(session)
    (one,) = _asked(connection, [query])
    (scored,) = _scored(connection, [one], always=2)
    perfect = one.compared(query).visible
    field = partial(_field, connection, one)
    return choose(query, perfect, scored, children=one.expansion.children, field=field)


def ranked(session: Session, query: Description, *, limit: int = _MOST_LIKELY) -> list[uuid.UUID]:
    """The children in the order in which they stand before it is decided whether there are too many
    to show any. For measuring, and for whoever compares each of them anew: what is offered to a
    searcher is what `candidates` names."""
    (found,) = _ranked(session, [query], limit)
    return found


def likest(session: Session, rows: Mapping[str, Description]) -> dict[str, list[uuid.UUID]]:
    """The same for many descriptions, by the caller's words for them, each as if it were alone."""
    return dict(zip(rows, _ranked(session, list(rows.values()), _MOST_LIKELY), strict=True))


def _ranked(session: Session, queries: Sequence[Description], limit: int) -> list[list[uuid.UUID]]:
    connection = _connection(session)
    every = _scored(connection, _asked(connection, queries), always=limit + 1)
    ranking = (
        nlargest(limit, scored, key=lambda one: (one.comparison.score, one.promise))
        for scored in every
    )
    return [[one.child_id for one in best] for best in ranking]


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


@dataclass(frozen=True, slots=True)
class _Asked:
    """A query, the words it may stand for, and whom they and the birth lead to."""

    query: Description
    expansion: Expansion
    seen: Sightings
    births: Births

    def may_be(self, row: RowMapping) -> bool:
        """Neighbours who share neither name nor day of birth with what was typed need no
        comparison. A newborn still called Baby is found by the day and the postcode."""
        birth = self.query.birth
        if isinstance(birth, date) and row["birth_day"] == birth.toordinal():
            return True
        return not self.expansion.shares.keys().isdisjoint(tokens_of(row).both)

    def compared(self, other: Description) -> Comparison:
        """The query beside another description."""
        return compare(
            self.query,
            other,
            frequency=self.expansion.shares.get,
            alike=self.expansion.likeness,
            children=self.expansion.children,
        )

    def scored(self, row: RowMapping) -> Scored:
        """The query beside a row of the index."""
        promise = self.seen.get(row["id"], 0.0)
        return Scored(row["child_id"], self.compared(_described(row)), promise)


def _asked(connection: Connection, queries: Sequence[Description]) -> list[_Asked]:
    expansions = expand_all(connection, queries)
    seen = sightings(connection, list(zip(queries, expansions, strict=True)))
    return [
        _Asked(query, expansion, found.bits, found.births)
        for query, expansion, found in zip(queries, expansions, seen, strict=True)
    ]


def _scored(connection: Connection, every: Sequence[_Asked], *, always: int) -> list[list[Scored]]:
    """For each query those worth comparing, compared."""
    promising = [_most_promising(one.seen, always) for one in every]
    entries = {row["id"]: row for row in _entries(connection, set().union(*promising))}
    near = _neighbours(connection, every)
    scored = []
    for one, numbers in zip(every, promising, strict=True):
        rows = {number: entries[number] for number in sorted(numbers) if number in entries}
        beside = islice(_at(one.query, near), _MOST_NEAR)
        rows |= {row["id"]: row for row in beside if one.may_be(row)}
        scored.append([one.scored(row) for row in rows.values()])
    return scored


def _neighbours(connection: Connection, every: Sequence[_Asked]) -> dict[str, list[RowMapping]]:
    """The children at the postcodes of these queries."""
    codes = sorted(set().union(*(one.query.postcodes for one in every)))
    near: dict[str, list[RowMapping]] = {code: [] for code in codes}
    if codes:
        facts = {"postcodes": codes, "most": _MOST_NEAR * len(every)}
        for row in connection.execute(_NEAR, facts).mappings():
            near[row["postcode"]].append(row)
    return near


def _at(query: Description, near: Mapping[str, list[RowMapping]]) -> Iterator[RowMapping]:
    return chain.from_iterable(near[code] for code in sorted(query.postcodes))


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


def _field(connection: Connection, one: _Asked) -> Field:
    """The children among whom a question has to separate: those in sight who promise most."""
    numbers = nlargest(_MOST_IN_FIELD, one.seen, key=lambda number: (one.seen[number], -number))
    births = [one.births[number] for number in numbers if number in one.births]
    return Field(len(numbers), births, partial(_visible, connection, numbers))


def _visible(connection: Connection, numbers: list[int], start: int, end: int) -> list[Visible]:
    return [
        Visible(row["given_names"], row["birth_day"], row["gender"])
        for row in _entries(connection, numbers[start:end])
    ]
