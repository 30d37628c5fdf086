"""What the three files of people must hold, row by row, as pure functions.

A row is taken whole or set aside: with one wrong cell nobody knows whether the others are about the
right child. A fault names the column, never what stood in it.
"""

import datetime as dt
import re
from collections.abc import Callable
from functools import lru_cache

from portal.children.rules import (
    AddressDraft,
    ChildDraft,
    FormerName,
    Gender,
    Kind,
    Scheme,
    Tier,
    fault_of_period,
    is_sensitive,
    kind_of,
    tier_of,
)
from portal.directory.rules import (
    Flaw,
    PractitionerFacts,
    plain,
    read_email,
    read_phone,
    read_postcode,
)
from portal.feeds.rules.values import (
    read_address,
    read_code,
    read_name,
    read_nhs_number,
    read_role_title,
    read_source_id,
    read_upn,
)
from portal.feeds.rules.words import Cells, InvolvementFacts

OLDEST = 25
MOST_FORMER_NAMES = 10
# The NHS writes ZZ99 for "no fixed abode", "not known" and the like: no place at all.
_NO_PLACE = "ZZ99"
# What systems write where nothing is known. Not of names: Na is one, and so may None be.
_NOT_KNOWN = frozenset(
    {"n/a", "n.a.", "na", "n/k", "nk", "not known", "unknown", "not applicable", "not available",
     "not given", "not recorded", "not stated", "none", "nil", "null", "tbc"}
)  # fmt: skip
_LONGEST = max(map(len, _NOT_KNOWN))
_MAY_BE_UNKNOWN = frozenset(
    {"source_id", "child_source_id", "practitioner_email", "phone", "team_phone", "nhs_number",
     "upn", "address", "postcode", "tier", "started_on", "ended_on"}
)  # fmt: skip
_YES = frozenset({"true", "yes", "y", "1"})
_NO = frozenset({"false", "no", "n", "0", ""})


# A file has few words for services and many rows.
_names_sensitive = lru_cache(1024)(is_sensitive)
_meant = lru_cache(1024)(kind_of)
_meant_tier = lru_cache(1024)(tier_of)
_code = lru_cache(4096)(read_code)


class _Wrong(Exception):
    def __init__(self, fault: str, column: str) -> None:
        super().__init__(fault)
        self.flaw = Flaw(fault, column)


def read_practitioner(cells: Cells) -> PractitionerFacts | Flaw:
    """Read a row of practitioners.csv."""
    try:
        return PractitionerFacts(
            email=_needed(cells, "email", read_email, "not_an_email"),
            name=_needed(cells, "name", read_name, "not_a_name"),
            role_title=_needed(cells, "role_title", read_role_title, "not_a_title"),
            organisation_code=_needed(cells, "organisation_code", _code, "not_a_code"),
            phone=_optional(cells, "phone", read_phone, "not_a_phone"),
            team_phone=_optional(cells, "team_phone", read_phone, "not_a_phone"),
        )
    except _Wrong as wrong:
        return wrong.flaw


def read_child(cells: Cells, *, source: str, on: dt.date) -> ChildDraft | Flaw:
    """Read a row of children.csv that was received from this source on this day."""
    try:
        return ChildDraft(
            source=source,
            source_id=_needed(cells, "source_id", read_source_id, "not_an_id"),
            source_on=on,
            given_names=_optional(cells, "given_names", read_name, "not_a_name"),
            family_name=_family_name(cells),
            former_names=_former_names(cells),
            date_of_birth=_birth(cells, on),
            gender=_gender(cells),
            addresses=_addresses(cells),
            numbers=_numbers(cells),
        )
    except _Wrong as wrong:
        return wrong.flaw


def read_involvement(cells: Cells, *, on: dt.date) -> InvolvementFacts | Flaw:
    """Read a row of involvements.csv.

    Sensitive services are refused here: this version has no place where one could be kept hidden
    (SI 2007/2182, reg 6(3)(a) and 11(3)).
    """
    try:
        started_on, ended_on = _day(cells, "started_on"), _day(cells, "ended_on")
        fault = fault_of_period(started_on, ended_on, today=on)
        if fault is not None:
            raise _Wrong(fault.value, "ended_on" if "end" in fault.value else "started_on")
        return InvolvementFacts(
            child_source_id=_needed(cells, "child_source_id", read_source_id, "not_an_id"),
            organisation_code=_needed(cells, "organisation_code", _code, "not_a_code"),
            practitioner_email=_optional(cells, "practitioner_email", read_email, "not_an_email"),
            kind=_kind(cells),
            tier=_optional_tier(cells),
            started_on=started_on,
            ended_on=ended_on,
            is_lead=_yes_or_no(cells, "is_lead"),
            has_early_help_assessment=_yes_or_no(cells, "has_early_help_assessment"),
        )
    except _Wrong as wrong:
        return wrong.flaw


def _needed(cells: Cells, column: str, read: Callable[[str], str | None], fault: str) -> str:
    if not _said(cells, column):
        raise _Wrong("missing", column)
    return _optional(cells, column, read, fault)


def _optional(cells: Cells, column: str, read: Callable[[str], str | None], fault: str) -> str:
    text = _said(cells, column)
    value = read(text) if text else ""
    if value is None:
        raise _Wrong(fault, column)
    return value


def _said(cells: Cells, column: str) -> str:
    """What stands in a cell; nothing where it only says that nothing is known."""
    text = cells[column].strip()
    return "" if column in _MAY_BE_UNKNOWN and _says_nothing(text) else text


def _says_nothing(text: str) -> bool:
    if len(text) > _LONGEST or text[:1].isdigit():
        return False
    word = plain(text).lower()
    return word in _NOT_KNOWN or not any(map(str.isalnum, word))


def _family_name(cells: Cells) -> str:
    """A child may have one name only, in either column."""
    name = _optional(cells, "family_name", read_name, "not_a_name")
    if not name and not cells["given_names"].strip():
        raise _Wrong("missing", "family_name")
    return name


def _former_names(cells: Cells) -> tuple[FormerName, ...]:
    parts = [part for part in cells["former_family_names"].split(";") if part.strip()]
    names = [read_name(part) for part in parts]
    if len(parts) > MOST_FORMER_NAMES or None in names:
        raise _Wrong("not_a_name", "former_family_names")
    return tuple(FormerName(name) for name in dict.fromkeys(names) if name)


def _day(cells: Cells, column: str) -> dt.date | None:
    try:
        return _date(_said(cells, column))
    except ValueError:
        raise _Wrong("not_a_date", column) from None


@lru_cache(4096)
def _date(written: str) -> dt.date | None:
    """Raises ValueError for what is no date; None where nothing is written."""
    text = plain(written)
    if text and not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        raise ValueError
    return dt.date.fromisoformat(text) if text else None


def _birth(cells: Cells, on: dt.date) -> dt.date:
    born = _day(cells, "date_of_birth")
    if born is None:
        raise _Wrong("missing", "date_of_birth")
    if born > on:
        raise _Wrong("not_born_yet", "date_of_birth")
    age = on.year - born.year - ((on.month, on.day) < (born.month, born.day))
    if age > OLDEST:
        raise _Wrong("too_old", "date_of_birth")
    return born


def _gender(cells: Cells) -> Gender:
    word = plain(cells["gender"]).lower()
    if not word or word in _NOT_KNOWN:
        return Gender.NOT_SPECIFIED
    try:
        return Gender(word)
    except ValueError:
        raise _Wrong("unknown_word", "gender") from None


def _addresses(cells: Cells) -> tuple[AddressDraft, ...]:
    address = _optional(cells, "address", read_address, "not_an_address")
    postcode = _optional(cells, "postcode", read_postcode, "not_a_postcode")
    if postcode.startswith(_NO_PLACE):
        postcode = ""
    if not address and not postcode:
        return ()
    return (AddressDraft(address=address, postcode=postcode),)


def _numbers(cells: Cells) -> dict[Scheme, str]:
    nhs = _optional(cells, "nhs_number", read_nhs_number, "not_an_nhs_number")
    upn = _optional(cells, "upn", read_upn, "not_a_upn")
    return {scheme: n for scheme, n in ((Scheme.NHS_NUMBER, nhs), (Scheme.UPN, upn)) if n}


def _kind(cells: Cells) -> Kind:
    if _names_sensitive(cells["service"]) or "sensitive" in cells["tier"].lower():
        raise _Wrong("sensitive", "service")
    if not cells["service"].strip():
        raise _Wrong("missing", "service")
    kind = _meant(cells["service"])
    if kind is None:
        raise _Wrong("unknown_word", "service")
    return kind


def _optional_tier(cells: Cells) -> Tier | None:
    said = _said(cells, "tier")
    tier = _meant_tier(said)
    if tier is None and said:
        raise _Wrong("unknown_word", "tier")
    return tier


@lru_cache(64)
def is_yes_or_no(text: str) -> bool:
    """True for a word that says yes or no; nothing at all says no."""
    return plain(text).lower() in _YES | _NO


def _yes_or_no(cells: Cells, column: str) -> bool:
    if not is_yes_or_no(cells[column]):
        raise _Wrong("not_yes_or_no", column)
    return _says_yes(cells[column])


@lru_cache(64)
def _says_yes(text: str) -> bool:
    return plain(text).lower() in _YES
