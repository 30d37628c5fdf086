"""Pairs of records that may be about one child: opened, looked at, answered.

Whoever answers reads the same sentence whatever became of the pair meanwhile (decisions/0030).
"""

import uuid
from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from sqlalchemy import insert, select

from portal.access.identity import Identity
from portal.access.log import Entry, Event, record_all
from portal.access.reasons import Reason
from portal.children import queries, vault
from portal.children.actions.merging import merge_children
from portal.children.models import ChildMerge, ChildRecord, ChildReview
from portal.children.queries import ReviewSheet
from portal.children.rules import SET_ASIDE_FOR, ReviewAnswer, Suspicion
from portal.children.vault import Shelf
from portal.children.visibility import Job, everything, one
from portal.core import clock
from portal.core.db import db, random_id
from portal.core.errors import Conflict, NotFound

Pair = tuple[uuid.UUID, uuid.UUID]


class SeenChanged(Conflict):
    """What was answered is about something else than there is now."""


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


def open_next_review(*, by: Identity) -> uuid.UUID | None:
    """Take the next pair that waits, for ten minutes, and return its id; None when none does.
    Nothing of it is shown yet. The same person is given the same pair until they answer."""
    now = clock.now()
    wanted = queries.next_reviews(now, by).with_for_update(skip_locked=True)
    row = db.session.scalars(wanted).first()
    if row is None:
        return None
    row.taken_by, row.taken_at = by.account_id, now
    return row.id


def open_review(*, review_id: uuid.UUID, by: Identity) -> ReviewSheet:
    """Show two records side by side: a look at each, with its line. Raises NotFound, the same for
    a pair that was joined, one that lies in the vault and one that never was."""
    row = db.session.get(ChildReview, review_id)
    if row is None:
        raise NotFound
    sides = one(row.one_id, by=by), one(row.other_id, by=by)
    _note(Event.REVIEW_OPENED, review_id, (row.one_id, row.other_id), by)
    return queries.review_sheet(row, sides)


def settle_review(*, review_id: uuid.UUID, answer: ReviewAnswer, seen: str, by: Identity) -> None:
    """Keep what a person says of a pair; of one child two records become one. The same again
    changes nothing. seen is the fingerprint of what they were shown.

    Of a pair one of whose sides was hidden meanwhile, nothing is done in the index, it reads the
    same, and a shield officer is told that it is one child. Raises NotFound where there is none,
    Conflict when it was settled otherwise, SeenChanged when the records say something else by now.
    """
    vault.enter()
    row, held = _locked(review_id), vault.review_in_vault(review_id)
    given = row.outcome if row else held.answer if held else _joined_by(review_id)
    if given == answer.value:
        return
    if given:
        raise Conflict(_l("Somebody else has settled this already."))
    if row is not None:
        if seen != queries.seen_of(row):
            raise SeenChanged
        pair = (row.one_id, row.other_id)
        _answer(row, answer, by)
        # As much is written of a pair in the open as of one in the vault.
        vault.stir()
    else:
        assert held is not None
        pair = held.pair
        vault.note_answer(held, answer, by=by.account_id)
    _note(Event.REVIEW_SETTLED, review_id, pair, by, answer=answer.value)


def _joined_by(review_id: uuid.UUID) -> str:
    """The answer to a review whose records were made one. Raises NotFound where there is none."""
    led = ChildMerge.review_id == review_id, ChildMerge.undone_at.is_(None)
    if db.session.scalar(select(ChildMerge.id).where(*led)) is None:
        raise NotFound
    return ReviewAnswer.SAME.value


def reopen_review(*, review_id: uuid.UUID, by: Identity) -> None:
    """Take back that two records are about two children: the pair waits again. Nothing happens to
    one that waits. Raises NotFound."""
    row = _locked(review_id)
    if row is None:
        raise NotFound
    if row.outcome is None:
        return
    row.outcome = row.settled_by = row.settled_at = None
    _note(Event.REVIEW_REOPENED, review_id, (row.one_id, row.other_id), by)


def _answer(row: ChildReview, answer: ReviewAnswer, by: Identity) -> None:
    if answer is ReviewAnswer.SAME:
        _join(row, by)
        return
    now = clock.now()
    row.taken_by = row.taken_at = None
    if answer is ReviewAnswer.SET_ASIDE:
        row.set_aside_until = now + SET_ASIDE_FOR
        return
    row.outcome, row.settled_by, row.settled_at = answer.value, by.account_id, now


def _join(row: ChildReview, by: Identity) -> None:
    kept_id, gone_id = _older_first(row)
    try:
        merge_children(kept_id=kept_id, gone_id=gone_id, review_id=row.id, by=by)
    except NotFound:
        # One is kept apart from another by now: nothing joins it, and nobody is told.
        vault.put_away(row)


def _older_first(row: ChildReview) -> Pair:
    """The record that the index had first stays."""
    both = everything(Job.REVIEW).where(ChildRecord.id.in_([row.one_id, row.other_id]))
    oldest = both.order_by(ChildRecord.created_at, ChildRecord.id)
    first, second = db.session.scalars(oldest.with_only_columns(ChildRecord.id))
    return first, second


def _note(event: Event, review_id: uuid.UUID, pair: Pair, by: Identity, **more: str) -> None:
    """One line for each of the two children."""
    record_all(
        [
            Entry(
                event=event, subject_kind="child", subject_id=child_id,
                reason=Reason.DATA_QUALITY.value, details={"review": review_id, **more},
            )
            for child_id in pair
        ],
        by=by,
    )  # fmt: skip


def _locked(review_id: uuid.UUID) -> ChildReview | None:
    wanted = select(ChildReview).where(ChildReview.id == review_id).with_for_update()
    return db.session.scalar(wanted.execution_options(populate_existing=True))


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
