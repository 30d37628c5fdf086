"""What feeds must hold, and what becomes of each row, as pure functions."""

from portal.feeds.rules.rows import read_child, read_involvement, read_practitioner
from portal.feeds.rules.values import read_name, read_nhs_number, read_upn
from portal.feeds.rules.words import (
    COLUMNS,
    Cells,
    Decision,
    FileKind,
    InvolvementFacts,
    is_source,
    key_of,
)

__all__ = [
    "COLUMNS",
    "Cells",
    "Decision",
    "FileKind",
    "InvolvementFacts",
    "is_source",
    "key_of",
    "read_child",
    "read_involvement",
    "read_name",
    "read_nhs_number",
    "read_practitioner",
    "read_upn",
]
