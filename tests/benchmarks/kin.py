"""Twins and siblings who are new: rows that agree with a child of the index in all but the name.

Nobody of them is in the index. What makes them hard is drawn far more often than it happens.
"""

import datetime as dt
import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import cache

from portal.matching.dates import neighbours, one_digit_away, swapped
from tests.benchmarks.children import FIRST_BIRTH, BenchChild, Language, languages
from tests.benchmarks.feed_rows import LATEST, FeedRow, described
from tests.benchmarks.misspelling import plain

SAME_NAME = "given the same first name by chance"
UNNAMED = ("Baby", "Baby Boy", "Baby Girl", "Twin One", "Twin Two", "Infant", "Unknown")
_DRAWN = 40


@dataclass(frozen=True, slots=True)
class Kin:
    """A row about a new child, and the records its kin have in the index (in the place of those
    with the same source id)."""

    row: FeedRow
    known: tuple[BenchChild, ...]


Made = tuple[BenchChild, tuple[BenchChild, ...]]
Way = Callable[[BenchChild, random.Random], Made | None]


def kin(
    chosen: Sequence[BenchChild], children: Iterable[BenchChild], rng: random.Random
) -> Iterator[Kin]:
    """Yield a new twin or sibling of each of those chosen. Parents give no two children one name;
    chance does, among all the children of the family: such rows are told apart by their kind."""
    borne: dict[tuple[str, str], set[str]] = defaultdict(set)
    for child in children:
        borne[_home(child)].add(_first(child))
    for child in chosen:
        kind, (new, known) = _made(child, rng)
        taken = borne[_home(child)] | {_first(other) for other in known}
        if _first(new) in taken and kind not in MEANT_THE_SAME:
            kind = SAME_NAME
        yield Kin(FeedRow(described(new), "", kind), known)


def _home(child: BenchChild) -> tuple[str, str]:
    return child.family_name, child.postcode


def _made(child: BenchChild, rng: random.Random) -> tuple[str, Made]:
    kinds = {word: share for word, (share, _) in KINDS.items()}
    while True:
        word = rng.choices(list(kinds), list(kinds.values()))[0]
        made = KINDS[word][1](child, rng)
        if made:
            return word, made


def _twin(child: BenchChild, rng: random.Random) -> Made:
    return _born(child, child.date_of_birth, child.gender, rng), (child,)


def _opposite(child: BenchChild, rng: random.Random) -> Made:
    gender = "male" if child.gender == "female" else "female"
    return _born(child, child.date_of_birth, gender, rng), (child,)


def _midnight(child: BenchChild, rng: random.Random) -> Made | None:
    return _sibling_on(child, neighbours(child.date_of_birth), rng)


def _one_digit(child: BenchChild, rng: random.Random) -> Made | None:
    return _sibling_on(child, one_digit_away(child.date_of_birth), rng)


def _swapped(child: BenchChild, rng: random.Random) -> Made | None:
    day = swapped(child.date_of_birth)
    return _sibling_on(child, [day] if day else [], rng)


def _sibling(child: BenchChild, rng: random.Random) -> Made | None:
    day = FIRST_BIRTH + dt.timedelta(days=rng.randrange((LATEST - FIRST_BIRTH).days))
    return _sibling_on(child, [day], rng)


def _alike(child: BenchChild, rng: random.Random) -> Made:
    """Of forty names of their language the one most like that of the twin."""
    gender = child.gender if rng.random() < 0.6 else rng.choice(["female", "male"])
    given = _most_alike(child, gender, rng)
    return replace(child, given_names=given, gender=gender, former_family_name=""), (child,)


def _alike_near(child: BenchChild, rng: random.Random) -> Made | None:
    (twin, known), near = _alike(child, rng), _one_digit(child, rng)
    return near and (replace(twin, date_of_birth=near[0].date_of_birth), known)


def _one_first_name(child: BenchChild, rng: random.Random) -> Made | None:
    """Muhammad Ali and Muhammad Omar: the second name tells them apart."""
    first, *others = child.given_names.split(" ")
    second = _born(child, child.date_of_birth, child.gender, rng).given_names.split(" ")[0]
    if not others or plain(second) in {plain(word) for word in (first, *others)}:
        return None
    given = f"{first} {second}"
    return replace(child, given_names=given, former_family_name=""), (child,)


def _three(child: BenchChild, rng: random.Random) -> Made:
    """Two of one birth are known, the third is new."""
    second = replace(_twin(child, rng)[0], source_id=f"{child.source_id}-2")
    return _twin(child, rng)[0], (child, second)


def _unnamed(child: BenchChild, rng: random.Random) -> Made:
    """Newborn twins of whom neither has a name yet."""
    one, other = rng.choice(UNNAMED), rng.choice(UNNAMED)
    born = replace(child, former_family_name="", given_names=one)
    return replace(born, given_names=other), (born,)


def _one_unnamed(child: BenchChild, rng: random.Random) -> Made:
    """One twin has a name already."""
    return replace(child, former_family_name="", given_names=rng.choice(UNNAMED)), (child,)


def _sibling_on(child: BenchChild, days: Iterable[dt.date], rng: random.Random) -> Made | None:
    possible = sorted(day for day in days if FIRST_BIRTH <= day <= LATEST)
    if not possible:
        return None
    gender = rng.choice(["female", "male"])
    return _born(child, rng.choice(possible), gender, rng), (child,)


def _born(child: BenchChild, day: dt.date, gender: str, rng: random.Random) -> BenchChild:
    """A child of the same family at the same place."""
    given = _drawn(child.origin, gender, rng)
    if rng.random() < 0.5:
        given = f"{given} {_drawn(child.origin, gender, rng)}"
    return replace(
        child, given_names=given, date_of_birth=day, gender=gender, former_family_name=""
    )


def _most_alike(child: BenchChild, gender: str, rng: random.Random) -> str:
    mine = _first(child)
    drawn = {_drawn(child.origin, gender, rng) for _ in range(_DRAWN)}
    others = sorted(name for name in drawn if plain(name) != mine)
    return max(others, key=lambda name: SequenceMatcher(None, mine, plain(name)).ratio())


def _drawn(origin: str, gender: str, rng: random.Random) -> str:
    girl = gender == "female"
    return _language(origin).given[girl].draw(rng.random())[girl]


@cache
def _language(origin: str) -> Language:
    return next(one for one in languages() if one.origin == origin)


def _first(child: BenchChild) -> str:
    return plain(child.given_names.split(" ")[0])


# How many of a hundred.
KINDS: dict[str, tuple[int, Way]] = {
    "twin": (18, _twin),
    "twin of the other gender": (8, _opposite),
    "twin with a name alike": (18, _alike),
    "twin with the same first of two names": (6, _one_first_name),
    "third of one birth": (5, _three),
    "twin born on the other side of midnight": (8, _midnight),
    "newborn twins without a name": (4, _unnamed),
    "newborn twin without a name beside a named one": (3, _one_unnamed),
    "sibling, one digit of the birth apart": (9, _one_digit),
    "sibling, day and month swapped": (6, _swapped),
    "sibling with a name alike, one digit apart": (5, _alike_near),
    "sibling": (10, _sibling),
}
MEANT_THE_SAME = {
    "twin with the same first of two names", "newborn twins without a name",
}  # fmt: skip
