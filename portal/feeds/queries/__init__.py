"""What is read of feeds: receipts and runs, uploaded files, and how each source stands."""

from portal.feeds.queries.receipts import ReceiptSheet, receipt, unusable_people
from portal.feeds.queries.runs import RunDetails, run_details, runs_of
from portal.feeds.queries.standing import (
    SourceSheet,
    count_of_children,
    is_paused,
    proposals,
    source,
    source_named,
    sources,
    waiting_from,
)
from portal.feeds.queries.uploads import (
    UploadSheet,
    WaitingUpload,
    oldest_upload,
    upload,
    upload_place,
    uploads_of,
    waiting_uploads,
)

__all__ = [
    "ReceiptSheet",
    "RunDetails",
    "SourceSheet",
    "UploadSheet",
    "WaitingUpload",
    "count_of_children",
    "is_paused",
    "oldest_upload",
    "proposals",
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
