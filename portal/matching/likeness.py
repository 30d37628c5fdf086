"""How alike two tokens are, as one of a few kinds that can be weighed and said in words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import IntEnum
from functools import lru_cache

from rapidfuzz.distance import OSA, JaroWinkler
from rapidfuzz.process import extract

from portal.matching.keys import edits_allowed
from portal.matching.nicknames import Relation, related
from portal.matching.sounds import sounds

_GENDERED_ENDING = re.compile(r"(?<=[a-z]{3})(?:([sc]k|dzk)[aiy]|(ov|ev)a?)$")
_LETTERS_ALIKE = 0.6
_SHORT_CODE_LETTERS_ALIKE = 0.7


class Likeness(IntEnum):
    """The kinds of agreement between two tokens; the smaller, the closer."""

    SAME = 0
    SPELLING = 1
    SHORT_FORM = 2
    SOUND = 3
    ONE_ERROR = 4
    TWO_ERRORS = 5
    INITIAL = 6
    DIFFERENT = 7


@lru_cache(maxsize=131_072)
def likeness(one: str, other: str) -> Likeness:
    """The closest kind of agreement of two folded tokens (a-z); the order does not matter."""
    if one == other:
        return Likeness.SAME
    if min(len(one), len(other)) <= 1:
        return Likeness.INITIAL if one[:1] == other[:1] != "" else Likeness.DIFFERENT
    shared = 0
    # What is written so differently is not asked how it sounds, which is dear: see _heard.
    if JaroWinkler.similarity(one, other) >= _LETTERS_ALIKE:
        shared = max(map(len, sounds(one) & sounds(other)), default=0)
    relation = min(related(one).get(other, 9), related(other).get(one, 9))
    return closest(one, other, shared=shared, relation=relation)


def closest(one: str, other: str, *, shared: int, relation: int = 9) -> Likeness:
    """The likeness of two unequal tokens of two letters or more, where it is known how long the
    longest sound code is that they share, and how they are related as known names."""
    if relation == Relation.SPELLING or _same_stem(one, other):
        return Likeness.SPELLING
    if relation == Relation.SHORT_FORM:
        return Likeness.SHORT_FORM
    if shared and _heard(one, other, shared):
        return Likeness.SOUND
    return written_likeness(one, other)


def closest_of(one: str, others: Mapping[str, int]) -> dict[str, Likeness]:
    """What `closest` says of one token beside many that are not related to it as known names, by
    these; those that are DIFFERENT are left out. The number of each is how long the longest sound
    code is that they share."""
    most = edits_allowed(max(map(len, others), default=0))
    written = {}
    for other, errors, _ in extract(
        one, list(others), scorer=OSA.distance, score_cutoff=max(most, edits_allowed(len(one))),
        limit=None,
    ):  # fmt: skip
        if errors <= edits_allowed(max(len(one), len(other))):
            written[other] = _BY_ERRORS[errors]
    likest = {}
    start, stem = one[:3], _stem(one)
    for other, shared in others.items():
        if other[:3] == start and _stem(other) == stem:
            likest[other] = Likeness.SPELLING
        elif shared and _heard(one, other, shared):
            likest[other] = Likeness.SOUND
        elif other in written:
            likest[other] = written[other]
    return likest


def written_likeness(one: str, other: str) -> Likeness:
    """Equal, a typing error or two apart, or different: what the letters alone tell. Errors are
    counted against the longer token, since either may be the misspelt one."""
    longest, shortest = max(len(one), len(other)), min(len(one), len(other))
    allowed = edits_allowed(longest)
    if longest - shortest > allowed:
        return Likeness.DIFFERENT
    errors = OSA.distance(one, other, score_cutoff=allowed)
    if errors > allowed:
        return Likeness.DIFFERENT
    return _BY_ERRORS[errors]


_BY_ERRORS = (Likeness.SAME, Likeness.ONE_ERROR, Likeness.TWO_ERRORS)


def _same_stem(one: str, other: str) -> bool:
    """Slavonic family names bend with gender: Kowalski and Kowalska are one name."""
    return one[:3] == other[:3] and _stem(one) == _stem(other)


def _stem(token: str) -> str:
    found = _GENDERED_ENDING.search(token)
    return token[: found.start()] + (found[1] or found[2]) if found else token


def _heard(one: str, other: str, shared: int) -> bool:
    """A shared sound code alone is coarse for short names, so the letters must agree somewhat. A
    final a makes another name (Martin, Martina), not the same one heard."""
    if one + "a" == other or other + "a" == one:
        return False
    letters = JaroWinkler.similarity(one, other)
    return bool(letters >= (_LETTERS_ALIKE if shared >= 3 else _SHORT_CODE_LETTERS_ALIKE))
