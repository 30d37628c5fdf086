"""What sources say of hidden children, or of children who resemble one: kept, and not applied.

One document for each number a source has for a child. It remembers what the source said last, so
that the source hears what an ordinary index would answer, and it outlives the officer's decision,
so that the answers stay the same and nothing comes back that was decided.
"""

import datetime as dt
import json
import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from portal.children.rules import ChildDraft
from portal.children.vault import said, store
from portal.children.vault.packing import Packed
from portal.children.vault.store import Content, Shelf
from portal.core import clock
from portal.core.db import random_id
from portal.core.keys import mark


class Standing(StrEnum):
    """How far a quarantined child is: it waits, or what the officer decided."""

    WAITING = "waiting"
    SAME = "same"
    ANOTHER = "another"
    LEFT = "left"


@dataclass(slots=True, kw_only=True)
class Quarantined:
    """What one source says of one child under its own number. key names the document.

    id is the id that an ordinary index would have given the child, or has given it. is_open: the
    index holds a record under this number. is_new: an ordinary index would have one child more.
    draft is None while only involvements came; said are the marks of the source's last word, under
    this number, empty where nobody marked it. involvements are whole rows by id, beside what
    people could see of each when the source spoke. apart names hidden children who are somebody
    else, each with what the source said when that was found.
    """

    id: uuid.UUID
    source: str
    source_id: str
    hidden_id: uuid.UUID
    key: uuid.UUID = field(default_factory=random_id)
    standing: Standing = Standing.WAITING
    is_open: bool = False
    is_new: bool = False
    draft: ChildDraft | None = None
    said: str = ""
    involvements: dict[str, Packed] = field(default_factory=dict)
    beside: dict[str, Packed] = field(default_factory=dict)
    apart: dict[uuid.UUID, ChildDraft] = field(default_factory=dict)
    arrived_at: dt.datetime = field(default_factory=clock.now)
    decided_at: dt.datetime | None = None
    decided_by: uuid.UUID | None = None

    @property
    def is_own(self) -> bool:
        """True when the index knew the hidden child under this number."""
        return self.id == self.hidden_id

    @property
    def is_held(self) -> bool:
        """True unless the officer has let the child into the index."""
        return self.standing is not Standing.ANOTHER


def keep(row: Quarantined) -> None:
    """Keep what a source says, or the officer decides, in place of what was kept before."""
    content: Content = {
        "key": row.key.hex,
        "id": row.id.hex,
        "source": row.source,
        "source_id": row.source_id,
        "hidden_id": row.hidden_id.hex,
        "standing": row.standing.value,
        "is_open": row.is_open,
        "is_new": row.is_new,
        "draft": said.written(row.draft) if row.draft else None,
        "said": row.said,
        "involvements": row.involvements,
        "beside": row.beside,
        "apart": {one.hex: said.written(judged) for one, judged in row.apart.items()},
        "arrived_at": row.arrived_at.isoformat(),
        "decided_at": row.decided_at.isoformat() if row.decided_at else None,
        "decided_by": row.decided_by.hex if row.decided_by else None,
    }
    marks = [_source(row.source, row.source_id), _child(row.id), _hidden(row.hidden_id)]
    store.keep(Shelf.QUARANTINE, row.key, content, marks=marks)


def fingerprint(row: Quarantined) -> str:
    """Return a keyed fingerprint of all that an officer decides by: what the source says, and who
    the hidden child is. 64 hex digits, another whenever one of them is another."""
    looked_at = {
        "draft": said.written(row.draft) if row.draft else None,
        "involvements": row.involvements,
        "is_open": row.is_open,
        "hidden": [row.hidden_id.hex, store.content_of(Shelf.IDENTITY, row.hidden_id)],
    }
    written = json.dumps(looked_at, sort_keys=True)
    return mark(store.key_of_vault(), f"quarantine_seen|{row.key.hex}|{written}")


def forget(row: Quarantined) -> None:
    """Overwrite what was kept."""
    store.remove(Shelf.QUARANTINE, row.key)


def follow(numbers: Iterable[tuple[str, str]], *, was: uuid.UUID, now: uuid.UUID) -> None:
    """What is held of these numbers of sources is of another child from now on: two records became
    one, or one became two again."""
    moved = set(numbers)
    for row in _marked([_child(was)]):
        if row.id == was and (row.source, row.source_id) in moved:
            row.id, row.hidden_id = now, now if row.is_own else row.hidden_id
            for held in (*row.involvements.values(), *row.beside.values()):
                held |= {"child_id": ["id", now.hex]} if "child_id" in held else {}
            keep(row)


def one(key: uuid.UUID) -> Quarantined | None:
    """Return one document."""
    content = store.content_of(Shelf.QUARANTINE, key)
    return _read(content) if content else None


def of_source(source: str, source_ids: Collection[str]) -> dict[str, Quarantined]:
    """Return what is quarantined, by the numbers that the source has."""
    return {
        row.source_id: row
        for row in _marked(_source(source, word) for word in source_ids)
        if row.source == source and row.source_id in source_ids
    }


def of_children(ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Quarantined]:
    """Return what is quarantined, by the ids that an ordinary index would know."""
    found = _marked(_child(one) for one in ids)
    # Of several numbers of one child the first to come holds the involvements.
    found.sort(key=lambda row: row.arrived_at, reverse=True)
    return {row.id: row for row in found if row.id in ids}


def about(hidden_id: uuid.UUID) -> list[Quarantined]:
    """Return all that was quarantined because of one hidden child."""
    return [row for row in _marked([_hidden(hidden_id)]) if row.hidden_id == hidden_id]


def everything_held() -> list[Quarantined]:
    """Return all that is not in the index. Opens the whole vault: for lists and counts."""
    rows = (_read(content) for _, content in store.all_on(Shelf.QUARANTINE))
    return [row for row in rows if row.is_held]


def _marked(marks: Iterable[str]) -> list[Quarantined]:
    wanted = list(marks)
    found = store.marked(Shelf.QUARANTINE, wanted, most=_MOST) if wanted else []
    return [_read(content) for _, content in found]


# More documents than one look-up can ask for.
_MOST = 100_000


def _read(content: Content) -> Quarantined:
    decided_at, decided_by = content["decided_at"], content["decided_by"]
    return Quarantined(
        key=uuid.UUID(content["key"]),
        id=uuid.UUID(content["id"]),
        source=content["source"],
        source_id=content["source_id"],
        hidden_id=uuid.UUID(content["hidden_id"]),
        standing=Standing(content["standing"]),
        is_open=content["is_open"],
        is_new=content["is_new"],
        draft=said.read(content["draft"]) if content["draft"] else None,
        said=content.get("said", ""),
        involvements=content["involvements"],
        beside=content["beside"],
        apart={uuid.UUID(one): said.read(judged) for one, judged in content["apart"].items()},
        arrived_at=dt.datetime.fromisoformat(content["arrived_at"]),
        decided_at=dt.datetime.fromisoformat(decided_at) if decided_at else None,
        decided_by=uuid.UUID(decided_by) if decided_by else None,
    )


def _source(source: str, source_id: str) -> str:
    return f"source|{source}|{source_id}"


def _child(child_id: uuid.UUID) -> str:
    return f"child|{child_id.hex}"


def _hidden(hidden_id: uuid.UUID) -> str:
    return f"hidden|{hidden_id.hex}"
