"""The beginning and end of a run: one at a time for each source, taken up again after a crash."""

import hashlib
import secrets
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from time import sleep

from flask import current_app
from sqlalchemy import delete, func, select, text, update

from portal.access.identity import Identity
from portal.access.log import Event, record
from portal.core import clock
from portal.core.config import Config
from portal.core.db import db
from portal.feeds import inbox
from portal.feeds.models import Arrival, Feed, FeedRun
from portal.feeds.rules import USUAL, FileKind, Scope, Told

TOLD = tuple(f"told_{word}" for word in Told)
TRIES, BETWEEN_TRIES = 20, 0.25


class Busy(Exception):
    """Another process imports from the same source right now."""


@contextmanager
def alone(*, source: str, by: Identity) -> Iterator[None]:
    """Keep every other import of this source out. Whoever dies lets go: nothing can go stale.

    Embedded, a lock on a file of the instance folder; on PostgreSQL, an advisory lock of a
    connection of its own, since several machines may share the database. Raises Busy.
    """
    config: Config = current_app.extensions["portal_config"]
    if config.is_embedded:
        try:
            with inbox.only_one(config.instance / f".feed-{source}.lock"):
                yield
        except inbox.InUse:
            raise Busy from None
        return
    with _advisory_lock(source):
        yield


@contextmanager
def _advisory_lock(source: str) -> Iterator[None]:
    number = int.from_bytes(hashlib.sha256(source.encode()).digest()[:8], "big", signed=True)
    engine = db.engine.execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        ask = text("SELECT pg_try_advisory_lock(:number)")
        for _ in range(TRIES):
            if connection.scalar(ask, {"number": number}):
                break
            # The server takes a moment to notice that a killed process is gone.
            sleep(BETWEEN_TRIES)
        else:
            raise Busy
        try:
            yield
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:number)"), {"number": number})


def begin_run(
    *, source: str, kind: FileKind, mark: str, total: int, scope: Scope = USUAL, by: Identity
) -> uuid.UUID:
    """Return the unfinished run of this very file, which has total rows, or a new one.

    An unfinished run of another file is given up: what it applied stays, what it had staged goes.
    The row-by-row list of the file before is dropped; its counts stay.
    """
    feed = _feed(source)
    earlier = select(FeedRun).where(FeedRun.feed_id == feed.id, FeedRun.kind == kind.value)
    for run in db.session.scalars(earlier):
        if run.state in {"staging", "deciding"} and run.file_mark == mark:
            return run.id
        if run.state in {"staging", "deciding"}:
            _abandon(run, by)
        db.session.execute(delete(Arrival).where(Arrival.run_id == run.id))
    told = dict.fromkeys(TOLD, 0) if kind in {FileKind.CHILDREN, FileKind.CTF} else {}
    run = FeedRun(
        feed_id=feed.id, kind=kind.value, file_mark=mark, state="staging", total=total,
        receipt="-".join(secrets.token_hex(2) for _ in range(3)), started_at=clock.now(),
        is_full=scope.is_full, accepts_drop=scope.accepts_drop,
        speaks_of=scope.on or clock.today(), **told,
    )  # fmt: skip
    db.session.add(run)
    db.session.flush()
    return run.id


def give_up(*, run_id: uuid.UUID, by: Identity) -> None:
    """End a run whose file cannot be used: nothing was applied, and what was staged goes."""
    _abandon(db.session.get_one(FeedRun, run_id, populate_existing=True), by)
    db.session.execute(delete(Arrival).where(Arrival.run_id == run_id))


def _abandon(run: FeedRun, by: Identity) -> None:
    run.state, run.ended_at = "abandoned", clock.now()
    record(Event.FEED_ABANDONED, by=by, subject_kind="feed_run", subject_id=run.id)


def _feed(source: str) -> Feed:
    feed = db.session.scalar(select(Feed).where(Feed.name == source))
    if feed is None:
        feed = Feed(name=source, created_at=clock.now())
        db.session.add(feed)
        db.session.flush()
    return feed


def end_staging(*, run_id: uuid.UUID, by: Identity) -> None:
    """Say that every row of the file is safe and that they may be decided now."""
    received = db.session.scalar(select(func.count()).where(Arrival.run_id == run_id))
    db.session.execute(
        update(FeedRun).where(FeedRun.id == run_id).values(state="deciding", received=received)
    )
    details = {"received": received}
    record(Event.FEED_STAGED, by=by, subject_kind="feed_run", subject_id=run_id, details=details)


def end_run(*, run_id: uuid.UUID, by: Identity) -> None:
    """Say that every row is decided."""
    run = db.session.get_one(FeedRun, run_id, populate_existing=True)
    run.state, run.ended_at = "finished", clock.now()
    words = ["received", "added", "changed", "unchanged", "set_aside"]
    words += ["unreported"] if run.is_full else []
    record(
        Event.FEED_DECIDED,
        by=by,
        subject_kind="feed_run",
        subject_id=run_id,
        details={word: getattr(run, word) for word in words},
    )
