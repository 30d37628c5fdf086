"""How far two given names agree: what alone tells a child from its twins and siblings."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum

from portal.matching.likeness import Likeness, likeness
from portal.matching.names import Name
from portal.matching.nicknames import Relation, related

# Names with which all children of a family may begin; the word that follows tells them apart.
_SHARED_BY_FAMILIES = ("muhammad", "abdul", "syed", "noor", "maria", "mary", "jean")


class Agreement(IntEnum):
    """How far two given names agree; the smaller, the closer.

    WHOLE: the same words. PART: the same words, of which one name has more. NEAR: words that are
    alike, or in another order (Maria Ana, Ana Maria). UNSAID: there is no name on one side, or too
    little of it. OTHER: two names.
    """

    WHOLE = 0
    PART = 1
    NEAR = 2
    UNSAID = 3
    OTHER = 4


_AGREEMENTS = {
    Likeness.SAME: Agreement.WHOLE,
    Likeness.INITIAL: Agreement.UNSAID,
    Likeness.DIFFERENT: Agreement.OTHER,
}


def compare_given_names(one: Name, other: Name) -> Agreement:
    """How far two given names agree; the order does not matter. How rare a word is does not matter
    either: parents who give a rare name to one twin give one like it to the other."""
    if not (_has_full_word(one) and _has_full_word(other)):
        return _of_initials(one, other)
    if one.tokens == other.tokens or "".join(one.tokens) == "".join(other.tokens):
        return Agreement.WHOLE
    if is_written_alike(one, other):
        return Agreement.NEAR
    fewer, more = sorted((one.tokens, other.tokens), key=lambda words: (len(words), words))
    worst = max(_agreement(first, second) for first, second in _pairs(fewer, more))
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
    if one.tokens == other.tokens:
        return True
    if len(one.tokens) == len(other.tokens) == 1:
        return False
    return set(one.tokens) == set(other.tokens) or "".join(one.tokens) == "".join(other.tokens)


def _pairs(fewer: tuple[str, ...], more: tuple[str, ...]) -> Iterable[tuple[str, str]]:
    """The first words belong together: twins often share a second name. Each later word of the name
    with fewer goes with the word that is most like it."""
    yield fewer[0], more[0]
    for word in fewer[1:]:
        yield word, min(more[1:], key=lambda known: (likeness(word, known), known))


def _agreement(one: str, other: str) -> Agreement:
    return _AGREEMENTS.get(likeness(one, other), Agreement.NEAR)


def _is_shared_by_families(words: Iterable[str]) -> bool:
    full = [word for word in words if len(word) > 1]
    return all(
        word in _SHARED_BY_FAMILIES
        or any(related(word).get(name) == Relation.SPELLING for name in _SHARED_BY_FAMILIES)
        for word in full
    )
