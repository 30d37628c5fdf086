"""Could these two descriptions be one person? One comparison gives the score and the reasons."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import islice, product

from portal.matching import names, weights
from portal.matching.addresses import Address, fold_address, is_one_place
from portal.matching.alignment import (
    Lexicon,
    NameScore,
    compare_families,
    compare_givens,
    compare_only_names,
)
from portal.matching.dates import Birth, DateLikeness, compare_births
from portal.matching.likeness import Likeness, likeness
from portal.matching.names import Name
from portal.matching.postcodes import PostcodeLikeness, fold_postcode, nearest_postcodes
from portal.matching.words import Evidence, Kind

_GENDERS = frozenset({"female", "male"})
_NO_NAME = Name()


@dataclass(frozen=True, slots=True)
class Description:
    """What is said of one person, folded by `describe`. `gender` is female, male or None;
    `identifiers` are pairs of a scheme (nhs_number, upn) and a value."""

    given: Name = _NO_NAME
    family: Name = _NO_NAME
    former_given: tuple[Name, ...] = ()
    former: tuple[Name, ...] = ()
    birth: Birth = None
    gender: str | None = None
    postcodes: frozenset[str] = frozenset()
    addresses: frozenset[Address] = frozenset()
    identifiers: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two descriptions weighed. `score` is in bits; `evidence` holds exactly the findings whose
    weights add up to the score, in reading order. `visible` is the part of the score that rests on
    facts every record shows; `children` is how many there were to choose from."""

    score: float
    visible: float
    evidence: tuple[Evidence, ...]
    children: int

    @property
    def probability(self) -> float:
        """How probable it is that they are one person, from 0 to 1."""
        return weights.probability(self.score, self.children)


def describe(
    *,
    given_names: str = "",
    family_name: str = "",
    former_given_names: Iterable[str] = (),
    former_family_names: Iterable[str] = (),
    birth: Birth = None,
    gender: str | None = None,
    postcodes: Iterable[str] = (),
    addresses: Iterable[str] = (),
    identifiers: Mapping[str, str] | None = None,
) -> Description:
    """A description from what was typed or kept. Never raises, whatever the names hold."""
    return Description(
        given=names.given_name(given_names),
        family=names.family_name(family_name),
        former_given=tuple([n for text in former_given_names if (n := names.given_name(text))]),
        former=tuple([n for text in former_family_names if (n := names.family_name(text))]),
        birth=birth,
        gender=gender if gender in _GENDERS else None,
        postcodes=frozenset([code for text in postcodes if (code := fold_postcode(text))]),
        addresses=frozenset([one for text in addresses if (one := fold_address(text))]),
        identifiers=frozenset([pair for pair in (identifiers or {}).items() if pair[1]]),
    )


def compare(
    query: Description,
    candidate: Description,
    *,
    frequency: weights.Frequency | None = None,
    alike: Callable[[str, str], Likeness] = likeness,
    children: int = 10_000,
) -> Comparison:
    """Weigh two descriptions; the order does not matter. `frequency` gives a name token's share of
    all children (None where unknown); `alike` tells how alike two tokens are, for whoever knows it
    already; `children` is how many there are to choose from."""
    visible = [
        *_names(query, candidate, Lexicon(frequency or _unknown, alike)),
        *_birth(query, candidate),
        *_gender(query, candidate),
    ]
    evidence = (*visible, *_home(query, candidate), *_identifier(query, candidate))
    score = sum(item.weight for item in evidence)
    shown = sum(item.weight for item in visible)
    return Comparison(score, shown, evidence, children)


def _unknown(_token: str) -> float | None:
    return None


def _names(query: Description, candidate: Description, words: Lexicon) -> list[Evidence]:
    straight = _straight(query, candidate, words)
    readings = [straight]
    if not straight.agrees:
        readings.append(_crossed(query, candidate, words))
    if _has_one_name(query) or _has_one_name(candidate):
        ours, theirs = (query.given, query.family), (candidate.given, candidate.family)
        readings.append(compare_only_names(ours, theirs, words))
    return max(readings, key=lambda reading: reading.weight).evidence


def _has_one_name(person: Description) -> bool:
    return not person.given or not person.family


def _straight(query: Description, candidate: Description, words: Lexicon) -> NameScore:
    given = _best_of(
        compare_givens,
        (query.given, *query.former_given),
        (candidate.given, *candidate.former_given),
        words,
        Kind.GIVEN_FORMER,
    )
    family = _best_of(
        compare_families,
        (query.family, *query.former),
        (candidate.family, *candidate.former),
        words,
        Kind.FAMILY_FORMER,
    )
    return NameScore(
        given.weight + family.weight,
        [*given.evidence, *family.evidence],
        agrees=given.weight > 0 and family.weight > 0,
    )


def _best_of(
    compared: Callable[[Name, Name, Lexicon], NameScore],
    ours: tuple[Name, ...],
    theirs: tuple[Name, ...],
    words: Lexicon,
    former: Kind,
) -> NameScore:
    """The present names, which come first, or a former one of either side that agrees better."""
    best = compared(ours[0], theirs[0], words)
    if len(ours) == len(theirs) == 1:
        return best
    for one, other in islice(product(ours, theirs), 1, None):
        found = compared(one, other, words)
        if found.weight + weights.FORMER > max(best.weight, 0):
            item = Evidence(former, weights.FORMER)
            best = NameScore(found.weight + weights.FORMER, [*found.evidence, item])
    return best


def _crossed(query: Description, candidate: Description, words: Lexicon) -> NameScore:
    one = compare_givens(query.given, candidate.family, words)
    other = compare_givens(query.family, candidate.given, words)
    item = Evidence(Kind.NAMES_SWAPPED, one.weight + other.weight + weights.SWAPPED)
    return NameScore(item.weight, [item])


def _birth(query: Description, candidate: Description) -> list[Evidence]:
    alike = compare_births(query.birth, candidate.birth)
    if alike is DateLikeness.UNKNOWN:
        return []
    if alike in _BIRTHS:
        return _BIRTHS[alike]
    weight = weights.birth_weight(alike, query.birth, candidate.birth)
    return [Evidence(_BIRTH_KINDS[alike], weight)]


def _gender(query: Description, candidate: Description) -> list[Evidence]:
    if not query.gender or not candidate.gender:
        return []
    return _GENDER_SAME if query.gender == candidate.gender else _GENDER_DIFFERENT


def _home(query: Description, candidate: Description) -> list[Evidence]:
    """Postcode and address lie together: what agrees in both is one place, not two chances."""
    found = _postcode(query, candidate)
    if not query.addresses or not candidate.addresses:
        return found
    if is_one_place(query.addresses, candidate.addresses):
        weight = min(weights.HOME - sum(item.weight for item in found), weights.ADDRESS)
        found.append(Evidence(Kind.ADDRESS_SAME, weight))
    return found


def _postcode(query: Description, candidate: Description) -> list[Evidence]:
    alike = nearest_postcodes(query.postcodes, candidate.postcodes)
    if alike is PostcodeLikeness.NONE:
        return []
    return [Evidence(_POSTCODE_KINDS[alike], weights.POSTCODES[alike])]


def _identifier(query: Description, candidate: Description) -> list[Evidence]:
    if query.identifiers.isdisjoint(candidate.identifiers):
        return []
    return [Evidence(Kind.IDENTIFIER_SAME, weights.IDENTIFIER)]


_BIRTH_KINDS: dict[DateLikeness, Kind] = {
    DateLikeness.SAME: Kind.BORN_SAME,
    DateLikeness.SWAPPED: Kind.BORN_SWAPPED,
    DateLikeness.NEXT_DAY: Kind.BORN_NEXT_DAY,
    DateLikeness.ONE_DIGIT: Kind.BORN_ONE_DIGIT,
    DateLikeness.YEAR: Kind.BORN_YEAR,
    DateLikeness.ABOUT: Kind.BORN_ABOUT,
    DateLikeness.NEAR: Kind.BORN_NEAR,
    DateLikeness.DIFFERENT: Kind.BORN_DIFFERENT,
}
_POSTCODE_KINDS: dict[PostcodeLikeness, Kind] = {
    PostcodeLikeness.UNIT: Kind.POSTCODE_SAME,
    PostcodeLikeness.SECTOR: Kind.POSTCODE_SECTOR,
    PostcodeLikeness.DISTRICT: Kind.POSTCODE_DISTRICT,
}
# What weighs the same for everybody; nobody changes these lists.
_BIRTHS = {
    alike: [Evidence(kind, weights.BIRTHS[alike])]
    for alike, kind in _BIRTH_KINDS.items()
    if alike in weights.BIRTHS
}
_GENDER_SAME = [Evidence(Kind.GENDER_SAME, weights.GENDER_SAME)]
_GENDER_DIFFERENT = [Evidence(Kind.GENDER_DIFFERENT, weights.GENDER_DIFFERENT)]
