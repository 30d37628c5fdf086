"""Invented children by the million, the same ones for the same size and seed.

Nothing here is shared with the portal: what a name sounds like, or which short forms it has, is
for the engine to find out. Names are skewed as real ones are: some are borne by one child in a
hundred, and the more children there are, the more names are borne by one child only.
"""

import datetime as dt
import random
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

# A block of children is made alone, whatever stands before it.
BLOCK = 1_000
FIRST_BIRTH = dt.date(2007, 9, 1)
BIRTH_DAYS = (dt.date(2025, 8, 31) - FIRST_BIRTH).days + 1
PER_POSTCODE = 6

ONE_NAME = 0.003
DOUBLE_NAME = 0.036
FORMER_NAME = 0.02
MIDDLE_NAME = 0.5
NOT_SPECIFIED = 0.006
# Of a hundred children so many are the twin, the sibling, the namesake of the child before.
TWIN, SIBLING, NAMESAKE = 0.01, 0.13, 0.131
# Every hundred names hold so many rare ones, whose number follows this power of the rank. Chosen
# so that 11 million children bear some 90,000 different words (see tests/benchmarks/test_children).
RARE_FAMILY, RARE_GIVEN = 0.10, 0.03
RARE_POWER, RARE_SCALE = 1.3, 60
_SLOTS = 4_096
_STEP = 7_368_787
# No postcode begins with Q, V or X (BS 7666), so none of these can be real.
_AREAS = [first + second for first in "QVX" for second in "ABCDEFGHKLMNOPRSTUWY"]
_UNIT_LETTERS = "ABDEFGHJLNPQRSTUWXYZ"


@dataclass(frozen=True, slots=True)
class BenchChild:
    """One invented child. number counts from 1; origin is the language of the name in one word."""

    number: int
    source_id: str
    given_names: str
    family_name: str
    former_family_name: str
    date_of_birth: dt.date
    gender: str
    postcode: str
    origin: str
    address: str = ""


def generate(size: int, seed: int, *, after: int = 0) -> Iterator[BenchChild]:
    """Yield the children from after + 1 to size. The first of a larger set are others: postcodes
    fill up."""
    for place in range(after // BLOCK, -(-size // BLOCK)):
        made = block(place, size, seed)
        yield from made[max(0, after - place * BLOCK) :]


def block(place: int, size: int, seed: int) -> list[BenchChild]:
    """Return one block of the children of a set, without making those before it."""
    first = place * BLOCK
    return _Block(random.Random(f"{seed}/{place}"), size).children(first, min(size, first + BLOCK))


def postcode(serial: int) -> str:
    """Return a postcode that is shaped like a British one; unique below 4,800,000."""
    unit, rest = serial % 200, serial // 200
    sector, rest = rest % 10, rest // 10
    district, area = rest % 40 + 1, rest // 40 % len(_AREAS)
    inward = f"{sector}{_UNIT_LETTERS[unit // 20]}{_UNIT_LETTERS[unit % 20]}"
    return f"{_AREAS[area]}{district} {inward}"


class Words:
    """The words of one kind (the boys' names of a language), common and rare."""

    def __init__(self, listed: list[str], parts: list[str], rare: float, usual: int) -> None:
        self._forms = [_forms(word) for word in listed]
        self._parts = [[part.strip() for part in group.split(",")] for group in parts]
        self._glue = " " if parts[1] == " " else ""
        self._rare = rare
        self._built: dict[int, tuple[str, str]] = {}
        self._prefixes: list[str] = []
        self._each = 0
        self._common = self._slots(usual)

    def with_prefixes(self, prefixes: list[str], each: int) -> "Words":
        """Put a prefix before every so manyth rare word."""
        self._prefixes, self._each = prefixes, each
        self._built.clear()
        return self

    def draw(self, chance: float) -> tuple[str, str]:
        """Return a word, as boys and as girls bear it, for a chance from 0 to 1."""
        if chance >= self._rare:
            return self._common[int((chance - self._rare) / (1 - self._rare) * _SLOTS)]
        rank = int(RARE_SCALE * ((self._rare / (chance + 1e-12)) ** RARE_POWER - 1)) + 1
        return self._built.get(rank) or self._build(rank)

    def _slots(self, usual: int) -> list[tuple[str, str]]:
        """The usual words, each as often as its rank deserves: one over rank and a constant."""
        shift = 2.5 if usual < 200 else 12
        weights = [1 / (rank + shift) for rank in range(usual)]
        total, reached, rank = sum(weights), weights[0], 0
        slots = []
        for slot in range(_SLOTS):
            while reached < slot / _SLOTS * total and rank < usual - 1:
                rank += 1
                reached += weights[rank]
            slots.append(self._forms[rank] if rank < len(self._forms) else self._build(-rank))
        return slots

    def _build(self, rank: int) -> tuple[str, str]:
        begins, middles, ends = self._parts
        number = rank * _STEP % (len(begins) * len(middles) * len(ends))
        number, end = divmod(number, len(ends))
        begin, middle = divmod(number, len(middles))
        forms = _forms(begins[begin] + middles[middle] + self._glue + "{}", ends[end])
        if self._each and rank % self._each == 0:
            prefix = self._prefixes[rank // self._each % len(self._prefixes)]
            forms = (prefix + forms[0], prefix + forms[1])
        return self._built.setdefault(rank, forms)


@dataclass(frozen=True)
class Language:
    """The names of one language: given names of boys and girls, middle names, family names."""

    origin: str
    given: tuple[Words, Words]
    middle: tuple[Words, Words]
    family: Words


@cache
def languages() -> tuple[Language, ...]:
    """Return a thousand languages, each as often as its share of the children."""
    text = Path(__file__).with_name("vocabulary.toml").read_text(encoding="utf-8")
    found: list[Language] = []
    for key, table in tomllib.loads(text).items():
        found += [_language(key, table)] * table["share"]
    assert len(found) == 1_000, len(found)
    return tuple(found)


def _language(key: str, table: dict[str, Any]) -> Language:
    boys = Words(_listed(table["male"]), table["given_parts"], RARE_GIVEN, 120)
    girls = Words(_listed(table["female"]), table["given_parts_girls"], RARE_GIVEN, 120)
    middle = (boys, girls)
    if "middle" in table:
        lists = [_listed(part) for part in table["middle"].split("/")]
        middle = (
            Words(lists[0], table["given_parts"], 0.0, len(lists[0])),
            Words(lists[1], table["given_parts_girls"], 0.0, len(lists[1])),
        )
    family = Words(_listed(table["family"]), table["family_parts"], RARE_FAMILY, _usual(table))
    family.with_prefixes(table.get("prefixes", []), table.get("prefix_each", 0))
    return Language(table.get("origin", key), (boys, girls), middle, family)


def _usual(table: dict[str, Any]) -> int:
    """More families, more family names in common use."""
    return 900 if table["share"] > 100 else 180


def _listed(text: str) -> list[str]:
    return [word.strip() for word in text.split(",")]


def _forms(word: str, end: str | None = None) -> tuple[str, str]:
    """Cut "Kowalski/Kowalska" in two; with an ending, put it into its place in the word."""
    boy, _, girl = (word if end is None else end).partition("/")
    girl = girl or boy
    return (boy, girl) if end is None else (word.format(boy), word.format(girl))


class _Block:
    """Makes the children of one block."""

    def __init__(self, chances: random.Random, size: int) -> None:
        self._chance = chances.random
        self._languages = languages()
        self._postcodes = max(1, size // PER_POSTCODE)

    def children(self, first: int, last: int) -> list[BenchChild]:
        """Make them one after the other: a twin follows its twin."""
        made: list[BenchChild] = []
        for number in range(first + 1, last + 1):
            kin = self._chance()
            if made and kin < NAMESAKE:
                made.append(self._related(number, made[-1], kin))
            else:
                made.append(self._child(number))
        return made

    def _child(self, number: int) -> BenchChild:
        chance = self._chance
        language = self._languages[int(chance() * 1_000)]
        girl = chance() < 0.488
        family = self._family(language, girl)
        former = self._family(language, girl) if chance() < FORMER_NAME else ""
        given = self._given(language, girl)
        if chance() < ONE_NAME:
            given, family, former = given.split()[0], "", ""
        return BenchChild(
            number, f"B{number:08d}", given, family, former, self._day(), self._gender(girl),
            postcode(int(chance() * self._postcodes)), language.origin,
        )  # fmt: skip

    def _related(self, number: int, other: BenchChild, kin: float) -> BenchChild:
        """A twin, a sibling, or another child of the same name somewhere else."""
        if kin >= SIBLING:
            place = postcode(int(self._chance() * self._postcodes))
            return _changed(other, number, other.given_names, self._day(), other.gender, place)
        girl = self._chance() < 0.488
        given = self._given(self._language_of(other), girl)
        born = other.date_of_birth if kin < TWIN else self._day()
        return _changed(other, number, given, born, self._gender(girl), other.postcode)

    def _language_of(self, other: BenchChild) -> Language:
        return _by_origin()[other.origin]

    def _given(self, language: Language, girl: bool) -> str:
        first = language.given[girl].draw(self._chance())[girl]
        if self._chance() >= MIDDLE_NAME:
            return first
        second = language.middle[girl].draw(self._chance())[girl]
        return first if second == first else f"{first} {second}"

    def _family(self, language: Language, girl: bool) -> str:
        name = language.family.draw(self._chance())[girl]
        if self._chance() >= DOUBLE_NAME:
            return name
        other = self._languages[int(self._chance() * 1_000)].family.draw(self._chance())[girl]
        if other == name:
            return name
        return f"{name}-{other}" if self._chance() < 0.75 else f"{name} {other}"

    def _day(self) -> dt.date:
        return FIRST_BIRTH + dt.timedelta(days=int(self._chance() * BIRTH_DAYS))

    def _gender(self, girl: bool) -> str:
        if self._chance() < NOT_SPECIFIED:
            return "not_specified"
        return "female" if girl else "male"


@cache
def _by_origin() -> dict[str, Language]:
    return {language.origin: language for language in languages()}


def _changed(
    other: BenchChild, number: int, given: str, born: dt.date, gender: str, place: str
) -> BenchChild:
    return BenchChild(
        number, f"B{number:08d}", given, other.family_name, "", born, gender, place, other.origin
    )
