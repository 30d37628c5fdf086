"""How each source stands: whether its files are taken, and what became of the last one."""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from portal.accounts import queries as accounts
from portal.children import queries as children
from portal.children.queries.quarantined import QuarantineLine, quarantine_lines
from portal.children.rules import Subject
from portal.children.vault.quarantine import Standing
from portal.core.db import db
from portal.feeds.models import Feed, FeedPause, FeedRun
from portal.feeds.queries.receipts import ReceiptSheet, counts_of
from portal.feeds.rules import REGISTERS, PauseCause, SourceState, is_clean


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSheet:
    """The newest file of a source. ended_at is None while it is not finished."""

    receipt: ReceiptSheet
    started_at: dt.datetime
    ended_at: dt.datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DryRunSheet:
    """The newest dry run since a source was paused. The counts are None until it has ended, and
    for ever when its file was refused or left out too much."""

    kind: str
    began_at: dt.datetime
    received: int | None
    added: int | None
    changed: int | None
    unchanged: int | None
    set_aside: int | None

    @property
    def is_clean(self) -> bool:
        """True when every row of it would have been taken."""
        return is_clean(received=self.received, set_aside=self.set_aside)


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseSheet:
    """Since when and why nothing is taken. A name is empty where the operator did it; proposed_at
    is None until somebody has proposed to resume, rejected_at until somebody has rejected that.
    """

    cause: PauseCause
    paused_at: dt.datetime
    paused_by: str
    dry_run: DryRunSheet | None
    proposed_at: dt.datetime | None
    proposed_by: str
    proposer_id: uuid.UUID | None
    rejected_at: dt.datetime | None

    @property
    def may_be_proposed(self) -> bool:
        """True when resuming can be proposed now."""
        return self.proposed_at is None and self.dry_run is not None and self.dry_run.is_clean


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSheet:
    """One source: whether its files are taken, and its newest file."""

    id: uuid.UUID
    name: str
    pause: PauseSheet | None
    last_run: RunSheet | None

    @property
    def is_registers(self) -> bool:
        """True for the registers: they tell of no people."""
        return self.name == REGISTERS

    @property
    def state(self) -> SourceState:
        """In one word."""
        if self.pause is None:
            return SourceState.LIVE
        is_proposed = self.pause.proposed_at is not None
        return SourceState.RESUME_PROPOSED if is_proposed else SourceState.PAUSED


def is_paused(name: str) -> bool:
    """True when nothing may be taken from the source of this name."""
    wanted = (
        select(FeedPause.id)
        .join(Feed, Feed.id == FeedPause.feed_id)
        .where(Feed.name == name, FeedPause.ended_at.is_(None))
    )
    return db.session.scalar(wanted) is not None


def sources() -> list[SourceSheet]:
    """Return every source in the order of names."""
    return _sheets()


def source(feed_id: uuid.UUID) -> SourceSheet | None:
    """Return one source."""
    return next(iter(_sheets(Feed.id == feed_id)), None)


def source_named(name: str) -> SourceSheet | None:
    """Return the source of this name."""
    return next(iter(_sheets(Feed.name == name)), None)


def proposals() -> list[SourceSheet]:
    """Return the sources that wait for the second person, the longest wait first."""
    found = [one for one in _sheets() if one.pause and one.pause.proposed_at]
    return sorted(found, key=lambda one: (one.pause.proposed_at, one.name) if one.pause else ())


def waiting_from(name: str) -> list[QuarantineLine]:
    """Return what of a source waits for a shield officer's decision. Only officers may see it."""
    lines = quarantine_lines()
    return [one for one in lines if one.source == name and one.standing is Standing.WAITING]


def count_of_children() -> int:
    """Return how many live children the index holds, as receipts tell (decisions/0018). Opens the
    whole vault."""
    return children.count_of_children()


def children_unreported(name: str) -> int:
    """Return how many children a source told of and no longer reports, by its own numbers."""
    return children.number_unreported(name, Subject.CHILD)


def _sheets(*conditions: Any) -> list[SourceSheet]:
    rows = db.session.execute(
        select(Feed.id, Feed.name, FeedPause)
        .outerjoin(FeedPause, (FeedPause.feed_id == Feed.id) & FeedPause.ended_at.is_(None))
        .where(*conditions)
        .order_by(Feed.name)
    ).all()
    runs = _last_runs()
    people = {who for _, _, one in rows if one for who in (one.paused_by, one.proposed_by) if who}
    names = accounts.names_of(people)
    return [
        SourceSheet(
            id=feed_id,
            name=name,
            pause=_pause(pause, names) if pause else None,
            last_run=_run(runs[feed_id], name) if feed_id in runs else None,
        )
        for feed_id, name, pause in rows
    ]


def _last_runs() -> dict[uuid.UUID, FeedRun]:
    """The newest run of each source."""
    newest = select(FeedRun.feed_id, func.max(FeedRun.started_at).label("at"))
    found = newest.group_by(FeedRun.feed_id).subquery()
    wanted = (
        select(FeedRun)
        .join(found, (found.c.feed_id == FeedRun.feed_id) & (found.c.at == FeedRun.started_at))
        .order_by(FeedRun.receipt)
    )
    return {run.feed_id: run for run in db.session.scalars(wanted)}


def _run(run: FeedRun, name: str) -> RunSheet:
    return RunSheet(
        receipt=ReceiptSheet(**counts_of(run, name)),
        started_at=run.started_at,
        ended_at=run.ended_at,
    )


def _pause(row: FeedPause, names: dict[uuid.UUID, str]) -> PauseSheet:
    return PauseSheet(
        cause=PauseCause(row.cause),
        paused_at=row.paused_at,
        paused_by=names.get(row.paused_by, "") if row.paused_by else "",
        dry_run=_dry_run(row),
        proposed_at=row.proposed_at,
        proposed_by=names.get(row.proposed_by, "") if row.proposed_by else "",
        proposer_id=row.proposed_by,
        rejected_at=row.rejected_at,
    )


def _dry_run(row: FeedPause) -> DryRunSheet | None:
    if row.rehearsed_at is None:
        return None
    return DryRunSheet(
        kind=row.kind or "",
        began_at=row.rehearsed_at,
        received=row.received,
        added=row.added,
        changed=row.changed,
        unchanged=row.unchanged,
        set_aside=row.set_aside,
    )
