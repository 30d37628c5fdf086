"""What a full file leaves out is marked as no longer reported, once all of it is decided.

Told by the source's own words alone, so that counts and answers are the same whoever is hidden
(decisions/0036). A process that dies leaves whole steps behind it: what is marked is not marked
again, and what is left to mark is what it was.
"""

import uuid
from collections.abc import Iterator
from typing import Any

from flask import current_app
from sqlalchemy import func, select, update

from portal.access.identity import Identity
from portal.children import actions as children
from portal.children.queries import Hearing, number_left_out
from portal.core.config import Config
from portal.core.db import db
from portal.feeds.actions.standing import refuse_while_paused
from portal.feeds.models import Arrival, FeedRun
from portal.feeds.rules import (
    SUBJECTS,
    FileKind,
    Phase,
    Scope,
    Step,
    Unmarked,
    in_batches,
    is_too_much,
)


def leave_out(*, heard: Hearing, kind: FileKind, scope: Scope, by: Identity) -> Iterator[Step]:
    """Mark what the file leaves out, or say in its run why nothing is marked. Commit at every step.

    Raises Paused before a step when the source is paused.
    """
    if heard.run_id is None:
        raise ValueError("a dry run marks nothing")
    run_id, total = heard.run_id, db.session.get_one(FeedRun, heard.run_id).received
    refuse_while_paused(source=heard.source, by=by)
    _spare(heard, kind, by)
    why = _why_not(heard, kind, scope, run_id)
    if why is not None:
        _tell(run_id, unmarked=why.value)
        return
    _tell(run_id, unreported=func.coalesce(FeedRun.unreported, 0))
    for subject in SUBJECTS[kind]:
        while number := children.leave_out(heard=heard, subject=subject, by=by):
            _tell(run_id, unreported=FeedRun.unreported + number)
            yield Step(Phase.DECIDING, total, total)
            refuse_while_paused(source=heard.source, by=by)


def _spare(heard: Hearing, kind: FileKind, by: Identity) -> None:
    """A typing error marks nobody: whom a row names counts as told, whatever is wrong with it."""
    wanted = select(Arrival.about).where(
        Arrival.run_id == heard.run_id,
        Arrival.decision == "set_aside",
        Arrival.about.is_not(None),
    )
    numbers = sorted({one for one in db.session.scalars(wanted) if one is not None})
    for some in in_batches(numbers):
        for subject in SUBJECTS[kind]:
            children.spare_numbers(heard=heard, subject=subject, numbers=some, by=by)


def _why_not(heard: Hearing, kind: FileKind, scope: Scope, run_id: uuid.UUID) -> Unmarked | None:
    """Why nothing may be marked, if anything; the run keeps how much is left out too much."""
    if _has_newer(heard, kind):
        return Unmarked.OLDER
    unread = select(Arrival.line).where(
        Arrival.run_id == run_id, Arrival.decision == "set_aside", Arrival.about.is_(None)
    )
    if db.session.scalar(unread.limit(1)) is not None:
        return Unmarked.UNREADABLE
    if scope.accepts_drop:
        return None
    config: Config = current_app.extensions["portal_config"]
    for subject in SUBJECTS[kind]:
        left_out, told = number_left_out(heard, subject)
        if is_too_much(left_out, told, most=config.full_file_drop):
            _tell(run_id, unreported=left_out, told=told)
            return Unmarked.TOO_MANY
    return None


def _has_newer(heard: Hearing, kind: FileKind) -> bool:
    """True when a full file that speaks of a later day has been decided."""
    own = select(FeedRun.feed_id).where(FeedRun.id == heard.run_id).scalar_subquery()
    newer = select(FeedRun.id).where(
        FeedRun.feed_id == own,
        FeedRun.kind == kind.value,
        FeedRun.is_full,
        FeedRun.state == "finished",
        FeedRun.speaks_of > heard.on,
    )
    return db.session.scalar(newer.limit(1)) is not None


def _tell(run_id: uuid.UUID, **values: Any) -> None:
    db.session.execute(
        update(FeedRun)
        .where(FeedRun.id == run_id)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
