"""Runs of imports as the steward watches them. Whatever is held back, they read the same: what is
counted is what a receipt counts, batch by batch (decisions/0018).
"""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from portal.core.db import db
from portal.feeds.models import Arrival, Feed, FeedRun
from portal.feeds.queries.receipts import ReceiptSheet, counts_of
from portal.feeds.rules import FileKind, SetAside

MOST_ROWS = 100
MOST_RUNS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class RunDetails:
    """One run. receipt holds the first rows that were set aside; faults counts all of them.

    total is None for a run of an older program. The rows of a run are kept until the next of its
    kind begins.
    """

    id: uuid.UUID
    feed_id: uuid.UUID
    receipt: ReceiptSheet
    started_at: dt.datetime
    ended_at: dt.datetime | None
    total: int | None
    faults: tuple[tuple[str, int], ...] = ()

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
    is_over = run.ended_at is not None
    rows = _rows(run_id) if is_over else ()
    return _details(run, source, rows, _faults(run_id) if is_over else ())


def runs_of(feed_id: uuid.UUID) -> list[RunDetails]:
    """Return the newest runs of a source, without their rows."""
    found = db.session.execute(
        select(FeedRun, Feed.name)
        .join(Feed, Feed.id == FeedRun.feed_id)
        .where(FeedRun.feed_id == feed_id)
        .order_by(FeedRun.started_at.desc(), FeedRun.receipt)
        .limit(MOST_RUNS)
    )
    return [_details(run, source) for run, source in found]


def has_later_full_file(source: str, kind: FileKind, *, on: dt.date) -> bool:
    """True when a full file of this source that speaks of a day after this has been decided."""
    later = (
        select(FeedRun.id)
        .join(Feed, Feed.id == FeedRun.feed_id)
        .where(Feed.name == source, FeedRun.kind == kind.value, FeedRun.is_full)
        .where(FeedRun.state == "finished", FeedRun.speaks_of > on)
    )
    return db.session.scalar(later.limit(1)) is not None


def _details(
    run: FeedRun,
    source: str,
    rows: Sequence[SetAside] = (),
    faults: Sequence[tuple[str, int]] = (),
) -> RunDetails:
    return RunDetails(
        id=run.id,
        feed_id=run.feed_id,
        receipt=ReceiptSheet(**counts_of(run, source), rows=tuple(rows)),
        started_at=run.started_at,
        ended_at=run.ended_at,
        total=run.total,
        faults=tuple(faults),
    )


def _rows(run_id: uuid.UUID) -> list[SetAside]:
    found = db.session.execute(
        select(Arrival.line, Arrival.fault, Arrival.column)
        .where(Arrival.run_id == run_id, Arrival.decision == "set_aside")
        .order_by(Arrival.line)
        .limit(MOST_ROWS)
    )
    return [SetAside(line, fault, column) for line, fault, column in found]


def _faults(run_id: uuid.UUID) -> list[tuple[str, int]]:
    number = func.count()
    found = db.session.execute(
        select(Arrival.fault, number)
        .where(Arrival.run_id == run_id, Arrival.decision == "set_aside")
        .group_by(Arrival.fault)
        .order_by(number.desc(), Arrival.fault)
    )
    return [(fault, count) for fault, count in found]
