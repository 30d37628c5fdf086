"""What a search needs, how many there may be, and how the children offered differ: decisions on
values alone.
"""

import datetime as dt
import re
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, TypeVar

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from nhs_number.validate import is_valid as is_nhs_number

from portal.access.identity import Identity
from portal.children.rules import ISSUED_FOR, Criteria, Scheme, normal_record_number
from portal.core.config import Config
from portal.matching import Birth, age_window, year_window

KEPT_FOR = dt.timedelta(hours=2)
FORGOTTEN_AFTER = dt.timedelta(days=1)
WILD_CARDS = frozenset("*?%_")
_UPN = re.compile(r"[A-Z][0-9]{11}[0-9A-Z]")


class Outcome(StrEnum):
    """What a search came to."""

    FEW = "few"
    TOO_MANY = "too_many"
    NONE = "none"


# The question that would separate too many children best, by the word that the index gives.
QUESTIONS: dict[str, LazyString] = {
    "date_of_birth": _l(
        "The date of birth would separate these children best. If you know the year only, enter it."
    ),
    "given_name": _l(
        "The given name would separate these children best. Check it, or add a middle name."
    ),
    "gender": _l("The gender would separate these children best."),
    "": _l("What you know fits all these children. A record number would tell them apart."),
}
DIFFERENCES: dict[str, LazyString] = {
    "given_names": _l("Another child here is alike: the given name is different."),
    "family_name": _l("Another child here is alike: the family name is different."),
    "date_of_birth": _l("Another child here is alike: the date of birth is different."),
    "gender": _l("Another child here is alike: the gender is different."),
    "record_number": _l(
        "Another child here has the same name and date of birth. They are two children."
    ),
}


class Holder(StrEnum):
    """Who has a budget of searches, from the narrowest: they are always spent in this order."""

    PERSON = "person"
    TEAM = "team"
    ORGANISATION = "organisation"


class Span(StrEnum):
    """How long a budget holds: an hour of the clock or a day, both in UTC."""

    HOUR = "hour"
    DAY = "day"

    def first_moment(self, at: dt.datetime) -> dt.datetime:
        """When the hour or day of this moment (aware, UTC) began."""
        hour = at.replace(minute=0, second=0, microsecond=0)
        return hour if self is Span.HOUR else hour.replace(hour=0)

    @property
    def length(self) -> dt.timedelta:
        """How long it lasts."""
        return dt.timedelta(hours=1) if self is Span.HOUR else dt.timedelta(days=1)


# What tells the budgets of one person apart: whose it is, and for how long it holds.
BudgetKey = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Budget:
    """How many searches somebody may make in the hour or day that began at starts_at (UTC)."""

    holder: Holder
    holder_id: uuid.UUID
    span: Span
    starts_at: dt.datetime
    limit: int

    @property
    def key(self) -> BudgetKey:
        """What tells it from the other budgets of the same person."""
        return self.holder.value, self.span.value

    @property
    def lifts_at(self) -> dt.datetime:
        """When the next one begins."""
        return self.starts_at + self.span.length


def budgets_of(by: Identity, config: Config, *, at: dt.datetime) -> tuple[Budget, ...]:
    """Return the six budgets from which a search of this person is taken at a moment (UTC).

    Fewer for whoever has no organisation. Their order is that of Holder, then Span.
    """
    holders = ((Holder.PERSON, by.account_id), (Holder.TEAM, by.team_id or by.account_id),
               (Holder.ORGANISATION, by.organisation_id))  # fmt: skip
    return tuple(
        Budget(holder, held_by, span, span.first_moment(at), _limit(config, holder, span))
        for holder, held_by in holders
        if held_by
        for span in Span
    )


def _limit(config: Config, holder: Holder, span: Span) -> int:
    limit: int = getattr(config, f"{holder}_searches_per_{span}")
    return limit


def overspent(budgets: Iterable[Budget], used: Mapping[BudgetKey, int]) -> Budget | None:
    """Return the budget of which more is used than there is, None when there is none.

    Of several the one that lifts last: before that no search would pass.
    """
    over = [one for one in budgets if used.get(one.key, 0) > one.limit]
    return max(over, key=lambda one: one.lifts_at, default=None)


class Lack(StrEnum):
    """What is missing from a search that says too little."""

    EVERYTHING = "everything"
    FAMILY_NAME = "family_name"
    GIVEN_NAME = "given_name"
    ONE_MORE_FACT = "one_more_fact"


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody typed, read. born is a whole date or a year; number is what stood in the box
    for numbers.
    """

    given_name: str = ""
    family_name: str = ""
    born: dt.date | int | None = None
    age: int | None = None
    gender: str = ""
    postcode: str = ""
    number: str = ""


def lack(typed: Typed) -> Lack | None:
    """Say what is missing, or None when there is enough to search with (design.md 6).

    Enough is a number; or both names and one more fact (a date or year of birth, an age, a
    postcode). Gender halves the children and no more, so it is no such fact. One name is enough
    with a whole date of birth: some children have one name only.
    """
    if typed.number:
        return None
    names = [bool(typed.given_name), bool(typed.family_name)]
    if isinstance(typed.born, dt.date) and any(names):
        return None
    if not any(names):
        return Lack.EVERYTHING
    if not all(names):
        return Lack.FAMILY_NAME if names[0] else Lack.GIVEN_NAME
    more = typed.born is not None or typed.age is not None or typed.postcode
    return None if more else Lack.ONE_MORE_FACT


def has_wild_card(name: str) -> bool:
    """True for a name that asks for any letters: the index has no wild cards (design.md 2)."""
    return not WILD_CARDS.isdisjoint(name)


def read_number(text: str) -> tuple[Scheme | None, str] | None:
    """Return whose number this is and its one spelling; no scheme for the index's own numbers.

    None when it is a number of no kind that the index knows. The lengths tell them apart: ten
    digits (NHS number, with its check digit), twelve signs (record number), thirteen (UPN).
    """
    plain = re.sub(r"[\s-]", "", text).upper()
    if re.fullmatch(r"[0-9]{10}", plain, re.ASCII) and is_nhs_number(plain):
        return Scheme.NHS_NUMBER, plain
    if _UPN.fullmatch(plain):
        return Scheme.UPN, plain
    own = normal_record_number(text)
    return (None, own) if own else None


def may_search_by(scheme: Scheme | None, sector: str) -> bool:
    """True when people of this sector may use this body's numbers (SI 2007/2182 reg 6(3)(c))."""
    return scheme is None or ISSUED_FOR[scheme] == sector


def criteria_of(typed: Typed, *, on: dt.date) -> Criteria:
    """Turn what was typed on a day into what the index is asked for."""
    scheme, number = read_number(typed.number) or (None, "")
    return Criteria(
        given_name=typed.given_name,
        family_name=typed.family_name,
        birth=_birth(typed, on),
        gender=typed.gender,
        postcode=typed.postcode,
        record_number="" if scheme else number,
        numbers={scheme: number} if scheme else {},
    )


def _birth(typed: Typed, on: dt.date) -> Birth:
    if isinstance(typed.born, dt.date):
        return typed.born
    if typed.born is not None:
        return year_window(typed.born)
    return None if typed.age is None else age_window(typed.age, on)


class Named(Protocol):
    """What tells one child from another on a page of results."""

    @property
    def given_names(self) -> str: ...  # noqa: D102
    @property
    def family_name(self) -> str: ...  # noqa: D102
    @property
    def date_of_birth(self) -> dt.date: ...  # noqa: D102
    @property
    def gender(self) -> str: ...  # noqa: D102


Child = TypeVar("Child", bound=Named)
MARKED = ("given_names", "family_name", "date_of_birth", "gender")


def alike(one: Named, other: Named) -> bool:
    """True for twins and namesakes: two of given names, family name and birth date are the same."""
    same = [
        one.given_names.casefold() == other.given_names.casefold(),
        one.family_name.casefold() == other.family_name.casefold(),
        one.date_of_birth == other.date_of_birth,
    ]
    return sum(same) >= 2


def side_by_side(children: Sequence[Child]) -> list[Child]:
    """Put children that are alike next to each other; the order is otherwise kept."""
    left, placed = list(children), []
    while left:
        first = left.pop(0)
        group = [other for other in left if alike(first, other)]
        left = [other for other in left if other not in group]
        placed += [first, *group]
    return placed


def differences(child: Named, others: Iterable[Named]) -> tuple[str, ...]:
    """Name the facts that tell a child from those it is alike to.

    Empty without such a child; "record_number" when nothing that the page shows tells them apart.
    """
    twins = [other for other in others if other is not child and alike(child, other)]
    told = tuple(
        word for word in MARKED if any(getattr(child, word) != getattr(t, word) for t in twins)
    )
    return told or (("record_number",) if twins else ())
