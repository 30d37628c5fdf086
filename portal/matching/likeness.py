"""How alike two tokens are, as one of a few kinds that can be weighed and said in words."""

from __future__ import annotations

import re
from enum import IntEnum
from functools import lru_cache

from rapidfuzz.distance import OSA, JaroWinkler

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
    return min(_as_known_names(one, other), _as_heard(one, other), _as_typed(one, other))


def _as_known_names(one: str, other: str) -> Likeness:
    relation = min(related(one).get(other, 9), related(other).get(one, 9))
    if relation == Relation.SPELLING or _stem(one) == _stem(other):
        return Likeness.SPELLING
    return Likeness.SHORT_FORM if relation == Relation.SHORT_FORM else Likeness.DIFFERENT


def _stem(token: str) -> str:
    """Slavonic family names bend with gender: Kowalski and Kowalska are one name."""
    found = _GENDERED_ENDING.search(token)
    return token[: found.start()] + (found[1] or found[2]) if found else token


def _as_heard(one: str, other: str) -> Likeness:
    """A shared sound code alone is coarse for short names, so the letters must agree somewhat. A
    final a makes another name (Martin, Martina), not the same one heard."""
    if one + "a" == other or other + "a" == one:
        return Likeness.DIFFERENT
    letters = JaroWinkler.similarity(one, other)
    if letters < _LETTERS_ALIKE:
        return Likeness.DIFFERENT
    longest = max(map(len, sounds(one) & sounds(other)), default=0)
    alike = longest >= 3 or (longest and letters >= _SHORT_CODE_LETTERS_ALIKE)
    return Likeness.SOUND if alike else Likeness.DIFFERENT


def _as_typed(one: str, other: str) -> Likeness:
    """Typing errors, counted against the longer token, since either may be the misspelt one."""
    allowed = max(edits_allowed(one), edits_allowed(other))
    errors = OSA.distance(one, other, score_cutoff=allowed)
    if errors > allowed:
        return Likeness.DIFFERENT
    return Likeness.ONE_ERROR if errors == 1 else Likeness.TWO_ERRORS
