"""Whom would a search have met? Looked up after it, for the shield officer.

No search waits for this look, and none knows what it finds: it is made later, from what the search
left (searches.py).
"""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from math import inf

from sqlalchemy.engine import Connection

from portal.children import finding
from portal.children.vault import identity, sketches, store
from portal.children.vault.identity import Document
from portal.children.vault.store import Shelf
from portal.core import clock
from portal.core.db import db, random_id
from portal.matching import Comparison, Description, compare

# So many slots at most are compared; one child may stand on several.
OPENED = 24
PARTED = "parted"


@dataclass(frozen=True, slots=True)
class Met:
    """A hidden child whom a search would have met, and the others it would have met beside, those
    it comes nearest to first."""

    child_id: uuid.UUID
    others: tuple[uuid.UUID, ...] = ()


def probe(
    asked: Description,
    *,
    numbers: Mapping[str, str],
    at: dt.datetime | None = None,
    connection: Connection | None = None,
) -> Met | None:
    """Return the absent children whom this search would have met, if any. numbers are those by
    which the asker could have found a child. at is when it was made, now if nothing is said: who
    went into hiding later was still in the open then, and who was absent then may be back.

    Whoever the name index would have offered is met: it is asked by the same rule and the same
    shares of names. How many others it would have had to choose from does not count: better one
    alert too many.
    """
    connection = connection or db.session.connection()
    documents = [one for one in _sketches(asked, numbers, connection) if _was_absent(one, at)]
    compared = _weighing(asked, documents, connection)
    perfect = compared(asked, asked).visible
    nearness: dict[uuid.UUID, float] = {}
    for document in documents:
        bits = _nearness(document, asked, compared, perfect, numbers)
        if bits is not None:
            nearness[identity.child_of(document)] = bits
    met = sorted(nearness, key=lambda one: (-nearness[one], one))
    return Met(met[0], tuple(met[1:])) if met else None


def _sketches(
    asked: Description, numbers: Mapping[str, str], connection: Connection
) -> list[Document]:
    marks = sketches.questions(asked, numbers=numbers)
    slots = store.marked_slots(Shelf.SKETCH, marks, most=OPENED, connection=connection)
    parts = store.opened(slots, connection=connection)
    return [store.content_in(one) for one in parts if one and one.shelf == Shelf.SKETCH]


def _was_absent(sketch: Document, at: dt.datetime | None) -> bool:
    until = sketch.get("until")
    if at is None:
        return until is None
    since = dt.datetime.fromisoformat(sketch["since"])
    return since <= at and (until is None or at <= dt.datetime.fromisoformat(until))


def _weighing(
    asked: Description, documents: list[Document], connection: Connection
) -> "partial[Comparison]":
    """How two descriptions are compared, names weighed as the index weighs them now."""
    described = [asked, *(identity.description_of(document) for document in documents)]
    names = [
        name
        for one in described
        for name in (one.given, one.family, *one.former_given, *one.former)
    ]
    words = {word for name in names for word in (*name.tokens, *name.joined)}
    shares, children = finding.shares_of(connection, sorted(words))
    return partial(compare, frequency=shares.get, children=children)


def _nearness(
    document: Document,
    asked: Description,
    compared: "partial[Comparison]",
    perfect: float,
    numbers: Mapping[str, str],
) -> float | None:
    """How near a search came to whom it met, None to whom it would not have met."""
    if any(value and document["numbers"].get(scheme) == value for scheme, value in numbers.items()):
        return inf
    comparison = compared(asked, identity.description_of(document))
    return comparison.score if finding.is_worth_naming(comparison, perfect) else None


def part_with_sketch(child_id: uuid.UUID) -> None:
    """Note that a child is not absent any more: who searched before is still to be told of."""
    held = next(iter(store.parts_of(Shelf.SKETCH, child_id)), None)
    if held is not None:
        sketch = store.content_in(held) | {"until": clock.now().isoformat()}
        marks = [PARTED, _parted(child_id), *sketches.sketch_marks(sketch)]
        store.keep(Shelf.SKETCH, random_id(), sketch, marks=marks, whole=True)
    store.remove(Shelf.SKETCH, child_id)


def forget_parted(before: dt.datetime | None) -> None:
    """Forget the sketches of those who came back before a moment; of all, where it is None: no
    search waits that was made while they were absent."""
    for part in store.opened(store.marked_slots(Shelf.SKETCH, [PARTED], most=OPENED)):
        until = store.content_in(part).get("until") if part else None
        if part and until and (before is None or dt.datetime.fromisoformat(until) < before):
            store.remove(Shelf.SKETCH, part.document_id)


def forget_sketches_of(child_id: uuid.UUID) -> None:
    """Forget at once that a child was ever absent, whoever searched before."""
    store.remove(Shelf.SKETCH, child_id)
    for part in store.opened(store.marked_slots(Shelf.SKETCH, [_parted(child_id)], most=OPENED)):
        if part is not None:
            store.remove(Shelf.SKETCH, part.document_id)


def _parted(child_id: uuid.UUID) -> str:
    return f"{PARTED}|{child_id.hex}"
