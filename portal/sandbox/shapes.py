"""What a town is made of: plain frozen values, so that two towns can be compared with `==`."""

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True)
class Authority:
    """A local authority with a code in the form of a GSS code."""

    code: str
    name: str


@dataclass(frozen=True)
class Organisation:
    """A school, practice, team or charity. `code` is its URN or ODS code, or one of the town's own.

    `authority_code` is empty for a national organisation, `phone` where none is known.
    """

    code: str
    name: str
    sector: str
    kind: str
    scope: str
    authority_code: str
    urn: str
    ods_code: str
    street: str
    town: str
    postcode: str
    phone: str
    email: str
    accredited_until: dt.date


@dataclass(frozen=True)
class Practitioner:
    """How to reach a person at work. What is not known is empty."""

    email: str
    name: str
    role_title: str
    organisation_code: str
    work_phone: str
    team_phone: str
    hours: str
    last_confirmed_on: dt.date


@dataclass(frozen=True)
class CastMember:
    """A named person who can sign in, with what they need to do so."""

    key: str
    email: str
    name: str
    title: str
    roles: tuple[str, ...]
    organisation_code: str
    passphrase: str
    totp_secret: str
    trained_until: dt.date
    vetted_until: dt.date
    review_due_on: dt.date
    standing: str
    hours: str

    @property
    def in_good_standing(self) -> bool:
        """Whether the account opens what its role promises, in this authority."""
        return self.standing == "good"


@dataclass(frozen=True)
class Name:
    """A present or former name. The one name of a child with a single name is the given name."""

    given_names: str
    family_name: str


@dataclass(frozen=True)
class Address:
    """Where a child lives: kind is `current`, `last_known`, `none_known` or `left`."""

    kind: str
    street: str
    town: str
    postcode: str
    from_on: dt.date | None


@dataclass(frozen=True)
class Carer:
    """A parent or carer; relation is `parental_responsibility` or `has_care`."""

    name: str
    relation: str
    phone: str


@dataclass(frozen=True)
class Involvement:
    """An organisation, and perhaps a person in it, that works or worked with a child.

    `tier` is `universal` or `additional`; sensitive services are never part of the town.
    """

    organisation_code: str
    practitioner_email: str
    service: str
    tier: str
    started_on: dt.date
    ended_on: dt.date | None
    is_lead: bool
    has_early_help_assessment: bool
    source: str
    last_confirmed_on: dt.date


@dataclass(frozen=True)
class Child:
    """One child. `key` is the child's number in the town's own list ("H00001")."""

    key: str
    given_names: str
    family_name: str
    former_names: tuple[Name, ...]
    date_of_birth: dt.date
    gender: str
    authority_code: str
    household: str
    addresses: tuple[Address, ...]
    carers: tuple[Carer, ...]
    nhs_number: str
    upn: str
    involvements: tuple[Involvement, ...]

    @property
    def name(self) -> str:
        """Given and family names as one string."""
        return f"{self.given_names} {self.family_name}".strip()


@dataclass(frozen=True)
class Town:
    """The whole town on one day."""

    on: dt.date
    authorities: tuple[Authority, ...]
    organisations: tuple[Organisation, ...]
    practitioners: tuple[Practitioner, ...]
    cast: tuple[CastMember, ...]
    children: tuple[Child, ...]

    def organisation(self, code: str) -> Organisation:
        """The organisation with this code; `KeyError` if there is none."""
        for organisation in self.organisations:
            if organisation.code == code:
                return organisation
        raise KeyError(code)
