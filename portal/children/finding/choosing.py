"""Which of the scored children to name: at most five, a question when too many, or none."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from math import log2
from typing import Any

from portal.children.rules import Gender
from portal.matching import Comparison, Description, Evidence, Kind

MOST_CANDIDATES = 5
# A child is worth naming when its visible facts earn half of what a perfect match would, or make it
# likelier than not among all children (a small index counts as one of 2,000). It must also stay
# within so many bits of the best.
_WORTH_NAMING = 0.5
_LEAST_BITS = 7.0
_LEAST_LIKELY_BITS = 11.0
_MARGIN = 10.0
_GAP = 5.0
_LIFTED = 4.0
_READ_AT_ONCE = 40
_ROUNDING = 1e-9
_ANYBODY = uuid.UUID(int=0)
_CLEARLY_ANOTHER = frozenset({Kind.GIVEN_DIFFERENT, Kind.FAMILY_DIFFERENT})


class Outcome(StrEnum):
    """What a search came to."""

    NONE = "none"
    FEW = "few"
    TOO_MANY = "too_many"


class Question(StrEnum):
    """The one fact to ask for next."""

    DATE_OF_BIRTH = "date_of_birth"
    GIVEN_NAME = "given_name"
    GENDER = "gender"


_ORDER = list(Question)
_MOST_OF_GENDER = log2(len(Gender))


@dataclass(frozen=True, slots=True)
class Candidate:
    """A child to offer. `evidence` says why (`portal.matching.explain` puts it into words)."""

    child_id: uuid.UUID
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """What a search came to: candidates, the likeliest first, only when there are FEW; `question`
    only when TOO_MANY, and None even then if no visible fact would separate them."""

    outcome: Outcome
    candidates: tuple[Candidate, ...] = ()
    question: Question | None = None


@dataclass(frozen=True, slots=True)
class Visible:
    """What a page shows of a child, as far as a question can be about it; `birth` as a number."""

    given_names: str
    birth: int
    gender: str


@dataclass(frozen=True, slots=True)
class Field:
    """The children among whom a question has to separate: how many, and what reads those from one
    place to another, which is dear. `births` are their days of birth, by number, where no day was
    typed: these are known beforehand."""

    size: int
    births: Sequence[int]
    read: Callable[[int, int], list[Visible]]


@dataclass(frozen=True, slots=True)
class Scored:
    """A child of the index with what the comparison found. `promise` is what the look-ups alone
    let expect, in bits."""

    child_id: uuid.UUID
    comparison: Comparison
    promise: float = 0.0

    @property
    def visible(self) -> float:
        """The bits that rest on facts every record shows."""
        return self.comparison.visible

    @property
    def lift(self) -> float:
        """The bits that a postcode added; never below nought."""
        return self.comparison.score - self.comparison.visible


def choose(
    query: Description,
    perfect: float,
    scored: Iterable[Scored],
    *,
    children: int,
    field: Callable[[], Field],
) -> Found:
    """Choose among the scored children. `perfect` is what the query would score against itself;
    `field` makes the children among whom a question would have to separate.

    Visible facts choose first; a postcode may then add children and change their order, but never
    push out one who would be named without it (design.md 5).
    """
    ranked = sorted(scored, key=lambda one: (-one.visible, -one.promise))
    worth = [one for one in ranked if _is_worth_naming(one, perfect, children)]
    standing = [one for one in worth if one.visible >= worth[0].visible - _MARGIN]
    first = _standing_apart(standing)
    if standing and not first:
        return _named([one for one in standing if one.lift >= _LIFTED]) or Found(
            Outcome.TOO_MANY, question=_best_question(query, field())
        )
    lifted = [one for one in ranked if one not in first and _is_lifted(one, perfect)]
    lifted.sort(key=lambda one: -one.comparison.score)
    named = _named([*first, *lifted[: MOST_CANDIDATES - len(first)]])
    return named or Found(Outcome.NONE)


def is_worth_naming(comparison: Comparison, perfect: float) -> bool:
    """True when a search would name a child so compared who had nobody beside. perfect is what the
    visible facts of the search would score against themselves."""
    one = Scored(_ANYBODY, comparison)
    return _is_worth_naming(one, perfect, comparison.children) or _is_lifted(one, perfect)


def _is_worth_naming(one: Scored, perfect: float, children: int) -> bool:
    """A name that is clearly another must be outweighed as if every child had been looked at."""
    if one.visible >= max(log2(children), _LEAST_LIKELY_BITS):
        return True
    another = any(item.kind in _CLEARLY_ANOTHER for item in one.comparison.evidence)
    return not another and one.visible >= max(_WORTH_NAMING * perfect, _LEAST_BITS)


def _is_lifted(one: Scored, perfect: float) -> bool:
    enough = one.comparison.score >= max(_WORTH_NAMING * perfect, _LEAST_BITS)
    return one.lift >= _LIFTED and one.visible > 0 and enough


def _standing_apart(standing: list[Scored]) -> list[Scored]:
    """All when there are few; else the most that stand well above the rest; else nobody."""
    if len(standing) <= MOST_CANDIDATES:
        return standing
    for place in range(MOST_CANDIDATES, 0, -1):
        if standing[place - 1].visible - standing[place].visible >= _GAP:
            return standing[:place]
    return []


def _named(chosen: list[Scored]) -> Found | None:
    if not 1 <= len(chosen) <= MOST_CANDIDATES:
        return None
    chosen = sorted(chosen, key=lambda one: (-one.comparison.score, one.child_id))
    return Found(
        Outcome.FEW,
        tuple(Candidate(one.child_id, one.comparison.evidence) for one in chosen),
    )


def _best_question(query: Description, field: Field) -> Question | None:
    """The visible fact, not yet given, whose answer is worth most bits over these children. A part
    of them is read at a time, until it is plain whatever the rest are called."""
    some: list[Visible] = []
    for start in range(0, field.size, _READ_AT_ONCE):
        some += field.read(start, start + _READ_AT_ONCE)
        rest = max(field.size - start - _READ_AT_ONCE, 0)
        gains = _gains(query, some, field, rest)
        best = max(gains, key=lambda question: (gains[question][0], -_ORDER.index(question)))
        least = gains[best][0]
        others = [most for question, (_, most) in gains.items() if question is not best]
        if not rest or least > max(others, default=0.0) + _ROUNDING:
            return best if least > 0 else None
    return None


def _gains(
    query: Description, some: list[Visible], field: Field, rest: int
) -> dict[Question, tuple[float, float]]:
    """How many bits each answer is worth at least and at most, so many children being unread."""
    gains = {Question.GIVEN_NAME: _between([one.given_names for one in some], rest)}
    if not isinstance(query.birth, date):
        births = _entropy(Counter(field.births))
        gains[Question.DATE_OF_BIRTH] = (births, births)
    if query.gender is None:
        least, most = _between([one.gender for one in some], rest)
        gains[Question.GENDER] = (least, min(most, _MOST_OF_GENDER))
    return gains


def _between(answers: list[str], rest: int) -> tuple[float, float]:
    """What an answer is worth if so many more all say what most say, and if each says another."""
    counts = Counter(answers)
    commonest = dict(counts.most_common(1))
    alone = Counter(dict.fromkeys(range(rest), 1))
    return (
        _entropy(counts + Counter(dict.fromkeys(commonest, rest))),
        _entropy(Counter[object](counts) + alone),
    )


def _entropy(counts: Counter[Any]) -> float:
    """How many bits an answer is worth on average, every child being equally likely. In one order,
    so that two answers that divide the children alike are worth the same to the last digit."""
    total = sum(counts.values())
    return sum(count / total * log2(total / count) for count in sorted(counts.values()))
