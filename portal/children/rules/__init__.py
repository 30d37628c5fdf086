"""The words and decisions of a child record, as values and pure functions."""
# ruff: noqa: I001 - one name a line would be longer than what it names

from portal.children.rules.beside import AGREEMENTS, Agreement, Fact, Value, Values
from portal.children.rules.drafts import (
    NAME_LENGTH, OWN_KEEPING, OWN_WORD, PERIOD_FAULTS, AddressDraft, CarerDraft, Change,
    ChildDraft, ChildFault, Criteria, FormerName, InvolvementDraft, PeriodFault, Shift,
    fault_of_child, fault_of_period, overlap,
)  # fmt: skip
from portal.children.rules.kinds import ABOUT, Kind, Tier, kind_of, kinds_for, tier_of
from portal.children.rules.numbers import BITS, normal_record_number, record_number
from portal.children.rules.own_facts import (
    CHILD_FAULTS, LET_GO, OWN_CORRECTION, OWN_FACTS, OwnFact, Said, are_alike, facts_said,
    has_dissolved, is_disputed, is_same, is_settled, news_of, read_fact, said_since,
    written_fact,
)  # fmt: skip
from portal.children.rules.reviews import (
    ANSWERS, CAUSES, SET_ASIDE_FOR, TAKEN_FOR, ReviewAnswer, ReviewCause, Suspicion, in_order,
)  # fmt: skip
from portal.children.rules.sensitive import (
    BASES, SENSITIVE_KINDS, Basis, BasisFault, ConfidedSheet, SensitiveKind, fault_of_basis,
    gives_away, is_sensitive, needs_provider, sensitive_kind_of,
)  # fmt: skip
from portal.children.rules.sheets import (
    AddressLine, CarerLine, ContactCard, NameSheet, NumberLine, RecordSheet,
)  # fmt: skip
from portal.children.rules.splitting import Choice
from portal.children.rules.words import (
    ADDRESS_KINDS, CORRECTION_KINDS, GENDERS, ISSUED_FOR, SETTLEMENTS, RELATIONS, SCHEMES,
    AddressKind, CorrectionKind, Gender, Settlement, Relation, Scheme,
    Subject, gender_of, months_unconfirmed, tidy_name,
)  # fmt: skip

__all__ = [
    "ABOUT", "ADDRESS_KINDS", "AGREEMENTS", "ANSWERS", "BASES", "BITS", "CAUSES", "CHILD_FAULTS",
    "CORRECTION_KINDS", "GENDERS", "ISSUED_FOR", "LET_GO", "NAME_LENGTH", "OWN_CORRECTION",
    "OWN_FACTS", "OWN_KEEPING", "OWN_WORD",
    "PERIOD_FAULTS", "RELATIONS", "SCHEMES", "SENSITIVE_KINDS", "SETTLEMENTS", "SET_ASIDE_FOR",
    "TAKEN_FOR",
    "AddressDraft", "AddressKind", "AddressLine", "Agreement", "Basis", "BasisFault",
    "CarerDraft", "CarerLine", "Change", "ChildDraft", "ChildFault", "Choice", "ConfidedSheet",
    "ContactCard", "CorrectionKind", "Criteria", "Fact", "FormerName", "Gender",
    "InvolvementDraft", "Kind", "NameSheet", "NumberLine", "OwnFact", "PeriodFault",
    "RecordSheet", "Relation", "ReviewAnswer", "ReviewCause", "Said", "Scheme", "SensitiveKind",
    "Settlement", "Shift", "Subject", "Suspicion", "Tier", "Value", "Values", "are_alike",
    "facts_said", "fault_of_basis", "fault_of_child", "fault_of_period", "gender_of", "gives_away",
    "has_dissolved", "in_order", "is_disputed", "is_same", "is_sensitive", "is_settled",
    "kind_of", "kinds_for", "months_unconfirmed", "needs_provider", "news_of",
    "normal_record_number", "overlap", "read_fact", "record_number", "said_since",
    "sensitive_kind_of", "tidy_name", "tier_of", "written_fact",
]  # fmt: skip
