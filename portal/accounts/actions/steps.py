"""What every act upon an account does: its line in the log, and a word to the account's owner."""

import datetime as dt
import uuid

from sqlalchemy import select, update

from portal.access.identity import Identity
from portal.access.log import Event, record
from portal.accounts.models import AccountSession, AccountStep
from portal.accounts.rules.words import QUIET, Step
from portal.core import clock
from portal.core.db import db

TOLD_FOR = dt.timedelta(hours=1)
EVENTS = {
    Step.FOUND: Event.ACCOUNT_FOUND,
    Step.OPENED: Event.ACCOUNT_OPENED,
    Step.CHECKED: Event.ACCOUNT_CHECKED,
    Step.LINKED: Event.ACCOUNT_LINKED,
    Step.UNLOCKED: Event.ACCOUNT_UNLOCKED,
    Step.ENROLLED: Event.ACCOUNT_ENROLLED,
    Step.REVIEWED: Event.ACCOUNT_REVIEWED,
    Step.RENEWED: Event.ACCOUNT_CHANGED,
    Step.SUSPENDED: Event.ACCOUNT_SUSPENDED,
    Step.RESUMED: Event.ACCOUNT_RESUMED,
}


def take_step(*, account_id: uuid.UUID, kind: Step, by: Identity) -> None:
    """Log a step, and keep it for the owner. A look repeated within the hour is told once."""
    record(EVENTS[kind], by=by, subject_kind="account", subject_id=account_id)
    if kind in {*QUIET, Step.OPENED} and _is_told(account_id, kind, by):
        return
    db.session.add(
        AccountStep(account_id=account_id, kind=kind, taken_by=by.account_id, taken_at=clock.now())
    )
    db.session.flush()


def _is_told(account_id: uuid.UUID, kind: Step, by: Identity) -> bool:
    found = select(AccountStep.id).where(
        AccountStep.account_id == account_id,
        AccountStep.kind == kind,
        AccountStep.taken_by == by.account_id,
        AccountStep.taken_at > clock.now() - TOLD_FOR,
    )
    return db.session.scalar(found.limit(1)) is not None


def end_sessions(*, account_id: uuid.UUID, by: Identity) -> int:
    """End every session of an account, half-open ones too; return how many there were."""
    ended = db.session.execute(
        update(AccountSession)
        .where(AccountSession.account_id == account_id, AccountSession.ended_at.is_(None))
        .values(ended_at=clock.now())
    )
    count = int(getattr(ended, "rowcount", 0))
    if count:
        record(
            Event.ACCOUNT_SIGNED_OUT,
            by=by,
            subject_kind="account",
            subject_id=account_id,
            details={"sessions": count},
        )
    return count
