"""What a search came to: the one question, what to try, and how the children offered differ."""

import datetime as dt
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Protocol, TypeVar

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from portal.matching import describe
from portal.search.rules.typed import Typed

KEPT_FOR = dt.timedelta(hours=2)
FORGOTTEN_AFTER = dt.timedelta(days=1)


class Outcome(StrEnum):
    """What a search came to."""

    FEW = "few"
    TOO_MANY = "too_many"
    NONE = "none"


class Ask(StrEnum):
    """The one fact to ask for when too many children match."""

    DATE_OF_BIRTH = "date_of_birth"
    WHOLE_DATE = "whole_date"
    GIVEN_NAME = "given_name"
    GENDER = "gender"
    POSTCODE = "postcode"
    RECORD_NUMBER = "record_number"

    @property
    def box(self) -> str:
        """The box of the form to fill."""
        return Ask.DATE_OF_BIRTH.value if self is Ask.WHOLE_DATE else self.value


QUESTIONS: dict[Ask, tuple[LazyString, LazyString]] = {
    Ask.DATE_OF_BIRTH: (
        _l("Ask for the date of birth"),
        _l("It separates these children best. If nobody knows the day, the year alone helps."),
    ),
    Ask.WHOLE_DATE: (
        _l("Ask for the whole date of birth"),
        _l("The day and the month separate these children best. The year alone is not enough."),
    ),
    Ask.GIVEN_NAME: (
        _l("Ask for the whole given name"),
        _l("It separates these children best. Check the spelling, and add a middle name."),
    ),
    Ask.GENDER: (_l("Ask for the gender"), _l("It separates these children best.")),
    Ask.POSTCODE: (
        _l("Ask for the home postcode"),
        _l("What you know fits all these children. Where the child lives may tell them apart."),
    ),
    Ask.RECORD_NUMBER: (
        _l("Ask for a record number"),
        _l("What you know fits all these children. Only a number tells them apart."),
    ),
}


def fact_to_ask(question: str, typed: Typed) -> Ask:
    """Return what to ask for: the fact that the index named, else one that was not typed.

    The index names none when no fact that every record shows separates the children.
    """
    if question == Ask.DATE_OF_BIRTH and typed.born is not None:
        return Ask.WHOLE_DATE
    if question:
        return Ask(question)
    return Ask.RECORD_NUMBER if typed.postcode else Ask.POSTCODE


_NEWBORN = _l(
    "Enter the postcode as well: a newborn who has no name yet is found by "
    "date of birth and postcode together."
)
_EVERY_NAME = _l(
    "Ask for every name that the child has or had: a former or double family name, "
    "the other parent's, a name used at home."
)


def advice(typed: Typed) -> list[LazyString]:
    """Say what to try after a search that found nobody. It hangs on what was typed alone."""
    named, is_day = typed.given_name or typed.family_name, isinstance(typed.born, dt.date)
    is_plain = is_day and not (typed.number or typed.postcode or typed.gender)
    known = describe(given_names=typed.given_name, family_name=typed.family_name)
    is_nameless = not (known.given or known.family)
    lines = [
        (_NEWBORN, is_plain and is_nameless),
        (_l("Check the number against the paper or the screen that it comes from."), typed.number),
        (_l("Search by name and date of birth alone."), not is_plain),
        (_EVERY_NAME, named),
        (
            _l(
                "Check the date of birth with the family. "
                "A year alone is enough when you are not sure."
            ),
            is_day,
        ),
        (
            _l("Ask for the whole date of birth: a wrong year or age can hide a child."),
            named and not is_day,
        ),
    ]
    return [line for line, is_right in lines if is_right]


DIFFERENCES: dict[str, LazyString] = {
    "given_names": _l("given name"),
    "family_name": _l("family name"),
    "date_of_birth": _l("date of birth"),
    "gender": _l("gender"),
}


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


def side_by_side(children: Sequence[Child]) -> list[list[Child]]:
    """Put children that are alike into one group; the order is otherwise kept."""
    left, groups = list(children), []
    while left:
        first = left.pop(0)
        group = [other for other in left if alike(first, other)]
        left = [other for other in left if other not in group]
        groups.append([first, *group])
    return groups


def differences(child: Named, others: Iterable[Named]) -> tuple[str, ...]:
    """Name the facts that tell a child from those it is alike to.

    Empty without such a child; "record_number" when nothing that the page shows tells them apart.
    """
    twins = [other for other in others if other is not child and alike(child, other)]
    told = tuple(
        word for word in MARKED if any(getattr(child, word) != getattr(t, word) for t in twins)
    )
    return told or (("record_number",) if twins else ())
