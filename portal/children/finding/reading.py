"""What the vocabulary says of typed words: the tokens each may stand for, and how alike they are.

Words are read together, two statements for all of them, and each is judged by itself: what a word
may stand for does not hang on what else is read with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from heapq import nsmallest
from math import log2

from sqlalchemy import Connection, Select, bindparam, func, select

from portal.children.finding.tables import ENTRY, TOKEN, TOKEN_KEY, among
from portal.matching.keys import heard_keys, written_keys
from portal.matching.likeness import Likeness, closest, closest_of
from portal.matching.names import without_particle
from portal.matching.nicknames import related
from portal.matching.weights import looseness, name_weight

MOST_WORDS = 60
# As many tokens are read for each query, whatever was typed.
_MOST_FOUND = 4_000
_LONG_PART = 4
# A share of all children is steadied by this many imagined children with usual names, so that the
# names of a small index do not count as common only because there are few children.
_IMAGINED = 1_000
_USUAL_SHARE = 1 / 400

_KNOWN = (
    select(TOKEN.c.id, TOKEN.c.token, TOKEN.c.frequency)
    .where(among(TOKEN.c.token, "forms"))
)  # fmt: skip
_BY_KEY = (
    select(TOKEN_KEY.c.key, TOKEN.c.id, TOKEN.c.token, TOKEN.c.frequency)
    .join(TOKEN, TOKEN.c.id == TOKEN_KEY.c.token_id)
    .where(among(TOKEN_KEY.c.key, "numbers"))
    .limit(bindparam("most"))
)
_BY_INITIAL = (
    select(TOKEN.c.id, TOKEN.c.token, TOKEN.c.frequency)
    .where(TOKEN.c.initial == bindparam("letter"))
    .order_by(TOKEN.c.frequency.desc())
    .limit(MOST_WORDS)
)
_CHILDREN: Select[int | None] = select(func.max(ENTRY.c.id))

Known = Mapping[str, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the vocabulary that a typed one may stand for. `bits` is what it would weigh,
    `looseness` how many bits it falls short of the same word, `rank` less for a likelier word,
    `frequency` how many children bear it."""

    id: int
    bits: float
    looseness: float
    rank: float
    frequency: int


@dataclass(slots=True)
class Reading:
    """What one typed word may stand for. `tokens` are all that its forms and keys lead to, by
    number and frequency; `alike` tells those that are; `ways` lead to a child only: the comparison
    judges such words written together. `shares` and `words` are made of them at the end."""

    word: str
    tokens: dict[str, tuple[int, int]] = field(default_factory=dict)
    alike: dict[str, Likeness] = field(default_factory=dict)
    ways: dict[str, Likeness] = field(default_factory=dict)
    shares: dict[str, float] = field(default_factory=dict)
    words: list[Word] = field(default_factory=list)
    _shared: dict[str, int] = field(default_factory=dict)

    def note_known(self, known: Known) -> None:
        """The word itself, its short forms and spellings, and the words it was joined from."""
        word = self.word
        self.tokens = {form: known[form] for form in _forms(word) if form in known}
        if word in known:
            self.alike[word] = Likeness.SAME
        if len(word) > 1 and word[0] in known:
            self.alike[word[0]] = Likeness.INITIAL
        for form, relation in related(word).items():
            if form in known:
                self.alike[form] = closest(word, form, shared=0, relation=relation)
        for part in {*self._halves(), *without_particle(word)} & self.tokens.keys():
            self.alike.setdefault(part, Likeness.SPELLING)
        for part in self.tokens.keys() & set(_cuts(word)):
            if len(part) >= _LONG_PART:
                self.ways[part] = Likeness.TWO_ERRORS

    def _halves(self) -> Iterator[str]:
        for place in range(3, len(self.word) - 2):
            if self.word[:place] in self.tokens and self.word[place:] in self.tokens:
                yield from (self.word[:place], self.word[place:])

    def note_key(self, token: str, found: tuple[int, int], longest: int) -> None:
        """A token under one of the word's keys; longest is the length of the sound code that the
        key is, 0 for one of letters."""
        self.tokens[token] = found
        if longest >= self._shared.get(token, 0):
            self._shared[token] = longest

    def note_commonest(self, commonest: Iterable[tuple[int, str, int]]) -> None:
        """A lone initial stands for the commonest words that begin with it."""
        for number, token, frequency in commonest:
            self.tokens[token] = (number, frequency)
            self.alike.setdefault(token, Likeness.INITIAL)

    def judge(self, children: int) -> None:
        """Tell what the word may stand for among so many children."""
        waiting = {t: shared for t, shared in self._shared.items() if t not in self.alike}
        self.alike |= closest_of(self.word, waiting)
        self.shares = {token: share(row[1], children) for token, row in self.tokens.items()}
        self.words = [
            _word(*self.tokens[token], alike, self.shares[token])
            for token, alike in (self.ways | self.alike).items()
        ]


def read(
    connection: Connection, words: Iterable[str], *, children: int, queries: int
) -> dict[str, Reading]:
    """What each of these words of so many queries may stand for, among so many children."""
    readings = {word: Reading(word) for word in words}
    forms = sorted({form for word in readings for form in _forms(word)})
    rows = connection.execute(_KNOWN, {"forms": forms}).all()
    known = {token: (number, frequency) for number, token, frequency in rows}
    for reading in readings.values():
        reading.note_known(known)
    _read_by_key(connection, readings.values(), _MOST_FOUND * queries)
    for letter in sorted(word for word in readings if len(word) == 1):
        commonest = connection.execute(_BY_INITIAL, {"letter": letter}).all()
        readings[letter].note_commonest(tuple(row) for row in commonest)
    for reading in readings.values():
        reading.judge(children)
    return readings


def _read_by_key(connection: Connection, readings: Iterable[Reading], most: int) -> None:
    by_key: dict[int, list[tuple[Reading, int]]] = {}
    for reading in readings:
        for key, length in _keys(reading.word):
            by_key.setdefault(key, []).append((reading, length))
    found = connection.execute(_BY_KEY, {"numbers": list(by_key), "most": most})
    for key, number, token, frequency in found.all():
        for reading, length in by_key[key]:
            reading.note_key(token, (number, frequency), length)


def _keys(word: str) -> Iterator[tuple[int, int]]:
    yield from heard_keys(word).items()
    if len(word) > 1:
        yield from ((key, 0) for key in written_keys(word))


def how_many(connection: Connection) -> int:
    """How many children the index has, about: 0 where it is empty."""
    return connection.scalar(_CHILDREN) or 0


def share(frequency: int, children: int) -> float:
    """The share of all children who bear a word, steadied."""
    return (frequency + _IMAGINED * _USUAL_SHARE) / (children + _IMAGINED)


def likeliest(readings: Iterable[Reading]) -> list[Word]:
    """The likeliest words for any of these: close in writing or sound, and of two equally close
    the commoner."""
    best: dict[int, Word] = {}
    for reading in readings:
        for word in reading.words:
            known = best.get(word.id)
            if known is None or word.looseness < known.looseness:
                best[word.id] = word
    return nsmallest(MOST_WORDS, best.values(), key=_rank)


def _rank(word: Word) -> float:
    return word.rank


def _word(number: int, frequency: int, alike: Likeness, share: float) -> Word:
    loose = looseness(alike)
    rank = loose - log2(frequency + 1) / 2
    return Word(number, name_weight(alike, share), loose, rank, frequency)


def _forms(word: str) -> Iterator[str]:
    yield word
    yield word[0]
    yield from related(word)
    yield from _cuts(word)
    yield from without_particle(word)


def _cuts(word: str) -> Iterator[str]:
    """Every beginning and end of three letters or more: Annmarie may be Ann Marie."""
    for place in range(3, len(word) - 2):
        yield word[:place]
        yield word[place:]
