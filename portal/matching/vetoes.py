"""What forbids joining two descriptions without a person, however high the score.

Twins and siblings agree in all but the given name: a scorer alone merges them (design.md 7).
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from portal.matching.likeness import Likeness, likeness
from portal.matching.names import Name
from portal.matching.postcodes import PostcodeLikeness, compare_postcodes
from portal.matching.score import Description
from portal.matching.weights import Frequency

# A name borne by at least one child in 50,000 is a name, not somebody's typing error.
_ESTABLISHED = 1 / 50_000
_TYPING = frozenset({Likeness.ONE_ERROR, Likeness.TWO_ERRORS})
_ONE_NAME = frozenset({Likeness.SAME, Likeness.SPELLING, Likeness.SHORT_FORM, Likeness.SOUND})


class Veto(StrEnum):
    """A reason why only a person may decide."""

    TWIN_OR_SIBLING = "twin_or_sibling"
    SIMILAR_TWIN_NAMES = "similar_twin_names"
    CONFLICTING_IDENTIFIERS = "conflicting_identifiers"


def vetoes(
    one: Description, other: Description, *, frequency: Frequency | None = None
) -> frozenset[Veto]:
    """Every veto against joining the two; the order does not matter. `frequency` (a name token's
    share of all children) lets two established names one letter apart, Amina and Amira, count as
    two names. Conflicting identifiers are a veto for feeds only: never use one in a search."""
    found = set()
    if _conflict(one, other):
        found.add(Veto.CONFLICTING_IDENTIFIERS)
    if _could_be_siblings(one, other):
        found.update(_given_name_vetoes(one.given, other.given, frequency))
    return frozenset(found)


def _conflict(one: Description, other: Description) -> bool:
    return any(
        scheme == theirs and value != counterpart
        for scheme, value in one.identifiers
        for theirs, counterpart in other.identifiers
    )


def _could_be_siblings(one: Description, other: Description) -> bool:
    """Same day of birth, a family name in common, and addresses that do not speak against it."""
    same_day = isinstance(one.birth, date) and one.birth == other.birth
    return same_day and _share_family(one, other) and _may_live_together(one, other)


def _share_family(one: Description, other: Description) -> bool:
    ours = {token for name in (one.family, *one.former) for token in name.tokens}
    theirs = {token for name in (other.family, *other.former) for token in name.tokens}
    return any(
        likeness(token, counterpart) not in (Likeness.DIFFERENT, Likeness.INITIAL)
        for token in ours
        for counterpart in theirs
    )


def _may_live_together(one: Description, other: Description) -> bool:
    """An address that is not known rules nothing out."""
    if not one.postcodes or not other.postcodes:
        return True
    return any(
        compare_postcodes(ours, theirs) is not PostcodeLikeness.NONE
        for ours in one.postcodes
        for theirs in other.postcodes
    )


def _given_name_vetoes(one: Name, other: Name, frequency: Frequency | None) -> set[Veto]:
    """First names decide: twins often share a middle name."""
    if not one or not other:
        return set()
    alike = likeness(one.tokens[0], other.tokens[0])
    if alike in _ONE_NAME or _written_alike(one, other):
        return set()
    if alike in _TYPING:
        both = _both_established(one.tokens[0], other.tokens[0], frequency)
        return {Veto.SIMILAR_TWIN_NAMES} if both else set()
    return {Veto.TWIN_OR_SIBLING}


def _written_alike(one: Name, other: Name) -> bool:
    """The same words in another order, or written together, are one name."""
    return set(one.tokens) == set(other.tokens) or "".join(one.tokens) == "".join(other.tokens)


def _both_established(one: str, other: str, frequency: Frequency | None) -> bool:
    if frequency is None:
        return False
    return min(frequency(one) or 0.0, frequency(other) or 0.0) >= _ESTABLISHED
