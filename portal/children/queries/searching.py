"""Who may be meant by a search."""

import datetime as dt
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache

from sqlalchemy import Select, bindparam, select

from portal.access.identity import Identity
from portal.children import finding
from portal.children.models import ChildIdentifier, ChildMerge, ChildRecord
from portal.children.rules import ISSUED_FOR, Criteria
from portal.children.visibility import identifier_mark, visible
from portal.core.db import db
from portal.matching import Description, Kind, describe

FEW, NONE = finding.Outcome.FEW.value, finding.Outcome.NONE.value
MOST_CANDIDATES = 5


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
        # Apart: one look-up with "or" would read every child on PostgreSQL.
        went = select(ChildMerge.child_id).where(
            ChildMerge.gone_number == criteria.record_number,
            ChildMerge.of_one(),
        )
        wanted.append(visible(by).where(ChildRecord.id.in_(went)))
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
    making a statement takes longer than asking it.

    On PostgreSQL they are held until the search is kept: nobody goes into hiding meanwhile."""
    named = ChildRecord.id.in_(bindparam("ids", expanding=True))
    held = children.where(named).with_for_update(read=True, key_share=True)
    return held.with_only_columns(ChildRecord.id)


def _merged(numbered: list[Hit], named: list[Hit]) -> tuple[Hit, ...]:
    more = {hit.child_id: hit.evidence for hit in named}
    first = [Hit(hit.child_id, hit.evidence + more.pop(hit.child_id, ())) for hit in numbered]
    rest = [hit for hit in named if hit.child_id in more]
    return tuple([*first, *rest][:MOST_CANDIDATES])
