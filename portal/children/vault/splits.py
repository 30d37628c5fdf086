"""Splits of a record go into the vault with either of the two, and come back when both are open.
That a hidden record shall be split lies here for the shield officers.
"""

import uuid
from typing import Any

from sqlalchemy import or_

from portal.children.models import ChildMerge, ChildRecord
from portal.children.vault import store
from portal.children.vault.packing import Packed, unpacked
from portal.children.vault.store import Shelf
from portal.children.visibility import Job, everything
from portal.core.db import db

_MERGES = ChildMerge.__tablename__
_WAITS, _MOST = "split|waits", 1_000


def of_child(model: Any, child_id: uuid.UUID) -> Any:
    """Return the condition for the rows of a table that are hidden with a child."""
    if model is ChildMerge:
        return or_(ChildMerge.child_id == child_id, ChildMerge.other_id == child_id)
    return model.child_id == child_id


def coming_back(child_id: uuid.UUID, merges: list[Packed]) -> list[Packed]:
    """Return those of a child's sealed merges and splits that stand in the open from now on. A
    split whose other record is hidden goes to that one; one whose record was joined to a third
    meanwhile has nobody to go back to, and can be undone no more."""
    found = []
    for row in merges:
        values = unpacked(ChildMerge, row)
        others = {values["child_id"], values.get("other_id")} - {child_id, None}
        hidden = [one for one in others if store.content_of(Shelf.RECORD, one) is not None]
        if hidden:
            _give(hidden[0], row)
        elif all(map(_is_open, others)):
            found.append(row)
    return found


def keep_wish(new_id: uuid.UUID, content: store.Content) -> None:
    """Keep that a data steward would split a record that was hidden meanwhile. new_id is what the
    other record would be called."""
    store.keep(Shelf.SPLIT, new_id, content, marks=[] if content["is_told"] else [_WAITS])


def wish_of(new_id: uuid.UUID) -> store.Content | None:
    """Return what was kept; None where nothing was."""
    return store.content_of(Shelf.SPLIT, new_id)


def wishes() -> list[tuple[uuid.UUID, store.Content]]:
    """Return those of which no shield officer has been told."""
    return store.marked(Shelf.SPLIT, [_WAITS], most=_MOST)


def _give(child_id: uuid.UUID, row: Packed) -> None:
    held = store.content_of(Shelf.RECORD, child_id) or {}
    store.keep(Shelf.RECORD, child_id, held | {_MERGES: [*held.get(_MERGES, []), row]})


def _is_open(child_id: uuid.UUID) -> bool:
    wanted = everything(Job.VAULT).where(ChildRecord.id == child_id)
    return db.session.scalar(wanted.with_only_columns(ChildRecord.id)) is not None
