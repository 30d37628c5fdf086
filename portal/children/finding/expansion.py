"""What was typed, expanded to the words of the vocabulary it may stand for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from heapq import nsmallest
from math import log2

from sqlalchemy import Connection, Select, bindparam, func, literal, select, union_all

from portal.children.finding.tables import ENTRY, TOKEN, TOKEN_KEY, among
from portal.matching.keys import heard_keys, written_keys
from portal.matching.likeness import Likeness, closest, written_likeness
from portal.matching.names import Name, without_particle
from portal.matching.nicknames import related
from portal.matching.score import Description
from portal.matching.weights import FAMILY_SHARE, GIVEN_SHARE, looseness, name_weight

MOST_WORDS = 60
_MOST_FOUND = 4_000
_MOST_TYPED = 12
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
    .limit(_MOST_FOUND)
)
_BY_INITIAL = (
    select(TOKEN.c.id, TOKEN.c.token, TOKEN.c.frequency)
    .where(TOKEN.c.initial == bindparam("letter"))
    .order_by(TOKEN.c.frequency.desc())
    .limit(MOST_WORDS)
)
_CHILDREN: Select[int | None] = select(func.max(ENTRY.c.id))
_SHARES = union_all(
    select(TOKEN.c.token, TOKEN.c.frequency).where(among(TOKEN.c.token, "forms")),
    select(literal(""), func.coalesce(func.max(ENTRY.c.id), 0)),
)


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


@dataclass(frozen=True, slots=True)
class Expansion:
    """The words that given names and family names may stand for, the likeliest first; the share
    of all children by token; how alike a typed word and a token of the vocabulary are."""

    given: list[Word]
    family: list[Word]
    shares: dict[str, float]
    alike: dict[tuple[str, str], Likeness]
    children: int

    def likeness(self, one: str, other: str) -> Likeness:
        """The likeness of two tokens of which one was typed. A token that the vocabulary did not
        offer for a typed one can only be alike in writing."""
        found = self.alike.get((one, other)) or self.alike.get((other, one))
        if found is not None:
            return found
        if one == other:
            return Likeness.SAME
        if len(one) == 1 or len(other) == 1:
            return Likeness.INITIAL if one[:1] == other[:1] else Likeness.DIFFERENT
        return written_likeness(one, other)


def expand(connection: Connection, query: Description) -> Expansion:
    """Expand the names of a query, each to at most MOST_WORDS words of the vocabulary."""
    children = connection.scalar(_CHILDREN) or 0
    given = _typed([query.given, *query.former_given])
    family = _typed([query.family, *query.former])
    found = _Found({*given, *family})
    found.read(connection)
    shares = {token: _share(row[1], children) for token, row in found.tokens.items()}
    return Expansion(
        _words(found, given, shares, GIVEN_SHARE),
        _words(found, family, shares, FAMILY_SHARE),
        shares,
        found.alike,
        max(children, 1),
    )


def shares_of(connection: Connection, words: Iterable[str]) -> tuple[dict[str, float], int]:
    """Return what share of all children bears each of these words, for those the vocabulary knows,
    and how many children there are, at least one: what a search would have weighed names by."""
    found = connection.execute(_SHARES, {"forms": list(words)}).all()
    known: dict[str, int] = {str(token): frequency for token, frequency in found}
    children = known.pop("")
    shares = {token: _share(frequency, children) for token, frequency in known.items()}
    return shares, max(children, 1)


def _share(frequency: int, children: int) -> float:
    return (frequency + _IMAGINED * _USUAL_SHARE) / (children + _IMAGINED)


def _typed(names: Iterable[Name]) -> list[str]:
    words = [word for name in names for word in (*name.tokens, *name.joined)]
    words += ["".join(name.tokens) for name in names if len(name.tokens) > 1]
    return list(dict.fromkeys(words))[:_MOST_TYPED]


class _Found:
    """The tokens of the vocabulary that some typed words may stand for, and how alike they are."""

    def __init__(self, typed: set[str]) -> None:
        self._typed = sorted(typed)
        self.tokens: dict[str, tuple[int, int]] = {}
        self.alike: dict[tuple[str, str], Likeness] = {}
        # Only ways to a child: the comparison judges such words written together.
        self.ways: dict[tuple[str, str], Likeness] = {}

    def read(self, connection: Connection) -> None:
        """Read them: by writing, by key, and for a lone initial the commonest."""
        known = connection.execute(_KNOWN, {"forms": list(set(self._known_forms()))})
        self.tokens = {token: (number, frequency) for number, token, frequency in known.all()}
        for word in self._typed:
            self._note_known(word)
        self._read_by_key(connection)
        for letter in {word for word in self._typed if len(word) == 1}:
            commonest = connection.execute(_BY_INITIAL, {"letter": letter}).all()
            for number, token, frequency in commonest:
                self.tokens[token] = (number, frequency)
                self.alike.setdefault((letter, token), Likeness.INITIAL)

    def _known_forms(self) -> Iterator[str]:
        for word in self._typed:
            yield word
            yield word[0]
            yield from related(word)
            yield from _cuts(word)
            yield from without_particle(word)

    def _note_known(self, word: str) -> None:
        """The word itself, its short forms and spellings, and the words it was joined from."""
        if word in self.tokens:
            self.alike[word, word] = Likeness.SAME
        if len(word) > 1 and word[0] in self.tokens:
            self.alike[word, word[0]] = Likeness.INITIAL
        for form, relation in related(word).items():
            if form in self.tokens:
                self.alike[word, form] = closest(word, form, shared=0, relation=relation)
        for part in {*self._halves(word), *without_particle(word)} & self.tokens.keys():
            self.alike.setdefault((word, part), Likeness.SPELLING)
        for part in self.tokens.keys() & set(_cuts(word)):
            if len(part) >= _LONG_PART:
                self.ways[word, part] = Likeness.TWO_ERRORS

    def _halves(self, word: str) -> Iterator[str]:
        for place in range(3, len(word) - 2):
            if word[:place] in self.tokens and word[place:] in self.tokens:
                yield from (word[:place], word[place:])

    def _read_by_key(self, connection: Connection) -> None:
        heard = {word: heard_keys(word) for word in self._typed}
        typed_by_key: dict[int, list[str]] = {}
        for word in self._typed:
            for key in (*heard[word], *(written_keys(word) if len(word) > 1 else ())):
                typed_by_key.setdefault(key, []).append(word)
        shared: dict[tuple[str, str], int] = {}
        found = connection.execute(_BY_KEY, {"numbers": list(typed_by_key)})
        for key, number, token, frequency in found.all():
            self.tokens[token] = (number, frequency)
            for word in typed_by_key[key]:
                longest = heard[word].get(key, 0)
                if longest >= shared.get((word, token), 0):
                    shared[word, token] = longest
        self._note_found(shared)

    def _note_found(self, shared: dict[tuple[str, str], int]) -> None:
        for pair, longest in shared.items():
            if (
                pair not in self.alike
                and (alike := closest(*pair, shared=longest)) is not Likeness.DIFFERENT
            ):
                self.alike[pair] = alike


def _cuts(word: str) -> Iterator[str]:
    """Every beginning and end of three letters or more: Annmarie may be Ann Marie."""
    for place in range(3, len(word) - 2):
        yield word[:place]
        yield word[place:]


def _words(found: _Found, typed: list[str], shares: dict[str, float], usual: float) -> list[Word]:
    """The likeliest words: close in writing or sound, and of two equally close the commoner."""
    wanted, best = set(typed), dict[str, Likeness]()
    for (word, token), alike in (found.ways | found.alike).items():
        if word in wanted and alike < best.get(token, Likeness.DIFFERENT):
            best[token] = alike
    words = (
        _word(*found.tokens[token], alike, shares.get(token, usual))
        for token, alike in best.items()
    )
    return nsmallest(MOST_WORDS, words, key=lambda word: word.rank)


def _word(number: int, frequency: int, alike: Likeness, share: float) -> Word:
    loose = looseness(alike)
    rank = loose - log2(frequency + 1) / 2
    return Word(number, name_weight(alike, share), loose, rank, frequency)
