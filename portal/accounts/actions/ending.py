"""Ending what every account has open, at once: after a restore none of it may come back to life."""

from sqlalchemy import update

from portal.access.identity import Identity
from portal.access.log import Event, record
from portal.accounts.actions.enrolment import WIPED
from portal.accounts.models import AccountSession, EnrolmentLink
from portal.core import clock
from portal.core.db import db


def end_all_access(*, by: Identity) -> None:
    """End every session and revoke every enrolment link of every account."""
    now = clock.now()
    ended = db.session.execute(
        update(AccountSession).where(AccountSession.ended_at.is_(None)).values(ended_at=now)
    )
    db.session.execute(
        update(EnrolmentLink)
        .where(EnrolmentLink.used_at.is_(None), EnrolmentLink.revoked_at.is_(None))
        .values(revoked_at=now, **WIPED)
    )
    count = int(getattr(ended, "rowcount", 0))
    record(Event.ACCOUNT_SIGNED_OUT, by=by, details={"sessions": count})
