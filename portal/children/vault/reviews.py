"""Reviews of pairs one of whose records is hidden: they lie here, whichever of the two it is.

A pair tells that two records are alike; who is hidden would be told by one that nobody can open.
"""

import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, insert, or_, select

from portal.children.models import ChildMerge, ChildReview
from portal.children.rules import ReviewAnswer, in_order
from portal.children.vault import store
from portal.children.vault.packing import packed, unpacked
from portal.children.vault.splits import content_of, seal_into
from portal.children.vault.store import Shelf
from portal.children.visibility import Job, everything
from portal.core import clock
from portal.core.db import db

_MOST = 10_000
_SAME = "said to be the same"
Pair = tuple[uuid.UUID, uuid.UUID]


@dataclass(frozen=True, slots=True)
class HeldReview:
    """A review in the vault: its two children, and what was said of them; empty while it waits."""

    id: uuid.UUID
    pair: Pair
    answer: str


def take_reviews(child_id: uuid.UUID) -> None:
    """Move every review of a child who goes into hiding out of the index."""
    of_child = or_(ChildReview.one_id == child_id, ChildReview.other_id == child_id)
    for row in db.session.scalars(select(ChildReview).where(of_child).with_for_update()).all():
        put_away(row)


def put_away(row: ChildReview) -> None:
    """Move one review out of the index."""
    keep_review(row)
    db.session.execute(
        delete(ChildReview).where(ChildReview.id == row.id),
        execution_options={"synchronize_session": False},
    )
    db.session.expunge(row)


def keep_review(row: ChildReview) -> None:
    """Keep a review here; the index does not hold it."""
    _keep(row.id, {"review": packed(row), "same": None})


def give_reviews(child_id: uuid.UUID) -> None:
    """Put back those of a child who is hidden no more; one whose other side is hidden stays. Of two
    of one pair, as joining the other sides may have made them, a settled one stands."""
    found = store.marked(Shelf.REVIEW, [_mark(child_id)], most=_MOST)
    told = [(one, unpacked(ChildReview, content["review"])) for one, content in found]
    for review_id, before in sorted(told, key=lambda one: not one[1]["outcome"]):
        values = as_held(before)
        if not _are_open(values):
            continue
        store.remove(Shelf.REVIEW, review_id)
        _remember(before)
        if not _stands(values):
            db.session.execute(insert(ChildReview), [values | {"taken_by": None, "taken_at": None}])


def as_held(values: dict[str, Any]) -> dict[str, Any]:
    """Return a review with each side that is one with another record by now as that record."""
    sides = [values["one_id"], values["other_id"]]
    joined = select(ChildMerge.gone_id, ChildMerge.child_id).where(
        ChildMerge.gone_id.in_(sides), ChildMerge.of_one()
    )
    holders = {row.gone_id: row.child_id for row in db.session.execute(joined)}
    one_id, other_id = in_order(*(holders.get(side, side) for side in sides))
    return values | {"one_id": one_id, "other_id": other_id}


def _remember(before: dict[str, Any]) -> None:
    """Undoing a merge gives back what was said of who went, also what lay here as they went."""
    gone = ChildMerge.gone_id.in_([before["one_id"], before["other_id"]])
    stands = ChildMerge.is_split.is_(False), ChildMerge.undone_at.is_(None)
    for merge in db.session.scalars(select(ChildMerge).where(gone, *stands).with_for_update()):
        if merge.sealed:
            content = content_of(merge)
            content["reviews"].append(packed(ChildReview(**before)))
            seal_into(merge, content)


def parted_pair(row: ChildReview, *, was: uuid.UUID, now: uuid.UUID) -> Pair:
    """Return the pair of a review one side of which is another record's again."""
    one_id, other_id = (now if side == was else side for side in (row.one_id, row.other_id))
    return in_order(one_id, other_id)


def keep_back(values: dict[str, Any], *, was: uuid.UUID, now: uuid.UUID) -> bool:
    """Keep a pair that a merge had changed from coming back where one of its sides is hidden or
    gone; True if it is kept. What lies here of the merged pair is of its own pair again. As much is
    written of a pair in the open."""
    is_kept = not _are_open(values)
    content = store.content_of(Shelf.REVIEW, values["id"]) if is_kept else None
    if content and now in (values["one_id"], values["other_id"]):
        row = ChildReview(**unpacked(ChildReview, content["review"]))
        row.one_id, row.other_id = parted_pair(row, was=was, now=now)
        _keep(row.id, content | {"review": packed(row)})
    else:
        store.stir()
    return is_kept


def review_in_vault(review_id: uuid.UUID) -> HeldReview | None:
    """Return a review that lies in the vault; None where there is none."""
    content = store.content_of(Shelf.REVIEW, review_id)
    return _held(review_id, content) if content else None


def note_answer(held: HeldReview, answer: ReviewAnswer, *, by: uuid.UUID | None) -> None:
    """Keep what was said of a pair one of whose sides was hidden meanwhile: that they are two is
    remembered; that they are one is for the shield officers (said_same)."""
    content = store.content_of(Shelf.REVIEW, held.id)
    assert content is not None
    if answer is ReviewAnswer.SAME:
        content["same"] = True
    elif answer is ReviewAnswer.DIFFERENT:
        row = ChildReview(**unpacked(ChildReview, content["review"]))
        row.outcome, row.settled_by, row.settled_at = answer.value, by, clock.now()
        content["review"] = packed(row)
    _keep(held.id, content)


def said_same() -> list[HeldReview]:
    """Return the pairs of which it was said, since one was hidden, that they are one child, and
    that no shield officer has been told of."""
    found = store.marked(Shelf.REVIEW, [_SAME], most=_MOST)
    return [_held(review_id, content) for review_id, content in found]


def note_told(held: HeldReview) -> None:
    """The shield officers have been told: the pair is not among those of said_same any more."""
    content = store.content_of(Shelf.REVIEW, held.id)
    assert content is not None
    _keep(held.id, content | {"same": False})


def _held(review_id: uuid.UUID, content: dict[str, Any]) -> HeldReview:
    values = unpacked(ChildReview, content["review"])
    answer = values["outcome"] or ("" if content["same"] is None else ReviewAnswer.SAME.value)
    return HeldReview(review_id, (values["one_id"], values["other_id"]), answer)


def _keep(review_id: uuid.UUID, content: dict[str, Any]) -> None:
    values = unpacked(ChildReview, content["review"])
    marks = [_mark(values["one_id"]), _mark(values["other_id"])]
    marks += [_SAME] if content["same"] else []
    store.keep(Shelf.REVIEW, review_id, content, marks=marks)


def _are_open(values: dict[str, Any]) -> bool:
    ids = [values["one_id"], values["other_id"]]
    children = everything(Job.VAULT).subquery()
    here = db.session.scalars(select(children.c.id).where(children.c.id.in_(ids))).all()
    return len(here) == 2 and not store.contents_of(Shelf.IDENTITY, ids)


def _stands(values: dict[str, Any]) -> bool:
    """True when the same pair was opened again meanwhile."""
    same = ChildReview.one_id == values["one_id"], ChildReview.other_id == values["other_id"]
    return db.session.scalar(select(ChildReview.id).where(*same)) is not None


def _mark(child_id: object) -> str:
    return f"child|{child_id}"
