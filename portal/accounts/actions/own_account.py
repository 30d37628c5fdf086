"""What people do with their own account once signed in."""

import uuid

from sqlalchemy import update

from portal.access.identity import Identity
from portal.access.log import Event, record
from portal.accounts import queries
from portal.accounts.actions.steps import end_sessions
from portal.accounts.models import AccountSession, AccountStep
from portal.core import clock
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.keys import token_mark


def sign_out(*, by: Identity) -> None:
    """End the present session."""
    _end(AccountSession.token_mark == token_mark(by.session_token), by)


def end_session(*, session_id: uuid.UUID, by: Identity) -> None:
    """End one of one's own sessions. Raises NotFound for any other."""
    if not _end(AccountSession.id == session_id, by):
        raise NotFound


def _end(which: object, by: Identity) -> bool:
    ended = db.session.execute(
        update(AccountSession)
        .where(
            which,  # type: ignore[arg-type]
            AccountSession.account_id == by.account_id,
            AccountSession.ended_at.is_(None),
        )
        .values(ended_at=clock.now())
    )
    if not getattr(ended, "rowcount", 0):
        return False
    record(Event.ACCOUNT_SIGNED_OUT, by=by, subject_kind="account", subject_id=by.account_id)
    return True


def sign_out_everywhere(*, by: Identity) -> None:
    """End every session of one's own account."""
    assert by.account_id is not None
    end_sessions(account_id=by.account_id, by=by)


def stay_signed_in(*, by: Identity) -> int:
    """Mark the present session as seen now; return for how many seconds it holds.

    No line in the log: nothing was looked at or changed but the time of day.
    """
    db.session.execute(
        update(AccountSession)
        .where(AccountSession.token_mark == token_mark(by.session_token))
        .values(seen_at=clock.now())
    )
    return queries.seconds_left(by)


def acknowledge_steps(*, by: Identity) -> None:
    """Note that the owner has seen what others did to the account."""
    db.session.execute(
        update(AccountStep)
        .where(AccountStep.account_id == by.account_id, AccountStep.acknowledged_at.is_(None))
        .values(acknowledged_at=clock.now())
    )
    record(Event.ACCOUNT_TOLD, by=by, subject_kind="account", subject_id=by.account_id)
