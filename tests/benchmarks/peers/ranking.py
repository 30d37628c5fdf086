"""What all peers share: folding a name, reading what was typed, and the portal's own ranking."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from anyascii import anyascii

from portal.matching import BirthWindow, Description, compare, describe
from tests.benchmarks.asking import described
from tests.benchmarks.children import BenchChild
from tests.benchmarks.queries import BenchQuery

FIRST = 5


class Row(NamedTuple):
    """A child as a peer keeps it; the number is that of the child, for former names too."""

    number: int
    given: str
    family: str
    former: str
    born: dt.date
    gender: str
    postcode: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A query as peers read it. days are the typed day and the same with day and month swapped;
    years the first and the last day when a year or an age was typed."""

    given: str
    family: str
    days: tuple[dt.date, ...]
    years: tuple[dt.date, dt.date] | None
    postcode: str
    description: Description

    @property
    def name(self) -> str:
        """Given and family name as one text."""
        return f"{self.given} {self.family}".strip()


@lru_cache(maxsize=65_536)
def folded(name: str) -> str:
    """A name in small plain letters, hyphens as spaces."""
    plain = anyascii(name).lower().replace("-", " ").replace("'", "")
    return " ".join("".join(sign for sign in plain if sign.isalpha() or sign == " ").split())


def row_of(child: BenchChild) -> Row:
    """What a peer keeps of a child."""
    return Row(
        child.number, folded(child.given_names), folded(child.family_name),
        folded(child.former_family_name), child.date_of_birth, child.gender,
        child.postcode.replace(" ", ""),
    )  # fmt: skip


def asked_of(query: BenchQuery) -> Asked:
    """Read a query."""
    description = described(query)
    birth = description.birth
    days: tuple[dt.date, ...] = ()
    years = None
    if isinstance(birth, dt.date):
        days = (birth, *_swapped(birth))
    elif isinstance(birth, BirthWindow):
        years = (birth.earliest, birth.latest)
    return Asked(
        folded(query.typed.get("given_name") or ""), folded(query.typed.get("family_name") or ""),
        days, years, (query.typed.get("postcode") or "").replace(" ", "").upper(), description,
    )  # fmt: skip


def _swapped(day: dt.date) -> tuple[dt.date, ...]:
    if day.day > 12 or day.day == day.month:
        return ()
    return (day.replace(day=day.month, month=day.day),)


class Ranking:
    """The portal's own comparison, with the shares of the names among these children."""

    def __init__(self, words: Counter[str], children: int, source_of: Callable[[int], str]) -> None:
        self._words, self._children, self.source_of = words, max(children, 1), source_of

    def best(self, asked: Asked, rows: Iterable[Row]) -> list[str]:
        """Return the source ids of the five likeliest of these rows."""
        scored = {row.number: self._score(asked.description, row) for row in rows}
        ordered = sorted(scored, key=lambda number: (-scored[number], number))
        return [self.source_of(number) for number in ordered[:FIRST]]

    def _score(self, query: Description, row: Row) -> float:
        child = describe(
            given_names=row.given, family_name=row.family,
            former_family_names=[row.former] if row.former else [], birth=row.born,
            gender=row.gender, postcodes=[row.postcode],
        )  # fmt: skip
        return compare(query, child, frequency=self._share, children=self._children).score

    def _share(self, word: str) -> float | None:
        bearers = self._words.get(word)
        return None if bearers is None else bearers / self._children


def count_words(words: Counter[str], rows: Sequence[Row]) -> None:
    """Add the words of some rows: a child bears each word once."""
    for row in rows:
        words.update({*row.given.split(), *row.family.split(), *row.former.split()})
