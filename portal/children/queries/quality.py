"""How well the index is filled: what is known of how many active children, and how old it is.

Counted by the database, never row by row; what the guard of feeds holds back is counted as if it
had been taken (decisions/0031), because sources are told that it was.
"""

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Date, exists, func, or_, select

from portal.children.models import ChildAddress, ChildIdentifier, ChildRecord, Involvement
from portal.children.rules import AddressKind, Kind, Scheme
from portal.children.vault import guard, quarantine
from portal.children.vault.quarantine import Quarantined
from portal.children.visibility import Job, everything
from portal.core.db import db


class Known(StrEnum):
    """What may be known of a child. MATCHED: a number that another body gave it."""

    ADDRESS = "address"
    SCHOOL = "school"
    GP = "gp"
    NHS_NUMBER = "nhs_number"
    UPN = "upn"
    MATCHED = "matched"


NUMBERS = {Scheme.NHS_NUMBER.value: Known.NHS_NUMBER, Scheme.UPN.value: Known.UPN}
PLACES = {Kind.SCHOOL.value: Known.SCHOOL, Kind.GP_PRACTICE.value: Known.GP}
_CONFIRMED = func.coalesce(Involvement.last_confirmed_on, Involvement.source_on, type_=Date())


@dataclass(frozen=True, slots=True)
class Coverage:
    """Of how many active children something is known, and on which days how many of the
    involvements that go on were last confirmed."""

    children: int
    known: Counter[Known] = field(default_factory=Counter)
    confirmed: Counter[dt.date] = field(default_factory=Counter)


def coverage(*, on: dt.date) -> Coverage:
    """Count what is known on this day. Reads every active child, and opens the whole vault."""
    found = _in_index(on)
    children, known, confirmed = found.children, found.known, found.confirmed
    for row in quarantine.everything_held():
        if not (row.is_open or row.is_new):
            continue
        before, after = _of_child(row, on), _as_ordinary(row, on)
        children += after.children - before.children
        known = known - before.known + after.known
        confirmed = confirmed - before.confirmed + after.confirmed
    return Coverage(children, known, confirmed)


def _in_index(on: dt.date, *which: ColumnElement[bool]) -> Coverage:
    """Count in the index, all active children or some."""
    active = everything(Job.QUALITY).where(ChildRecord.lifecycle == "active", *which).subquery()
    asked = {
        one: exists().where(_owner(one) == active.c.id, condition)
        for one, condition in _conditions(on).items()
    }
    sums = [func.count().filter(condition).label(one.value) for one, condition in asked.items()]
    row = db.session.execute(select(func.count().label("children"), *sums).select_from(active))
    counts = row.one()._asdict()
    days = (
        select(_CONFIRMED, func.count())
        .join(active, active.c.id == Involvement.child_id)
        .where(_goes_on(on))
        .group_by(_CONFIRMED)
    )
    return Coverage(
        children=counts.pop("children"),
        known=Counter({Known(word): number for word, number in counts.items()}),
        confirmed=Counter(dict(db.session.execute(days).all())),
    )


def _conditions(on: dt.date) -> dict[Known, ColumnElement[bool]]:
    """When something is known of a child."""
    of_scheme = {one: ChildIdentifier.scheme == word for word, one in NUMBERS.items()}
    of_kind = {one: (Involvement.kind == word) & _goes_on(on) for word, one in PLACES.items()}
    return {
        Known.ADDRESS: ChildAddress.kind == AddressKind.CURRENT.value,
        **of_kind,
        **of_scheme,
        Known.MATCHED: or_(*of_scheme.values()),
    }


def _owner(one: Known) -> Any:
    if one is Known.ADDRESS:
        return ChildAddress.child_id
    is_place = one in PLACES.values()
    return Involvement.child_id if is_place else ChildIdentifier.child_id


def _goes_on(on: dt.date) -> ColumnElement[bool]:
    return or_(Involvement.ended_on.is_(None), Involvement.ended_on > on)


def _of_child(row: Quarantined, on: dt.date) -> Coverage:
    """What the index counts of a child of whom something is held back."""
    return _in_index(on, ChildRecord.id == row.id) if row.is_open else Coverage(0)


def _as_ordinary(row: Quarantined, on: dt.date) -> Coverage:
    """What an index would count that had taken what is held back."""
    others = _said_by_others(row)
    draft = row.draft
    if draft is not None:
        others |= {NUMBERS[scheme.value] for scheme, value in draft.numbers.items() if value}
        if any(one.kind is AddressKind.CURRENT for one in draft.addresses):
            others.add(Known.ADDRESS)
    in_index = db.session.scalars(select(Involvement).where(Involvement.child_id == row.id)).all()
    rows = [one for one in guard.involvements_of(row, in_index) if _is_going_on(one, on)]
    others |= {PLACES[one.kind] for one in rows if one.kind in PLACES}
    if others & set(NUMBERS.values()):
        others.add(Known.MATCHED)
    confirmed = Counter(one.last_confirmed_on or one.source_on for one in rows)
    return Coverage(1, Counter(others), confirmed)


def _said_by_others(row: Quarantined) -> set[Known]:
    """What the index knows of the child that this source's next word would leave alone."""
    found = set()
    places: list[tuple[Any, Known, ColumnElement[bool]]] = [
        (ChildIdentifier, one, ChildIdentifier.scheme == word) for word, one in NUMBERS.items()
    ]
    is_current = ChildAddress.kind == AddressKind.CURRENT.value
    for model, one, condition in (*places, (ChildAddress, Known.ADDRESS, is_current)):
        held = select(model.id).where(model.child_id == row.id, condition)
        stays = held.where(model.source != row.source) if row.draft else held
        if db.session.scalar(stays.limit(1)) is not None:
            found.add(one)
    return found


def _is_going_on(row: Involvement, on: dt.date) -> bool:
    return row.ended_on is None or row.ended_on > on
