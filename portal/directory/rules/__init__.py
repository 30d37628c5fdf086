"""The words of the directory, and how rows of a source are read, as pure functions."""

from portal.directory.rules.entries import (
    FACTS,
    INDEX_TEAM,
    TO_REACH,
    Fact,
    Word,
    agreed,
    differing,
    ended_by,
    heard,
    read_fact,
    standing,
    written_fact,
)
from portal.directory.rules.exchanged import is_another
from portal.directory.rules.reading import (
    is_title,
    plain,
    read_authority,
    read_email,
    read_establishment,
    read_phone,
    read_postcode,
)
from portal.directory.rules.registers import GIAS_NEEDED, ODS_COLUMNS, read_gias, read_ods
from portal.directory.rules.titles import shown_name
from portal.directory.rules.words import (
    KINDS,
    AuthorityFacts,
    Flaw,
    OrganisationFacts,
    Outcome,
    PassedOver,
    PractitionerFacts,
    Sector,
)

__all__ = [
    "FACTS",
    "GIAS_NEEDED",
    "INDEX_TEAM",
    "KINDS",
    "ODS_COLUMNS",
    "TO_REACH",
    "AuthorityFacts",
    "Fact",
    "Flaw",
    "OrganisationFacts",
    "Outcome",
    "PassedOver",
    "PractitionerFacts",
    "Sector",
    "Word",
    "agreed",
    "differing",
    "ended_by",
    "heard",
    "is_another",
    "is_title",
    "plain",
    "read_authority",
    "read_email",
    "read_establishment",
    "read_fact",
    "read_gias",
    "read_ods",
    "read_phone",
    "read_postcode",
    "shown_name",
    "standing",
    "written_fact",
]
