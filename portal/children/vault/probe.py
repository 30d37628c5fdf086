"""The guard's look into the vault: is a row of a feed about a hidden child, or near one?"""

import datetime as dt
import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from math import inf
from types import MappingProxyType

from portal.children.rules import ChildDraft
from portal.children.vault import identity, store
from portal.children.vault.identity import Document
from portal.children.vault.opened import OpenedShelf
from portal.children.vault.store import Shelf
from portal.core.db import db
from portal.matching import Description, Kind, compare, describe

# A row of a feed that comes this near is looked at by a person: less than a search needs to name
# a child. Day and one name of a pair do.
_RESEMBLES = 12.0
_MOST_RESEMBLING = 50
_KEPT = "watchlist"


# Hidden children whom an officer has found to be somebody else, each with what was judged then.
Apart = Mapping[uuid.UUID, ChildDraft]
NOBODY: Apart = MappingProxyType({})


def resembles(draft: ChildDraft, *, apart: Apart = NOBODY) -> uuid.UUID | None:
    """Return the hidden child whom a row of a feed is about or comes near; the nearest of several.

    Those from whom it is kept apart are left out for as long as it says what was judged.
    """
    marks = identity.marks_near(described(draft), numbers=_numbers(draft))
    marks.append(identity.source_mark(draft.source, draft.source_id))
    found = store.marked(Shelf.IDENTITY, marks, most=_MOST_RESEMBLING)
    return _nearest(draft, [_Hidden.of(document) for _, document in found], apart)


@dataclass(frozen=True, slots=True)
class _Hidden:
    child_id: uuid.UUID
    document: Document
    description: Description

    @classmethod
    def of(cls, document: Document) -> "_Hidden":
        return cls(identity.child_of(document), document, identity.description_of(document))


def _nearest(draft: ChildDraft, hidden: Iterable[_Hidden], apart: Apart) -> uuid.UUID | None:
    """The hidden child whom a row is about or comes nearest; None when it is near nobody."""
    row = described(draft)
    weighed = [(_nearness(row, draft, one), one) for one in hidden]
    near = [
        (_knows_number(one, draft), bits, one.child_id)
        for bits, one in weighed
        if bits >= _RESEMBLES and not _is_apart(row, bits, one, apart.get(one.child_id))
    ]
    # A sibling's number of another body may stand in a row; whose row it is says the source's own.
    return max(near, key=lambda one: one[:2])[2] if near else None


def _knows_number(hidden: _Hidden, draft: ChildDraft) -> bool:
    return [draft.source, draft.source_id] in hidden.document["sources"]


def _is_apart(row: Description, bits: float, hidden: _Hidden, judged: ChildDraft | None) -> bool:
    """True while a row is that of the other child whom an officer judged: a source that joins two
    records goes on under the number of one of them. A number of the hidden child settles it."""
    if judged is None or bits == inf:
        return False
    before = described(judged)
    is_same = (row.given, row.family, row.birth) == (before.given, before.family, before.birth)
    names, former_given = {before.family, *before.former}, {before.given, *before.former_given}
    return (
        is_same
        and names.issuperset(row.former)
        and former_given.issuperset(row.former_given)
        and row.identifiers <= before.identifiers
        and bits <= _nearness(before, judged, hidden)
    )


class Watchlist:
    """Everybody who is hidden, opened for the many rows of a feed.

    Kept in the session, so that the next batch opens only what has changed (opened.py). It knows
    what is hidden when it is made: the caller has entered the vault.
    """

    def __init__(self) -> None:
        kept: _Watched = db.session().info.setdefault(_KEPT, _Watched())
        self._bearers = kept.bearers()

    def met_by(self, draft: ChildDraft, apart: Apart = NOBODY) -> uuid.UUID | None:
        """Return what resembles() would."""
        marks = identity.wide_marks_near(described(draft), numbers=_numbers(draft))
        marks.append(identity.source_mark(draft.source, draft.source_id))
        near = {one.child_id: one for mark in marks for one in self._bearers.get(mark, ())}
        return _nearest(draft, near.values(), apart)


class _Watched:
    """The hidden children by their marks, and by the days for which theirs may be mistaken."""

    def __init__(self) -> None:
        self._shelf = OpenedShelf(Shelf.IDENTITY)
        self._bearers: dict[str, list[_Hidden]] = {}

    def bearers(self) -> dict[str, list[_Hidden]]:
        if self._shelf.look():
            self._bearers = {}
            for document in self._shelf.contents().values():
                self._watch_for(document)
        return self._bearers

    def _watch_for(self, document: Document) -> None:
        hidden = _Hidden.of(document)
        born = dt.date.fromisoformat(document["born"])
        days = (identity.day_mark(day) for day in identity.days_near(born))
        for mark in dict.fromkeys([*identity.marks_of(document), *days]):
            self._bearers.setdefault(mark, []).append(hidden)


def likeness(one: Document, other: Document) -> float | None:
    """Return how much speaks for one child, in bits, where two records resemble each other as a row
    of a feed that is held back resembles a hidden child; else None. Record numbers are each
    record's own and say nothing; nor does an address: brothers and sisters share it."""
    known, compared = (identity.description_of(_without_own(it)) for it in (one, other))
    born = [dt.date.fromisoformat(it["born"]) for it in (one, other)]
    bits = _weight(known, compared, born[0], born[1])
    return bits if bits >= _RESEMBLES else None


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


def _nearness(row: Description, draft: ChildDraft, hidden: _Hidden) -> float:
    """How much speaks for one child, in bits. A number settles it. A namesake born on quite another
    day is another child unless they live at the same place."""
    if _knows_number(hidden, draft):
        return inf
    born = dt.date.fromisoformat(hidden.document["born"])
    return _weight(row, hidden.description, draft.date_of_birth, born)


def _weight(one: Description, other: Description, born: dt.date, other_born: dt.date) -> float:
    comparison = compare(one, other)
    kinds = {item.kind for item in comparison.evidence}
    if Kind.IDENTIFIER_SAME in kinds:
        return inf
    if Kind.BORN_DIFFERENT in kinds and _is_slip(born, other_born):
        # Counted as no evidence, neither for nor against.
        return sum(one.weight for one in comparison.evidence if one.kind != Kind.BORN_DIFFERENT)
    if Kind.BORN_DIFFERENT in kinds and not kinds & {Kind.POSTCODE_SAME, Kind.ADDRESS_SAME}:
        return -inf
    return comparison.score


def _without_own(document: Document) -> Document:
    numbers = {k: v for k, v in document["numbers"].items() if k != identity.RECORD_NUMBER}
    return document | {"numbers": numbers, "addresses": ()}


def _is_slip(one: dt.date, other: dt.date) -> bool:
    """True for days of which only the year, or only the day of the month, is another."""
    return (one.day, one.month) == (other.day, other.month) or (
        (one.month, one.year) == (other.month, other.year)
    )


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
        addresses=[place.address for place in draft.addresses if place.address],
        identifiers={scheme.value: value for scheme, value in draft.numbers.items()},
    )
