"""Pairs of records that may be about one child: how many wait, and both side by side."""

import datetime as dt
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, func, or_, select

from portal.access.identity import Identity
from portal.accounts import queries as accounts
from portal.children import joining
from portal.children.models import (
    Carer,
    ChildAddress,
    ChildIdentifier,
    ChildMerge,
    ChildName,
    ChildRecord,
    ChildReview,
    ChildSource,
    Involvement,
    LocalCorrection,
)
from portal.children.rules import (
    ABOUT,
    ADDRESS_KINDS,
    CAUSES,
    GENDERS,
    OWN_CORRECTION,
    SCHEMES,
    TAKEN_FOR,
    AddressKind,
    Fact,
    Gender,
    Kind,
    OwnFact,
    ReviewCause,
    Scheme,
    Value,
    Values,
)
from portal.children.vault.packing import Packed, unpacked
from portal.children.visibility import place_shown
from portal.core.db import db
from portal.core.pages import day
from portal.directory.models import Organisation, Practitioner
from portal.matching import SENTENCES, VETO_SENTENCES

MOST_CONTACTS, MERGES_SHOWN = 20, 50
_SENTENCES = {word.value: said for word, said in (*SENTENCES.items(), *VETO_SENTENCES.items())}
SHOWN: tuple[Any, ...] = (
    ChildName, ChildAddress, Carer, ChildIdentifier, Involvement, ChildSource, LocalCorrection,
)  # fmt: skip
Sides = tuple[ChildRecord, ChildRecord]
Beside = Mapping[Any, Sequence[Any]]
Side = tuple[ChildRecord, Beside]


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


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeLine:
    """A record made of two, without a word of which children; undone_at is empty while it
    stands."""

    id: uuid.UUID
    merged_by: str
    merged_at: dt.datetime
    undone_by: str
    undone_at: dt.datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeSheet:
    """Both records as they were before one was made of them: first who stayed."""

    line: MergeLine
    numbers: tuple[str, str]
    facts: tuple[Fact, ...]


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
        evidence=tuple(_SENTENCES[word] for word in row.evidence.split()),
        numbers=(sides[0].record_number, sides[1].record_number),
        facts=_facts_beside(*((side, _beside(side)) for side in sides)),
        outcome=row.outcome or "",
        settled_by=_name_of(row.settled_by),
        settled_at=row.settled_at,
    )


def _name_of(account_id: uuid.UUID | None) -> str:
    return accounts.names_of({account_id}).get(account_id, "") if account_id else ""


def latest_merges() -> list[MergeLine]:
    """Return the latest records made of two, the latest first, at most fifty."""
    wanted = select(ChildMerge).order_by(ChildMerge.merged_at.desc(), ChildMerge.id)
    rows = db.session.scalars(wanted.limit(MERGES_SHOWN)).all()
    return [_line(row) for row in rows]


def merge_sheet(row: ChildMerge) -> MergeSheet:
    """Return both records as they were when one was made of them."""
    sides = [_as_it_was(tables) for tables in joining.both_as_they_were(row)]
    numbers = sides[0][0].record_number, sides[1][0].record_number
    return MergeSheet(line=_line(row), numbers=numbers, facts=_facts_beside(*sides))


def _line(row: ChildMerge) -> MergeLine:
    return MergeLine(
        id=row.id,
        merged_by=_name_of(row.merged_by),
        merged_at=row.merged_at,
        undone_by=_name_of(row.undone_by),
        undone_at=row.undone_at,
    )


def _as_it_was(tables: Mapping[str, list[Packed]]) -> Side:
    def rows(model: Any) -> list[Any]:
        return [model(**unpacked(model, one)) for one in tables.get(model.__tablename__, [])]

    return rows(ChildRecord)[0], {model: rows(model) for model in SHOWN}


def _beside(child: ChildRecord) -> Beside:
    return {
        model: db.session.scalars(
            select(model).where(model.child_id == child.id).order_by(*model.__table__.primary_key)
        ).all()
        for model in SHOWN
    }


def _facts_beside(one: Side, other: Side) -> tuple[Fact, ...]:
    """What two records say, fact by fact; what neither knows is left out."""
    told = zip(_told(*one), _told(*other), strict=True)
    every = (Fact(ours.label, ours.values, theirs.values) for ours, theirs in told)
    return tuple(fact for fact in every if fact.one or fact.other)


class _Told(NamedTuple):
    label: LazyString
    values: Values


def _told(child: ChildRecord, beside: Beside) -> list[_Told]:
    own = partial(_own, child, beside)
    return [
        _Told(_l("Given names"), own(OwnFact.GIVEN_NAMES, child.given_names)),
        _Told(_l("Family name"), own(OwnFact.FAMILY_NAME, child.family_name)),
        _Told(_l("Former names"), _values(beside[ChildName], _former)),
        _Told(_l("Date of birth"), own(OwnFact.DATE_OF_BIRTH, day(child.date_of_birth))),
        _Told(_l("Gender"), own(OwnFact.GENDER, str(GENDERS[Gender(child.gender)]))),
        _Told(_l("Address"), _values(beside[ChildAddress], _address)),
        _Told(_l("Parents and carers"), _values(beside[Carer], _carer)),
        _Told(_l("Numbers"), _values(beside[ChildIdentifier], _number)),
        _Told(_l("Contacts"), _contacts(beside[Involvement])),
    ]


def _own(child: ChildRecord, beside: Beside, fact: OwnFact, text: str) -> Values:
    """A fact of the child's own row: who said it, and when."""
    if not text:
        return ()
    for made in beside[LocalCorrection]:
        if made.fact == fact.value:
            return (Value(text, OWN_CORRECTION, made.made_at.date()),)
    stands = getattr(child, fact)
    said = [row for row in beside[ChildSource] if getattr(row, fact) == stands]
    latest = max(said, key=lambda row: (row.source_on, row.source), default=child)
    return (Value(text, latest.source, latest.source_on),)


def _values(rows: Sequence[Any], told: Callable[[Any], tuple[str, str]]) -> Values:
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


def _contacts(rows: Sequence[Involvement]) -> Values:
    latest = sorted(rows, key=lambda row: row.source_on, reverse=True)[:MOST_CONTACTS]
    places = _by_id(Organisation, {row.organisation_id for row in latest})
    people = _by_id(Practitioner, {row.practitioner_id for row in latest})
    found = []
    for row in latest:
        place = place_shown(places[row.organisation_id], people.get(row.practitioner_id))
        found.append(Value(f"{ABOUT[Kind(row.kind)].label}, {place}", row.source, row.source_on))
    return tuple(sorted(found, key=lambda value: value.text))


def _by_id(model: Any, ids: set[Any]) -> dict[Any, Any]:
    return {row.id: row for row in db.session.scalars(select(model).where(model.id.in_(ids)))}
