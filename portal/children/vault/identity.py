"""Who a hidden child is, and the marks under which a row of a feed comes near them.

A mark says no more than that two descriptions share a day of birth, a sound, a number; whether
they are one person is for `portal.matching` to say once the document is open. What a search is
compared with stands in sketches.py.
"""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from itertools import chain, product, zip_longest
from typing import Any

from portal.children.models import ChildAddress, ChildName, ChildRecord, ChildSource
from portal.matching import Description, describe
from portal.matching.dates import neighbours, one_digit_away, swapped
from portal.matching.names import Name
from portal.matching.sounds import sounds

RECORD_NUMBER = "record_number"
_MOST_CODES, _MOST_PAIRS = 8, 48
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
    sources: Iterable[ChildSource],
    grade: Grade,
) -> Document:
    """Write down who a child is. numbers are other bodies' numbers by scheme, in the clear."""
    places = list(addresses)
    return {
        "child_id": child.id.hex,
        "grade": grade.value,
        "given_names": child.given_names,
        "family_name": child.family_name,
        "former": [[name.given_names, name.family_name] for name in names],
        "born": child.date_of_birth.isoformat(),
        "gender": child.gender,
        "postcodes": sorted({place.postcode for place in places if place.postcode}),
        "addresses": sorted({place.address for place in places if place.address}),
        "numbers": {**numbers, RECORD_NUMBER: child.record_number},
        "sources": sorted([one.source, one.source_id] for one in sources),
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
        # A document of before addresses were compared has none.
        addresses=document.get("addresses", ()),
        identifiers=document["numbers"],
    )


def marks_of(document: Document) -> list[str]:
    """Return the marks of a hidden child's document."""
    known = description_of(document)
    day = dt.date.fromisoformat(document["born"])
    given, family = [known.given, *known.former_given], [known.family, *known.former]
    return [
        day_mark(day),
        *_sounds_of_day(day, [known.given, known.family]),
        *(source_mark(*source) for source in document["sources"]),
        *(number_mark(*number) for number in document["numbers"].items()),
        *_pairs(given, family),
    ]


def marks_near(asked: Description, *, numbers: Mapping[str, str]) -> list[str]:
    """Return the marks that a description may share with the child it means, days mistyped and
    given and family name exchanged."""
    found = [number_mark(*number) for number in numbers.items() if number[1]]
    for day in days_near(asked.birth):
        found += [day_mark(day), *_sounds_of_day(day, [asked.given, asked.family])]
    given, family = [asked.given, *asked.former_given], [asked.family, *asked.former]
    return list(dict.fromkeys([*found, *_pairs(given, family), *_pairs(family, given)]))


def wide_marks_near(asked: Description, *, numbers: Mapping[str, str]) -> list[str]:
    """Return the same without the finer marks of a day, and of its days the one that was told: for
    whoever keeps children under all the days near theirs."""
    found = [number_mark(*number) for number in numbers.items() if number[1]]
    day = [day_mark(asked.birth)] if isinstance(asked.birth, dt.date) else []
    given, family = [asked.given, *asked.former_given], [asked.family, *asked.former]
    return [*found, *day, *_pairs(given, family), *_pairs(family, given)]


def number_mark(scheme: str, value: str) -> str:
    """Return the mark of a number."""
    return f"number|{scheme}|{value}"


def source_mark(source: str, source_id: str) -> str:
    """Return the mark of the number a source has for a child."""
    return f"source|{source}|{source_id}"


def day_mark(day: dt.date) -> str:
    """Return the mark of a day of birth."""
    return f"day|{day.toordinal()}"


def days_near(birth: object) -> list[dt.date]:
    """Return a day of birth and those it may have been mistaken for; none where none was typed.

    One day is near another when that is near the first.
    """
    if not isinstance(birth, dt.date):
        return []
    other = [swapped(birth) or birth, *sorted(neighbours(birth) | one_digit_away(birth))]
    return list(dict.fromkeys([birth, *other]))


def _sounds_of_day(day: dt.date, names: Sequence[Name]) -> list[str]:
    return [f"{day_mark(day)}|{code}" for name in names for code in _codes(name)]


def _pairs(given: Sequence[Name], family: Sequence[Name]) -> list[str]:
    """Some of every given name with every family name, so that no former name is left out because
    the present ones can be said in many ways."""
    pairs = (
        [f"names|{one}|{other}" for one, other in product(_codes(first), _codes(second))]
        for first, second in product(given, family)
    )
    in_turn = chain.from_iterable(zip_longest(*pairs))
    return list(dict.fromkeys(pair for pair in in_turn if pair))[:_MOST_PAIRS]


def _codes(name: Name) -> list[str]:
    return sorted({code for token in name.tokens for code in sounds(token)})[:_MOST_CODES]
