"""Reading queries: one JSON object a line. A line that is none is told by its number alone."""

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from portal.search.rules import Typed

LONGEST = 200
FIRST_YEAR, LAST_YEAR = 1900, 2100
# What other people's files say of a gender. Anything else is taken as not known.
GENDERS = {"f": "female", "female": "female", "m": "male", "male": "male"}
NOT_TEXT = "is not text"


@dataclass(frozen=True, slots=True)
class Asked:
    """One query and the source id of the child that it means."""

    line: int
    typed: Typed
    expect: str


@dataclass(frozen=True, slots=True)
class Bad:
    """A line that is no query, and why; not a word of what stood in it."""

    line: int
    why: str


class _No(Exception):
    """Why a line is no query."""


def read(lines: Iterable[bytes]) -> Iterator[Asked | Bad]:
    """Read UTF-8 lines, numbered from 1. Empty lines are passed over, unknown keys too."""
    for number, line in enumerate(lines, start=1):
        plain = line.removeprefix(b"\xef\xbb\xbf").strip()
        if not plain:
            continue
        try:
            yield _asked(number, _object(plain))
        except _No as reason:
            yield Bad(number, str(reason))


def _object(line: bytes) -> Mapping[str, object]:
    try:
        said = json.loads(line)
    except (ValueError, RecursionError):
        raise _No("this is not JSON in UTF-8") from None
    if not isinstance(said, dict):
        raise _No("this is not a JSON object")
    return said


def _asked(number: int, said: Mapping[str, object]) -> Asked:
    expect = said.get("expect")
    if isinstance(expect, int) and not isinstance(expect, bool):
        expect = str(expect)
    meant = _text("expect", expect)
    if not meant:
        raise _No("expect is missing")
    typed = Typed(
        given_name=_text("given_name", said.get("given_name")),
        family_name=_text("family_name", said.get("family_name")),
        born=_date(_text("date_of_birth", said.get("date_of_birth"))) or _year(said.get("year")),
        gender=GENDERS.get(_text("gender", said.get("gender")).lower(), ""),
        postcode=_text("postcode", said.get("postcode")),
    )
    return Asked(number, typed, meant)


def _text(key: str, value: object) -> str:
    if value is None:
        return ""
    # Half a pair of surrogates and NUL are what no database takes for text.
    if not isinstance(value, str) or "\0" in value or not _is_whole(value):
        raise _No(f"{key} {NOT_TEXT}")
    if len(value) > LONGEST:
        raise _No(f"{key} is longer than {LONGEST} characters")
    return value.strip()


def _is_whole(text: str) -> bool:
    return text.isascii() or not any("\ud800" <= sign <= "\udfff" for sign in text)


def _date(text: str) -> dt.date | None:
    if not text:
        return None
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        raise _No("date_of_birth is not a date like 2019-02-28") from None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise _No(f"date_of_birth is not between {FIRST_YEAR} and {LAST_YEAR}")
    return day


def _year(value: object) -> int | None:
    if value is None or value == "":
        return None
    digits = str(value)
    if isinstance(value, bool) or len(digits) != 4 or not (digits.isascii() and digits.isdigit()):
        raise _No("year is not a year of four digits")
    if not FIRST_YEAR <= int(digits) <= LAST_YEAR:
        raise _No(f"year is not between {FIRST_YEAR} and {LAST_YEAR}")
    return int(digits)
