"""Pairs of records that may be about one child: how many wait, and both side by side."""

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, func, or_, select

from portal.access.identity import Identity
from portal.accounts import queries as accounts
from portal.children.models import (
    Carer,
    ChildAddress,
    ChildIdentifier,
    ChildName,
    ChildRecord,
    ChildReview,
    Involvement,
)
from portal.children.rules import (
    ABOUT,
    ADDRESS_KINDS,
    CAUSES,
    GENDERS,
    SCHEMES,
    TAKEN_FOR,
    AddressKind,
    Fact,
    Gender,
    Kind,
    ReviewCause,
    Scheme,
    Value,
    Values,
)
from portal.children.visibility import place_shown
from portal.core.db import db
from portal.core.pages import day
from portal.directory.models import Organisation, Practitioner
from portal.matching import SENTENCES
from portal.matching import Kind as Finding

MOST_CONTACTS = 20
Sides = tuple[ChildRecord, ChildRecord]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewSheet:
    """Two records side by side. evidence is message ids; outcome is empty while the pair waits."""

    id: uuid.UUID
    cause: LazyString
    source: str
    opened_at: dt.datetime
    evidence: tuple[str, ...]
    numbers: tuple[str, str]
    facts: tuple[Fact, ...]
    outcome: str
    settled_by: str
    settled_at: dt.datetime | None


def count_of_waiting_reviews() -> int:
    """Return how many pairs wait, those that were set aside among them."""
    waiting = select(func.count()).select_from(ChildReview).where(ChildReview.settled_at.is_(None))
    return db.session.scalar(waiting) or 0


def next_reviews(now: dt.datetime, by: Identity) -> Select[ChildReview]:
    """Select the pairs that this person may be given now: first the one they have, then the oldest
    that nobody has."""
    nobodys = or_(ChildReview.taken_at.is_(None), ChildReview.taken_at <= now - TAKEN_FOR)
    theirs = ChildReview.taken_by == by.account_id
    rested = or_(ChildReview.set_aside_until.is_(None), ChildReview.set_aside_until <= now)
    waiting = select(ChildReview).where(ChildReview.settled_at.is_(None), rested)
    first = (~nobodys).desc(), ChildReview.opened_at, ChildReview.id
    return waiting.where(or_(nobodys, theirs)).order_by(*first).limit(1)


def review_sheet(row: ChildReview, sides: Sides) -> ReviewSheet:
    """Return a pair as its page shows it."""
    return ReviewSheet(
        id=row.id,
        cause=CAUSES[ReviewCause(row.cause)],
        source=row.source,
        opened_at=row.opened_at,
        evidence=tuple(SENTENCES[Finding(word)] for word in row.evidence.split()),
        numbers=(sides[0].record_number, sides[1].record_number),
        facts=facts_beside(sides),
        outcome=row.outcome or "",
        settled_by=_name_of(row.settled_by),
        settled_at=row.settled_at,
    )


def _name_of(account_id: uuid.UUID | None) -> str:
    return accounts.names_of({account_id}).get(account_id, "") if account_id else ""


def facts_beside(sides: Sides) -> tuple[Fact, ...]:
    """Return what two records say, fact by fact; what neither knows is left out."""
    told = zip(*(_told(side) for side in sides), strict=True)
    every = (Fact(one.label, one.values, other.values) for one, other in told)
    return tuple(fact for fact in every if fact.one or fact.other)


class _Told(NamedTuple):
    label: LazyString
    values: Values


def _told(child: ChildRecord) -> list[_Told]:
    return [
        _Told(_l("Given names"), _own(child, child.given_names)),
        _Told(_l("Family name"), _own(child, child.family_name)),
        _Told(_l("Former names"), _values(child, ChildName, _former)),
        _Told(_l("Date of birth"), _own(child, day(child.date_of_birth))),
        _Told(_l("Gender"), _own(child, str(GENDERS[Gender(child.gender)]))),
        _Told(_l("Address"), _values(child, ChildAddress, _address)),
        _Told(_l("Parents and carers"), _values(child, Carer, _carer)),
        _Told(_l("Numbers"), _values(child, ChildIdentifier, _number)),
        _Told(_l("Contacts"), _contacts(child)),
    ]


def _own(child: ChildRecord, text: str) -> Values:
    return (Value(text, child.source, child.source_on),) if text else ()


def _values(child: ChildRecord, model: Any, told: Callable[[Any], tuple[str, str]]) -> Values:
    rows = db.session.scalars(select(model).where(model.child_id == child.id).order_by(model.id))
    found = []
    for row in rows:
        text, compared = told(row)
        found.append(Value(text, row.source, row.source_on, compared))
    return tuple(sorted(found, key=lambda value: value.text))


def _former(row: ChildName) -> tuple[str, str]:
    return f"{row.given_names} {row.family_name}".strip(), ""


def _address(row: ChildAddress) -> tuple[str, str]:
    place = ", ".join(word for word in (row.address, row.postcode) if word)
    kind = ADDRESS_KINDS[AddressKind(row.kind)]
    return (f"{kind}: {place}" if place else str(kind)), f"{place or row.kind}"


def _carer(row: Carer) -> tuple[str, str]:
    return ", ".join(word for word in (row.name, row.phone) if word), ""


def _number(row: ChildIdentifier) -> tuple[str, str]:
    """Which number is known, and whether it is the same: never the number, which is for the sector
    that issued it."""
    return _("%(scheme)s is known", scheme=SCHEMES[Scheme(row.scheme)]), row.value_mark


def _contacts(child: ChildRecord) -> Values:
    rows = db.session.execute(
        select(Involvement, Organisation, Practitioner)
        .join(Organisation, Organisation.id == Involvement.organisation_id)
        .outerjoin(Practitioner, Practitioner.id == Involvement.practitioner_id)
        .where(Involvement.child_id == child.id)
        .order_by(Involvement.source_on.desc(), Involvement.id)
        .limit(MOST_CONTACTS)
    )
    found = [
        Value(
            f"{ABOUT[Kind(row.kind)].label}, {place_shown(place, who)}", row.source, row.source_on
        )
        for row, place, who in rows
    ]
    return tuple(sorted(found, key=lambda value: value.text))
