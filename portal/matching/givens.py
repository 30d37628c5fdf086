"""How far two given names agree: what alone tells a child from its twins and siblings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

from portal.matching.likeness import Likeness, likeness
from portal.matching.names import Name
from portal.matching.nicknames import Relation, related
from portal.matching.weights import Frequency

# A name borne by at least one child in 50,000 is a name, not somebody's slip.
_ESTABLISHED = 1 / 50_000
# Of a word that none of n bears it is known, with 95 % confidence, that no more than 3 in n do
# (J. A. Hanley, A. Lippman-Hand, JAMA 249 (1983) 1743-1745).
_NONE_OF = 3
# Names with which all children of a family may begin; the word that follows tells them apart.
_SHARED_BY_FAMILIES = ("muhammad", "abdul", "syed", "noor", "maria", "mary", "jean")
_ENDING = 2


class Agreement(IntEnum):
    """How far two given names agree; the smaller, the closer.

    WHOLE: the same words. PART: the same words, of which one name has more. SLIP: one of them is a
    word that hardly anybody bears, and alike. NEAR: both are names, and alike. UNSAID: there is no
    name on one side, or too little of it. OTHER: two names.
    """

    WHOLE = 0
    PART = 1
    SLIP = 2
    NEAR = 3
    UNSAID = 4
    OTHER = 5


@dataclass(frozen=True, slots=True)
class Register:
    """The children there are to choose from: what share of them bears a word, None for a word that
    none of them bears, and how many they are."""

    frequency: Frequency
    children: int

    def is_established(self, word: str) -> bool:
        """True for a name, and for a word of which so few children do not tell that it is none."""
        share = self.frequency(word)
        most = _NONE_OF / max(self.children, 1) if share is None else share
        return most >= _ESTABLISHED


def compare_given_names(one: Name, other: Name, register: Register) -> Agreement:
    """How far two given names agree; the order does not matter."""
    if not (_has_full_word(one) and _has_full_word(other)):
        return _of_initials(one, other)
    if is_written_alike(one, other):
        return Agreement.WHOLE
    fewer, more = sorted((one.tokens, other.tokens), key=lambda words: (len(words), words))
    worst = max(_agreement(first, second, register) for first, second in _pairs(fewer, more))
    if worst > Agreement.WHOLE:
        return worst
    return Agreement.UNSAID if _is_shared_by_families(fewer) else Agreement.PART


def _has_full_word(name: Name) -> bool:
    return any(len(word) > 1 for word in name.tokens)


def _of_initials(one: Name, other: Name) -> Agreement:
    """Twins often begin with one letter; another letter is another name."""
    if one and other and one.tokens[0][0] != other.tokens[0][0]:
        return Agreement.OTHER
    return Agreement.UNSAID


def is_written_alike(one: Name, other: Name) -> bool:
    """The same words in any order, or written together, are one name; two that are missing too."""
    return set(one.tokens) == set(other.tokens) or "".join(one.tokens) == "".join(other.tokens)


def _pairs(fewer: tuple[str, ...], more: tuple[str, ...]) -> Iterable[tuple[str, str]]:
    """The first words belong together: twins often share a second name. Each later word of the name
    with fewer goes with the word that is most like it."""
    yield fewer[0], more[0]
    for word in fewer[1:]:
        yield word, min(more[1:], key=lambda known: (likeness(word, known), known))


def _agreement(one: str, other: str, register: Register) -> Agreement:
    alike = likeness(one, other)
    if alike is Likeness.SAME:
        return Agreement.WHOLE
    if alike is Likeness.DIFFERENT:
        return Agreement.OTHER
    if alike is Likeness.INITIAL:
        return Agreement.UNSAID
    if _is_another_ending(one, other):
        return Agreement.NEAR
    both = register.is_established(one) and register.is_established(other)
    return Agreement.NEAR if both else Agreement.SLIP


def _is_another_ending(one: str, other: str) -> bool:
    """Alexander and Alexandra, Michael and Michaela: an ending makes another name."""
    pairs = zip(one, other, strict=False)
    begun = next((place for place, pair in enumerate(pairs) if pair[0] != pair[1]), None)
    if begun is None:
        begun = min(len(one), len(other))
    return max(len(one), len(other)) - begun <= _ENDING


def _is_shared_by_families(words: Iterable[str]) -> bool:
    full = [word for word in words if len(word) > 1]
    return all(
        word in _SHARED_BY_FAMILIES
        or any(related(word).get(name) == Relation.SPELLING for name in _SHARED_BY_FAMILIES)
        for word in full
    )
