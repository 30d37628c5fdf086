"""What two national registers say of an organisation, read into facts.

Layouts: NHS ODS `epraccur` (27 columns without a header) and the DfE's "Get information about
schools" (a header; the order of the columns is free and most are not needed here).
"""

import datetime as dt
from collections.abc import Mapping, Sequence

from portal.directory.rules.reading import (
    ADDRESS_LENGTH,
    NAME_LENGTH,
    is_title,
    plain,
    read_establishment,
    read_phone,
    read_postcode,
)
from portal.directory.rules.titles import shown_name
from portal.directory.rules.words import Flaw, OrganisationFacts, PassedOver

Reading = OrganisationFacts | PassedOver | Flaw

ODS_COLUMNS = 27
_ODS_GP_PRACTICE = "4"
GIAS_NEEDED = (
    "URN",
    "EstablishmentName",
    "TypeOfEstablishment (name)",
    "EstablishmentStatus (name)",
)
_GIAS_ADDRESS = ("Street", "Locality", "Address3", "Town", "County (name)")
_GIAS_PHASES = {
    "nursery": "nursery_school",
    "primary": "primary_school",
    "middle deemed primary": "primary_school",
    "secondary": "secondary_school",
    "middle deemed secondary": "secondary_school",
    "all-through": "all_through_school",
    "16 plus": "college",
}
_GIAS_TYPES = (
    ("children's centre", "family_hub"),
    ("special", "special_school"),
    ("pupil referral", "alternative_provision"),
    ("alternative provision", "alternative_provision"),
    ("nursery", "nursery_school"),
    ("further education", "college"),
    ("sixth form", "college"),
)
_GIAS_ELSEWHERE = ("higher education", "british schools overseas", "offshore")


def read_ods(cells: Sequence[str]) -> Reading:
    """Read a row of `epraccur`: of the prescribing settings, only 4 is a GP practice.

    Status A is open, C closed, D dormant (treated as closed: nobody answers there), P proposed.
    """
    if len(cells) != ODS_COLUMNS:
        return Flaw("cells")
    code, name, status = plain(cells[0]).upper(), shown_name(cells[1]), plain(cells[12])
    if plain(cells[25]) != _ODS_GP_PRACTICE:
        return PassedOver.NOT_A_PRACTICE
    if status == "P":
        return PassedOver.NOT_OPEN_YET
    if not (code.isascii() and code.isalnum() and 3 <= len(code) <= 12):
        return Flaw("not_a_code", "1")
    if not is_title(name) or len(name) > NAME_LENGTH:
        return Flaw("not_a_name", "2")
    if status not in {"A", "C", "D"}:
        return Flaw("unknown_word", "13")
    closed_on = _ods_day(cells[11])
    if closed_on is None and plain(cells[11]):
        return Flaw("not_a_date", "12")
    return _practice(code, name, cells, is_closed=status != "A", closed_on=closed_on)


def _practice(
    code: str, name: str, cells: Sequence[str], *, is_closed: bool, closed_on: dt.date | None
) -> OrganisationFacts:
    return OrganisationFacts(
        scheme="ods",
        code=code,
        name=name,
        kind="gp_practice",
        phone=read_phone(cells[17]) or "",
        address=_address(name, cells[4:9]),
        postcode=read_postcode(cells[9]) or "",
        is_closed=is_closed,
        closed_on=closed_on if is_closed else None,
    )


def read_gias(cells: Mapping[str, str]) -> Reading:
    """Read a row of the schools' register by the names of its columns (see GIAS_NEEDED)."""
    if any(word in _lower(cells["TypeOfEstablishment (name)"]) for word in _GIAS_ELSEWHERE):
        return PassedOver.NOT_FOR_CHILDREN
    status = _lower(cells["EstablishmentStatus (name)"])
    if status == "proposed to open":
        return PassedOver.NOT_OPEN_YET
    urn, name = plain(cells["URN"]), plain(cells["EstablishmentName"])
    if not (urn.isascii() and urn.isdigit() and 5 <= len(urn) <= 7):
        return Flaw("not_a_code", "URN")
    if not is_title(name) or len(name) > NAME_LENGTH:
        return Flaw("not_a_name", "EstablishmentName")
    if status not in {"open", "open, but proposed to close", "closed"}:
        return Flaw("unknown_word", "EstablishmentStatus (name)")
    closed_on = _gias_day(cells.get("CloseDate", ""))
    if closed_on is None and plain(cells.get("CloseDate", "")):
        return Flaw("not_a_date", "CloseDate")
    return _school(urn, name, cells, is_closed=status == "closed", closed_on=closed_on)


def _school(
    urn: str, name: str, cells: Mapping[str, str], *, is_closed: bool, closed_on: dt.date | None
) -> OrganisationFacts:
    type_of = _lower(cells["TypeOfEstablishment (name)"])
    return OrganisationFacts(
        scheme="urn",
        code=urn,
        name=name,
        kind=_gias_kind(type_of, _lower(cells.get("PhaseOfEducation (name)", ""))),
        authority_code=plain(cells.get("GSSLACode (name)", "")).upper(),
        establishment_number=read_establishment(
            cells.get("LA (code)", ""), cells.get("EstablishmentNumber", "")
        )
        or "",
        phone=read_phone(cells.get("TelephoneNum", "")) or "",
        address=_address(name, [cells.get(column, "") for column in _GIAS_ADDRESS]),
        postcode=read_postcode(cells.get("Postcode", "")) or "",
        is_closed=is_closed,
        closed_on=closed_on if is_closed else None,
    )


def _gias_kind(type_of: str, phase: str) -> str:
    for word, kind in _GIAS_TYPES:
        if word in type_of:
            return kind
    if phase in _GIAS_PHASES:
        return _GIAS_PHASES[phase]
    return "independent_school" if "independent" in type_of else "school"


def _lower(text: str) -> str:
    return plain(text).lower().replace("’", "'")


def _address(name: str, lines: Sequence[str]) -> str:
    """Join the lines of an address that say something new; whole lines fall off a long one."""
    shown = [line for line in map(shown_name, lines) if line and line.lower() != name.lower()]
    parts = list(dict.fromkeys(shown))
    while len(", ".join(parts)) > ADDRESS_LENGTH:
        parts.pop()
    return ", ".join(parts)


def _ods_day(text: str) -> dt.date | None:
    return _day(text, "%Y%m%d")


def _gias_day(text: str) -> dt.date | None:
    return _day(text, "%d-%m-%Y") or _day(text, "%d/%m/%Y") or _day(text, "%Y-%m-%d")


def _day(text: str, pattern: str) -> dt.date | None:
    try:
        return dt.datetime.strptime(plain(text), pattern).replace(tzinfo=dt.UTC).date()
    except ValueError:
        return None
