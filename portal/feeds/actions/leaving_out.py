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
from portal.feeds.queries import has_later_full_file
from portal.feeds.rules import (
    SUBJECTS,
    FileKind,
    LeftOut,
    Phase,
    Scope,
    Step,
    in_batches,
    judge_left_out,
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
    found = _judged(heard, kind, scope, run_id)
    if found.why is not None:
        _tell(run_id, unmarked=found.why.value, unreported=found.number, told=found.told)
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


def _judged(heard: Hearing, kind: FileKind, scope: Scope, run_id: uuid.UUID) -> LeftOut:
    """Whether what is left out may be marked. The counts tell of what is left to mark."""
    unread = select(Arrival.line).where(
        Arrival.run_id == run_id, Arrival.decision == "set_aside", Arrival.about.is_(None)
    )
    config: Config = current_app.extensions["portal_config"]
    return judge_left_out(
        scope, (number_left_out(heard, subject) for subject in SUBJECTS[kind]),
        is_older=has_later_full_file(heard.source, kind, on=heard.on),
        is_unread=db.session.scalar(unread.limit(1)) is not None,
        most=config.full_file_drop,
    )  # fmt: skip


def _tell(run_id: uuid.UUID, **values: Any) -> None:
    db.session.execute(
        update(FeedRun)
        .where(FeedRun.id == run_id)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
