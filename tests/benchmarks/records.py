"""Records in memory, and those of them that a row may belong to: who was born on the day or on that
with day and month swapped, who lives at the postcode, who bears both names, as they are written or
as they sound, or the same number. The name index finds these, and more.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import product

from portal.matching import Candidate, Description, Register
from portal.matching.dates import swapped
from portal.matching.sounds import sounds

# A share is steadied as the name index does it: a thousand imagined children with usual names.
IMAGINED, USUAL_SHARE = 1_000, 1 / 400
_MOST_WORDS = 3
Key = tuple[str, str]


class Records:
    """Descriptions by source id, and the ways to them."""

    def __init__(self, described: Iterable[tuple[str, Description]]) -> None:
        self._described = dict(described)
        self._found: dict[Key, list[str]] = defaultdict(list)
        words: Counter[str] = Counter()
        for source_id, one in self._described.items():
            words.update(_words(one))
            for key in _keys(one):
                self._found[key].append(source_id)
        self._words = words
        self.register = Register(self._share, len(self._described))

    def candidates(self, row: Description, *, without: str = "") -> list[Candidate]:
        """Return the records a row may belong to, one of them left out if it is named."""
        keys = {*_keys(row), *_swapped_key(row)}
        near = {source_id for key in keys for source_id in self._found.get(key, ())} - {without}
        return [Candidate(one, self._described[one]) for one in near]

    def _share(self, word: str) -> float | None:
        bearers = self._words.get(word)
        if bearers is None:
            return None
        return (bearers + IMAGINED * USUAL_SHARE) / (len(self._described) + IMAGINED)


def _words(one: Description) -> set[str]:
    return {word for name in (one.given, one.family, *one.former) for word in name.tokens}


def _keys(one: Description) -> Iterator[Key]:
    if isinstance(one.birth, dt.date):
        yield "born", one.birth.isoformat()
    for postcode in one.postcodes:
        yield "lives", postcode
    yield from one.identifiers
    given = one.given.tokens[:_MOST_WORDS]
    for name in (one.family, *one.former):
        for pair in product(given, name.tokens[:_MOST_WORDS]):
            yield "named", " ".join(sorted(pair))
            yield from _heard(*pair)


def _heard(given: str, family: str) -> Iterator[Key]:
    for codes in product(sounds(given), sounds(family)):
        yield "heard", " ".join(codes)


def _swapped_key(one: Description) -> Iterator[Key]:
    other = swapped(one.birth) if isinstance(one.birth, dt.date) else None
    if other:
        yield "born", other.isoformat()
