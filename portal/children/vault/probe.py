"""The one look into the vault that every search makes, and the guard's look for rows of feeds.

A search opens the same number of slots whatever they hold, compares as many descriptions, and
leaves one row of one size. Only the shield officer can learn whether it met an absent child.
"""

import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from math import inf, log2

from portal.children.rules import ChildDraft
from portal.children.vault import identity, store
from portal.children.vault.identity import Document, Grade
from portal.children.vault.store import Part, Shelf
from portal.matching import Comparison, Description, Kind, compare, describe

OPENED = 4
_LEAST_BITS = 7.0
_WORTH = 0.5
_CHILDREN = 2_000
_ANOTHER = frozenset({Kind.GIVEN_DIFFERENT, Kind.FAMILY_DIFFERENT})
# A row of a feed that comes this near is looked at by a person: less than a search needs to name
# a child. Day and one name of a pair do; names alone with another day of birth do not.
_RESEMBLES = 12.0
_MOST_RESEMBLING = 50
# Compared where a slot holds nobody: nobody is met, and the work is the same.
DECOY: Document = {
    "child_id": uuid.UUID(int=0).hex,
    "grade": Grade.MASKED.value,
    "given_names": "Zenobia Quill",
    "family_name": "Vexworth",
    "former": [["", "Quexley"]],
    "born": "2001-01-01",
    "gender": "female",
    "postcodes": [],
    "numbers": {},
    "sources": [],
}


@dataclass(frozen=True, slots=True)
class Met:
    """A hidden child whom a search would have met."""

    child_id: uuid.UUID


def probe(asked: Description, *, numbers: Mapping[str, str]) -> Met | None:
    """Return the absent child whom this search would have met, if any. numbers are those by which
    the asker could have found a child."""
    near = store.marked_slots(
        Shelf.IDENTITY, identity.marks_near(asked, numbers=numbers), most=OPENED
    )
    spare = [slot for slot in store.random_slots(2 * OPENED) if slot not in near]
    perfect = compare(asked, asked).score
    met = [
        document
        for part in store.opened([*near, *spare][:OPENED])
        if (document := _weighed(part, asked, perfect, numbers)) is not None
    ]
    return Met(identity.child_of(met[0])) if met else None


def _weighed(
    part: Part | None, asked: Description, perfect: float, numbers: Mapping[str, str]
) -> Document | None:
    """Compare what stands on a slot; an empty one costs a comparison too."""
    document = _document(part)
    comparison = compare(asked, identity.description_of(document))
    is_met = _is_worth_naming(comparison, perfect) or any(
        value and document["numbers"].get(scheme) == value for scheme, value in numbers.items()
    )
    is_absent = document["grade"] == Grade.ABSENT
    return document if is_met and is_absent and document is not DECOY else None


def _document(part: Part | None) -> Document:
    if part is None or part.shelf != Shelf.IDENTITY:
        return DECOY
    if part.place == 0:
        return store.content_in(part)
    return store.content_of(Shelf.IDENTITY, part.document_id) or DECOY


def _is_worth_naming(comparison: Comparison, perfect: float) -> bool:
    """As a search judges the children of the index (finding.choosing), but for how many there are:
    better one alert too many."""
    if any(item.kind in _ANOTHER for item in comparison.evidence):
        return comparison.score >= 2 * log2(_CHILDREN)
    return comparison.score >= max(_WORTH * perfect, _LEAST_BITS)


def resembles(draft: ChildDraft, *, apart: Collection[uuid.UUID] = ()) -> uuid.UUID | None:
    """Return the hidden child whom a row of a feed is about or comes near; the nearest of several.

    apart are those whom an officer has found to be somebody else.
    """
    marks = identity.marks_near(described(draft), numbers=_numbers(draft))
    marks.append(identity.source_mark(draft.source, draft.source_id))
    found = store.marked(Shelf.IDENTITY, marks, most=_MOST_RESEMBLING)
    return nearest(draft, [document for one, document in found if one not in apart])


def nearest(draft: ChildDraft, documents: Iterable[Document]) -> uuid.UUID | None:
    """Return the hidden child whom a row is about or comes nearest; None when it is near nobody."""
    row = described(draft)
    weighed = [(_nearness(row, draft, document), document) for document in documents]
    near = [one for one in weighed if one[0] >= _RESEMBLES]
    return identity.child_of(max(near, key=lambda one: one[0])[1]) if near else None


class Watchlist:
    """Everybody who is hidden, opened once for the many rows of a feed."""

    def __init__(self) -> None:
        self._bearers: dict[str, list[Document]] = {}
        for _, document in store.all_on(Shelf.IDENTITY):
            for mark in identity.marks_of(document):
                self._bearers.setdefault(mark, []).append(document)

    def met_by(self, draft: ChildDraft, apart: Collection[uuid.UUID] = ()) -> uuid.UUID | None:
        """Return what resembles() would."""
        marks = identity.wide_marks_near(described(draft), numbers=_numbers(draft))
        marks.append(identity.source_mark(draft.source, draft.source_id))
        near = {
            document["child_id"]: document
            for mark in marks
            for document in self._bearers.get(mark, ())
        }
        return nearest(draft, [one for one in near.values() if identity.child_of(one) not in apart])


def hidden_by_source(source: str, source_ids: Collection[str]) -> dict[str, uuid.UUID]:
    """Return the hidden children that a source reported, by its own ids."""
    marks = [identity.source_mark(source, source_id) for source_id in source_ids]
    found = store.marked(Shelf.IDENTITY, marks, most=len(marks)) if marks else []
    return {
        source_id: identity.child_of(document)
        for _, document in found
        for name, source_id in document["sources"]
        if name == source and source_id in source_ids
    }


def _nearness(row: Description, draft: ChildDraft, document: Document) -> float:
    if [draft.source, draft.source_id] in document["sources"]:
        return inf
    return compare(row, identity.description_of(document)).score


def _numbers(draft: ChildDraft) -> dict[str, str]:
    return {scheme.value: value for scheme, value in draft.numbers.items() if value}


def described(draft: ChildDraft) -> Description:
    """Return a row of a feed as it is compared."""
    return describe(
        given_names=draft.given_names,
        family_name=draft.family_name,
        former_given_names=[name.given_names for name in draft.former_names if name.given_names],
        former_family_names=[name.family_name for name in draft.former_names],
        birth=draft.date_of_birth,
        gender=draft.gender.value,
        postcodes=[place.postcode for place in draft.addresses if place.postcode],
        identifiers={scheme.value: value for scheme, value in draft.numbers.items()},
    )
