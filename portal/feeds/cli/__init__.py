"""The operator's verbs that read files or take in those that wait, that pause a source, and that
count how well the index is filled.

Exit codes: 0 the file was taken (rows set aside are listed), 1 not finished (run it again), or the
source is paused, or somebody must look at what became of the file, 2 the file was refused or the
command was wrongly asked, and nothing was changed.
"""

from portal.feeds.cli.duplicates import find_duplicates
from portal.feeds.cli.people import import_file, show_receipt
from portal.feeds.cli.quality import count_quality
from portal.feeds.cli.registers import import_register
from portal.feeds.cli.standing import pause_source, resume_source, show_status
from portal.feeds.cli.taking_in import add_source, take_in

__all__ = [
    "add_source",
    "count_quality",
    "find_duplicates",
    "import_file",
    "import_register",
    "pause_source",
    "resume_source",
    "show_receipt",
    "show_status",
    "take_in",
]
