"""What is read of feeds: receipts and runs, uploaded files, how each source stands, and how well it
reports.
"""

from portal.feeds.queries.gate import Gate, gate, is_preparing
from portal.feeds.queries.quality import filling, months_of, months_of_all, queues
from portal.feeds.queries.receipts import (
    ReceiptSheet,
    every_row_set_aside,
    receipt,
    unusable_people,
)
from portal.feeds.queries.runs import RunDetails, has_later_full_file, run_details, runs_of
from portal.feeds.queries.standing import (
    SourceSheet,
    children_unreported,
    count_of_children,
    is_paused,
    proposals,
    source,
    source_named,
    sources,
    waiting_from,
)
from portal.feeds.queries.uploads import (
    RECEIPT_WORDS,
    UploadSheet,
    WaitingUpload,
    oldest_upload,
    upload,
    upload_place,
    uploads_of,
    waiting_uploads,
)

__all__ = [
    "RECEIPT_WORDS",
    "Gate",
    "ReceiptSheet",
    "RunDetails",
    "SourceSheet",
    "UploadSheet",
    "WaitingUpload",
    "children_unreported",
    "count_of_children",
    "every_row_set_aside",
    "filling",
    "gate",
    "has_later_full_file",
    "is_paused",
    "is_preparing",
    "months_of",
    "months_of_all",
    "oldest_upload",
    "proposals",
    "queues",
    "receipt",
    "run_details",
    "runs_of",
    "source",
    "source_named",
    "sources",
    "unusable_people",
    "upload",
    "upload_place",
    "uploads_of",
    "waiting_from",
    "waiting_uploads",
]
