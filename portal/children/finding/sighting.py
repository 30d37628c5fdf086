"""Exact look-ups in the narrow tables: which children come into sight, and what each promises.

A sighting is a number of bits, near what the comparison will find. A day of birth is looked up
with one name at a time, so that a child whose other name is quite different is seen as well; on any
other day, or without one, two names together lead to the child.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from heapq import nsmallest
from typing import Any

from rapidfuzz.fuzz import token_sort_ratio
from rapidfuzz.process import extract
from sqlalchemy import BigInteger, Select, bindparam, select
from sqlalchemy.orm import Session

from portal.children.finding.expansion import Expansion, Word
from portal.children.finding.tables import DAY, PAIR, TOKEN, packed, unpacked
from portal.matching import BirthWindow, Description
from portal.matching.dates import (
    DateLikeness,
    compare_births,
    neighbours,
    one_digit_away,
    swapped,
    widened,
)
from portal.matching.weights import FAMILY_DIFFERENT, GIVEN_DIFFERENT, SWAPPED, birth_weight

_MOST_ROWS = 3_000
_TIGHT, _WIDE = 12, 24
_TIGHT_PAIRS, _WIDE_PAIRS, _CROSSED_PAIRS = 40, 150, 24
_LOOSEST_CROSSED = 2.5
_FEW_CHILDREN, _MOST_CHILDREN = 1_000, 20_000
_MOST_ALONE, _ALONE_WORDS = 500, 8
_WHOLE_DAY = packed(1, 0) - 1
# With the day right and one usual name, a child promises more than this.
_POOR, _NEAREST = 15.0, 10

Sightings = dict[int, float]
Pairs = dict[int, float]

_PAIRED = select(PAIR.c.pair, PAIR.c.birth_day, PAIR.c.entry_id).where(
    PAIR.c.pair.in_(bindparam("pairs", expanding=True, literal_execute=True))
)
_ANY_DAY = _PAIRED.limit(_MOST_ROWS)
# The sum keeps the database from looking up each pair on each day: reading a pair whole is quicker.
_CLOSE_DAY = _PAIRED.where(
    (PAIR.c.birth_day + 0).in_(bindparam("days", expanding=True, literal_execute=True))
).limit(_MOST_ROWS)
_IN_WINDOW = _PAIRED.where(PAIR.c.birth_day.between(bindparam("first"), bindparam("last"))).limit(
    _MOST_ROWS
)
_GIVEN_ALONE = (
    select(PAIR.c.pair, PAIR.c.birth_day, PAIR.c.entry_id)
    .where(PAIR.c.pair.between(bindparam("first"), bindparam("last")))
    .limit(_MOST_ALONE)
)
_NAMES_OF_DAY = (
    select(TOKEN.c.token, DAY.c.entry_id)
    .join(TOKEN, TOKEN.c.id == DAY.c.day_token - bindparam("day", type_=BigInteger))
    .where(DAY.c.day_token.between(bindparam("day"), bindparam("day") + _WHOLE_DAY))
    .limit(_MOST_ROWS)
)
_ON_DAY = (
    select(DAY.c.day_token, DAY.c.entry_id)
    .where(DAY.c.day_token.in_(bindparam("tokens", expanding=True, literal_execute=True)))
    .limit(_MOST_ROWS)
)


def sightings(session: Session, query: Description, expansion: Expansion) -> Sightings:
    """The children whom the names and the birth of a query lead to, by number of entry."""
    if isinstance(query.birth, date):
        seen = _on_days(session, query.birth, expansion)
        for number, bits in _on_other_days(session, query, query.birth, expansion).items():
            seen[number] = max(bits, seen.get(number, bits))
        if max(seen.values(), default=0.0) < _POOR:
            seen = _on_day_by_likeness(session, query, query.birth) | seen
        return seen
    pairs, _ = _pairs(expansion, _WIDE, _WIDE_PAIRS)
    pairs = _family_alone(expansion) | pairs
    if isinstance(query.birth, BirthWindow):
        wide = widened(query.birth)
        first, last = wide.earliest.toordinal(), wide.latest.toordinal()
        seen = _paired(session, query, pairs, _IN_WINDOW, first=first, last=last)
    else:
        seen = _paired(session, query, pairs, _ANY_DAY)
    return _given_alone(session, query, expansion) | seen


def _on_days(session: Session, birth: date, expansion: Expansion) -> Sightings:
    """Whoever was born on the typed day, or on the one with day and month exchanged, and has at
    least one of the names."""
    given = {word.id: word.bits for word in expansion.given}
    family = {word.id: word.bits for word in expansion.family}
    days = [day.toordinal() for day in (birth, swapped(birth)) if day]
    tokens = [packed(day, token) for day in days for token in sorted(given | family)]
    borne: dict[tuple[int, int], list[int]] = {}
    for day_token, number in session.execute(_ON_DAY, {"tokens": tokens}):
        day, token = unpacked(day_token)
        borne.setdefault((number, day), []).append(token)
    weight = _birth_weights(birth)
    return {
        number: _bits(tokens, given, family) + weight(day)
        for (number, day), tokens in borne.items()
    }


def _on_day_by_likeness(session: Session, query: Description, birth: date) -> Sightings:
    """Names past recognition on the right day: the children born then whose names come nearest."""
    typed = " ".join([*query.given.tokens, *query.family.tokens])
    names: dict[int, str] = {}
    for token, number in session.execute(_NAMES_OF_DAY, {"day": packed(birth.toordinal(), 0)}):
        names[number] = f"{names[number]} {token}" if number in names else token
    near = extract(typed, names, scorer=token_sort_ratio, limit=_NEAREST)
    least = birth_weight(DateLikeness.SAME, birth, birth) + GIVEN_DIFFERENT + FAMILY_DIFFERENT
    return {number: least + ratio / 100 for _, ratio, number in near}


def _bits(tokens: list[int], given: Pairs, family: Pairs) -> float:
    """What these words of one child promise. The day does not tell in which field they stand."""
    if len(tokens) == 1:
        token = tokens[0]
        return max(given.get(token, 0.0), family.get(token, 0.0)) + GIVEN_DIFFERENT
    return max(
        given.get(one, GIVEN_DIFFERENT) + family.get(other, GIVEN_DIFFERENT)
        for one in tokens
        for other in tokens
        if one != other
    )


def _on_other_days(
    session: Session, query: Description, birth: date, expansion: Expansion
) -> Sightings:
    """The likeliest pairs of names on any day; of names that many bear, on days close to the typed
    one only: two names far from what was typed, born on another day, are somebody else."""
    pairs, bearers = _pairs(expansion, _TIGHT, _TIGHT_PAIRS)
    if bearers <= _FEW_CHILDREN:
        return _paired(session, query, pairs, _ANY_DAY)
    near = {birth, *neighbours(birth), *one_digit_away(birth)}
    days = sorted(day.toordinal() for day in near)
    return _paired(session, query, pairs, _CLOSE_DAY, days=days)


def _paired(
    session: Session, query: Description, pairs: Pairs, statement: Select[Any], **facts: object
) -> Sightings:
    weight = _birth_weights(query.birth)
    seen: Sightings = {}
    for pair, day, number in session.execute(statement, {"pairs": list(pairs), **facts}):
        bits = pairs[pair] + weight(day)
        seen[number] = max(bits, seen.get(number, bits))
    return seen


def _family_alone(expansion: Expansion) -> Pairs:
    """Family names that few bear lead to a child although the given name is quite different."""
    return {
        packed(0, word.id): word.bits + GIVEN_DIFFERENT
        for word in expansion.family[:_ALONE_WORDS]
        if word.frequency <= _MOST_ALONE
    }


def _given_alone(session: Session, query: Description, expansion: Expansion) -> Sightings:
    """The same for given names that few bear, where the family name is quite different."""
    weight = _birth_weights(query.birth)
    seen: Sightings = {}
    for word in expansion.given[:_ALONE_WORDS]:
        if word.frequency <= _MOST_ALONE:
            span = {"first": packed(word.id, 0), "last": packed(word.id + 1, 0) - 1}
            for _, day, number in session.execute(_GIVEN_ALONE, span):
                bits = word.bits + FAMILY_DIFFERENT + weight(day)
                seen[number] = max(bits, seen.get(number, bits))
    return seen


def _birth_weights(birth: Any) -> Callable[[int], float]:
    """The weight of a day of birth, worked out once for each day."""
    known: dict[int, float] = {}

    def weight(day: int) -> float:
        if day not in known:
            born = date.fromordinal(day)
            known[day] = birth_weight(compare_births(birth, born), birth, born)
        return known[day]

    return weight


def _pairs(expansion: Expansion, words: int, most: int) -> tuple[Pairs, float]:
    """The pairs of words worth looking up with their bits: as typed, with given and family name
    exchanged, and each word alone for children of one name. Also how many children to expect, were
    names given at random; pairs that would bring too many more are left out."""
    given, family = expansion.given[:words], expansion.family[:words]
    pairs: Pairs = {}
    bearers = 0.0
    for one, other in _likeliest(given, family, most):
        bearers += one.frequency * other.frequency / expansion.children
        if not pairs or bearers <= _MOST_CHILDREN:
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
