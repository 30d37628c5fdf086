"""What people type when they look for a child: queries with the errors of hearing and typing.

`queries` is the stream to report on. `tuning_queries` is the stream that thresholds may be chosen
on: other children, other seeds, other pairs of names and other rules of hearing.
"""

import datetime as dt
import json
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from tests.benchmarks import misspelling_facts as facts
from tests.benchmarks import misspelling_names as names
from tests.benchmarks.children import BenchChild
from tests.benchmarks.misspelling import Stream, stream_of
from tests.benchmarks.misspelling_names import Draft, Moment

Error = Callable[[Draft, Moment], Draft | None]
DOB, DOB_POSTCODE, YEAR_POSTCODE, POSTCODE, YEAR = (
    "name+dob", "name+dob+postcode", "name+year+postcode", "name+postcode", "name+year",
)  # fmt: skip

# What is known besides the name, of a hundred. A practitioner with a referral, a register or a
# parent at hand has the date of birth; with an address too after a visit or a call from A&E. Two in
# five do not have the whole date: the case that the form's year and age boxes are for.
SUPPLIED = {DOB: 38, DOB_POSTCODE: 24, YEAR_POSTCODE: 14, POSTCODE: 12, YEAR: 12}
WITH_DATE, WITH_POSTCODE = {DOB, DOB_POSTCODE}, {DOB_POSTCODE, YEAR_POSTCODE, POSTCODE}
WITH_YEAR, BESIDES = {YEAR, YEAR_POSTCODE}, {DOB_POSTCODE, YEAR_POSTCODE}
# An initial or a name with its fields swapped and misspelt, with a year alone, is no search.
MORE = set(SUPPLIED) - {YEAR}
GENDER_KNOWN, ALL_GIVEN_NAMES, SMALL_LETTERS, CAPITALS = 0.3, 0.12, 0.12, 0.03
TRIES = 3_000


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of error: its share of a hundred queries, what may be supplied, and what goes wrong.

    Several errors in `errors` stand for a choice of one; `then` follows the first.
    """

    share: float
    supplied: frozenset[str]
    errors: tuple[Error, ...] = ()
    then: tuple[Error, ...] = ()


def _kind(
    share: float, supplied: Iterable[str], errors: Iterable[Error], then: Iterable[Error] = ()
) -> Kind:
    return Kind(share, frozenset(supplied), tuple(errors), tuple(then))


_NAME = (names.slip_once, names.hear, names.hear, names.shorten, names.half_missing, names.particle)
_DATE = (facts.day_and_month, facts.one_digit)
_PLACE = (facts.one_sign, facts.moved)

# One hundred queries. Three of four carry no error or one: F. J. Damerau (CACM 7, 1964) found four
# misspelt words of five to hold a single error. Errors in names lead, those of hearing before those
# of typing, for the name comes through a door or a telephone. Double names, particles and former
# names are drawn more often than children have them, so that each kind has enough queries to be
# reported.
KINDS: dict[str, Kind] = {
    # nothing wrong (15)
    "none": _kind(9, SUPPLIED, ()),
    "postcode missing": _kind(2, [DOB], ()),
    "year only": _kind(2, WITH_YEAR, ()),
    "age about": _kind(2, WITH_YEAR, [facts.about_the_age]),
    # one error (60)
    "one typing": _kind(13, SUPPLIED, [names.slip_once]),
    "heard": _kind(14, SUPPLIED, [names.hear]),
    "nickname": _kind(6, SUPPLIED, [names.shorten]),
    "names swapped": _kind(4, SUPPLIED, [names.swap]),
    "initial only": _kind(2, MORE, [names.initial]),
    "half missing": _kind(2, SUPPLIED, [names.half_missing]),
    "halves joined": _kind(1, SUPPLIED, [names.halves_joined]),
    "halves swapped": _kind(1, SUPPLIED, [names.halves_swapped]),
    "particle": _kind(2, SUPPLIED, [names.particle]),
    "former name": _kind(2, MORE, [names.former]),
    "accents": _kind(2, SUPPLIED, [names.accents]),
    "middle name": _kind(3, SUPPLIED, [names.middle]),
    "day month": _kind(2, WITH_DATE, [facts.day_and_month]),
    "date digit": _kind(2, WITH_DATE, [facts.one_digit]),
    "postcode wrong": _kind(2, WITH_POSTCODE, [facts.one_sign]),
    "postcode old": _kind(2, BESIDES, [facts.moved]),
    # two errors (25)
    "two typing": _kind(6, SUPPLIED, [names.slip_twice]),
    "both names": _kind(8, SUPPLIED, [names.in_both_names]),
    "swapped wrong": _kind(2, MORE, [names.swapped_and_wrong]),
    "name date": _kind(6, WITH_DATE, _NAME, _DATE),
    "name postcode": _kind(3, BESIDES, _NAME, _PLACE),
}


@dataclass(frozen=True, slots=True)
class BenchQuery:
    """One query: `typed` in the JSON form of `portal bench search`, `expect` a source id."""

    typed: dict[str, Any]
    expect: str
    origin: str
    kind: str
    supplied: str


def queries(children: Sequence[BenchChild], n: int, seed: int) -> list[BenchQuery]:
    """Return n queries to report on. Never look at them while choosing a threshold.

    children may be a sample of those loaded, or those of one origin. Give some twenty for each
    query: then no child is asked for twice, and the queries are independent. Raises ValueError when
    there is no child to ask for.
    """
    return list(_drawn(children, n, seed, Stream.REPORTING))


def tuning_queries(children: Sequence[BenchChild], n: int, seed: int) -> list[BenchQuery]:
    """Return n queries to choose thresholds on, of children that `queries` never asks for."""
    return list(_drawn(children, n, seed, Stream.TUNING))


def lines_of(asked: Iterable[BenchQuery]) -> Iterator[str]:
    """Yield the queries as JSON lines for `portal bench search`."""
    for query in asked:
        yield json.dumps({**query.typed, "expect": query.expect}, ensure_ascii=False)


def _drawn(
    children: Sequence[BenchChild], n: int, seed: int, stream: Stream
) -> Iterator[BenchQuery]:
    if not any(stream_of(child.source_id) is stream for child in children):
        raise ValueError(f"No child belongs to the {stream} stream")
    moment = stream, random.Random(f"{stream} {seed}")
    latest = max(child.date_of_birth for child in children)
    shares = {word: kind.share for word, kind in KINDS.items()}
    seen: set[str] = set()
    while n:
        word = moment[1].choices(list(shares), list(shares.values()))[0]
        query = _query(children, word, latest, moment, seen) or _query(
            children, word, latest, moment, set()
        )
        if query is None:
            del shares[word]  # No child here can have this error.
            continue
        seen.add(query.expect)
        yield query
        n -= 1


def _query(
    children: Sequence[BenchChild], word: str, latest: dt.date, moment: Moment, seen: set[str]
) -> BenchQuery | None:
    """Ask for a child that can have this error and was not asked for, or return None."""
    stream, rng = moment
    kind = KINDS[word]
    allowed = {one: SUPPLIED[one] for one in SUPPLIED if one in kind.supplied}
    supplied = rng.choices(list(allowed), list(allowed.values()))[0]
    for _ in range(TRIES):
        child = rng.choice(children)
        if child.source_id in seen or stream_of(child.source_id) is not stream:
            continue
        draft = _with_errors(_draft(child, latest, rng), kind, moment)
        if draft and _is_enough(draft, supplied):
            typed = _typed(child, draft, supplied, rng)
            return BenchQuery(typed, child.source_id, child.origin, word, supplied)
    return None


def _draft(child: BenchChild, latest: dt.date, rng: random.Random) -> Draft:
    """A child as it would be typed without an error: the first of several given names mostly.

    A Chinese given name of two words is one name. A child with one name may have it in either box.
    """
    given, family, birth = child.given_names, child.family_name, child.date_of_birth
    if child.origin != "chinese" and rng.random() > ALL_GIVEN_NAMES:
        given = given.split(" ")[0]
    if not (given and family) and rng.random() < 0.25:
        given, family = family, given
    return Draft(child, given, family, birth, birth.year, child.postcode, latest)


def _with_errors(draft: Draft, kind: Kind, moment: Moment) -> Draft | None:
    made: Draft | None = draft
    for errors in (kind.errors, kind.then):
        if made and errors:
            made = moment[1].choice(errors)(made, moment)
    if made == draft and kind.errors:
        return None
    return made


def _is_enough(draft: Draft, supplied: str) -> bool:
    """True for what the search form accepts: both names, or one with a whole date of birth."""
    both = bool(draft.given.strip() and draft.family.strip())
    return (both or supplied in WITH_DATE) and bool(draft.given.strip() or draft.family.strip())


def _typed(child: BenchChild, draft: Draft, supplied: str, rng: random.Random) -> dict[str, Any]:
    chance = rng.random()
    gender = child.gender if rng.random() < GENDER_KNOWN else ""
    return {
        "given_name": _written(draft.given, chance),
        "family_name": _written(draft.family, chance),
        "date_of_birth": draft.birth.isoformat() if supplied in WITH_DATE else "",
        "year": draft.year if supplied in WITH_YEAR else None,
        "postcode": draft.postcode if supplied in WITH_POSTCODE else "",
        "gender": gender,
    }


def _written(name: str, chance: float) -> str:
    """A name in the capitals that somebody in a hurry gives it."""
    if chance < SMALL_LETTERS:
        return name.lower()
    return name.upper() if chance < SMALL_LETTERS + CAPITALS else name
