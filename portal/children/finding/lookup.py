"""From a description to the few children it may be: expand, look up exactly, score, choose."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from heapq import nlargest
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.engine import RowMapping
from sqlalchemy.orm import Session

from portal.children.finding.choosing import Found, Scored, choose
from portal.children.finding.expansion import Expansion, Word, expand
from portal.children.finding.tables import DAY, ENTRY, PAIR, POSTCODE, packed
from portal.children.finding.upkeep import listed
from portal.matching import BirthWindow, Description, compare, describe
from portal.matching.dates import compare_births, neighbours, one_digit_away, swapped, widened
from portal.matching.weights import SWAPPED, birth_weight

_MOST_PAIRS = 600
_MOST_CROSSED = 200
_TIGHT_PAIRS = 40
_LOOSEST_PAIR = 6.0
_LOOSEST_CROSSED = 2.5
_MOST_ROWS = 3_000
_MOST_MISDATED = 200
_MOST_SCORED = 80
_MOST_LIFTED = 20

Sightings = dict[int, float]


def candidates(session: Session, query: Description) -> Found:
    """The children this description may mean: at most five, or a question to ask, or none.

    Reads the name index only, by exact keys; the work is bounded whatever was typed. Postcodes
    only ever add: whoever is named without one is named with any.
    """
    expansion = expand(session, query)
    visible = nlargest(_MOST_SCORED, _sightings(session, query, expansion).items(), key=_bits)
    near = session.scalars(
        select(POSTCODE.c.entry_id)
        .where(POSTCODE.c.postcode.in_(sorted(query.postcodes)))
        .limit(_MOST_MISDATED)
    )
    numbers = {number for number, _ in visible} | set(near)
    scored = [
        _scored(row, query, expansion)
        for row in session.execute(select(ENTRY).where(ENTRY.c.id.in_(sorted(numbers)))).mappings()
    ]
    own = compare(query, query, frequency=expansion.shares.get, children=expansion.children)
    return choose(query, own.visible, scored, children=expansion.children)


def _bits(sighting: tuple[int, float]) -> tuple[float, int]:
    return sighting[1], -sighting[0]


def _scored(row: RowMapping, query: Description, expansion: Expansion) -> Scored:
    child = describe(
        given_names=row["given_names"],
        family_name=row["family_name"],
        former_given_names=listed(row["former_given_names"]),
        former_family_names=listed(row["former_family_names"]),
        birth=date.fromordinal(row["birth_day"]),
        gender=row["gender"],
        postcodes=row["postcodes"].split(),
    )
    found = compare(query, child, frequency=expansion.shares.get, children=expansion.children)
    return Scored(row["child_id"], child, found)


def _sightings(session: Session, query: Description, expansion: Expansion) -> Sightings:
    """Every child seen in a look-up over visible facts, with a first estimate of its bits."""
    pairs = _pairs(expansion)
    days = _days(query)
    seen: Sightings = {}
    for statement in _pair_lookups(pairs, query):
        for pair, day, number in session.execute(statement):
            born = date.fromordinal(day)
            bits = pairs[pair] + birth_weight(compare_births(query.birth, born), query.birth, born)
            seen[number] = max(bits, seen.get(number, bits))
    tokens = _tokens_on_days(expansion, days)
    for day_token, number in session.execute(_day_lookup(tokens)):
        bits = tokens[day_token]
        seen[number] = max(bits, seen.get(number, bits))
    return seen


def _pairs(expansion: Expansion) -> dict[int, float]:
    """The pairs of words worth looking up with their bits, the likeliest first: as typed, with
    given and family name exchanged, and each word alone for children of one name."""
    pairs: dict[int, float] = {}
    straight = _combined(expansion.given, expansion.family, _LOOSEST_PAIR, _MOST_PAIRS)
    for given, family in straight:
        pairs[packed(given.id, family.id)] = given.bits + family.bits
    crossed = _combined(expansion.family, expansion.given, _LOOSEST_CROSSED, _MOST_CROSSED)
    for given, family in crossed:
        pairs.setdefault(packed(given.id, family.id), given.bits + family.bits + SWAPPED)
    for word in (*expansion.given, *expansion.family):
        pairs.setdefault(packed(word.id, 0), word.bits)
    return pairs


def _combined(
    given: list[Word], family: list[Word], loosest: float, most: int
) -> list[tuple[Word, Word]]:
    both = [
        (one, other)
        for one in given
        for other in family
        if one.looseness + other.looseness <= loosest
    ]
    return sorted(both, key=lambda pair: pair[0].looseness + pair[1].looseness)[:most]


def _pair_lookups(pairs: dict[int, float], query: Description) -> Iterator[Select[Any]]:
    """A known day is looked up closely for all pairs, and loosely for the likeliest only: two
    names far from what was typed, born on another day, are somebody else."""
    everything, tight = list(pairs), list(pairs)[:_TIGHT_PAIRS]
    if isinstance(query.birth, date):
        close = [*_days(query), *map(date.toordinal, neighbours(query.birth))]
        mistaken = [day.toordinal() for day in one_digit_away(query.birth)]
        yield _pair_lookup(everything).where(PAIR.c.birth_day.in_(close))
        yield _pair_lookup(tight).where(PAIR.c.birth_day.in_(mistaken))
        yield _pair_lookup(tight).limit(_MOST_MISDATED)
    elif isinstance(query.birth, BirthWindow):
        wide = widened(query.birth)
        first, last = wide.earliest.toordinal(), wide.latest.toordinal()
        yield _pair_lookup(everything).where(PAIR.c.birth_day.between(first, last))
    else:
        yield _pair_lookup(everything)


def _pair_lookup(pairs: Sequence[int]) -> Select[Any]:
    chosen = select(PAIR.c.pair, PAIR.c.birth_day, PAIR.c.entry_id).where(PAIR.c.pair.in_(pairs))
    return chosen.limit(_MOST_ROWS)


def _days(query: Description) -> list[int]:
    """The typed day of birth and the same with day and month swapped, as day numbers."""
    if not isinstance(query.birth, date):
        return []
    other = swapped(query.birth)
    return [day.toordinal() for day in (query.birth, other) if day is not None]


def _tokens_on_days(expansion: Expansion, days: Iterable[int]) -> dict[int, float]:
    """One name right and the day right: a child whose other name has changed."""
    found: dict[int, float] = {}
    for day in days:
        for word in (*expansion.given, *expansion.family):
            key = packed(day, word.id)
            found[key] = max(word.bits, found.get(key, 0.0))
    return found


def _day_lookup(tokens: dict[int, float]) -> Select[Any]:
    chosen = select(DAY.c.day_token, DAY.c.entry_id).where(DAY.c.day_token.in_(list(tokens)))
    return chosen.limit(_MOST_ROWS)
