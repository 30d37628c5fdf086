"""The words and decisions of a child record, as values and pure functions."""

from portal.children.rules.drafts import (
    AddressDraft, CarerDraft, ChildDraft, Criteria, FormerName, InvolvementDraft, PeriodFault,
    fault_of_period, overlap,
)  # fmt: skip
from portal.children.rules.kinds import ABOUT, Kind, Tier, is_sensitive, kind_of, kinds_for, tier_of
from portal.children.rules.numbers import BITS, normal_record_number, record_number
from portal.children.rules.sheets import (
    AddressLine, CarerLine, ContactCard, NameSheet, NumberLine, RecordSheet,
)  # fmt: skip
from portal.children.rules.words import (
    ADDRESS_KINDS, CORRECTION_KINDS, GENDERS, ISSUED_FOR, OUTCOMES, RELATIONS, SCHEMES,
    AddressKind, CorrectionKind, Gender, Outcome, Relation, Scheme,
    gender_of, months_unconfirmed, tidy_name,
)  # fmt: skip

__all__ = [
    "ABOUT", "ADDRESS_KINDS", "BITS", "CORRECTION_KINDS", "GENDERS", "ISSUED_FOR", "OUTCOMES",
    "RELATIONS", "SCHEMES", "AddressDraft", "AddressKind", "AddressLine", "CarerDraft", "CarerLine",
    "ChildDraft", "ContactCard", "CorrectionKind", "Criteria", "FormerName", "Gender",
    "InvolvementDraft", "Kind", "NameSheet", "NumberLine", "Outcome", "PeriodFault", "RecordSheet",
    "Relation", "Scheme", "Tier", "fault_of_period", "gender_of", "is_sensitive", "kind_of",
    "kinds_for", "months_unconfirmed", "normal_record_number", "overlap", "record_number",
    "tidy_name", "tier_of",
]  # fmt: skip
