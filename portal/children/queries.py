"""What is read of children: who may be meant by a search, and which corrections wait."""

import datetime as dt
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache

from flask_babel import LazyString
from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session

from portal.access.identity import Identity
from portal.accounts import queries as accounts
from portal.children import finding, vault
from portal.children.models import (
    ChildAddress,
    ChildIdentifier,
    ChildRecord,
    Correction,
    Involvement,
)
from portal.children.rules import (
    CORRECTION_KINDS,
    ISSUED_FOR,
    AddressKind,
    CorrectionKind,
    Criteria,
    NameSheet,
    SensitiveKind,
    Settlement,
)
from portal.children.visibility import (
    Job,
    everything,
    identifier_mark,
    name_sheet,
    place_shown,
    sensitive_kind_of,
    visible,
)
from portal.core.db import db, random_id
from portal.directory import queries as directory
from portal.directory.models import Organisation, Practitioner
from portal.matching import Description, Kind, describe
from portal.matching.postcodes import fold_postcode

FEW, NONE = finding.Outcome.FEW.value, finding.Outcome.NONE.value
MOST_CANDIDATES = 5
CORRECTIONS_SHOWN = 100
NEIGHBOURS_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Hit:
    """A child to offer and the kinds of evidence for it, the strongest reading order first."""

    child_id: uuid.UUID
    evidence: tuple[Kind, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a search came to. outcome is few, too_many or none; question names the one fact that
    would separate the children best when there are too many, and is empty otherwise.
    """

    outcome: str
    hits: tuple[Hit, ...] = ()
    question: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionSheet:
    """What somebody said is wrong; no word of which child. organisation is empty when it is about
    the child's own details.
    """

    id: uuid.UUID
    kind: CorrectionKind
    label: LazyString
    organisation: str
    reporter: str
    reported_at: dt.datetime
    outcome: Settlement | None
    settled_at: dt.datetime | None


def find(criteria: Criteria, by: Identity) -> Found:
    """Return the few children who may be meant: at most five, or too many, or none.

    A number finds its child whatever else was typed. Reveals children: the search room logs it.
    """
    numbered = [Hit(child_id, (Kind.IDENTIFIER_SAME,)) for child_id in _by_number(criteria, by)]
    asked = described(criteria)
    if not _can_lead_to_a_child(asked):
        return Found(outcome=FEW if numbered else NONE, hits=tuple(numbered))
    found = finding.candidates(db.session(), asked)
    hits = _merged(numbered, _seen(found.candidates, by))
    if hits:
        return Found(outcome=FEW, hits=hits)
    if found.outcome is finding.Outcome.TOO_MANY:
        return Found(outcome=found.outcome.value, question=found.question or "")
    return Found(outcome=NONE)


def child_ids(source: str, source_ids: Collection[str]) -> dict[str, uuid.UUID]:
    """Return the ids of the children that a source reported, by its own ids; for feeds.

    At most a few hundred at a time. Archived children are among them.
    """
    wanted = everything(Job.FEED).where(
        ChildRecord.source == source, ChildRecord.source_id.in_(set(source_ids))
    )
    rows = db.session.execute(wanted.with_only_columns(ChildRecord.source_id, ChildRecord.id))
    return {row[0]: row[1] for row in rows}


def birth_days(ids: Collection[uuid.UUID]) -> dict[uuid.UUID, dt.date]:
    """Return the dates of birth of these children; for feeds, to judge the days of a row."""
    wanted = everything(Job.FEED).where(ChildRecord.id.in_(set(ids)))
    rows = db.session.execute(wanted.with_only_columns(ChildRecord.id, ChildRecord.date_of_birth))
    return {row[0]: row[1] for row in rows}


def at_same_address(child_id: uuid.UUID) -> list[NameSheet]:
    """Return the other children at the current address of a child, hidden or not, at most fifty.

    For shield officers alone: whoever is not hidden beside a hidden child gives it away. An address
    without a postcode leads nowhere.
    """
    homes = _homes_of(child_id)
    codes = {fold_postcode(code) for _, code in homes} - {""}
    living_near = (
        everything(Job.VAULT)
        .join(ChildAddress, ChildAddress.child_id == ChildRecord.id)
        .where(ChildRecord.id.in_(finding.living_at(codes)), ChildRecord.id != child_id)
        .where(ChildRecord.lifecycle == "active")
        .where(ChildAddress.kind == AddressKind.CURRENT.value)
        .order_by(ChildRecord.date_of_birth, ChildRecord.id)
        .add_columns(ChildAddress.address, ChildAddress.postcode)
    )
    found = {
        row.id: name_sheet(row)
        for row, address, code in db.session.execute(living_near)
        if _folded(address, code) in homes
    }
    return list(found.values())[:NEIGHBOURS_SHOWN]


def _homes_of(child_id: uuid.UUID) -> set[tuple[str, str]]:
    """The current addresses of a child, from the index or from the vault."""
    rows = db.session.execute(
        select(ChildAddress.kind, ChildAddress.address, ChildAddress.postcode).where(
            ChildAddress.child_id == child_id
        )
    )
    held = [row._asdict() for row in rows]
    held += (vault.record_of(child_id) or {}).get(ChildAddress.__tablename__, [])
    current = [one for one in held if one["kind"] == AddressKind.CURRENT.value]
    return {_folded(one["address"], one["postcode"]) for one in current}


def _folded(address: str, code: str) -> tuple[str, str]:
    letters = "".join(sign for sign in address.casefold() if sign.isalnum())
    return letters, fold_postcode(code)


def sensitive_kind_of_post(by: Identity) -> SensitiveKind | None:
    """Return the sensitive service that this person's organisation or post tells of, if any."""
    place = directory.organisation(by.organisation_id) if by.organisation_id else None
    person = directory.practitioner(by.practitioner_id) if by.practitioner_id else None
    return sensitive_kind_of(place, person) if place else None


def open_corrections() -> list[CorrectionSheet]:
    """Return the corrections that wait, the oldest first, at most a hundred."""
    wanted = _corrections().where(Correction.settled_at.is_(None))
    return _sheets(wanted.order_by(Correction.reported_at).limit(CORRECTIONS_SHOWN))


def count_of_open_corrections() -> int:
    """Return how many corrections wait."""
    open_ones = select(func.count()).where(Correction.settled_at.is_(None))
    return db.session.scalar(open_ones.select_from(Correction)) or 0


def correction(correction_id: uuid.UUID) -> CorrectionSheet | None:
    """Return one correction, also a settled one."""
    return next(iter(_sheets(_corrections().where(Correction.id == correction_id))), None)


def described(criteria: Criteria) -> Description:
    """Return what was typed as it is compared."""
    return describe(
        given_names=criteria.given_name,
        family_name=criteria.family_name,
        birth=criteria.birth,
        gender=criteria.gender or None,
        postcodes=[criteria.postcode] if criteria.postcode else [],
    )


def _can_lead_to_a_child(asked: Description) -> bool:
    """Nobody is found by a day of birth or a postcode alone; by both, a child without a name."""
    has_day = isinstance(asked.birth, dt.date)
    return bool(asked.given or asked.family or (has_day and asked.postcodes))


def _by_number(criteria: Criteria, by: Identity) -> list[uuid.UUID]:
    """The visible children with the typed number. Others' numbers help only in their sector."""
    wanted = []
    if criteria.record_number:
        wanted.append(visible(by).where(ChildRecord.record_number == criteria.record_number))
    for scheme, value in criteria.numbers.items():
        if value and ISSUED_FOR[scheme] == by.organisation_sector:
            bearers = select(ChildIdentifier.child_id).where(
                ChildIdentifier.scheme == scheme.value,
                ChildIdentifier.value_mark == identifier_mark(scheme, value),
            )
            wanted.append(visible(by).where(ChildRecord.id.in_(bearers)))
    found = [
        child_id
        for one in wanted
        for child_id in db.session.scalars(
            one.with_only_columns(ChildRecord.id).order_by(ChildRecord.id).limit(MOST_CANDIDATES)
        )
    ]
    return list(dict.fromkeys(found))[:MOST_CANDIDATES]


def _seen(candidates: Collection[finding.Candidate], by: Identity) -> list[Hit]:
    """The candidates that this person may see, in the order of the name index."""
    ids = [one.child_id for one in candidates]
    seen = set(db.session.scalars(_those_among(visible(by)), {"ids": ids})) if ids else set()
    return [
        Hit(one.child_id, tuple(item.kind for item in one.evidence))
        for one in candidates
        if one.child_id in seen
    ]


@cache
def _those_among(children: Select[ChildRecord]) -> Select[uuid.UUID]:
    """Those of some ids that are among these children. Made once for each selection there is:
    making a statement takes longer than asking it."""
    named = ChildRecord.id.in_(bindparam("ids", expanding=True))
    return children.where(named).with_only_columns(ChildRecord.id)


def _merged(numbered: list[Hit], named: list[Hit]) -> tuple[Hit, ...]:
    more = {hit.child_id: hit.evidence for hit in named}
    first = [Hit(hit.child_id, hit.evidence + more.pop(hit.child_id, ())) for hit in numbered]
    rest = [hit for hit in named if hit.child_id in more]
    return tuple([*first, *rest][:MOST_CANDIDATES])


def _corrections() -> Select[Correction, Organisation, Practitioner]:
    return (
        select(Correction, Organisation, Practitioner)
        .outerjoin(Involvement, Involvement.id == Correction.involvement_id)
        .outerjoin(Organisation, Organisation.id == Involvement.organisation_id)
        .outerjoin(Practitioner, Practitioner.id == Involvement.practitioner_id)
    )


def _sheets(wanted: Select[Correction, Organisation, Practitioner]) -> list[CorrectionSheet]:
    rows = db.session.execute(wanted).all()
    names = accounts.names_of({row.reported_by for row, _, _ in rows})
    return [
        CorrectionSheet(
            id=row.id,
            kind=CorrectionKind(row.kind),
            label=CORRECTION_KINDS[CorrectionKind(row.kind)],
            organisation=place_shown(place, person) if place else "",
            reporter=names.get(row.reported_by, ""),
            reported_at=row.reported_at,
            outcome=Settlement(row.outcome) if row.outcome else None,
            settled_at=row.settled_at,
        )
        for row, place, person in rows
    ]


def faults_of_name_index(session: Session | None = None) -> int:
    """Count where the name index and the records disagree; reads every record."""
    return sum(problem.count for problem in finding.check(session or db.session()))


def count_of_children() -> int:
    """Return how many active children there are."""
    active = everything(Job.NAME_INDEX).where(ChildRecord.lifecycle == "active").subquery()
    return db.session.scalar(select(func.count()).select_from(active)) or 0


def sampled_faults_of_name_index(session: Session) -> int | None:
    """Count them for a thousand children taken by chance, and for all who are archived; None where
    every record is soon read."""
    if finding.is_small(session):
        return None
    return sum(problem.count for problem in finding.spot_check(session, start=random_id()))


def is_name_index_missing() -> bool:
    """True when there are children and none can be found by name: after an upgrade, or never."""
    return finding.is_missing(db.session())
