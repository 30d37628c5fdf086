"""What the index keeps of children. No column takes free text; every code is a word of rules."""

from portal.children.models.pairs import ChildMerge, ChildReview
from portal.children.models.records import (
    IS_LEAD_NOW,
    Carer,
    ChildAddress,
    ChildIdentifier,
    ChildName,
    ChildRecord,
    Involvement,
)
from portal.children.models.words import ChildSource, Correction, LocalCorrection, SourceWord

__all__ = [
    "IS_LEAD_NOW",
    "Carer",
    "ChildAddress",
    "ChildIdentifier",
    "ChildMerge",
    "ChildName",
    "ChildRecord",
    "ChildReview",
    "ChildSource",
    "Correction",
    "Involvement",
    "LocalCorrection",
    "SourceWord",
]
