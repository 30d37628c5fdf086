"""Fellegi-Sunter weights in bits: log2 of how much likelier an agreement is between two reports of
one child than between two children.

Hand-set from population figures (18 birth years of some 365 days, two genders, about fifteen
children to a postcode), never fitted to a test set. A rare name weighs more than a common one:
`Frequency` gives a token's share of all children.
"""

from __future__ import annotations

from collections.abc import Callable
from math import log2

from portal.matching.dates import Birth, BirthWindow, DateLikeness
from portal.matching.likeness import Likeness
from portal.matching.postcodes import PostcodeLikeness

Frequency = Callable[[str], float | None]

GIVEN_SHARE = 1 / 250
FAMILY_SHARE = 1 / 600
_TRUE_AGREEMENT = 0.92
_LIGHTEST_NAME = 3.0
_HEAVIEST_NAME = 14.0

# Bits taken from the weight of the agreeing name, by how loosely it agrees.
_LOOSER: dict[Likeness, float] = {
    Likeness.SAME: 0.0,
    Likeness.SPELLING: 0.7,
    Likeness.SHORT_FORM: 1.7,
    Likeness.SOUND: 2.0,
    Likeness.ONE_ERROR: 2.0,
    Likeness.TWO_ERRORS: 3.8,
}
_LOOSEST = 6.0
_LEAST_AGREEMENT = 1.0
INITIAL = 1.5
GIVEN_DIFFERENT = -5.0
FAMILY_DIFFERENT = -5.0
NAMES_CONFLICT = -2.5
FORMER = -0.5
SWAPPED = -1.0

BIRTHS: dict[DateLikeness, float] = {
    DateLikeness.SAME: 12.0,
    DateLikeness.SWAPPED: 8.5,
    DateLikeness.NEXT_DAY: 7.0,
    DateLikeness.ONE_DIGIT: 6.5,
    DateLikeness.NEAR: -1.0,
    DateLikeness.DIFFERENT: -6.0,
    DateLikeness.UNKNOWN: 0.0,
}

# Gender stands on every record, in hiding or not, so a miss may count; but it is often reported
# wrongly or not at all, so it moves the score by about one bit and never decides.
GENDER_SAME = 0.9
GENDER_DIFFERENT = -1.2

# Facts that a child in hiding lacks (design.md 5) can only add: there is no weight for a miss.
POSTCODES: dict[PostcodeLikeness, float] = {
    PostcodeLikeness.UNIT: 9.0,
    PostcodeLikeness.SECTOR: 4.0,
    PostcodeLikeness.DISTRICT: 2.0,
    PostcodeLikeness.NONE: 0.0,
}
# An address whose postcode is another is as good as a postcode; with the postcode it is one home of
# the fifteen that share it. Who lives together agrees in both: neither ever tells twins.
ADDRESS = 9.0
HOME = 13.0
IDENTIFIER = 20.0


def name_weight(likeness: Likeness, share: float) -> float:
    """The weight of two tokens agreeing so, where `share` of all children bear the commoner one.
    INITIAL has its own fixed weight; DIFFERENT weighs nothing here (see GIVEN_DIFFERENT)."""
    if likeness is Likeness.DIFFERENT:
        return 0.0
    if likeness is Likeness.INITIAL:
        return INITIAL
    full = log2(_TRUE_AGREEMENT / max(share, 1e-9))
    full = min(max(full, _LIGHTEST_NAME), _HEAVIEST_NAME)
    return max(full - _LOOSER[likeness], _LEAST_AGREEMENT)


def looseness(likeness: Likeness) -> float:
    """How many bits an agreement of this kind falls short of the same word, whatever the word."""
    return _LOOSER.get(likeness, _LOOSEST)


def birth_weight(likeness: DateLikeness, one: Birth, other: Birth) -> float:
    """The weight of two reports of a birth agreeing so; a window weighs by how narrow it is."""
    if likeness in (DateLikeness.YEAR, DateLikeness.ABOUT):
        days = max(born.days for born in (one, other) if isinstance(born, BirthWindow))
        return max(log2(18 * 365 / days), 0.5)
    return BIRTHS[likeness]


def probability(bits: float, children: int) -> float:
    """The chance that two descriptions are one person, where one of `children` is, before looking.
    Raises ValueError below one child."""
    if children < 1:
        raise ValueError("there is at least one child to choose from")
    against = min(max(log2(children) - bits, -60.0), 60.0)
    return 1 / (1 + 2**against)
