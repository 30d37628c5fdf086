"""Who a hidden child is, and the marks under which a search or a row of a feed comes near them.

A mark says no more than that two descriptions share a day of birth, a sound, a number; whether
they are one person is for `portal.matching` to say once the document is open.
"""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from itertools import product
from typing import Any

from portal.children.models import ChildAddress, ChildName, ChildRecord
from portal.children.vault.tables import MARKS
from portal.matching import Description, describe
from portal.matching.dates import neighbours, one_digit_away, swapped
from portal.matching.names import Name, kept_name
from portal.matching.sounds import sounds

RECORD_NUMBER = "record_number"
# So many combinations of sounds at most: a child's marks should stand on one slot.
_MOST_CODES, _MOST_PAIRS = 8, 20
_MOST_LETTERS, _MOST_FORMER, _MOST_POSTCODES = 120, 6, 8
Document = dict[str, Any]


class Grade(StrEnum):
    """How much is hidden: the whereabouts (a stub stays in the index), or that there is a child."""

    MASKED = "masked"
    ABSENT = "absent"


def document_of(
    child: ChildRecord,
    names: Iterable[ChildName],
    addresses: Iterable[ChildAddress],
    numbers: Mapping[str, str],
    grade: Grade,
) -> Document:
    """Write down who a child is. numbers are other bodies' numbers by scheme, in the clear."""
    return {
        "child_id": child.id.hex,
        "grade": grade.value,
        "given_names": child.given_names,
        "family_name": child.family_name,
        "former": [[name.given_names, name.family_name] for name in names],
        "born": child.date_of_birth.isoformat(),
        "gender": child.gender,
        "postcodes": sorted({place.postcode for place in addresses if place.postcode}),
        "numbers": {**numbers, RECORD_NUMBER: child.record_number},
        "sources": [[child.source, child.source_id]],
    }


def child_of(document: Document) -> uuid.UUID:
    """Return the id of the child a document is about."""
    return uuid.UUID(document["child_id"])


def description_of(document: Document) -> Description:
    """Return what a hidden child is compared by: all that is known, former names too."""
    return describe(
        given_names=document["given_names"],
        family_name=document["family_name"],
        former_given_names=[given for given, _ in document["former"] if given],
        former_family_names=[family for _, family in document["former"] if family],
        birth=dt.date.fromisoformat(document["born"]),
        gender=document["gender"],
        postcodes=document["postcodes"],
        identifiers=document["numbers"],
    )


def sketch_of(document: Document) -> Document:
    """Return what a search is compared with: as much as one slot holds, whoever the child is, so
    that every search opens as many slots. Names as the name index folds them."""
    return {
        "child_id": document["child_id"],
        "grade": document["grade"],
        "given_names": kept_name(document["given_names"])[:_MOST_LETTERS],
        "family_name": kept_name(document["family_name"])[:_MOST_LETTERS],
        "former": [
            [kept_name(given)[:_MOST_LETTERS], kept_name(family)[:_MOST_LETTERS]]
            for given, family in document["former"][:_MOST_FORMER]
        ],
        "born": document["born"],
        "gender": document["gender"],
        "postcodes": document["postcodes"][:_MOST_POSTCODES],
        "numbers": document["numbers"],
    }


def sketch_marks(sketch: Document) -> list[str]:
    """Return the marks of a sketch: no more than one slot bears."""
    known = description_of(sketch)
    day = dt.date.fromisoformat(sketch["born"])
    marks = [
        _day(day),
        *(number_mark(*number) for number in sketch["numbers"].items()),
        *_sounds_of_day(day, [known.given, known.family]),
        *_pairs([known.given], [known.family, *known.former]),
    ]
    return list(dict.fromkeys(marks))[: MARKS - 1]


def marks_of(document: Document) -> list[str]:
    """Return the marks of a hidden child's document."""
    known = description_of(document)
    day = dt.date.fromisoformat(document["born"])
    return [
        _day(day),
        *_sounds_of_day(day, [known.given, known.family]),
        *(source_mark(*source) for source in document["sources"]),
        *(number_mark(*number) for number in document["numbers"].items()),
        *_pairs([known.given], [known.family, *known.former]),
    ]


def marks_near(asked: Description, *, numbers: Mapping[str, str]) -> list[str]:
    """Return the marks that a description may share with the child it means, days mistyped and
    given and family name exchanged."""
    found = [number_mark(*number) for number in numbers.items() if number[1]]
    for day in _days(asked.birth):
        found += [_day(day), *_sounds_of_day(day, [asked.given, asked.family])]
    given, family = [asked.given, *asked.former_given], [asked.family, *asked.former]
    return list(dict.fromkeys([*found, *_pairs(given, family), *_pairs(family, given)]))


def wide_marks_near(asked: Description, *, numbers: Mapping[str, str]) -> list[str]:
    """Return the same without the finer marks of a day: whoever bears one bears the day's too."""
    found = [number_mark(*number) for number in numbers.items() if number[1]]
    days = [_day(day) for day in _days(asked.birth)]
    given, family = [asked.given, *asked.former_given], [asked.family, *asked.former]
    return [*found, *days, *_pairs(given, family), *_pairs(family, given)]


def number_mark(scheme: str, value: str) -> str:
    """Return the mark of a number."""
    return f"number|{scheme}|{value}"


def source_mark(source: str, source_id: str) -> str:
    """Return the mark of the number a source has for a child."""
    return f"source|{source}|{source_id}"


def _day(day: dt.date) -> str:
    return f"day|{day.toordinal()}"


def _days(birth: object) -> list[dt.date]:
    if not isinstance(birth, dt.date):
        return []
    other = [swapped(birth) or birth, *sorted(neighbours(birth) | one_digit_away(birth))]
    return list(dict.fromkeys([birth, *other]))


def _sounds_of_day(day: dt.date, names: Sequence[Name]) -> list[str]:
    return [f"{_day(day)}|{code}" for name in names for code in _codes(name)]


def _pairs(given: Sequence[Name], family: Sequence[Name]) -> list[str]:
    found = [
        f"names|{one}|{other}"
        for first, second in product(given, family)
        for one, other in product(_codes(first), _codes(second))
    ]
    return found[:_MOST_PAIRS]


def _codes(name: Name) -> list[str]:
    return sorted({code for token in name.tokens for code in sounds(token)})[:_MOST_CODES]
