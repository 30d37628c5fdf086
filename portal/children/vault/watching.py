"""The one look into the vault that every search makes: whom would it have met?

A search asks as many questions whatever was typed, opens the same number of slots whatever they
hold, compares as many descriptions, and leaves one row of one size. Only the shield officer can
learn whether it met an absent child.
"""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from math import inf

from portal.children import finding
from portal.children.vault import identity, sketches, store
from portal.children.vault.identity import Document, Grade
from portal.children.vault.store import Part, Shelf
from portal.core.db import db
from portal.matching import Comparison, Description, compare

OPENED = 6
# Compared where a slot holds nobody: nobody is met, and the work is the same.
DECOY: Document = {
    "child_id": uuid.UUID(int=0).hex,
    "grade": Grade.MASKED.value,
    "given_names": "Zenobia Quill",
    "family_name": "Vexworth",
    "former": [["", "Quexley"]],
    "born": dt.date(2001, 1, 1).isoformat(),
    "gender": "female",
    "postcodes": [],
    "numbers": {},
}


@dataclass(frozen=True, slots=True)
class Met:
    """A hidden child whom a search would have met, and the others it would have met beside, those
    it comes nearest to first."""

    child_id: uuid.UUID
    others: tuple[uuid.UUID, ...] = ()


def probe(asked: Description, *, numbers: Mapping[str, str]) -> Met | None:
    """Return the absent children whom this search would have met, if any. numbers are those by
    which the asker could have found a child.

    Whoever the name index would have offered is met: it is asked by the same rule and the same
    shares of names. How many others it would have had to choose from does not count: better one
    alert too many.
    """
    near = store.marked_slots(Shelf.SKETCH, sketches.questions(asked, numbers=numbers), most=OPENED)
    spare = [slot for slot in store.random_slots(2 * OPENED) if slot not in near]
    documents = [_document(part) for part in store.opened([*near, *spare][:OPENED])]
    compared = _weighing(asked, documents)
    perfect = compared(asked, asked).visible
    nearness: dict[uuid.UUID, float] = {}
    for document in documents:
        bits = _nearness(document, asked, compared, perfect, numbers)
        if bits is not None and document is not DECOY:
            nearness[identity.child_of(document)] = bits
    met = sorted(nearness, key=lambda one: (-nearness[one], one))
    return Met(met[0], tuple(met[1:])) if met else None


def _weighing(asked: Description, documents: list[Document]) -> "partial[Comparison]":
    """How two descriptions are compared, names weighed as the index weighs them now."""
    described = [asked, *(identity.description_of(document) for document in documents)]
    names = [
        name
        for one in described
        for name in (one.given, one.family, *one.former_given, *one.former)
    ]
    words = {word for name in names for word in (*name.tokens, *name.joined)}
    shares, children = finding.shares_of(db.session.connection(), sorted(words))
    return partial(compare, frequency=shares.get, children=children)


def _nearness(
    document: Document,
    asked: Description,
    compared: "partial[Comparison]",
    perfect: float,
    numbers: Mapping[str, str],
) -> float | None:
    """How near a search came to whom it met, None to whom it would not have met. An empty slot
    costs a comparison too."""
    comparison = compared(asked, identity.description_of(document))
    if any(value and document["numbers"].get(scheme) == value for scheme, value in numbers.items()):
        return inf
    return comparison.score if finding.is_worth_naming(comparison, perfect) else None


def _document(part: Part | None) -> Document:
    """A sketch stands whole on each of its slots; anything else is nobody."""
    return DECOY if part is None or part.shelf != Shelf.SKETCH else store.content_in(part)
