"""The ladder: which of some records a row of a feed belongs to, if any, and whether a person has to
decide (design.md 7). Vetoes come before scores; between two likely records nobody chooses but a
person.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

from portal.matching.dates import DateLikeness, compare_births
from portal.matching.givens import is_written_alike
from portal.matching.score import Comparison, Description, compare
from portal.matching.vetoes import (
    Veto,
    conflict,
    differ_in_gender,
    explain_vetoes,
    is_same_person,
    may_be_same_person,
    vetoes,
)
from portal.matching.weights import IDENTIFIER, Frequency, probability
from portal.matching.words import Evidence, Kind, explain

# Whether two records are joined must not hang on how few there are: one of at least so many. What
# is put before a person may: there it is one of as many as there are.
FEWEST_CHILDREN = 1_000_000
# At least of so many: who is asked about is nearer than the guard of hidden children asks for.
FEWEST_TO_ASK_AMONG = 2_000
# Of so many days that are written down one has a slip in it. A search forgives that; before a
# person is asked whether two are one child, more has to speak for it where no place agrees.
_ONE_SLIP_IN = 32
_DAY_NEAR = frozenset({Kind.BORN_SWAPPED, Kind.BORN_NEXT_DAY, Kind.BORN_ONE_DIGIT})
_AT_HOME = frozenset({Kind.POSTCODE_SAME, Kind.ADDRESS_SAME})
_TWO_CHILDREN = frozenset({Veto.OTHER_GIVEN_NAME, Veto.CONFLICTING_IDENTIFIERS})


class Rung(IntEnum):
    """How a row of a feed was placed; the smaller, the surer. From POSSIBLE on nothing is joined:
    a person decides about a possible match, and a row that has none is a new record."""

    SAME_SOURCE_ID = 0
    IDENTIFIER = 1
    EXACT = 2
    STRONG = 3
    POSSIBLE = 4
    NONE = 5

    @property
    def links(self) -> bool:
        """True where the row is joined to the record without a person."""
        return self < Rung.POSSIBLE


@dataclass(frozen=True, slots=True)
class Candidate:
    """A record that a row may belong to, described with all its numbers, former names,
    postcodes and addresses: what is left out cannot speak for it. `is_bound`: the source that sends
    the row has called this record by the row's number before. `vetoes`: what the caller knows
    against joining them, which no comparison shows (OTHER_SOURCE_ID, TOLD_APART)."""

    key: str
    description: Description
    is_bound: bool = False
    vetoes: frozenset[Veto] = frozenset()


_Weighed = tuple[Candidate, Comparison]


@dataclass(frozen=True, slots=True)
class Register:
    """The children there are to choose from: what share of them bears a word (steadied where they
    are few, None for a word that none of them bears), and how many they are."""

    frequency: Frequency
    children: int


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From which probability a match is strong, from which it is possible, and by how many bits it
    has to be likelier than the next."""

    strong: float
    possible: float
    margin: float


# Written by `python -m tests.benchmarks ladder-tuning`, on data that no report uses.
THRESHOLDS = Thresholds(strong=0.98, possible=0.7, margin=8.0)


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a row belongs. `key` is that of the record, None for NONE; `bits` is how much speaks
    for the nearest record, and `margin` how much more than for the next (None where there is no
    next); evidence and vetoes are about the nearest. Whoever has vetoes is never joined."""

    rung: Rung
    key: str | None = None
    bits: float = 0.0
    margin: float | None = None
    evidence: tuple[Evidence, ...] = ()
    vetoes: frozenset[Veto] = frozenset()

    def in_words(self) -> list[str]:
        """The evidence, then the vetoes, in plain English; each sentence is a message id."""
        return [*explain(self.evidence), *explain_vetoes(self.vetoes)]


@dataclass(frozen=True, slots=True)
class Nearest:
    """The likeliest of some records, before it is asked whether that is likely enough. `sure` is
    the rung on which it stands if it is likely enough and nothing forbids it."""

    key: str
    comparison: Comparison
    sure: Rung
    vetoes: frozenset[Veto]
    margin: float | None

    def at(self, thresholds: Thresholds) -> Placed:
        """Where the row belongs by these thresholds."""
        found = set(self.vetoes)
        is_strong = self.sure <= Rung.IDENTIFIER or self._is_over(
            thresholds.strong, max(self.comparison.children, FEWEST_CHILDREN)
        )
        if is_strong and self._has_rival(thresholds.margin):
            found.add(Veto.RIVAL)
        if is_strong and not found:
            return self._placed(self.sure, found)
        is_possible = (
            self.sure < Rung.STRONG
            or Veto.OTHERS_NUMBER in found
            or self._is_over(thresholds.possible, self._to_choose_from())
        )
        if is_possible and not self._is_another_child():
            return self._placed(Rung.POSSIBLE, found)
        return self._placed(Rung.NONE, found)

    def _is_over(self, least: float, children: int) -> bool:
        return probability(self.comparison.score, children) >= least

    def _to_choose_from(self) -> int:
        """How many children: many more of them are namesakes born near the day than on it."""
        children = max(self.comparison.children, FEWEST_TO_ASK_AMONG)
        kinds = {item.kind for item in self.comparison.evidence}
        is_slip = Veto.NEAR_BIRTH in self.vetoes and not kinds.isdisjoint(_DAY_NEAR)
        return children * (_ONE_SLIP_IN if is_slip else 1)

    def _has_rival(self, margin: float) -> bool:
        bound = self.sure is Rung.SAME_SOURCE_ID
        return not bound and self.margin is not None and self.margin < margin

    def _is_another_child(self) -> bool:
        """Another given name and another number are two children; so are namesakes born on quite
        other days, unless they live at the same place. No person need look."""
        kinds = {item.kind for item in self.comparison.evidence}
        namesakes = Kind.BORN_DIFFERENT in kinds and kinds.isdisjoint(_AT_HOME)
        return self.sure > Rung.IDENTIFIER and (namesakes or self.vetoes >= _TWO_CHILDREN)

    def _placed(self, rung: Rung, found: set[Veto]) -> Placed:
        return Placed(
            rung,
            None if rung is Rung.NONE else self.key,
            self.comparison.score,
            self.margin,
            self.comparison.evidence,
            frozenset(found),
        )


def place(
    row: Description,
    candidates: Iterable[Candidate],
    register: Register,
    *,
    thresholds: Thresholds = THRESHOLDS,
) -> Placed:
    """Place a row of a feed among the records it may belong to. Their order does not matter; no two
    may have the same key."""
    every = list(candidates)
    found = nearest(row, every, register)
    if found:
        return found.at(thresholds)
    return Placed(Rung.NONE, vetoes=frozenset({Veto.TOLD_APART} if every else ()))


def nearest(
    row: Description, candidates: Iterable[Candidate], register: Register
) -> Nearest | None:
    """The record that a row belongs to if to any: that which the source calls by the row's number,
    else the likeliest. A record that bears an identifying number of the row comes before a likelier
    one which something forbids. None where there is none, or all were told from the row."""
    weighed = [
        (one, _compared(row, one.description, register))
        for one in candidates
        if Veto.TOLD_APART not in one.vetoes
    ]
    if not weighed:
        return None
    if len(weighed) > 1:
        # Of equals first whom nothing forbids: a question about the other would lead nowhere.
        weighed.sort(
            key=lambda it: (not it[0].is_bound, -it[1].score, bool(it[0].vetoes), it[0].key)
        )
    (best, comparison), sure, found = _chosen(row, weighed)
    next_best = max((other.score for one, other in weighed if one is not best), default=None)
    margin = None if next_best is None else comparison.score - next_best
    return Nearest(best.key, comparison, sure, found, margin)


def words_of(*described: Description) -> set[str]:
    """The words whose shares `place` asks the register for when it compares these: those of every
    name, and names written together."""
    words = set()
    for one in described:
        whole = dict.fromkeys((*one.given.tokens, *one.family.tokens))
        words.add("".join(whole))
        for name in (one.given, one.family, *one.former_given, *one.former):
            words |= {*name.tokens, *name.joined, "".join(name.tokens)}
    return words - {""}


def _compared(row: Description, known: Description, register: Register) -> Comparison:
    return compare(row, known, frequency=register.frequency, children=register.children)


def _chosen(row: Description, weighed: list[_Weighed]) -> tuple[_Weighed, Rung, frozenset[Veto]]:
    """The first of them, or who bears a number of the row. Where another is likelier but for that
    number, a person decides: a mother's number stands on a newborn, and one twin's on the other."""
    first = weighed[0]
    sure, found = _judged(row, *first)
    holder = next((pair for pair in weighed if _shows_number(pair[1])), None)
    if holder is None or sure is Rung.SAME_SOURCE_ID:
        return first, sure, found
    if holder is not first and not found:
        return first, sure, frozenset({Veto.OTHERS_NUMBER})
    rung, against = _judged(row, *holder)
    rival = _likelier_but_for_the_number(row, holder[1], weighed)
    if rival is None:
        return holder, rung, against
    sure, found = _judged(row, *rival)
    if not found:
        return rival, sure, frozenset({Veto.OTHERS_NUMBER})
    return holder, rung, against | {Veto.RIVAL}


def _likelier_but_for_the_number(
    row: Description, holder: Comparison, weighed: list[_Weighed]
) -> _Weighed | None:
    least = holder.score - IDENTIFIER
    return next(
        (
            (one, comparison)
            for one, comparison in weighed
            if comparison.score > least
            and not _shows_number(comparison)
            and is_same_person(row, one.description)
        ),
        None,
    )


def _judged(
    row: Description, best: Candidate, comparison: Comparison
) -> tuple[Rung, frozenset[Veto]]:
    """The rung a record would stand on, and what forbids it."""
    known = best.description
    if best.is_bound:
        same = may_be_same_person(row, known)
        return Rung.SAME_SOURCE_ID, _unless(same, Veto.ANOTHER_PERSON)
    if _shows_number(comparison):
        same = is_same_person(row, known)
        found = _unless(same, Veto.ANOTHER_PERSON) | conflict(row, known)
        return Rung.IDENTIFIER, found | best.vetoes
    exact = Rung.EXACT if _is_exact(row, known) else Rung.STRONG
    return exact, vetoes(row, known) | best.vetoes


def _shows_number(comparison: Comparison) -> bool:
    return any(item.kind is Kind.IDENTIFIER_SAME for item in comparison.evidence)


def _unless(holds: bool, veto: Veto) -> frozenset[Veto]:
    return frozenset() if holds else frozenset({veto})


def _is_exact(row: Description, known: Description) -> bool:
    """The same words in both names, born on the same day, and no other gender."""
    if not row.given or not is_written_alike(row.given, known.given):
        return False
    if not is_written_alike(row.family, known.family):
        return False
    same_day = compare_births(row.birth, known.birth) is DateLikeness.SAME
    return same_day and not differ_in_gender(row, known)
