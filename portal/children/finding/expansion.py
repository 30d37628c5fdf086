"""What was typed, expanded to the words of the vocabulary it may stand for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, literal, select, union_all

from portal.children.finding.reading import Reading, Word, how_many, likeliest, read, share
from portal.children.finding.tables import ENTRY, TOKEN, among
from portal.matching.likeness import Likeness, written_likeness
from portal.matching.names import Name
from portal.matching.score import Description

_MOST_TYPED = 12
_SHARES = union_all(
    select(TOKEN.c.token, TOKEN.c.frequency).where(among(TOKEN.c.token, "forms")),
    select(literal(""), func.coalesce(func.max(ENTRY.c.id), 0)),
)


@dataclass(frozen=True, slots=True)
class Expansion:
    """The words that given names and family names may stand for, the likeliest first; the share
    of all children by token; what each typed word may stand for."""

    given: list[Word]
    family: list[Word]
    shares: dict[str, float]
    readings: dict[str, Reading]
    children: int

    def likeness(self, one: str, other: str) -> Likeness:
        """The likeness of two tokens of which one was typed. A token that the vocabulary did not
        offer for a typed one can only be alike in writing."""
        if one == other:
            return Likeness.SAME
        for typed, token in ((one, other), (other, one)):
            reading = self.readings.get(typed)
            found = reading.alike.get(token) if reading else None
            if found is not None:
                return found
        if len(one) == 1 or len(other) == 1:
            return Likeness.INITIAL if one[:1] == other[:1] else Likeness.DIFFERENT
        return written_likeness(one, other)


def expand_all(connection: Connection, queries: Sequence[Description]) -> list[Expansion]:
    """Expand the names of many queries, each to at most MOST_WORDS words of the vocabulary; a word
    that several of them have is read and judged once."""
    children = how_many(connection)
    typed = [(_given(query), _family(query)) for query in queries]
    words = dict.fromkeys(word for both in typed for words in both for word in words)
    readings = read(connection, words, children=children, queries=len(queries))
    return [_expansion(given, family, readings, children) for given, family in typed]


def _expansion(
    given: list[str], family: list[str], readings: dict[str, Reading], children: int
) -> Expansion:
    own = {word: readings[word] for word in (*given, *family)}
    shares: dict[str, float] = {}
    for reading in own.values():
        shares |= reading.shares
    return Expansion(
        likeliest([own[word] for word in given]),
        likeliest([own[word] for word in family]),
        shares,
        own,
        max(children, 1),
    )


def shares_of(connection: Connection, words: Iterable[str]) -> tuple[dict[str, float], int]:
    """Return what share of all children bears each of these words, for those the vocabulary knows,
    and how many children there are, at least one: what a search would have weighed names by."""
    found = connection.execute(_SHARES, {"forms": list(words)}).all()
    known: dict[str, int] = {str(token): frequency for token, frequency in found}
    children = known.pop("")
    shares = {token: share(frequency, children) for token, frequency in known.items()}
    return shares, max(children, 1)


def _given(query: Description) -> list[str]:
    return _typed([query.given, *query.former_given])


def _family(query: Description) -> list[str]:
    return _typed([query.family, *query.former])


def _typed(names: Iterable[Name]) -> list[str]:
    words = [word for name in names for word in (*name.tokens, *name.joined)]
    words += ["".join(name.tokens) for name in names if len(name.tokens) > 1]
    return list(dict.fromkeys(words))[:_MOST_TYPED]
