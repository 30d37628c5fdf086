"""How well the index is filled: what is known of how many active children, and how old it is.

Counted by the database, never row by row; only what the guard of feeds holds back is looked at one
by one (decisions/0031).
"""

import datetime as dt
import uuid
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, func, or_, select, true, union

from portal.children import vault
from portal.children.models import (
    ChildAddress,
    ChildIdentifier,
    ChildRecord,
    ChildSource,
    Involvement,
)
from portal.children.rules import AddressKind, ChildDraft, Kind, Scheme
from portal.children.vault import guard, quarantine
from portal.children.vault.quarantine import Quarantined
from portal.children.visibility import Job, everything
from portal.core.db import db


class Known(StrEnum):
    """What may be known of a child. MATCHED: a number of another body, or more than one source."""

    ADDRESS = "address"
    SCHOOL = "school"
    GP = "gp"
    NHS_NUMBER = "nhs_number"
    UPN = "upn"
    MATCHED = "matched"


NUMBERS = {Scheme.NHS_NUMBER.value: Known.NHS_NUMBER, Scheme.UPN.value: Known.UPN}
PLACES = {Kind.SCHOOL.value: Known.SCHOOL, Kind.GP_PRACTICE.value: Known.GP}
_MODELS: tuple[Any, ...] = (ChildAddress, ChildIdentifier, Involvement)
_CONFIRMED = func.coalesce(Involvement.last_confirmed_on, Involvement.source_on, type_=Date())


@dataclass(frozen=True, slots=True)
class Coverage:
    """Of how many active children something is known, and on which days how many of the
    involvements that go on were last confirmed."""

    children: int
    known: Counter[Known] = field(default_factory=Counter)
    confirmed: Counter[dt.date] = field(default_factory=Counter)


def coverage(*, on: dt.date) -> Coverage:
    """Count what is known on this day, in an index that had taken what is held back: its sources
    were told that it was taken. Reads every active child, and opens the whole vault."""
    found = _in_index(on)
    children, known, confirmed = found.children, found.known, found.confirmed
    for child_id, rows in _held().items():
        before, after = _in_index(on, child_id), _as_taken(child_id, rows, on)
        children += after.children - before.children
        known = known - before.known + after.known
        confirmed = confirmed - before.confirmed + after.confirmed
    return Coverage(children, known, confirmed)


def _in_index(on: dt.date, child_id: uuid.UUID | None = None) -> Coverage:
    """Count in the index, all active children or one. Each table is read once for each figure, from
    its beginning to its end: to look every child up in it takes ten times as long."""
    one = ChildRecord.id == child_id if child_id else true()
    active = everything(Job.FEED).where(ChildRecord.lifecycle == "active", one).subquery()
    children = db.session.scalar(select(func.count()).select_from(active)) or 0
    if not children:
        return Coverage(0)
    known = {
        word: db.session.scalar(select(func.count()).select_from(found.subquery())) or 0
        for word, found in _having(on, child_id).items()
    }
    days = (
        select(_CONFIRMED, func.count())
        .where(_goes_on(on), _active(Involvement, child_id))
        .group_by(_CONFIRMED)
    )
    return Coverage(children, Counter(known), Counter(dict(db.session.execute(days).all())))


def _having(on: dt.date, child_id: uuid.UUID | None) -> dict[Known, Any]:
    """Select the children of whom each is known."""

    def those(model: Any, *conditions: ColumnElement[bool]) -> Select[uuid.UUID]:
        return select(model.child_id).where(*conditions, _active(model, child_id)).distinct()

    several = select(ChildSource.child_id).where(_active(ChildSource, child_id))
    several = several.group_by(ChildSource.child_id)
    several = several.having(func.min(ChildSource.source) != func.max(ChildSource.source))
    return {
        Known.ADDRESS: those(ChildAddress, ChildAddress.kind == AddressKind.CURRENT.value),
        **{one: those(Involvement, Involvement.kind == word, _goes_on(on))
           for word, one in PLACES.items()},
        **{one: those(ChildIdentifier, ChildIdentifier.scheme == word)
           for word, one in NUMBERS.items()},
        Known.MATCHED: union(those(ChildIdentifier), several),
    }  # fmt: skip


def _active(model: Any, child_id: uuid.UUID | None) -> ColumnElement[bool]:
    """What belongs to active children, or to one that is: those who are archived are few."""
    if child_id is not None:
        condition: ColumnElement[bool] = model.child_id == child_id
        return condition
    archived = everything(Job.FEED).where(ChildRecord.lifecycle == "archived")
    belongs: ColumnElement[bool] = model.child_id.not_in(archived.with_only_columns(ChildRecord.id))
    return belongs


def _goes_on(on: dt.date) -> ColumnElement[bool]:
    return or_(Involvement.ended_on.is_(None), Involvement.ended_on > on)


def _held() -> dict[uuid.UUID, list[Quarantined]]:
    """What is held back by child, of those who are, or would be, children of their own: several
    sources may speak of one."""
    found: dict[uuid.UUID, list[Quarantined]] = defaultdict(list)
    for row in quarantine.everything_held():
        if vault.grade_of(row.id) is None and (row.is_open or row.is_new):
            found[row.id].append(row)
    return found


def _as_taken(child_id: uuid.UUID, held: list[Quarantined], on: dt.date) -> Coverage:
    """What an index would count of a child that had taken what is held back."""
    rows = {model: _rows(model, child_id) for model in _MODELS}
    said = {(one.source, NUMBERS[one.scheme]) for one in rows[ChildIdentifier]}
    said |= {
        (one.source, Known.ADDRESS) for one in rows[ChildAddress] if one.kind == AddressKind.CURRENT
    }
    told = rows[Involvement]
    for row in held:
        said = _after(said, row.draft) if row.draft else said
        told = guard.involvements_of(row, told)
    going_on = [one for one in told if one.ended_on is None or one.ended_on > on]
    known = {one for _, one in said}
    known |= {PLACES[one.kind] for one in going_on if one.kind in PLACES}
    if known & set(NUMBERS.values()) or len({one.source for one in held} | _sources(child_id)) > 1:
        known.add(Known.MATCHED)
    confirmed = Counter(one.last_confirmed_on or one.source_on for one in going_on)
    return Coverage(1, Counter(known), confirmed)


def _sources(child_id: uuid.UUID) -> set[str]:
    wanted = select(ChildSource.source).where(ChildSource.child_id == child_id)
    return set(db.session.scalars(wanted))


def _rows(model: Any, child_id: uuid.UUID) -> list[Any]:
    return list(db.session.scalars(select(model).where(model.child_id == child_id)))


def _after(said: set[tuple[str, Known]], draft: ChildDraft) -> set[tuple[str, Known]]:
    """What is said of a child once a source has spoken: it replaces what it said before."""
    words = {NUMBERS[scheme.value] for scheme, value in draft.numbers.items() if value}
    if any(one.kind is AddressKind.CURRENT for one in draft.addresses):
        words.add(Known.ADDRESS)
    return {one for one in said if one[0] != draft.source} | {(draft.source, one) for one in words}
