"""What feeds must hold, and what becomes of each row, as pure functions."""

from portal.feeds.rules.maps import LARGEST_MAP, ColumnMap
from portal.feeds.rules.neighbours import Neighbours
from portal.feeds.rules.reading_maps import MapRefused, read_map
from portal.feeds.rules.rows import read_child, read_involvement, read_practitioner, read_row
from portal.feeds.rules.sentences import FILE_FAULTS, MAP_FAULTS, ROW_FAULTS
from portal.feeds.rules.standing import (
    CAUSES,
    KINDS,
    STATES,
    PauseCause,
    SourceState,
    is_clean,
)
from portal.feeds.rules.steps import AT_ONCE, Phase, RegisterReport, SetAside, Step, in_batches
from portal.feeds.rules.values import read_name, read_nhs_number, read_upn
from portal.feeds.rules.words import (
    COLUMNS,
    Cells,
    Decision,
    FileKind,
    InvolvementFacts,
    Told,
    Verdict,
    is_source,
    key_of,
    told_of,
)

__all__ = [
    "AT_ONCE",
    "CAUSES",
    "COLUMNS",
    "FILE_FAULTS",
    "KINDS",
    "LARGEST_MAP",
    "MAP_FAULTS",
    "ROW_FAULTS",
    "STATES",
    "Cells",
    "ColumnMap",
    "Decision",
    "FileKind",
    "InvolvementFacts",
    "MapRefused",
    "Neighbours",
    "PauseCause",
    "Phase",
    "RegisterReport",
    "SetAside",
    "SourceState",
    "Step",
    "Told",
    "Verdict",
    "in_batches",
    "is_clean",
    "is_source",
    "key_of",
    "read_child",
    "read_involvement",
    "read_map",
    "read_name",
    "read_nhs_number",
    "read_practitioner",
    "read_row",
    "read_upn",
    "told_of",
]
