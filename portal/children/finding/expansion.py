"""What was typed, expanded to the words of the vocabulary it may stand for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from heapq import nsmallest
from math import log2

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from portal.children.finding.tables import ENTRY, TOKEN, TOKEN_KEY
from portal.matching.keys import initial_key, key_number, keys
from portal.matching.likeness import Likeness, likeness
from portal.matching.names import Name
from portal.matching.nicknames import related
from portal.matching.score import Description
from portal.matching.weights import FAMILY_SHARE, GIVEN_SHARE, looseness, name_weight

MOST_WORDS = 60
_MOST_FOUND = 4_000
# A share of all children is steadied by this many imagined children with usual names, so that the
# names of a small index do not count as common only because there are few children.
_IMAGINED = 1_000
_USUAL_SHARE = 1 / 400

_Row = tuple[int, str, int]


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the vocabulary that a typed one may stand for. `bits` is what it would weigh,
    `looseness` how many bits it falls short of the same word."""

    id: int
    bits: float
    looseness: float


@dataclass(frozen=True, slots=True)
class Expansion:
    """The words given names and family names may stand for; shares of all children by token."""

    given: list[Word]
    family: list[Word]
    shares: dict[str, float]
    children: int


def expand(session: Session, query: Description) -> Expansion:
    """Expand the names of a query, each to at most MOST_WORDS words of the vocabulary."""
    children = session.scalar(select(func.max(ENTRY.c.id))) or 0
    given = _typed([query.given, *query.former_given])
    family = _typed([query.family, *query.former])
    rows = _vocabulary(session, [*given, *family])
    shares = {token: _share(frequency, children) for _, token, frequency in rows}
    halves = _halves(given | family, set(shares))
    return Expansion(
        _words(rows, given, halves, lambda token: shares.get(token, GIVEN_SHARE)),
        _words(rows, family, halves, lambda token: shares.get(token, FAMILY_SHARE)),
        shares,
        max(children, 1),
    )


def _share(frequency: int, children: int) -> float:
    return (frequency + _IMAGINED * _USUAL_SHARE) / (children + _IMAGINED)


def _typed(names: Iterable[Name]) -> set[str]:
    words = {word for name in names for word in (*name.tokens, *name.joined)}
    return words | {"".join(name.tokens) for name in names if len(name.tokens) > 1}


def _vocabulary(session: Session, typed: list[str]) -> list[_Row]:
    """The rows of the vocabulary that any typed word may stand for, each once."""
    known = {form for word in typed for form in (word, word[0], *related(word), *_cuts(word))}
    numbers = {key_number(key) for word in typed if len(word) > 1 for key in keys(word)}
    initials = [key_number(initial_key(word)) for word in typed if len(word) == 1]
    columns = (TOKEN.c.id, TOKEN.c.token, TOKEN.c.frequency)
    found: dict[int, _Row] = {}
    for statement in (
        select(*columns).where(TOKEN.c.token.in_(sorted(known))),
        _by_key(numbers).limit(_MOST_FOUND),
        *(
            _by_key({initial}).order_by(TOKEN.c.frequency.desc()).limit(MOST_WORDS)
            for initial in initials
        ),
    ):
        found.update(
            (number, (number, token, count)) for number, token, count in session.execute(statement)
        )
    return list(found.values())


def _by_key(numbers: set[int]) -> Select[_Row]:
    meant = select(TOKEN_KEY.c.token_id).where(TOKEN_KEY.c.key.in_(sorted(numbers)))
    columns = (TOKEN.c.id, TOKEN.c.token, TOKEN.c.frequency)
    return select(*columns).where(TOKEN.c.id.in_(meant))


def _cuts(word: str) -> set[str]:
    """Every beginning and end of three letters or more: Annmarie may be Ann Marie."""
    places = range(3, len(word) - 2)
    return {part for place in places for part in (word[:place], word[place:])}


def _halves(typed: set[str], known: set[str]) -> dict[str, set[str]]:
    """For each typed word, the known words it falls into when it was two written together."""
    return {
        word: {
            part
            for place in range(3, len(word) - 2)
            if word[:place] in known and word[place:] in known
            for part in (word[:place], word[place:])
        }
        for word in typed
    }


def _words(
    rows: list[_Row],
    typed: set[str],
    halves: dict[str, set[str]],
    share: Callable[[str], float],
) -> list[Word]:
    """The likeliest words: close in writing or sound, and of two equally close the commoner."""
    best: list[tuple[float, Word]] = []
    for number, token, frequency in rows:
        alike = min((_alike(word, token, halves[word]) for word in typed), default=_DIFFERENT)
        if alike is not Likeness.DIFFERENT:
            word = Word(number, name_weight(alike, share(token)), looseness(alike))
            best.append((word.looseness - log2(frequency + 1) / 2, word))
    return [word for _, word in nsmallest(MOST_WORDS, best, key=lambda ranked: ranked[0])]


_DIFFERENT = Likeness.DIFFERENT


def _alike(word: str, token: str, halves: set[str]) -> Likeness:
    return Likeness.SPELLING if token in halves else likeness(word, token)
