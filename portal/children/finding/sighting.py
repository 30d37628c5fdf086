"""Exact look-ups in the narrow tables: which children come into sight, and what each promises.

A sighting is a number of bits, near what the comparison will find. A day of birth is looked up
with one name at a time, so that a child whose other name is quite different is seen as well; on any
other day, or without one, two names together lead to the child.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from heapq import nsmallest
from itertools import islice
from math import inf

from sqlalchemy import Connection, bindparam, select

from portal.children.finding.born import SAME_DAY, Sightings, on_day_by_likeness, on_days
from portal.children.finding.expansion import Expansion
from portal.children.finding.reading import Word
from portal.children.finding.tables import PAIR, among, packed
from portal.matching import Birth, BirthWindow, Description
from portal.matching.dates import (
    DateLikeness,
    neighbours,
    one_digit_away,
    swapped,
    widened,
)
from portal.matching.weights import BIRTHS, FAMILY_DIFFERENT, GIVEN_DIFFERENT, SWAPPED, birth_weight

_MOST_ROWS = 3_000
_TIGHT, _WIDE = 12, 24
_TIGHT_PAIRS, _WIDE_PAIRS, _CROSSED_PAIRS = 40, 150, 24
_LOOSEST_CROSSED = 2.5
# The likeliest pairs are read in a statement of their own, so that less likely ones with many
# bearers take no room from them.
_FIRST_PAIRS = 6
_FEW_CHILDREN, _MOST_CHILDREN = 1_000, 20_000
_MOST_ALONE, _ALONE_WORDS = 500, 4
# With the day right and one usual name, a child promises more than this.
_POOR, _POOR_WITHOUT_DAY = 15.0, 12.0
_AS_GOOD = 1.5
_NOTHING = -inf

Pairs = dict[int, float]
Births = dict[int, int]


@dataclass(frozen=True, slots=True)
class Sighted:
    """The children in sight by number of entry: what each promises, and, where no day of birth was
    typed, the day that each was born on, by its number."""

    bits: Sightings
    births: Births = field(default_factory=dict)


_PAIRED = select(PAIR.c.pair, PAIR.c.birth_day, PAIR.c.entry_id).where(among(PAIR.c.pair, "pairs"))
_ANY_DAY = _PAIRED.limit(_MOST_ROWS)
# The sum keeps the database from looking up each pair on each day: reading a pair whole is quicker.
_CLOSE_DAY = _PAIRED.where(among(PAIR.c.birth_day + 0, "days")).limit(_MOST_ROWS)
_IN_WINDOW = _PAIRED.where(PAIR.c.birth_day.between(bindparam("first"), bindparam("last"))).limit(
    _MOST_ROWS
)
_GIVEN_ALONE = (
    select(PAIR.c.pair, PAIR.c.birth_day, PAIR.c.entry_id)
    .where(PAIR.c.pair.between(bindparam("first"), bindparam("last")))
    .limit(_MOST_ALONE)
)


def sightings(
    connection: Connection, asked: Sequence[tuple[Description, Expansion]]
) -> list[Sighted]:
    """The children whom the names and the birth of each query lead to."""
    dated = {
        place: (query.birth, expansion)
        for place, (query, expansion) in enumerate(asked)
        if isinstance(query.birth, date)
    }
    seen = dict(zip(dated, on_days(connection, list(dated.values())), strict=True))
    return [
        Sighted(_of_day(connection, query, expansion, seen[place]))
        if place in seen
        else _without_day(connection, query, expansion)
        for place, (query, expansion) in enumerate(asked)
    ]


def _without_day(connection: Connection, query: Description, expansion: Expansion) -> Sighted:
    weight = _birth_weights(query.birth)
    births: Births = {}
    seen = _by_both_names(connection, query.birth, expansion, weight, births)
    if max(seen.values(), default=0.0) < _POOR_WITHOUT_DAY:
        alone = _paired(connection, _family_alone(expansion), query.birth, weight, births)
        seen = _given_alone(connection, expansion, weight, births) | alone | seen
    return Sighted(seen, births)


def _by_both_names(
    connection: Connection,
    birth: Birth,
    expansion: Expansion,
    weight: Callable[[int], float],
    births: Births,
) -> Sightings:
    """Whoever bears both names, or both exchanged, where no day was typed."""
    # A window holds a part of those who bear the names; without one all of them are read.
    most = _MOST_CHILDREN if isinstance(birth, BirthWindow) else _MOST_ROWS
    pairs, _ = _pairs(expansion, _WIDE, _WIDE_PAIRS, most)
    first = dict(islice(pairs.items(), _FIRST_PAIRS))
    rest = {pair: bits for pair, bits in pairs.items() if pair not in first}
    seen = _paired(connection, first, birth, weight, births)
    for number, bits in _paired(connection, rest, birth, weight, births).items():
        seen[number] = max(bits, seen.get(number, bits))
    return seen


def _of_day(
    connection: Connection, query: Description, expansion: Expansion, seen: Sightings
) -> Sightings:
    """A child with names and day as typed leaves no need to look at other days. seen are those of
    the day."""
    assert isinstance(query.birth, date)
    best = max(seen.values(), default=0.0)
    if best < _as_typed(expansion) + SAME_DAY:
        for number, bits in _on_other_days(connection, query.birth, expansion).items():
            seen[number] = max(bits, seen.get(number, bits))
        best = max(seen.values(), default=0.0)
    return seen if best >= _POOR else on_day_by_likeness(connection, query, query.birth) | seen


def _as_typed(expansion: Expansion) -> float:
    """What both names promise when they are those that were typed, or as good as."""
    if not expansion.given or not expansion.family:
        return inf
    closest = [min(words, key=_looseness) for words in (expansion.given, expansion.family)]
    return sum(word.bits for word in closest) - _AS_GOOD


def _looseness(word: Word) -> float:
    return word.looseness


def _on_other_days(connection: Connection, birth: date, expansion: Expansion) -> Sightings:
    """The likeliest pairs of names on any day; of names that many bear, on days close to the typed
    one only: two names far from what was typed, born on another day, are somebody else."""
    pairs, bearers = _pairs(expansion, _TIGHT, _TIGHT_PAIRS, _MOST_CHILDREN)
    pairs = _family_alone(expansion) | pairs
    weights = _weights_of_days(birth)
    days = None if bearers <= _FEW_CHILDREN else list(weights)
    far = BIRTHS[DateLikeness.DIFFERENT]
    return _paired(connection, pairs, days, lambda day: weights.get(day, far), {})


def _weights_of_days(birth: date) -> dict[int, float]:
    """The weight of each day that may have been mistaken for another, by its number."""
    near = {
        DateLikeness.ONE_DIGIT: one_digit_away(birth),
        DateLikeness.NEXT_DAY: neighbours(birth),
        DateLikeness.SWAPPED: {swapped(birth) or birth},
        DateLikeness.SAME: {birth},
    }
    return {day.toordinal(): BIRTHS[kind] for kind, days in near.items() for day in days}


def _paired(
    connection: Connection,
    pairs: Pairs,
    birth: list[int] | Birth,
    weight: Callable[[int], float],
    births: Births,
) -> Sightings:
    """Whoever bears one of the pairs: on any day, on some days or in a window. Their days of birth
    are noted in births."""
    facts: dict[str, object] = {"pairs": list(pairs)}
    statement = _ANY_DAY
    if isinstance(birth, list):
        statement, facts["days"] = _CLOSE_DAY, birth
    elif isinstance(birth, BirthWindow):
        wide = widened(birth)
        facts |= {"first": wide.earliest.toordinal(), "last": wide.latest.toordinal()}
        statement = _IN_WINDOW
    seen: Sightings = {}
    for pair, day, number in connection.execute(statement, facts).all() if pairs else ():
        births[number] = day
        bits = pairs[pair] + weight(day)
        if bits > seen.get(number, _NOTHING):
            seen[number] = bits
    return seen


def _family_alone(expansion: Expansion) -> Pairs:
    """Family names that few bear lead to a child although the given name is quite different."""
    return {
        packed(0, word.id): word.bits + GIVEN_DIFFERENT
        for word in expansion.family[:_ALONE_WORDS]
        if word.frequency <= _MOST_ALONE
    }


def _given_alone(
    connection: Connection,
    expansion: Expansion,
    weight: Callable[[int], float],
    births: Births,
) -> Sightings:
    """The same for given names that few bear, where the family name is quite different."""
    seen: Sightings = {}
    for word in expansion.given[:_ALONE_WORDS]:
        if word.frequency <= _MOST_ALONE:
            span = {"first": packed(word.id, 0), "last": packed(word.id + 1, 0) - 1}
            for _, day, number in connection.execute(_GIVEN_ALONE, span).all():
                births[number] = day
                bits = word.bits + FAMILY_DIFFERENT + weight(day)
                seen[number] = max(bits, seen.get(number, bits))
    return seen


def _birth_weights(birth: Birth) -> Callable[[int], float]:
    """The weight of a day of birth where no day was typed: in the window, about a year away."""
    if not isinstance(birth, BirthWindow):
        return lambda day: 0.0
    first, last = birth.earliest.toordinal(), birth.latest.toordinal()
    within = birth_weight(DateLikeness.ABOUT, birth, birth)
    near = BIRTHS[DateLikeness.NEAR]
    return lambda day: within if first <= day <= last else near


def _pairs(expansion: Expansion, words: int, most: int, most_children: int) -> tuple[Pairs, float]:
    """The pairs of words worth looking up with their bits: as typed, with given and family name
    exchanged, and each word alone for children of one name. Also how many children to expect, were
    names given at random; pairs that would bring more than so many are left out."""
    given, family = expansion.given[:words], expansion.family[:words]
    pairs: Pairs = {}
    bearers = 0.0
    for one, other in _likeliest(given, family, most):
        bearers += one.frequency * other.frequency / expansion.children
        if not pairs or bearers <= most_children:
            pairs[packed(one.id, other.id)] = one.bits + other.bits
    for one, other in _likeliest(family, given, _CROSSED_PAIRS):
        if one.looseness + other.looseness <= _LOOSEST_CROSSED:
            pairs.setdefault(packed(one.id, other.id), one.bits + other.bits + SWAPPED)
    for word in (*given, *family):
        pairs.setdefault(packed(word.id, 0), word.bits)
    return pairs, bearers


def _likeliest(given: list[Word], family: list[Word], most: int) -> list[tuple[Word, Word]]:
    both = [(one, other) for one in given for other in family]
    return nsmallest(most, both, key=lambda pair: pair[0].rank + pair[1].rank)
