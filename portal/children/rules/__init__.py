"""The words and decisions of a child record, as values and pure functions."""
# ruff: noqa: I001 - one name a line would be longer than what it names

from portal.children.rules.drafts import (
    OWN_WORD, PERIOD_FAULTS, AddressDraft, CarerDraft, Change, ChildDraft, ChildFault, Criteria,
    FormerName, InvolvementDraft, PeriodFault, fault_of_child, fault_of_period, overlap,
)  # fmt: skip
from portal.children.rules.kinds import ABOUT, Kind, Tier, is_sensitive, kind_of, kinds_for, tier_of
from portal.children.rules.numbers import BITS, normal_record_number, record_number
from portal.children.rules.sheets import (
    AddressLine, CarerLine, ContactCard, NameSheet, NumberLine, RecordSheet,
)  # fmt: skip
from portal.children.rules.words import (
    ADDRESS_KINDS, CORRECTION_KINDS, GENDERS, ISSUED_FOR, SETTLEMENTS, RELATIONS, SCHEMES,
    AddressKind, CorrectionKind, Gender, Settlement, Relation, Scheme,
    gender_of, months_unconfirmed, tidy_name,
)  # fmt: skip

__all__ = [
    "ABOUT", "ADDRESS_KINDS", "BITS", "CORRECTION_KINDS", "GENDERS", "ISSUED_FOR", "OWN_WORD",
    "PERIOD_FAULTS", "RELATIONS", "SCHEMES", "SETTLEMENTS", "AddressDraft", "AddressKind",
    "AddressLine", "CarerDraft", "CarerLine", "Change", "ChildDraft", "ChildFault",
    "ContactCard", "CorrectionKind", "Criteria", "FormerName", "Gender", "InvolvementDraft",
    "Kind", "NameSheet", "NumberLine", "PeriodFault", "RecordSheet", "Relation", "Scheme",
    "Settlement", "Tier", "fault_of_child", "fault_of_period", "gender_of", "is_sensitive",
    "kind_of", "kinds_for", "months_unconfirmed", "normal_record_number", "overlap",
    "record_number", "tidy_name", "tier_of",
]  # fmt: skip
