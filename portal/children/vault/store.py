"""Documents in the vault: kept whole, found again by keyed marks, overwritten when they go.

A document is JSON on one or more slots. A slot is sealed with AES-256-GCM bound to table, row and
key (NIST SP 800-38D); what does not open is empty. Everything happens in the transaction of the
caller; nothing here commits.
"""

import hashlib
import json
import secrets
import uuid
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from flask import current_app
from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.engine import Connection

from portal.children.finding.tables import among
from portal.children.vault.tables import MARK, MARK_BYTES, MARKS, SLOT, SLOT_BYTES
from portal.core.db import db
from portal.core.keys import KeyProblem, Keys, mark, room_in, seal_to, unseal

_SAMPLE = 64
# A quarter of the slots stays empty, or the vault grows: it then doubles.
_FREE_SHARE = 4
_HEAD_BYTES = 120
_AT_ONCE = 200
Content = dict[str, Any]


class Shelf(StrEnum):
    """What kind of document it is."""

    IDENTITY = "identity"
    SKETCH = "sketch"
    RECORD = "record"
    SHIELD = "shield"
    QUARANTINE = "quarantine"
    PAIR = "pair"
    INVOLVEMENT = "involvement"
    FORWARD = "forward"
    REVIEW = "review"
    SPLIT = "split"


@dataclass(frozen=True, slots=True)
class Part:
    """One slot of a document, opened."""

    shelf: str
    document_id: uuid.UUID
    place: int
    text: str


_SEALED = select(SLOT.c.number, SLOT.c.sealed).where(
    SLOT.c.number.in_(bindparam("numbers", expanding=True))
)
_MARKED = (
    select(MARK.c.slot)
    .where(among(MARK.c.mark, "marks"))
    .group_by(MARK.c.slot)
    .order_by(func.count().desc(), MARK.c.slot)
    .limit(bindparam("most"))
)
_WRITE = update(SLOT).where(SLOT.c.number == bindparam("of")).values(sealed=bindparam("new"))
_MARK_ANEW = (
    update(MARK)
    .where(MARK.c.slot == bindparam("of"), MARK.c.place == bindparam("at"))
    .values(mark=bindparam("new"))
)


def keep(
    shelf: Shelf,
    document_id: uuid.UUID,
    content: Content,
    *,
    marks: Iterable[str] = (),
    whole: bool = False,
) -> None:
    """Put a document, or replace the one of this shelf and id. marks are plain words under which
    it is found again; only their keyed fingerprints are kept. whole: one that fits a slot stands
    entire on each slot that its marks take."""
    enter()
    parts = list(_cut(json.dumps(content)))
    words = list(dict.fromkeys(marks))
    needed = max(len(parts), -(-len(words) // (MARKS - 1)))
    parts = parts * needed if whole else parts
    held = _slots_of(shelf, document_id)
    numbers = held[:needed]
    numbers += _empty_slots(needed - len(numbers)) if len(numbers) < needed else []
    for place, number in enumerate(numbers):
        text = parts[place] if place < len(parts) else ""
        head = f"{shelf} {document_id.hex} {place}\n"
        some = words[place * (MARKS - 1) : (place + 1) * (MARKS - 1)]
        fingerprints = _fingerprints(shelf, (_own(document_id), *some))
        _write(number, _sealed(number, head + text), fingerprints)
    _overwrite(held[needed:])


def content_of(shelf: Shelf, document_id: uuid.UUID) -> Content | None:
    """Return a document, None when there is none."""
    parts = _opened(_slots_of(shelf, document_id))
    return _content(parts.values()) if parts else None


def parts_of(shelf: Shelf, document_id: uuid.UUID) -> list[Part]:
    """Return a document slot by slot; of one that stands whole on each, every one is all of it."""
    return list(_opened(_slots_of(shelf, document_id)).values())


def contents_of(shelf: Shelf, document_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Content]:
    """Return those of these documents that there are, in two look-ups for all of them."""
    slots = marked_slots(shelf, [_own(one) for one in document_ids], most=_size())
    found: dict[uuid.UUID, list[Part]] = {}
    for part in _opened(slots).values():
        found.setdefault(part.document_id, []).append(part)
    return {document_id: _content(parts) for document_id, parts in found.items()}


def marked(
    shelf: Shelf, marks: Iterable[str], *, most: int = 50
) -> list[tuple[uuid.UUID, Content]]:
    """Return the documents that bear any of these marks, those with the most of them first."""
    found = _opened(marked_slots(shelf, marks, most=most)).values()
    ids = dict.fromkeys(part.document_id for part in found if part.shelf == shelf)
    contents = contents_of(shelf, list(ids))
    return [(one, contents[one]) for one in ids if one in contents]


def marked_slots(
    shelf: Shelf, marks: Iterable[str], *, most: int, connection: Connection | None = None
) -> list[int]:
    """Return the numbers of the slots that bear any of these marks, the most of them first. With a
    connection of their own, readers hold up nobody who writes."""
    wanted = _fingerprints(shelf, dict.fromkeys(marks))
    asked = connection or db.session.connection()
    return list(asked.scalars(_MARKED, {"marks": wanted, "most": most}))


def all_on(shelf: Shelf) -> list[tuple[uuid.UUID, Content]]:
    """Return every document of a shelf. Opens the whole vault: for officers' lists only."""
    parts: dict[uuid.UUID, list[Part]] = {}
    size = _size()
    for first in range(1, size + 1, _AT_ONCE):
        for part in _opened(range(first, min(first + _AT_ONCE, size + 1))).values():
            if part.shelf == shelf:
                parts.setdefault(part.document_id, []).append(part)
    return [(document_id, _content(found)) for document_id, found in sorted(parts.items())]


def remove(shelf: Shelf, document_id: uuid.UUID) -> None:
    """Overwrite a document with random bytes; nothing happens when there is none."""
    enter()
    _overwrite(_slots_of(shelf, document_id))


def stir() -> None:
    """Overwrite one empty slot, as keeping a short document does: what is written about a child
    who is not hidden then takes as much of the files as what is written about one who is."""
    enter()
    _overwrite(_empty_slots(1))


def opened(numbers: Sequence[int], *, connection: Connection | None = None) -> list[Part | None]:
    """Open slots in this order; None for an empty one."""
    asked = connection or db.session.connection()
    found = asked.execute(_SEALED, {"numbers": list(numbers)}).all()
    sealed = {row.number: row.sealed for row in found}
    return [_open(number, sealed[number]) for number in numbers]


def _random_slots(count: int) -> list[int]:
    """Return so many different slots taken by chance, full or empty."""
    return secrets.SystemRandom().sample(range(1, _size() + 1), count)


def content_in(*parts: Part) -> Content:
    """Return the document that stands on these slots."""
    return _content(parts)


def place_of(table: str, row: object) -> str:
    """Return the words a sealed row of the vault is bound to: table, row and key."""
    return f"{table}|{row}|{hashlib.sha256(key_of_vault()).hexdigest()[:8]}"


def enter() -> None:
    """One writer at a time: two must not choose the same empty slot."""
    db.session.execute(select(SLOT.c.number).where(SLOT.c.number == 1).with_for_update())


def key_of_vault() -> bytes:
    """The key of the vault, apart from that of the database."""
    keys: Keys = current_app.extensions["portal_keys"]
    return keys.vault


def _own(document_id: uuid.UUID) -> str:
    return f"document|{document_id.hex}"


def _fingerprints(shelf: Shelf, words: Iterable[str]) -> list[bytes]:
    key = key_of_vault()
    marks = (mark(key, f"vault_mark|{shelf}|{word}") for word in words)
    return [bytes.fromhex(one)[:MARK_BYTES] for one in marks]


def _cut(text: str) -> Iterator[str]:
    """The text in pieces that fit a slot, at least one. JSON without other letters than ASCII."""
    room = room_in(SLOT_BYTES) - _HEAD_BYTES
    for start in range(0, max(len(text), 1), room):
        yield text[start : start + room]


def _sealed(number: int, text: str) -> bytes:
    return seal_to(key_of_vault(), text, place=place_of("vault_slot", number), size=SLOT_BYTES)


def _open(number: int, sealed: bytes) -> Part | None:
    try:
        text = unseal(key_of_vault(), sealed, place=place_of("vault_slot", number))
    except KeyProblem:
        return None
    head, _, rest = text.partition("\n")
    shelf, document_id, place = head.split()
    return Part(shelf, uuid.UUID(document_id), int(place), rest)


def _opened(numbers: Iterable[int]) -> dict[int, Part]:
    wanted = list(numbers)
    return {n: part for n, part in zip(wanted, opened(wanted), strict=True) if part}


def _content(parts: Iterable[Part]) -> Content:
    ordered = sorted(parts, key=lambda part: part.place)
    content: Content = json.loads("".join(part.text for part in ordered))
    return content


def _slots_of(shelf: Shelf, document_id: uuid.UUID) -> list[int]:
    """The slots of a document in the order of its parts."""
    numbers = marked_slots(shelf, [_own(document_id)], most=_size())
    places = {number: part.place for number, part in _opened(numbers).items()}
    return sorted(places, key=lambda number: places[number])


def _write(number: int, sealed: bytes, fingerprints: Sequence[bytes]) -> None:
    spare = [secrets.token_bytes(MARK_BYTES) for _ in range(MARKS - len(fingerprints))]
    db.session.execute(_WRITE, {"of": number, "new": sealed})
    marks = enumerate([*fingerprints, *spare])
    rows = [{"of": number, "at": place, "new": new} for place, new in marks]
    db.session.connection().execute(_MARK_ANEW, rows)


def _overwrite(numbers: Iterable[int]) -> None:
    for number in numbers:
        _write(number, secrets.token_bytes(SLOT_BYTES), ())


def _size() -> int:
    """How many slots there are: they are numbered from 1 without a gap."""
    return db.session.scalar(select(func.max(SLOT.c.number))) or 0


def _empty_slots(count: int) -> list[int]:
    """So many empty slots, taken by chance; the vault grows when too few are left."""
    while True:
        looked_at = _random_slots(min(_size(), max(_SAMPLE, count * _FREE_SHARE)))
        parts = zip(looked_at, opened(looked_at), strict=True)
        empty = [number for number, part in parts if part is None]
        if len(empty) >= count and len(empty) * _FREE_SHARE >= len(looked_at):
            return empty[:count]
        _grow(_size())


def _grow(size: int) -> None:
    for first in range(size + 1, 2 * size + 1, _AT_ONCE):
        numbers = range(first, min(first + _AT_ONCE, 2 * size + 1))
        db.session.execute(insert(SLOT), [empty_slot(number) for number in numbers])
        marks = [row for number in numbers for row in empty_marks(number)]
        db.session.execute(insert(MARK), marks)


def empty_slot(number: int) -> Mapping[str, Any]:
    """Return a slot of random bytes."""
    return {"number": number, "sealed": secrets.token_bytes(SLOT_BYTES)}


def empty_marks(number: int) -> list[Mapping[str, Any]]:
    """Return the marks of such a slot: random bytes too."""
    return [
        {"slot": number, "place": place, "mark": secrets.token_bytes(MARK_BYTES)}
        for place in range(MARKS)
    ]
