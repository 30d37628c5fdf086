"""What others tell the index: a search's criteria, and what a source says of a child."""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from portal.children.rules.kinds import Kind, Tier
from portal.children.rules.words import AddressKind, Gender, Relation, Scheme, tidy_name
from portal.matching.dates import Birth

_NONE: Mapping[Scheme, str] = MappingProxyType({})
BEFORE_BIRTH = dt.timedelta(days=300)
NAME_LENGTH, ADDRESS_LENGTH, POSTCODE_LENGTH, SOURCE_ID_LENGTH = 120, 200, 8, 60
# A record may stand until 25 by own consent (domain.md 8.3); one year more for late reports.
OLDEST = 26
# The source of what a practitioner says themself; no feed may bear this name.
OWN_WORD = "practitioner"
# The source of what the index keeps itself: names that went, and stubs. Nor may one bear this name.
OWN_KEEPING = "index"


@dataclass(frozen=True, slots=True, kw_only=True)
class Criteria:
    """What somebody knows of the child they look for; empty where they do not know.

    birth is a day, a window of days (year or approximate age) or None. record_number is in its
    normal spelling (normal_record_number); numbers holds other bodies' numbers by scheme.
    """

    given_name: str = ""
    family_name: str = ""
    birth: Birth = None
    gender: str = ""
    postcode: str = ""
    record_number: str = ""
    numbers: Mapping[Scheme, str] = field(default_factory=lambda: _NONE)

    @property
    def has_number(self) -> bool:
        """True when the child could be found by a number alone."""
        return bool(self.record_number) or any(self.numbers.values())


@dataclass(frozen=True, slots=True)
class FormerName:
    """A name a child had before; given_names is empty when only the family name changed."""

    family_name: str
    given_names: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressDraft:
    """Where a child lives, lived last, or that nobody knows."""

    kind: AddressKind = AddressKind.CURRENT
    address: str = ""
    postcode: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CarerDraft:
    """A person with parental responsibility or care."""

    name: str
    relation: Relation
    phone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildDraft:
    """What one source says of one child on one day. source and source_id name the child there.

    numbers holds NHS number and UPN by scheme. carers is None where a source knows none of them:
    those that another source gave are then left alone.
    """

    source: str
    source_id: str
    source_on: dt.date
    given_names: str
    family_name: str
    date_of_birth: dt.date
    gender: Gender = Gender.NOT_SPECIFIED
    former_names: tuple[FormerName, ...] = ()
    addresses: tuple[AddressDraft, ...] = ()
    carers: tuple[CarerDraft, ...] | None = None
    numbers: Mapping[Scheme, str] = field(default_factory=lambda: _NONE)
    authority_id: uuid.UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InvolvementDraft:
    """What one source says of one involvement. tier None means the usual one for the kind;
    child_source_id is the number by which the source names the child."""

    child_id: uuid.UUID
    organisation_id: uuid.UUID
    practitioner_id: uuid.UUID | None = None
    kind: Kind
    tier: Tier | None = None
    started_on: dt.date | None = None
    ended_on: dt.date | None = None
    is_lead: bool = False
    has_early_help_assessment: bool = False
    last_confirmed_on: dt.date | None = None
    source: str
    source_on: dt.date
    child_source_id: str = ""


class PeriodFault(StrEnum):
    """What can be wrong with the days of an involvement."""

    STARTS_IN_FUTURE = "starts_in_future"
    STARTS_BEFORE_BIRTH = "starts_before_birth"
    ENDS_IN_FUTURE = "ends_in_future"
    ENDS_BEFORE_START = "ends_before_start"


PERIOD_FAULTS: dict[PeriodFault, LazyString] = {
    PeriodFault.STARTS_IN_FUTURE: _l("The start date must be today or in the past"),
    PeriodFault.STARTS_BEFORE_BIRTH: _l("The start date is long before the child was born"),
    PeriodFault.ENDS_IN_FUTURE: _l("The end date must be today or in the past"),
    PeriodFault.ENDS_BEFORE_START: _l("The end date must not be before the start date"),
}


class ChildFault(StrEnum):
    """What can be wrong with a draft of a child."""

    NO_NAME = "no_name"
    NAME_TOO_LONG = "name_too_long"
    ADDRESS_TOO_LONG = "address_too_long"
    BORN_IN_FUTURE = "born_in_future"
    BORN_TOO_LONG_AGO = "born_too_long_ago"
    SOURCE_ID_TOO_LONG = "source_id_too_long"


class Change(StrEnum):
    """What became of a draft. REFUSED: it names a sensitive service."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


class Shift(StrEnum):
    """What a number means in a new word of its source, beside the last one: the same child, the
    same with another date of birth, or another child."""

    NONE = "none"
    BIRTH = "birth"
    CHILD = "child"


def fault_of_child(draft: ChildDraft, today: dt.date) -> ChildFault | None:
    """Say what keeps a draft from being kept, if anything. One name is enough: some have one."""
    names = [draft.given_names, draft.family_name]
    former = [name for one in draft.former_names for name in (one.family_name, one.given_names)]
    carers = [name for one in draft.carers or () for name in (one.name,)]
    tests = {
        ChildFault.NO_NAME: not any(tidy_name(name) for name in names),
        ChildFault.NAME_TOO_LONG: any(len(name) > NAME_LENGTH for name in names + former + carers),
        ChildFault.ADDRESS_TOO_LONG: any(
            len(one.address) > ADDRESS_LENGTH or len(one.postcode) > POSTCODE_LENGTH
            for one in draft.addresses
        ),
        ChildFault.BORN_IN_FUTURE: draft.date_of_birth > today,
        ChildFault.BORN_TOO_LONG_AGO: draft.date_of_birth.year < today.year - OLDEST,
        ChildFault.SOURCE_ID_TOO_LONG: len(draft.source_id) > SOURCE_ID_LENGTH,
    }
    return next((fault for fault, found in tests.items() if found), None)


def fault_of_period(
    started_on: dt.date | None,
    ended_on: dt.date | None,
    *,
    today: dt.date,
    born_on: dt.date | None = None,
) -> PeriodFault | None:
    """Say what is wrong with these days, if anything. Midwives start before a child is born."""
    if started_on and started_on > today:
        return PeriodFault.STARTS_IN_FUTURE
    if started_on and born_on and started_on < born_on - BEFORE_BIRTH:
        return PeriodFault.STARTS_BEFORE_BIRTH
    if ended_on and ended_on > today:
        return PeriodFault.ENDS_IN_FUTURE
    if ended_on and started_on and ended_on < started_on:
        return PeriodFault.ENDS_BEFORE_START
    return None


def overlap(
    one: tuple[dt.date | None, dt.date | None], other: tuple[dt.date | None, dt.date | None]
) -> bool:
    """True when two periods (start, end; None is open) share a day."""
    start = max(one[0] or dt.date.min, other[0] or dt.date.min)
    return start <= min(one[1] or dt.date.max, other[1] or dt.date.max)
