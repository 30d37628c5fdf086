"""Pausing a source for everybody at once, and resuming it: a clean dry run and two people."""

import uuid

from flask_babel import lazy_gettext as _l
from sqlalchemy import select, update

from portal.access.identity import Identity
from portal.access.log import Event, record
from portal.children import actions as children
from portal.children import vault
from portal.children.queries import QuarantineLine
from portal.children.vault.quarantine import Standing
from portal.core import clock
from portal.core.db import db, random_id
from portal.core.errors import Conflict, NotFound
from portal.feeds.models import Feed, FeedPause
from portal.feeds.queries import ReceiptSheet, SourceSheet, is_paused, source, waiting_from
from portal.feeds.rules import FileKind, PauseCause, Register, Unmarked, is_clean

NOT_PAUSED = _l("This source is not paused.")
NO_PROPOSAL = _l("Nobody proposes to resume this source any more.")
NEEDS_DRY_RUN = _l(
    "Resuming needs a dry run of this source since it was paused, in which every row would have "
    "been taken. Nothing was changed."
)
SAME_PERSON = _l("You proposed it: another person must confirm.")
STILL_WAITS = _l("Something of this source still waits for a decision. Decide that first.")
COUNTS = ("received", "added", "changed", "unchanged", "set_aside")


class Paused(Exception):
    """Nothing may be taken from this source now."""


def refuse_while_paused(*, source: str, by: Identity) -> None:
    """Let a step of an import happen, and no pause until the step has ended. Raises Paused.

    On PostgreSQL the row of the source is shared by the step and wanted whole by whoever pauses it;
    embedded, one writes at a time. So once a pause is told, nothing more is taken.
    """
    db.session.scalar(select(Feed.id).where(Feed.name == source).with_for_update(read=True))
    if is_paused(source):
        raise Paused


def pause_feed(*, feed_id: uuid.UUID, cause: PauseCause, by: Identity) -> bool:
    """Take nothing more from a source. An import of it that runs stops before its next step.

    Returns False, and leaves everything as it is, when it is paused already. Raises NotFound.
    """
    name = _taken(feed_id)
    if _open_pause(feed_id) is not None:
        return False
    db.session.add(
        FeedPause(
            feed_id=feed_id, cause=cause.value, paused_at=clock.now(), paused_by=by.account_id
        )
    )
    _record(Event.FEED_PAUSED, feed_id, name, by, cause=cause.value)
    return True


def begin_rehearsal(*, source: str, kind: FileKind | Register, by: Identity) -> uuid.UUID | None:
    """Note that a dry run of a paused source begins, so that it counts as not clean until it has
    ended; None, and nothing noted, for a source that is not paused. The newest is what counts.
    """
    feed_id = db.session.scalar(select(Feed.id).where(Feed.name == source).with_for_update())
    row = _open_pause(feed_id) if feed_id else None
    if row is None:
        return None
    row.rehearsal_id, row.rehearsed_at, row.kind = random_id(), clock.now(), kind.value
    for word in COUNTS:
        setattr(row, word, None)
    db.session.flush()
    return row.rehearsal_id


def end_rehearsal(*, begun: uuid.UUID, sheet: ReceiptSheet, by: Identity) -> None:
    """Keep the counts of a dry run, unless a newer one has begun. Without them it is not clean: one
    of a full file that was probably cut off has none."""
    if sheet.unmarked == Unmarked.TOO_MANY:
        return
    db.session.execute(
        update(FeedPause)
        .where(FeedPause.rehearsal_id == begun, FeedPause.ended_at.is_(None))
        .values({word: getattr(sheet, word) for word in COUNTS})
    )


def propose_resume(*, feed_id: uuid.UUID, by: Identity) -> bool:
    """Propose that files of a source are taken again: a second person confirms it.

    Knows nothing of what waits in quarantine: whoever proposes is told the same whatever waits.
    Returns False when it is proposed already. Raises NotFound, and Conflict when the source is not
    paused or its newest dry run since then was not clean.
    """
    name = _taken(feed_id)
    row = _open_pause(feed_id)
    if row is None:
        raise Conflict(NOT_PAUSED)
    if row.proposed_at is not None:
        return False
    if not is_clean(received=row.received, set_aside=row.set_aside):
        raise Conflict(NEEDS_DRY_RUN)
    row.proposed_at, row.proposed_by = clock.now(), by.account_id
    row.rejected_at = row.rejected_by = None
    _record(Event.FEED_RESUME_PROPOSED, feed_id, name, by)
    return True


def open_proposal(
    *, feed_id: uuid.UUID, by: Identity
) -> tuple[SourceSheet, list[QuarantineLine], bool]:
    """Show a shield officer a proposal, what of the source waits in quarantine, and whether they
    proposed it themselves; the look is logged. Raises NotFound.
    """
    found = source(feed_id)
    if found is None or found.pause is None or found.pause.proposed_at is None:
        raise NotFound
    lines = children.look_at_quarantine(by=by)
    waiting = [
        one for one in lines if one.source == found.name and one.standing is Standing.WAITING
    ]
    return found, waiting, _is_own(found.pause.proposer_id, by)


def confirm_resume(*, feed_id: uuid.UUID, by: Identity) -> None:
    """Take files of a source again. Raises NotFound, and Conflict when nobody proposes it, when the
    same person does, when a newer dry run was not clean, and while something of it waits.
    """
    name, row = _proposed(feed_id)
    if _is_own(row.proposed_by, by):
        raise Conflict(SAME_PERSON)
    if not is_clean(received=row.received, set_aside=row.set_aside):
        raise Conflict(NEEDS_DRY_RUN)
    vault.enter()
    if waiting_from(name):
        raise Conflict(STILL_WAITS)
    row.ended_at, row.ended_by = clock.now(), by.account_id
    _record(Event.FEED_RESUMED, feed_id, name, by)


def reject_resume(*, feed_id: uuid.UUID, by: Identity) -> None:
    """Leave a source paused; whoever proposes next needs a new dry run. Raises NotFound, and
    Conflict when nobody proposes it."""
    name, row = _proposed(feed_id)
    row.rejected_at, row.rejected_by = clock.now(), by.account_id
    row.proposed_at = row.proposed_by = None
    row.rehearsal_id = row.rehearsed_at = row.kind = None
    for word in COUNTS:
        setattr(row, word, None)
    _record(Event.FEED_RESUME_REJECTED, feed_id, name, by)


def _proposed(feed_id: uuid.UUID) -> tuple[str, FeedPause]:
    name = _taken(feed_id)
    row = _open_pause(feed_id)
    if row is None or row.proposed_at is None:
        raise Conflict(NO_PROPOSAL)
    return name, row


def _is_own(proposer_id: uuid.UUID | None, by: Identity) -> bool:
    return proposer_id is not None and proposer_id == by.account_id


def _taken(feed_id: uuid.UUID) -> str:
    """The name of a source, nobody else changing how it stands meanwhile."""
    wanted = select(Feed.name).where(Feed.id == feed_id).with_for_update()
    name = db.session.scalar(wanted)
    if name is None:
        raise NotFound
    return name


def _open_pause(feed_id: uuid.UUID) -> FeedPause | None:
    wanted = select(FeedPause).where(FeedPause.feed_id == feed_id, FeedPause.ended_at.is_(None))
    return db.session.scalar(wanted.execution_options(populate_existing=True))


def _record(event: Event, feed_id: uuid.UUID, name: str, by: Identity, **more: str) -> None:
    details = {"source": name, **more}
    record(event, by=by, subject_kind="feed", subject_id=feed_id, details=details)
