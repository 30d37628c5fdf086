"""What is read of feeds: receipts of imports, and how each source stands."""

from portal.feeds.queries.receipts import ReceiptSheet, receipt, unusable_people
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

__all__ = [
    "ReceiptSheet",
    "SourceSheet",
    "count_of_children",
    "is_paused",
    "proposals",
    "receipt",
    "source",
    "source_named",
    "sources",
    "unusable_people",
    "waiting_from",
]
