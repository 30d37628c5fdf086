"""What is read of feeds: receipts of imports, how each source stands, and how well it reports."""

from portal.feeds.queries.gate import Gate, gate, is_preparing
from portal.feeds.queries.quality import filling, months_of, months_of_all, queues
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
    "Gate",
    "ReceiptSheet",
    "SourceSheet",
    "count_of_children",
    "filling",
    "gate",
    "is_paused",
    "is_preparing",
    "months_of",
    "months_of_all",
    "proposals",
    "queues",
    "receipt",
    "source",
    "source_named",
    "sources",
    "unusable_people",
    "waiting_from",
]
