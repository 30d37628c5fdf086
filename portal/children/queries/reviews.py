"""Pairs of records that may be about one child: how many wait, and both side by side."""

import datetime as dt
import uuid
from dataclasses import dataclass

from flask import current_app
from flask_babel import LazyString
from sqlalchemy import Select, func, or_, select

from portal.access.identity import Identity
from portal.accounts import queries as accounts
from portal.children import joining
from portal.children.models import (
    ChildMerge,
    ChildRecord,
    ChildReview,
)
from portal.children.queries.beside import as_it_was, beside, facts_beside
from portal.children.rules import (
    CAUSES,
    TAKEN_FOR,
    Fact,
    ReviewCause,
)
from portal.children.visibility import Job, everything
from portal.core.db import db
from portal.core.keys import Keys, mark
from portal.matching import SENTENCES, VETO_SENTENCES

MERGES_SHOWN = 50
_SENTENCES = {word.value: said for word, said in (*SENTENCES.items(), *VETO_SENTENCES.items())}
Sides = tuple[ChildRecord, ChildRecord]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewSheet:
    """Two records side by side. evidence is message ids; outcome is empty while the pair waits;
    seen is the keyed fingerprint of what both records say (seen_of)."""

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
    seen: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeLine:
    """A record made of two, or split into two, without a word of which children; undone_at is empty
    while it stands."""

    id: uuid.UUID
    is_split: bool
    merged_by: str
    merged_at: dt.datetime
    undone_by: str
    undone_at: dt.datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeSheet:
    """Both records as they were before one was made of them, or after one was split: first who
    stayed. Empty once nothing is kept of it: it is undone, or can be undone no more."""

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
    facts = facts_beside(*((side, beside(side)) for side in sides))
    return ReviewSheet(
        id=row.id,
        cause=CAUSES[ReviewCause(row.cause)],
        source=row.source,
        opened_at=row.opened_at,
        evidence=tuple(_SENTENCES[word] for word in row.evidence.split()),
        numbers=(sides[0].record_number, sides[1].record_number),
        facts=facts,
        outcome=row.outcome or "",
        settled_by=_name_of(row.settled_by),
        settled_at=row.settled_at,
        seen=_fingerprint(row, facts),
    )


def seen_of(row: ChildReview) -> str:
    """Return the keyed fingerprint of what both records of a pair in the open say now (64 hex
    digits): another whenever its page would show something else."""
    wanted = everything(Job.REVIEW).where(ChildRecord.id.in_([row.one_id, row.other_id]))
    found = {side.id: side for side in db.session.scalars(wanted)}
    sides = found[row.one_id], found[row.other_id]
    return _fingerprint(row, facts_beside(*((side, beside(side)) for side in sides)))


def _fingerprint(row: ChildReview, facts: tuple[Fact, ...]) -> str:
    keys: Keys = current_app.extensions["portal_keys"]
    said = [(fact.one, fact.other) for fact in facts]
    return mark(keys.identifier, f"review_seen|{row.id}|{said}")


def _name_of(account_id: uuid.UUID | None) -> str:
    return accounts.names_of({account_id}).get(account_id, "") if account_id else ""


def latest_merges() -> list[MergeLine]:
    """Return the latest records made of two or split, the latest first, at most fifty."""
    wanted = select(ChildMerge).order_by(ChildMerge.merged_at.desc(), ChildMerge.id)
    rows = db.session.scalars(wanted.limit(MERGES_SHOWN)).all()
    return [_line(row) for row in rows]


def merge_sheet(row: ChildMerge) -> MergeSheet:
    """Return both records as they were when one was made of them, or it was split, while that is
    kept."""
    if not row.sealed:
        return MergeSheet(line=_line(row), numbers=("", ""), facts=())
    sides = [as_it_was(tables) for tables in joining.both_as_they_were(row)]
    numbers = sides[0][0].record_number, sides[1][0].record_number
    return MergeSheet(line=_line(row), numbers=numbers, facts=facts_beside(*sides))


def _line(row: ChildMerge) -> MergeLine:
    return MergeLine(
        id=row.id,
        is_split=row.is_split,
        merged_by=_name_of(row.merged_by),
        merged_at=row.merged_at,
        undone_by=_name_of(row.undone_by),
        undone_at=row.undone_at,
    )
