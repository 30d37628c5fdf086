"""Words of the directory, and what a source says of an authority, organisation or person."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum


class Sector(StrEnum):
    """The sector an organisation belongs to. A number issued for a sector is read only there."""

    AUTHORITY = "authority"
    EDUCATION = "education"
    HEALTH = "health"
    POLICE = "police"
    SOCIAL_CARE = "social_care"
    VOLUNTARY = "voluntary"
    YOUTH_JUSTICE = "youth_justice"


KINDS: dict[str, Sector] = {
    "index_team": Sector.AUTHORITY,
    "nursery_school": Sector.EDUCATION,
    "primary_school": Sector.EDUCATION,
    "secondary_school": Sector.EDUCATION,
    "all_through_school": Sector.EDUCATION,
    "special_school": Sector.EDUCATION,
    "alternative_provision": Sector.EDUCATION,
    "independent_school": Sector.EDUCATION,
    "college": Sector.EDUCATION,
    "school": Sector.EDUCATION,
    "education_welfare": Sector.EDUCATION,
    "gp_practice": Sector.HEALTH,
    "health_visiting": Sector.HEALTH,
    "school_nursing": Sector.HEALTH,
    "speech_and_language": Sector.HEALTH,
    "emergency_department": Sector.HEALTH,
    "social_care_team": Sector.SOCIAL_CARE,
    "early_help_team": Sector.SOCIAL_CARE,
    "family_hub": Sector.SOCIAL_CARE,
    "youth_justice": Sector.YOUTH_JUSTICE,
    "police_child_protection": Sector.POLICE,
    "voluntary": Sector.VOLUNTARY,
}


class Outcome(StrEnum):
    """What became of one row for the directory."""

    ADDED = "added"
    CHANGED = "changed"
    CLOSED = "closed"
    UNCHANGED = "unchanged"
    CLOSED_UNKNOWN = "closed_unknown"
    CODE_TAKEN = "code_taken"
    NO_ORGANISATION = "no_organisation"


class PassedOver(StrEnum):
    """Why a correct row of a register is no entry of this directory."""

    NOT_A_PRACTICE = "not_a_practice"
    NOT_FOR_CHILDREN = "not_for_children"
    NOT_OPEN_YET = "not_open_yet"


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong with a row: a coded fault and the column it stands in, never the value."""

    fault: str
    column: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorityFacts:
    """One row of a list of authorities."""

    gss_code: str
    name: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationFacts:
    """What a source says of one organisation. Empty means that the source does not say.

    closed_on may be empty for a closed organisation whose source gives no day.
    establishment_number is that of a school: seven digits (DfE).
    """

    scheme: str
    code: str
    name: str
    kind: str
    scope: str = "local"
    authority_code: str = ""
    establishment_number: str = ""
    phone: str = ""
    email: str = ""
    address: str = ""
    postcode: str = ""
    is_closed: bool = False
    closed_on: dt.date | None = None

    @property
    def sector(self) -> Sector:
        """The sector of its kind. Raises KeyError for an unknown kind."""
        return KINDS[self.kind]


@dataclass(frozen=True, slots=True, kw_only=True)
class PractitionerFacts:
    """What a source says of one practitioner, known by work e-mail."""

    email: str
    name: str
    role_title: str
    organisation_code: str
    phone: str = ""
    team_phone: str = ""
