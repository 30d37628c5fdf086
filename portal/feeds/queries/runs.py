"""Runs of imports as the steward watches them. Whatever is held back, they read the same: what is
counted is what a receipt counts, batch by batch (decisions/0018).
"""

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy import select

from portal.core.db import db
from portal.feeds.models import Feed, FeedRun
from portal.feeds.queries.receipts import ReceiptSheet, counts_of, receipt_of
from portal.feeds.rules import FileKind

MOST_RUNS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class RunDetails:
    """One run. total is None for a run of an older program. The rows of a run are kept until the
    next of its kind begins.
    """

    id: uuid.UUID
    feed_id: uuid.UUID
    receipt: ReceiptSheet
    started_at: dt.datetime
    ended_at: dt.datetime | None
    total: int | None

    @property
    def is_unfinished(self) -> bool:
        """True while it is read or decided, whether or not a process is at it now."""
        return self.ended_at is None

    @property
    def decided(self) -> int:
        """How many rows are decided. Some are set aside when they are read."""
        one = self.receipt
        return one.added + one.changed + one.unchanged + one.set_aside


def run_details(run_id: uuid.UUID) -> RunDetails | None:
    """Return one run with what of it was set aside."""
    found = db.session.execute(
        select(FeedRun, Feed.name)
        .join(Feed, Feed.id == FeedRun.feed_id)
        .where(FeedRun.id == run_id)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        return None
    run, source = found
    if run.ended_at is None:
        return _details(run, ReceiptSheet(**counts_of(run, source)))
    return _details(run, receipt_of(run, source))


def runs_of(feed_id: uuid.UUID) -> list[RunDetails]:
    """Return the newest runs of a source, without their rows."""
    found = db.session.execute(
        select(FeedRun, Feed.name)
        .join(Feed, Feed.id == FeedRun.feed_id)
        .where(FeedRun.feed_id == feed_id)
        .order_by(FeedRun.started_at.desc(), FeedRun.receipt)
        .limit(MOST_RUNS)
    )
    return [_details(run, ReceiptSheet(**counts_of(run, source))) for run, source in found]


def has_later_full_file(source: str, kind: FileKind, *, on: dt.date) -> bool:
    """True when a full file of this source that speaks of a day after this has been decided."""
    later = (
        select(FeedRun.id)
        .join(Feed, Feed.id == FeedRun.feed_id)
        .where(Feed.name == source, FeedRun.kind == kind.value, FeedRun.is_full)
        .where(FeedRun.state == "finished", FeedRun.speaks_of > on)
    )
    return db.session.scalar(later.limit(1)) is not None


def _details(run: FeedRun, sheet: ReceiptSheet) -> RunDetails:
    return RunDetails(
        id=run.id,
        feed_id=run.feed_id,
        receipt=sheet,
        started_at=run.started_at,
        ended_at=run.ended_at,
        total=run.total,
    )
