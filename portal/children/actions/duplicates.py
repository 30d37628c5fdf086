"""Looking through the whole index for records that may be about one child."""

import uuid
from collections.abc import Collection, Iterator, Sequence
from itertools import chain

from sqlalchemy import or_, select

from portal.access.identity import Identity
from portal.access.log import Event, record
from portal.children import finding
from portal.children.actions.reviews import open_reviews
from portal.children.models import ChildIdentifier, ChildRecord, ChildReview
from portal.children.placing import descriptions, register_of
from portal.children.rules import ReviewCause, Suspicion, in_order
from portal.children.visibility import Job, everything
from portal.core.db import db
from portal.matching import Candidate, Description, Kind, Placed, Register, Rung, Veto, place

AT_ONCE, _MOST_NEAR = 100, 6
Pair = tuple[uuid.UUID, uuid.UUID]


def find_duplicates(*, by: Identity) -> Iterator[int]:
    """Put before the data steward what may be one child twice; yields how many children were looked
    at, after each hundred. The caller commits at each step: whoever is stopped and begins again
    asks nothing twice.

    Children of another given name are left alone unless a number says otherwise: twins are many.
    """
    record(Event.DUPLICATES_SOUGHT, by=by)
    active = everything(Job.REVIEW).where(ChildRecord.lifecycle == "active")
    ordered = active.with_only_columns(ChildRecord.id).order_by(ChildRecord.id).limit(AT_ONCE)
    last, done = uuid.UUID(int=0), 0
    while ids := db.session.scalars(ordered.where(ChildRecord.id > last)).all():
        open_reviews(pairs=_suspicions(ids), by=by)
        last, done = ids[-1], done + len(ids)
        yield done


def _suspicions(ids: Sequence[uuid.UUID]) -> list[Suspicion]:
    rows = descriptions(ids)
    near = _near(rows)
    every = rows | descriptions(set(chain.from_iterable(near.values())) - rows.keys())
    register = register_of(every.values())
    known = _known(every)
    found = (
        _suspicion(child_id, {one: every[one] for one in near[child_id] if one in every},
                   rows[child_id], known, register)
        for child_id in rows
    )  # fmt: skip
    return [one for one in found if one]


def _suspicion(
    child_id: uuid.UUID,
    near: dict[uuid.UUID, Description],
    row: Description,
    known: set[Pair],
    register: Register,
) -> Suspicion | None:
    """The likeliest other record of a child with which it was not compared before."""
    told = frozenset({Veto.TOLD_APART})
    candidates = [
        Candidate(one.hex, said, vetoes=told if in_order(child_id, one) in known else frozenset())
        for one, said in near.items()
    ]
    placed = place(row, candidates, register)
    if placed.key is None or placed.rung is Rung.NONE or _is_twin(placed):
        return None
    kinds = (item.kind.value for item in placed.evidence)
    return Suspicion(
        one_id=child_id, other_id=uuid.UUID(placed.key), cause=ReviewCause.DUPLICATE,
        bits=placed.bits, evidence=(*kinds, *sorted(veto.value for veto in placed.vetoes)),
    )  # fmt: skip


def _is_twin(placed: Placed) -> bool:
    numbered = any(item.kind is Kind.IDENTIFIER_SAME for item in placed.evidence)
    return Veto.OTHER_GIVEN_NAME in placed.vetoes and not numbered


def _near(rows: dict[uuid.UUID, Description]) -> dict[uuid.UUID, list[uuid.UUID]]:
    """Whom each may be: who bears one of its numbers, and who is likest, but never itself."""
    session, near = db.session(), {}
    numbered = _bearers(rows)
    for child_id, row in rows.items():
        likest = finding.ranked(session, row, limit=_MOST_NEAR)
        every = dict.fromkeys([*numbered.get(child_id, ()), *likest])
        every.pop(child_id, None)
        near[child_id] = list(every)
    return near


def _bearers(ids: Collection[uuid.UUID]) -> dict[uuid.UUID, list[uuid.UUID]]:
    """The other children who bear a number of these."""
    ours, theirs = ChildIdentifier.__table__.alias("ours"), ChildIdentifier.__table__.alias()
    same = ours.c.value_mark == theirs.c.value_mark
    wanted = (
        select(ours.c.child_id, theirs.c.child_id)
        .join(theirs, same)
        .where(ours.c.child_id.in_(ids), ours.c.child_id != theirs.c.child_id)
        .order_by(theirs.c.child_id)
    )
    found: dict[uuid.UUID, list[uuid.UUID]] = {}
    for child_id, other in db.session.execute(wanted):
        found.setdefault(child_id, []).append(other)
    return found


def _known(ids: Collection[uuid.UUID]) -> set[Pair]:
    """The pairs among these that wait or were settled."""
    sides = or_(ChildReview.one_id.in_(ids), ChildReview.other_id.in_(ids))
    rows = db.session.execute(select(ChildReview.one_id, ChildReview.other_id).where(sides))
    return {(row.one_id, row.other_id) for row in rows}
