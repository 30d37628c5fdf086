"""Who was born on a day, by one name at a time: a child whose other name is another is reached."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from rapidfuzz.fuzz import token_sort_ratio
from rapidfuzz.process import extract
from sqlalchemy import BigInteger, Connection, bindparam, select

from portal.children.finding.expansion import Expansion
from portal.children.finding.tables import DAY, TOKEN, among, packed, unpacked
from portal.matching import Description
from portal.matching.dates import DateLikeness, swapped
from portal.matching.weights import BIRTHS, FAMILY_DIFFERENT, GIVEN_DIFFERENT

_MOST_ROWS = 3_000
# Some 1,700 of eleven million children share a day of birth, with two or three names each.
_MOST_OF_DAY = 9_000
_WHOLE_DAY = packed(1, 0) - 1
_NEAREST = 10
SAME_DAY = BIRTHS[DateLikeness.SAME]

Sightings = dict[int, float]

_NAMES_OF_DAY = (
    select(TOKEN.c.token, DAY.c.entry_id)
    .join(TOKEN, TOKEN.c.id == DAY.c.day_token - bindparam("day", type_=BigInteger))
    .where(DAY.c.day_token.between(bindparam("day"), bindparam("day") + _WHOLE_DAY))
    .limit(_MOST_OF_DAY)
)
_ON_DAY = (
    select(DAY.c.day_token, DAY.c.entry_id)
    .where(among(DAY.c.day_token, "tokens"))
    .limit(bindparam("most"))
)


def on_days(connection: Connection, dated: Sequence[tuple[date, Expansion]]) -> list[Sightings]:
    """Whoever was born on the typed day, or on the one with day and month exchanged, and has at
    least one of the names, for each of many."""
    wanted = [_tokens_of_days(*one) for one in dated]
    facts = {"tokens": sorted(set().union(*wanted)), "most": _MOST_ROWS * len(dated)}
    born: dict[int, list[int]] = {}
    for day_token, number in connection.execute(_ON_DAY, facts).all() if dated else ():
        born.setdefault(day_token, []).append(number)
    return [_bearing(one, tokens, born) for one, tokens in zip(dated, wanted, strict=True)]


def _tokens_of_days(birth: date, expansion: Expansion) -> list[int]:
    words = {word.id for word in (*expansion.given, *expansion.family)}
    return [packed(day, word) for day in _days(birth) for word in words]


def _days(birth: date) -> dict[int, float]:
    days = {birth.toordinal(): SAME_DAY}
    if other := swapped(birth):
        days[other.toordinal()] = BIRTHS[DateLikeness.SWAPPED]
    return days


def _bearing(
    one: tuple[date, Expansion], day_tokens: list[int], born: dict[int, list[int]]
) -> Sightings:
    """What each child promises who bears one of these words on one of these days."""
    birth, expansion = one
    given = {word.id: word.bits for word in expansion.given}
    family = {word.id: word.bits for word in expansion.family}
    days = _days(birth)
    borne: dict[tuple[int, int], list[int]] = {}
    for day_token in day_tokens:
        day, token = unpacked(day_token)
        for number in born.get(day_token, ()):
            borne.setdefault((number, day), []).append(token)
    seen: Sightings = {}
    for (number, day), tokens in borne.items():
        bits = _bits(tokens, given, family) + days[day]
        seen[number] = max(bits, seen.get(number, bits))
    return seen


def on_day_by_likeness(connection: Connection, query: Description, birth: date) -> Sightings:
    """Names past recognition on the right day: the children born then whose names come nearest.
    Nobody is found by a day alone."""
    typed = " ".join([*query.given.tokens, *query.family.tokens])
    if not typed:
        return {}
    names: dict[int, str] = {}
    day = {"day": packed(birth.toordinal(), 0)}
    for token, number in connection.execute(_NAMES_OF_DAY, day).all():
        names[number] = f"{names[number]} {token}" if number in names else token
    near = extract(typed, names, scorer=token_sort_ratio, limit=_NEAREST)
    least = SAME_DAY + GIVEN_DIFFERENT + FAMILY_DIFFERENT
    return {number: least + ratio / 100 for _, ratio, number in near}


def _bits(tokens: list[int], given: Sightings, family: Sightings) -> float:
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
