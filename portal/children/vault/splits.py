"""What is kept of merges and splits so that they can be undone: it goes into the vault with either
of the two records, and comes back when both are open. That a hidden record shall be split lies here
for the shield officers.
"""

import json
import uuid
from collections.abc import Iterable
from typing import Any

from flask import current_app
from sqlalchemy import or_, select

from portal.children.models import ChildMerge, ChildRecord, ChildSource, Involvement
from portal.children.vault import store
from portal.children.vault.packing import Packed, unpacked
from portal.children.vault.store import Shelf
from portal.children.visibility import Job, everything
from portal.core.db import db
from portal.core.keys import Keys, seal, unseal

_MERGES, _NUMBERS = ChildMerge.__tablename__, ChildSource.__tablename__
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


def forget_torn(merges: Iterable[Packed]) -> None:
    """Forget the copies in merges and splits that came back with a child, where a part of them
    belongs to a third record by now: that one may be hidden."""
    for row in merges:
        merge = db.session.get_one(ChildMerge, unpacked(ChildMerge, row)["id"])
        # One that was undone before this was forgotten at once has a copy still.
        if merge.sealed and (merge.undone_at or _is_torn(merge)):
            merge.sealed = b""
    db.session.flush()


def content_of(merge: ChildMerge) -> dict[str, Any]:
    """Open what is kept sealed of both records."""
    content: dict[str, Any] = json.loads(unseal(_key(), merge.sealed, place=_place(merge.id)))
    return content


def seal_into(merge: ChildMerge, content: dict[str, Any]) -> None:
    """Keep sealed what undoing needs."""
    merge.sealed = seal(_key(), json.dumps(content), place=_place(merge.id))


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


def _is_torn(merge: ChildMerge) -> bool:
    return not _told_by(content_of(merge)) <= _told_of(merge)


def _told_by(content: dict[str, Any]) -> set[Any]:
    """The numbers of sources and the contacts in one copy of both records."""
    whole = content.get("whole") or content["after"]
    numbers = {(row["source"], row["source_id"]) for row in whole[_NUMBERS]}
    return numbers | {uuid.UUID(row["id"][1]) for row in whole[Involvement.__tablename__]}


def _told_of(merge: ChildMerge) -> set[Any]:
    """The numbers of sources and the contacts that its records in the open have."""
    ids = [merge.child_id, merge.other_id]
    numbers = select(ChildSource.source, ChildSource.source_id).where(ChildSource.child_id.in_(ids))
    held = select(Involvement.id).where(Involvement.child_id.in_(ids))
    return set(map(tuple, db.session.execute(numbers))) | set(db.session.scalars(held))


def _key() -> bytes:
    keys: Keys = current_app.extensions["portal_keys"]
    return keys.identifier


def _place(merge_id: uuid.UUID) -> str:
    return f"child_merge|sealed|{merge_id}"


def _give(child_id: uuid.UUID, row: Packed) -> None:
    held = store.content_of(Shelf.RECORD, child_id) or {}
    store.keep(Shelf.RECORD, child_id, held | {_MERGES: [*held.get(_MERGES, []), row]})


def _is_open(child_id: uuid.UUID) -> bool:
    wanted = everything(Job.VAULT).where(ChildRecord.id == child_id)
    return db.session.scalar(wanted.with_only_columns(ChildRecord.id)) is not None
