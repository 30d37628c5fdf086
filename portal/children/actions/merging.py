"""Making one record of two, and undoing it. Nothing of either is lost (decisions/0030)."""

import uuid

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, or_, select

from portal.access.identity import Identity
from portal.access.log import Entry, Event, record, record_all
from portal.access.reasons import Reason
from portal.children import joining, queries, splitting, vault
from portal.children.models import ChildMerge, ChildRecord
from portal.children.queries import MergeLine, MergeSheet
from portal.children.vault import Shelf
from portal.children.visibility import Job, everything, one
from portal.core.db import db
from portal.core.errors import Conflict, NotFound

TORN = _l(
    "One of these records was split since, so this can no longer be undone. Split the record again."
)


def merge_children(
    *, kept_id: uuid.UUID, gone_id: uuid.UUID, review_id: uuid.UUID | None = None, by: Identity
) -> uuid.UUID:
    """Make one record of two in the open; return the id under which it can be undone.

    The one who stays bears every name, number and contact of both; the number of the record that
    went leads to it. review_id is the review that led to it. The line is written by whoever
    answered: it is the same where nothing could be joined. Raises NotFound for one who is hidden,
    kept apart from another, or not in the index.
    """
    vault.enter()
    ids = {kept_id, gone_id}
    found = everything(Job.REVIEW).where(ChildRecord.id.in_(ids), ChildRecord.lifecycle == "active")
    rows = db.session.scalars(found.order_by(ChildRecord.id).with_for_update())
    both = {row.id: row for row in rows}
    hidden = vault.contents_of(Shelf.IDENTITY, list(ids)).keys() | vault.kept_apart_among(ids)
    if len(both) < 2 or hidden:
        raise NotFound
    return joining.join(both[kept_id], both[gone_id], review_id=review_id, by=by)


def look_at_merges(*, by: Identity) -> list[MergeLine]:
    """Return the latest records made of two or split, without a word of which children; the look
    is logged."""
    latest = queries.latest_merges()
    record(Event.MERGES_LISTED, by=by, details={"count": len(latest)})
    return latest


def open_merge(*, merge_id: uuid.UUID, by: Identity) -> MergeSheet:
    """Show both records as they were when they were joined, or split: a look at each, with its
    line. Raises NotFound."""
    row = _merge(merge_id)
    one(row.child_id, by=by)
    _note(Event.SPLIT_OPENED if row.is_split else Event.MERGE_OPENED, row, by)
    return queries.merge_sheet(row)


def undo_merge(*, merge_id: uuid.UUID, by: Identity) -> None:
    """Make two records of one again, or one of two that were split, with what has come since. The
    same again does nothing.

    Raises NotFound where there is none, or a child is hidden by now; Conflict when one of the
    records was split later, or while it was joined later and that stands.
    """
    vault.enter()
    row = _merge(merge_id)
    if row.undone_at is not None:
        return
    if not row.sealed:
        raise Conflict(TORN)
    ids = {row.child_id, row.other_id} - {None}
    found = everything(Job.REVIEW).where(ChildRecord.id.in_(ids)).order_by(ChildRecord.id)
    if len(db.session.scalars(found.with_for_update()).all()) < len(ids):
        raise NotFound
    if _stands_later(row):
        raise Conflict(_l("One of these records was joined or split later. Undo that first."))
    if row.is_split:
        splitting.reunite(row, by=by)
    else:
        joining.part(row, by=by)
    _note(Event.SPLIT_UNDONE if row.is_split else Event.MERGE_UNDONE, row, by)


def _stands_later(row: ChildMerge) -> bool:
    ids = [row.child_id, row.other_id, row.gone_id]
    sides = (ChildMerge.child_id, ChildMerge.other_id, ChildMerge.gone_id)
    later = select(func.count()).where(
        or_(*(side.in_(ids) for side in sides)),
        ChildMerge.undone_at.is_(None),
        ChildMerge.id != row.id,
        ChildMerge.merged_at > row.merged_at,
    )
    return bool(db.session.scalar(later))


def _merge(merge_id: uuid.UUID) -> ChildMerge:
    wanted = select(ChildMerge).where(ChildMerge.id == merge_id).with_for_update()
    row = db.session.scalar(wanted.execution_options(populate_existing=True))
    if row is None:
        raise NotFound
    return row


def _note(event: Event, row: ChildMerge, by: Identity) -> None:
    """One line for each of the two children."""
    record_all(
        [
            Entry(
                event=event, subject_kind="child", subject_id=child_id,
                reason=Reason.DATA_QUALITY.value, details={"merge": row.id},
            )
            for child_id in (row.child_id, row.gone_id)
        ],
        by=by,
    )  # fmt: skip
