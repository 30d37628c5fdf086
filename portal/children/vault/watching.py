"""Whom would a search have met? Looked up after it, for the shield officer.

No search waits for this look, nor can its time tell what the look finds: it is made later, from
what the search left (alerts.py).
"""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from math import inf

from portal.children import finding
from portal.children.vault import identity, sketches, store
from portal.children.vault.identity import Document
from portal.children.vault.store import Shelf
from portal.core.db import db
from portal.matching import Comparison, Description, compare

# So many hidden children at most are compared; the row of a search has room for as many.
OPENED = 24


@dataclass(frozen=True, slots=True)
class Met:
    """A hidden child whom a search would have met, and the others it would have met beside, those
    it comes nearest to first."""

    child_id: uuid.UUID
    others: tuple[uuid.UUID, ...] = ()


def probe(
    asked: Description, *, numbers: Mapping[str, str], at: dt.datetime | None = None
) -> Met | None:
    """Return the absent children whom this search would have met, if any. numbers are those by
    which the asker could have found a child; at is when it was made: who went into hiding later
    was still in the open then.

    Whoever the name index would have offered is met: it is asked by the same rule and the same
    shares of names. How many others it would have had to choose from does not count: better one
    alert too many.
    """
    marks = sketches.questions(asked, numbers=numbers)
    parts = store.opened(store.marked_slots(Shelf.SKETCH, marks, most=OPENED))
    documents = [store.content_in(one) for one in parts if one and one.shelf == Shelf.SKETCH]
    compared = _weighing(asked, documents)
    perfect = compared(asked, asked).visible
    nearness: dict[uuid.UUID, float] = {}
    for document in documents:
        bits = _nearness(document, asked, compared, perfect, numbers)
        if bits is not None and (at is None or dt.datetime.fromisoformat(document["since"]) <= at):
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
    """How near a search came to whom it met, None to whom it would not have met."""
    if any(value and document["numbers"].get(scheme) == value for scheme, value in numbers.items()):
        return inf
    comparison = compared(asked, identity.description_of(document))
    return comparison.score if finding.is_worth_naming(comparison, perfect) else None
