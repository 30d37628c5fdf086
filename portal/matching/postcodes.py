"""Postcodes compared by how much of them agrees: the unit, the sector, the district."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import IntEnum

_SIGNS = re.compile("[^A-Za-z0-9]+")
_UNIT = re.compile(r"^([A-Z]{1,2}[0-9][A-Z0-9]?)([0-9])([A-Z]{2})$")


class PostcodeLikeness(IntEnum):
    """How much of two postcodes agrees; NONE also when either is missing."""

    UNIT = 0
    SECTOR = 1
    DISTRICT = 2
    NONE = 3


def fold_postcode(text: str | None) -> str:
    """`ls1 4ap` as `LS14AP`; the empty string when it is not shaped like a British postcode."""
    if text and _UNIT.fullmatch(text):
        return text
    folded = _SIGNS.sub("", (text or "")[:16]).upper()
    return folded if _UNIT.match(folded) else ""


def nearest_postcodes(ones: Iterable[str], others: Iterable[str]) -> PostcodeLikeness:
    """How much the two agree, one of these and one of those, that agree best."""
    found = [compare_postcodes(one, other) for one in ones for other in others]
    return min(found, default=PostcodeLikeness.NONE)


def compare_postcodes(one: str, other: str) -> PostcodeLikeness:
    """How much of two folded postcodes agrees; the order does not matter."""
    if one == other:
        return PostcodeLikeness.UNIT if _UNIT.match(one) else PostcodeLikeness.NONE
    first, second = _UNIT.match(one), _UNIT.match(other)
    if not first or not second or first[1] != second[1]:
        return PostcodeLikeness.NONE
    if first[2] != second[2]:
        return PostcodeLikeness.DISTRICT
    return PostcodeLikeness.UNIT if first[3] == second[3] else PostcodeLikeness.SECTOR
