"""Two name fields laid side by side: which of their words answer which, and what that weighs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from portal.matching.likeness import Likeness, likeness
from portal.matching.names import Name
from portal.matching.weights import (
    FAMILY_DIFFERENT,
    FAMILY_SHARE,
    GIVEN_DIFFERENT,
    GIVEN_SHARE,
    NAMES_CONFLICT,
    Frequency,
    name_weight,
)
from portal.matching.words import Evidence, Kind

_HEAVIEST = 18.0
# How alike two words are at best: by whether they are one.
_BEST = (Likeness.SPELLING, Likeness.SAME)


class Lexicon(NamedTuple):
    """What is known of tokens: the share of all children who bear one, and how alike two are."""

    shares: Frequency
    alike: Callable[[str, str], Likeness] = likeness


class NameScore(NamedTuple):
    """The weight of one name comparison in bits, and the evidence that adds up to it. `agrees` when
    each of several fields speaks for one person, so that no other reading has to be tried."""

    weight: float
    evidence: list[Evidence]
    agrees: bool = False


class _Pair(NamedTuple):
    weight: float
    likeness: Likeness
    one: str
    other: str


_GIVEN_KINDS: dict[Likeness, Kind] = {
    Likeness.SAME: Kind.GIVEN_SAME,
    Likeness.SPELLING: Kind.GIVEN_SPELLING,
    Likeness.SHORT_FORM: Kind.GIVEN_SHORT_FORM,
    Likeness.SOUND: Kind.GIVEN_SOUND,
    Likeness.ONE_ERROR: Kind.GIVEN_ERROR,
    Likeness.TWO_ERRORS: Kind.GIVEN_ERROR,
    Likeness.INITIAL: Kind.GIVEN_INITIAL,
    Likeness.DIFFERENT: Kind.GIVEN_DIFFERENT,
}
_FAMILY_KINDS: dict[Likeness, Kind] = {
    Likeness.SAME: Kind.FAMILY_SAME,
    Likeness.SPELLING: Kind.FAMILY_SPELLING,
    Likeness.SHORT_FORM: Kind.FAMILY_SHORT_FORM,
    Likeness.SOUND: Kind.FAMILY_SOUND,
    Likeness.ONE_ERROR: Kind.FAMILY_ERROR,
    Likeness.TWO_ERRORS: Kind.FAMILY_ERROR,
    Likeness.INITIAL: Kind.FAMILY_INITIAL,
    Likeness.DIFFERENT: Kind.FAMILY_DIFFERENT,
}


class _Field(NamedTuple):
    """What is particular to one name field."""

    share: float
    kinds: dict[Likeness, Kind]
    part: Kind
    different: float
    has_halves: bool


_GIVEN = _Field(GIVEN_SHARE, _GIVEN_KINDS, Kind.GIVEN_PART, GIVEN_DIFFERENT, has_halves=False)
_FAMILY = _Field(FAMILY_SHARE, _FAMILY_KINDS, Kind.FAMILY_PART, FAMILY_DIFFERENT, has_halves=True)


def compare_givens(one: Name, other: Name, words: Lexicon) -> NameScore:
    """Weigh two given-name fields. The order of the words within a field does not matter."""
    return _compare(one, other, words, _GIVEN)


def compare_families(one: Name, other: Name, words: Lexicon) -> NameScore:
    """Weigh two family names; halves may be missing, swapped, or written together."""
    return _compare(one, other, words, _FAMILY)


def compare_only_names(
    one: tuple[Name, Name], other: tuple[Name, Name], words: Lexicon
) -> NameScore:
    """Weigh people of whom at least one has a single name, in whichever field it was written."""
    found = compare_givens(_pooled(one), _pooled(other), words)
    return NameScore(found.weight, [Evidence(Kind.ONE_NAME, 0.0), *found.evidence])


def _pooled(fields: tuple[Name, Name]) -> Name:
    tokens = tuple(dict.fromkeys((*fields[0].tokens, *fields[1].tokens)))
    return Name(tokens, (*fields[0].joined, *fields[1].joined))


def _compare(one: Name, other: Name, words: Lexicon, field: _Field) -> NameScore:
    if not one or not other:
        return NameScore(0.0, [])
    if _is_plain(one) and _is_plain(other):
        return _compare_words(one.tokens[0], other.tokens[0], words, field)
    if words.alike is likeness and one == other:
        return _compare_same(one, words, field)
    pairs = _best_pairs(one, other, words, field.share)
    if not pairs:
        return _scored(field.kinds[Likeness.DIFFERENT], field.different)
    weight = min(pairs[0].weight + sum(pair.weight for pair in pairs[1:]) / 2, _HEAVIEST)
    left = sorted((_left(one, pairs), _left(other, pairs)))
    if left[0]:
        return _scored(field.part, weight + NAMES_CONFLICT)
    if left[1] and field.has_halves:
        return _scored(field.part, weight)
    return _scored(field.kinds[_said_of(pairs)], weight)


def _compare_words(one: str, other: str, words: Lexicon, field: _Field) -> NameScore:
    """The same where each name is one word, as most are."""
    alike = words.alike(one, other)
    if alike is Likeness.DIFFERENT:
        return _scored(field.kinds[alike], field.different)
    weight = name_weight(alike, _share(one, other, words, field.share))
    return _scored(field.kinds[alike], min(weight, _HEAVIEST))


def _compare_same(name: Name, words: Lexicon, field: _Field) -> NameScore:
    """The same where both names are one: no word is better answered than by itself, since whom it
    shares with another word is the commoner of the two, and any other agreement is looser."""
    apart = sorted((_weight_of(word, words, field) for word in name.tokens), reverse=True)
    together = max((_weight_of(form, words, field) for form in _written(name)), default=0.0)
    weight = apart[0] + sum(apart[1:]) / 2
    if together > sum(apart):
        weight = together
    return _scored(field.kinds[Likeness.SAME], min(weight, _HEAVIEST))


def _weight_of(word: str, words: Lexicon, field: _Field) -> float:
    share = words.shares(word)
    return name_weight(Likeness.SAME, field.share if share is None else share)


def _scored(kind: Kind, weight: float) -> NameScore:
    return NameScore(weight, [Evidence(kind, weight)])


def _said_of(pairs: list[_Pair]) -> Likeness:
    """The loosest agreement among the full words; a middle initial is not worth a word."""
    words = [pair.likeness for pair in pairs if pair.likeness is not Likeness.INITIAL]
    return max(words, default=Likeness.INITIAL)


def _best_pairs(one: Name, other: Name, words: Lexicon, share: float) -> list[_Pair]:
    """Word by word, or written together where that agrees better (Anne Marie and Annemarie)."""
    apart = _matched(_pairs(one.tokens, other.tokens, words, share))
    total = sum(pair.weight for pair in apart)
    whole = _pairs(_written(one), _written(other), words, share, over=total)
    if whole and (not apart or whole[0].weight > total):
        together = whole[0]
        return [_Pair(together.weight, together.likeness, "", "")]
    return apart


def _is_plain(name: Name) -> bool:
    return len(name.tokens) == 1 and not name.joined


def _written(name: Name) -> tuple[str, ...]:
    forms = (*name.joined, "".join(name.tokens))
    return tuple(form for form in dict.fromkeys(forms) if len(form) > 2)


def _pairs(
    ones: Iterable[str], others: tuple[str, ...], words: Lexicon, share: float, over: float = 0.0
) -> list[_Pair]:
    """Who may answer whom, the heaviest first. What cannot weigh more than `over` need not be among
    them, so that it is not asked how alike two words are who could not be alike enough."""
    found = []
    for one in ones:
        for other in others:
            common = _share(one, other, words, share)
            if over and name_weight(_BEST[one == other], common) <= over:
                continue
            alike = words.alike(one, other)
            if alike is not Likeness.DIFFERENT:
                found.append(_Pair(name_weight(alike, common), alike, one, other))
    return sorted(found, key=_rank, reverse=True) if len(found) > 1 else found


def _share(one: str, other: str, words: Lexicon, usual: float) -> float:
    """The commoner of the two words decides: a misspelt Mohammed is no rare name."""
    ours, theirs = words.shares(one), words.shares(other)
    if ours is None or theirs is None:
        return theirs if ours is None and theirs is not None else usual if ours is None else ours
    return max(ours, theirs)


def _rank(pair: _Pair) -> tuple[float, int, list[str]]:
    """Heaviest first; a tie is broken without looking at which side a word came from."""
    return (pair.weight, -pair.likeness, sorted((pair.one, pair.other)))


def _matched(pairs: list[_Pair]) -> list[_Pair]:
    """The heaviest pairs of which no word is used twice."""
    ones: set[str] = set()
    others: set[str] = set()
    chosen = []
    for pair in pairs:
        if pair.one not in ones and pair.other not in others:
            chosen.append(pair)
            ones.add(pair.one)
            others.add(pair.other)
    return chosen


def _left(name: Name, pairs: list[_Pair]) -> int:
    """Full words of this name that found no answer; initials left over say nothing."""
    if not pairs[0].one:
        return 0
    words = sum(len(token) > 1 for token in name.tokens)
    return max(words - len(pairs), 0)
