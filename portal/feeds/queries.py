"""What is read of feeds: receipts of imports."""

import uuid
from dataclasses import dataclass

from sqlalchemy import select

from portal.core.db import db
from portal.feeds.models import Arrival, Feed, FeedRun
from portal.feeds.rules import SetAside


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptSheet:
    """What became of a file. number is empty for a rehearsal; state is that of the run.

    rows lists those set aside in the order of the file.
    """

    number: str = ""
    source: str
    kind: str
    state: str = "finished"
    received: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    set_aside: int = 0
    rows: tuple[SetAside, ...] = ()


def receipt(number: str) -> ReceiptSheet | None:
    """Return the receipt with this number. The list of rows is kept for the newest file only."""
    found = db.session.execute(
        select(FeedRun, Feed.name)
        .join(Feed, Feed.id == FeedRun.feed_id)
        .where(FeedRun.receipt == number)
    ).one_or_none()
    if found is None:
        return None
    run, source = found
    return ReceiptSheet(
        number=run.receipt,
        source=source,
        kind=run.kind,
        state=run.state,
        received=run.received,
        added=run.added,
        changed=run.changed,
        unchanged=run.unchanged,
        set_aside=run.set_aside,
        rows=_rows_set_aside(run.id),
    )


def _rows_set_aside(run_id: uuid.UUID) -> tuple[SetAside, ...]:
    rows = db.session.execute(
        select(Arrival.line, Arrival.fault, Arrival.column)
        .where(Arrival.run_id == run_id, Arrival.decision == "set_aside")
        .order_by(Arrival.line)
    )
    return tuple(SetAside(line, fault, column) for line, fault, column in rows)
