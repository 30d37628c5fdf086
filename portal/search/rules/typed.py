"""What a search needs, and what it asks the index for."""

import datetime as dt
import re
from dataclasses import dataclass
from enum import StrEnum

from nhs_number.validate import is_valid as is_nhs_number

from portal.children.rules import ISSUED_FOR, Criteria, Scheme, normal_record_number
from portal.matching import Birth, age_window, year_window
from portal.matching.names import fold

WILD_CARDS = frozenset("*?%_")
_UPN = re.compile(r"[A-Z][0-9]{11}[0-9A-Z]")


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


def has_letters(name: str) -> bool:
    """True for a name in any writing that the index can read as letters."""
    return any(letter.isalpha() for letter in fold(name))


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
