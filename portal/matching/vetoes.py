"""What forbids joining two descriptions without a person, however high the score.

Twins and siblings agree in all but the given name: a scorer alone merges them (design.md 7). So it
is not enough that nothing speaks against the given name; it has to agree.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from portal.matching.addresses import is_one_place
from portal.matching.dates import DateLikeness, compare_births
from portal.matching.givens import Agreement, compare_given_names, is_written_alike
from portal.matching.likeness import Likeness, likeness
from portal.matching.names import Name
from portal.matching.postcodes import PostcodeLikeness, nearest_postcodes
from portal.matching.score import Description
from portal.matching.words import gettext_noop

_NEAR_BIRTHS = frozenset(
    {DateLikeness.SWAPPED, DateLikeness.NEXT_DAY, DateLikeness.ONE_DIGIT, DateLikeness.UNKNOWN}
)


class Veto(StrEnum):
    """A reason why only a person may decide. The last two only the caller can know; RIVAL and
    OTHERS_NUMBER need more than one record."""

    OTHER_GIVEN_NAME = "other_given_name"
    SIMILAR_GIVEN_NAME = "similar_given_name"
    NO_GIVEN_NAME = "no_given_name"
    OTHER_GENDER = "other_gender"
    OTHER_FAMILY_NAME = "other_family_name"
    OTHER_BIRTH = "other_birth"
    NEAR_BIRTH = "near_birth"
    NAMESAKE = "namesake"
    CONFLICTING_IDENTIFIERS = "conflicting_identifiers"
    ANOTHER_PERSON = "another_person"
    RIVAL = "rival"
    OTHERS_NUMBER = "others_number"
    OTHER_SOURCE_ID = "other_source_id"
    TOLD_APART = "told_apart"


VETO_SENTENCES: dict[Veto, str] = {
    Veto.OTHER_GIVEN_NAME: gettext_noop(
        "the given names differ, as those of twins and siblings do"
    ),
    Veto.SIMILAR_GIVEN_NAME: gettext_noop("the given names are alike, as those of twins may be"),
    Veto.NO_GIVEN_NAME: gettext_noop("too little is known of a given name to tell twins apart"),
    Veto.OTHER_GENDER: gettext_noop("the gender differs, and one has more given names"),
    Veto.OTHER_FAMILY_NAME: gettext_noop("the family names differ"),
    Veto.OTHER_BIRTH: gettext_noop("the dates of birth differ"),
    Veto.NEAR_BIRTH: gettext_noop("the day of birth is not the same, nor does a postcode match"),
    Veto.NAMESAKE: gettext_noop("names and birth agree, no postcode does: there may be a namesake"),
    Veto.CONFLICTING_IDENTIFIERS: gettext_noop("two identifying numbers of one kind differ"),
    Veto.ANOTHER_PERSON: gettext_noop("the number is the same, the person seems to be another"),
    Veto.RIVAL: gettext_noop("another record is as likely, or nearly so"),
    Veto.OTHERS_NUMBER: gettext_noop("an identifying number stands on another record"),
    Veto.OTHER_SOURCE_ID: gettext_noop("the same source knows this child under another number"),
    Veto.TOLD_APART: gettext_noop("somebody has decided that these are two children"),
}


def explain_vetoes(found: Iterable[Veto]) -> list[str]:
    """The vetoes in plain English, in the order above. Each sentence is a message id, as those of
    the evidence are."""
    said = set(found)
    return [sentence for veto, sentence in VETO_SENTENCES.items() if veto in said]


def vetoes(one: Description, other: Description) -> frozenset[Veto]:
    """Every veto against joining the two for what they say; the order does not matter. For feeds
    only: in a search, another family name or number must not count against a child."""
    crossed = is_crossed(one, other)
    agreement = Agreement.WHOLE if crossed else compare_given_names(one.given, other.given)
    found = set(_OF_GIVEN_NAMES.get(agreement, ()))
    if agreement is Agreement.PART and differ_in_gender(one, other):
        found.add(Veto.OTHER_GENDER)
    if not (crossed or _may_share_family(one, other)):
        found.add(Veto.OTHER_FAMILY_NAME)
    found |= _of_birth(one, other)
    if not (found or _has_fourth_fact(crossed, agreement, one, other)):
        found.add(Veto.NAMESAKE)
    return frozenset(found | conflict(one, other))


def conflict(one: Description, other: Description) -> frozenset[Veto]:
    """The veto of two numbers of one kind of which none is the same."""
    if not one.identifiers or not other.identifiers:
        return frozenset()
    schemes = {scheme for scheme, _ in one.identifiers & other.identifiers}
    ours, theirs = ({scheme for scheme, _ in side.identifiers} for side in (one, other))
    conflicting = (ours & theirs) - schemes
    return frozenset({Veto.CONFLICTING_IDENTIFIERS} if conflicting else ())


def is_same_person(one: Description, other: Description) -> bool:
    """Does the person agree of whom two sources give one number? The given name has to, as a short
    form or nearly if need be, and so has the birth, or where it is not known the family name. A
    mother's number stands on many a newborn. The order does not matter."""
    if not _has_same_given_name(one, other):
        return False
    if compare_births(one.birth, other.birth) is DateLikeness.UNKNOWN:
        return shares_family(one, other)
    return _is_born_alike(one, other)


def may_be_same_person(one: Description, other: Description) -> bool:
    """Does nothing say that a source now gives its own number to another person? It may correct the
    birth or the family name, not both; and a newborn who is named at last is the same child, by
    family name and birth. The order does not matter."""
    family, birth = shares_family(one, other), _is_born_alike(one, other)
    if _given_names(one, other) is Agreement.UNSAID:
        return family and birth
    return (family or birth) and _has_same_given_name(one, other)


def is_crossed(one: Description, other: Description) -> bool:
    """Given and family name each in the other's field, word for word. Siblings share a family name,
    so that none of them is this."""
    if not one.given or not one.family or is_written_alike(one.given, one.family):
        return False
    crossed = is_written_alike(one.given, other.family) and is_written_alike(
        one.family, other.given
    )
    return crossed and compare_births(one.birth, other.birth) is DateLikeness.SAME


def differ_in_gender(one: Description, other: Description) -> bool:
    """True where both are known and not the same."""
    return bool(one.gender and other.gender and one.gender != other.gender)


def shares_family(one: Description, other: Description) -> bool:
    """A family name in common, or half of a double one, as it is now or was before."""
    ours, theirs = _family_words(one), _family_words(other)
    if not ours.isdisjoint(theirs):
        return True
    return any(
        likeness(word, known) not in (Likeness.DIFFERENT, Likeness.INITIAL)
        for word in ours
        for known in theirs
    )


_OF_GIVEN_NAMES: dict[Agreement, tuple[Veto, ...]] = {
    Agreement.NEAR: (Veto.SIMILAR_GIVEN_NAME,),
    Agreement.UNSAID: (Veto.NO_GIVEN_NAME,),
    Agreement.OTHER: (Veto.OTHER_GIVEN_NAME,),
}


def _given_names(one: Description, other: Description) -> Agreement:
    if is_crossed(one, other):
        return Agreement.WHOLE
    return compare_given_names(one.given, other.given)


def _has_same_given_name(one: Description, other: Description) -> bool:
    """Or one like it, unless they differ in gender: Alexander and Alexandra may be twins."""
    agreement = _given_names(one, other)
    if agreement is Agreement.WHOLE:
        return True
    return agreement <= Agreement.NEAR and not differ_in_gender(one, other)


def _may_share_family(one: Description, other: Description) -> bool:
    """A name that is not known, or only by its initial, rules nothing out."""
    if not one.family or not other.family or shares_family(one, other):
        return True
    words = [*one.family.tokens, *other.family.tokens]
    return min(map(len, words)) == 1 and one.family.tokens[0][0] == other.family.tokens[0][0]


def _family_words(person: Description) -> set[str]:
    named: tuple[Name, ...] = (person.family, *person.former)
    return {word for name in named for word in (*name.tokens, *name.joined)}


def _of_birth(one: Description, other: Description) -> set[Veto]:
    """A day near the other may be a slip, but some forty days are as near: it takes an address to
    tell. The same holds for a day that is not known; a span of days is never enough."""
    alike = compare_births(one.birth, other.birth)
    if alike is DateLikeness.SAME:
        return set()
    if alike not in _NEAR_BIRTHS:
        return {Veto.OTHER_BIRTH}
    if one.postcodes.isdisjoint(other.postcodes) and not _share_an_address(one, other):
        return {Veto.NEAR_BIRTH}
    return set()


def _is_born_alike(one: Description, other: Description) -> bool:
    alike = compare_births(one.birth, other.birth)
    return alike is DateLikeness.SAME or alike in _NEAR_BIRTHS - {DateLikeness.UNKNOWN}


def _has_fourth_fact(
    crossed: bool, agreement: Agreement, one: Description, other: Description
) -> bool:
    """Names of one tradition go together, so that a given name, a family name and a day are not
    three chances: a postcode nearly the same has to agree as well, or the address, or a second
    given name."""
    full = [word for word in one.given.tokens if len(word) > 1]
    if agreement is Agreement.WHOLE and len(full) > 1 and not crossed:
        return True
    lives_near = nearest_postcodes(one.postcodes, other.postcodes)
    return lives_near <= PostcodeLikeness.SECTOR or _share_an_address(one, other)


def _share_an_address(one: Description, other: Description) -> bool:
    """Twins do, too: it may only ever be asked once the given name agrees, or besides it."""
    return bool(one.addresses and other.addresses) and is_one_place(one.addresses, other.addresses)
