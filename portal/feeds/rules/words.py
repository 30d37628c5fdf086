"""The words of feeds: the three files, their columns, what becomes of a row."""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from portal.children.rules import OWN_KEEPING, OWN_WORD, Kind, Tier, kind_of
from portal.directory.rules import Flaw, plain
from portal.feeds.rules.registers import REGISTERS
from portal.matching import Rung

_SOURCE = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")


class FileKind(StrEnum):
    """The three files of people, and that of schools, each of whose rows is two of theirs."""

    PRACTITIONERS = "practitioners"
    CHILDREN = "children"
    INVOLVEMENTS = "involvements"
    CTF = "ctf"


class Decision(StrEnum):
    """What became of a staged row."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    SET_ASIDE = "set_aside"


class Told(StrEnum):
    """How a row about a child stands to the index: its source spoke of the child before, it was
    matched with a child that other sources know, a person has to say whether, or it is new.
    """

    KNOWN = "known"
    MATCHED = "matched"
    POSSIBLE = "possible"
    NEW = "new"


COLUMNS: dict[FileKind, tuple[str, ...]] = {
    FileKind.PRACTITIONERS: (
        "email", "name", "role_title", "organisation_code", "phone", "team_phone",
    ),
    FileKind.CHILDREN: (
        "source_id", "given_names", "family_name", "former_family_names", "date_of_birth",
        "gender", "nhs_number", "upn", "address", "postcode",
    ),
    FileKind.INVOLVEMENTS: (
        "child_source_id", "organisation_code", "practitioner_email", "service", "tier",
        "started_on", "ended_on", "is_lead", "has_early_help_assessment",
    ),
    FileKind.CTF: (
        "upn", "given_names", "family_name", "former_family_names", "date_of_birth", "gender",
        "address", "postcode", "carers", "establishment_number", "started_on", "ended_on",
    ),
}  # fmt: skip
_KEYS: dict[FileKind, tuple[str, ...]] = {
    FileKind.PRACTITIONERS: ("email",),
    FileKind.CHILDREN: ("source_id",),
    FileKind.INVOLVEMENTS: ("child_source_id", "organisation_code", "practitioner_email"),
    FileKind.CTF: ("upn",),
}
Cells = Mapping[str, str]
_meant = lru_cache(1024)(kind_of)


@dataclass(frozen=True, slots=True, kw_only=True)
class InvolvementFacts:
    """An involvement as a source names it: by its own number for the child, by code, by e-mail."""

    child_source_id: str
    organisation_code: str
    practitioner_email: str
    kind: Kind
    tier: Tier | None
    started_on: dt.date | None
    ended_on: dt.date | None
    is_lead: bool
    has_early_help_assessment: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a row; the flaw of one that was set aside; how one about a child stands to
    the index."""

    decision: Decision
    flaw: Flaw | None = None
    told: Told | None = None


def told_of(rung: Rung | None) -> Told:
    """How a row about a child stands to the index: rung is None where its source spoke of the child
    before."""
    if rung is None or rung is Rung.SAME_SOURCE_ID:
        return Told.KNOWN
    if rung.links:
        return Told.MATCHED
    return Told.POSSIBLE if rung is Rung.POSSIBLE else Told.NEW


_NO_SOURCES = frozenset({OWN_WORD, OWN_KEEPING, REGISTERS})


def is_source(name: str) -> bool:
    """True for the name of a source: small letters, digits and hyphens, at most 40.

    The words under which practitioners' own statements and the index's own are kept are no source,
    nor are the registers one of people.
    """
    return _SOURCE.fullmatch(name) is not None and name not in _NO_SOURCES


def key_of(kind: FileKind, cells: Cells) -> tuple[str, ...]:
    """What a row is about, but for the period of an involvement."""
    key = tuple(plain(cells[column]).casefold() for column in _KEYS[kind])
    if kind is not FileKind.INVOLVEMENTS:
        return key
    named = _meant(cells["service"])
    return (*key, named.value if named else plain(cells["service"]).casefold())
