"""Pairs of records that may be about one child: opening their reviews."""

import uuid
from collections.abc import Sequence

from sqlalchemy import insert, select

from portal.access.identity import Identity
from portal.children import vault
from portal.children.models import ChildRecord, ChildReview
from portal.children.rules import Suspicion
from portal.children.vault import Shelf
from portal.children.visibility import Job, everything
from portal.core import clock
from portal.core.db import db, random_id

Pair = tuple[uuid.UUID, uuid.UUID]


def open_reviews(*, pairs: Sequence[Suspicion], by: Identity) -> None:
    """Put pairs before the data steward, at most a few hundred at a time.

    A pair that waits already, or was settled, is left as it is. Nothing is opened beside a child
    who is hidden or kept apart from another, or who is not in the index. No line is written: nobody
    has looked, and what a source's rows were likened to is told to nobody who reads the log.
    """
    wanted = {one.pair: one for one in reversed(pairs) if one.one_id != one.other_id}
    if not wanted:
        return
    vault.enter()
    free = _free({child_id for pair in wanted for child_id in pair})
    known = _known(free)
    new = [one for pair, one in wanted.items() if free.issuperset(pair) and pair not in known]
    if new:
        db.session.execute(insert(ChildReview), [_row(one, by) for one in reversed(new)])


def _free(ids: set[uuid.UUID]) -> set[uuid.UUID]:
    """Those of some children of whom nothing keeps a person from comparing them."""
    here = everything(Job.REVIEW).where(ChildRecord.id.in_(ids), ChildRecord.lifecycle == "active")
    found = set(db.session.scalars(here.with_only_columns(ChildRecord.id)))
    hidden = vault.contents_of(Shelf.IDENTITY, list(ids)).keys()
    return found - hidden - vault.kept_apart_among(ids)


def _known(ids: set[uuid.UUID]) -> set[Pair]:
    both = ChildReview.one_id.in_(ids), ChildReview.other_id.in_(ids)
    rows = db.session.execute(select(ChildReview.one_id, ChildReview.other_id).where(*both))
    return {(row.one_id, row.other_id) for row in rows}


def _row(pair: Suspicion, by: Identity) -> dict[str, object]:
    one_id, other_id = pair.pair
    return {
        "id": random_id(), "one_id": one_id, "other_id": other_id, "cause": pair.cause.value,
        "bits": pair.bits, "evidence": pair.written_evidence, "source": pair.source,
        "opened_by": by.account_id, "opened_at": clock.now(),
    }  # fmt: skip
