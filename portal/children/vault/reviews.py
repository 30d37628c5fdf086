"""Reviews of pairs one of whose records is hidden: they lie here, whichever of the two it is.

A pair tells that two records are alike; who is hidden would be told by one that nobody can open.
"""

import uuid
from typing import Any

from sqlalchemy import delete, insert, or_, select

from portal.children.models import ChildReview
from portal.children.vault import store
from portal.children.vault.packing import packed, unpacked
from portal.children.vault.store import Shelf
from portal.children.visibility import Job, everything
from portal.core.db import db

_MOST = 10_000


def take_reviews(child_id: uuid.UUID) -> None:
    """Move every review of a child who goes into hiding out of the index."""
    of_child = or_(ChildReview.one_id == child_id, ChildReview.other_id == child_id)
    for row in db.session.scalars(select(ChildReview).where(of_child).with_for_update()).all():
        marks = [_mark(row.one_id), _mark(row.other_id)]
        store.keep(Shelf.REVIEW, row.id, {"review": packed(row)}, marks=marks)
    db.session.execute(
        delete(ChildReview).where(of_child), execution_options={"synchronize_session": False}
    )


def give_reviews(child_id: uuid.UUID) -> None:
    """Put back those of a child who is hidden no more; one whose other side is hidden stays."""
    for review_id, content in store.marked(Shelf.REVIEW, [_mark(child_id)], most=_MOST):
        values = unpacked(ChildReview, content["review"])
        if not _are_open(values):
            continue
        store.remove(Shelf.REVIEW, review_id)
        if not _stands(values):
            db.session.execute(insert(ChildReview), [values | {"taken_by": None, "taken_at": None}])


def review_in_vault(review_id: uuid.UUID) -> tuple[uuid.UUID, uuid.UUID] | None:
    """Return the two children of a review that lies in the vault; None where there is none."""
    content = store.content_of(Shelf.REVIEW, review_id)
    if content is None:
        return None
    values = unpacked(ChildReview, content["review"])
    return values["one_id"], values["other_id"]


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
