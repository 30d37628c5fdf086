"""What feeds must hold, and what becomes of each row, as pure functions."""

from portal.feeds.rules import pupils
from portal.feeds.rules.maps import LARGEST_MAP, ColumnMap
from portal.feeds.rules.neighbours import days_of, is_within, with_days
from portal.feeds.rules.pupils import PupilFacts, read_pupil
from portal.feeds.rules.reading_maps import MapRefused, read_map
from portal.feeds.rules.reading_rows import read_row
from portal.feeds.rules.rows import read_child, read_involvement, read_practitioner
from portal.feeds.rules.sentences import (
    FILE_FAULTS,
    MAP_FAULTS,
    ROW_FAULTS,
    file_sentences,
    map_sentences,
)
from portal.feeds.rules.standing import (
    CAUSES,
    KINDS,
    STATES,
    PauseCause,
    SourceState,
    is_clean,
)
from portal.feeds.rules.steps import (
    AT_ONCE,
    MOST_AT_ONCE,
    Phase,
    RegisterReport,
    SetAside,
    Step,
    in_batches,
    next_size,
)
from portal.feeds.rules.uploads import (
    MOST_WAITING,
    PART,
    PAUSED,
    RUN_STATES,
    UPLOAD_STATES,
    UploadState,
)
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
    "MOST_AT_ONCE",
    "MOST_WAITING",
    "PART",
    "PAUSED",
    "ROW_FAULTS",
    "RUN_STATES",
    "STATES",
    "UPLOAD_STATES",
    "Cells",
    "ColumnMap",
    "Decision",
    "FileKind",
    "InvolvementFacts",
    "MapRefused",
    "PauseCause",
    "Phase",
    "PupilFacts",
    "RegisterReport",
    "SetAside",
    "SourceState",
    "Step",
    "Told",
    "UploadState",
    "Verdict",
    "days_of",
    "file_sentences",
    "in_batches",
    "is_clean",
    "is_source",
    "is_within",
    "key_of",
    "map_sentences",
    "next_size",
    "pupils",
    "read_child",
    "read_involvement",
    "read_map",
    "read_name",
    "read_nhs_number",
    "read_practitioner",
    "read_pupil",
    "read_row",
    "read_upn",
    "told_of",
    "with_days",
]
