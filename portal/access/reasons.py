"""Why somebody looks: a coded reason, current for one child, one account and one session.

The list follows the practice that domain.md 4 describes; a note is asked for "other" only, is
sealed, and is read by auditors alone.
"""

import datetime as dt
import uuid
from collections.abc import Iterable
from enum import StrEnum

from flask import current_app
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, insert, select

from portal.access.identity import Identity
from portal.access.models import StatedReason
from portal.core import clock
from portal.core.db import db, random_id
from portal.core.errors import PortalError
from portal.core.keys import Keys, seal

CURRENT_FOR = dt.timedelta(hours=2)
_STATE = insert(StatedReason.__table__)  # type: ignore[arg-type]
NOTE_LENGTH = 200


class Reason(StrEnum):
    """Reasons for access."""

    REFERRAL = "referral"
    ASSESSMENT = "assessment"
    TEAM_MEETING = "team_meeting"
    MOVED_HERE = "moved_here"
    UNPLANNED = "unplanned"
    MISSING_EDUCATION = "missing_education"
    TRANSFER = "transfer"
    DATA_QUALITY = "data_quality"
    OTHER = "other"


LABELS: dict[Reason, LazyString] = {
    Reason.REFERRAL: _l("New referral or contact"),
    Reason.ASSESSMENT: _l("Starting an assessment"),
    Reason.TEAM_MEETING: _l("Arranging a team around the child meeting"),
    Reason.MOVED_HERE: _l("Child has moved here"),
    Reason.UNPLANNED: _l("Unplanned attendance: A&E, police or out of hours"),
    Reason.MISSING_EDUCATION: _l("Child without a school or a GP practice"),
    Reason.TRANSFER: _l("Planning a transfer or an ending"),
    Reason.DATA_QUALITY: _l("Checking that the record is right"),
    Reason.OTHER: _l("Other reason"),
}
# What the log may say besides: nobody chooses it, the act itself is the reason.
ANSWERING = "contact_request"
LOGGED: dict[str, LazyString] = {
    **{reason.value: label for reason, label in LABELS.items()},
    ANSWERING: _l("Answering a request for contact"),
}


class ReasonNeeded(PortalError):
    """No current reason for this child: the person is sent to state one (303)."""

    status = 303

    def __init__(self, child_id: uuid.UUID) -> None:
        super().__init__()
        self.child_id = child_id


def state_reason(
    *,
    child_ids: Iterable[uuid.UUID],
    reason: Reason,
    note: str = "",
    search_id: uuid.UUID | None = None,
    by: Identity,
) -> None:
    """Keep a reason as current for these children, this account and this session."""
    keys: Keys = current_app.extensions["portal_keys"]
    now = clock.now()
    rows = []
    for child_id in child_ids:
        row_id = random_id()
        sealed = seal(keys.log, note, place=f"stated_reason|note|{row_id}") if note else None
        rows.append({
            "id": row_id, "account_id": by.account_id, "session_mark": by.session_mark,
            "child_id": child_id, "search_id": search_id, "reason": reason.value,
            "sealed_note": sealed, "stated_at": now, "expires_at": now + CURRENT_FOR,
        })  # fmt: skip
    if rows:
        db.session.execute(_STATE, rows)


def current_reason(*, child_id: uuid.UUID, by: Identity) -> StatedReason:
    """Return the newest current reason. Raises ReasonNeeded when there is none."""
    found = db.session.scalars(
        select(StatedReason)
        .where(
            StatedReason.account_id == by.account_id,
            StatedReason.session_mark == by.session_mark,
            StatedReason.child_id == child_id,
            StatedReason.expires_at > clock.now(),
        )
        .order_by(StatedReason.stated_at.desc())
        .limit(1)
    ).first()
    if found is None:
        raise ReasonNeeded(child_id)
    return found


def forget_expired_reasons() -> int:
    """Delete reasons no longer current, return how many; the log keeps what was stated."""
    gone = db.session.execute(delete(StatedReason).where(StatedReason.expires_at <= clock.now()))
    return int(getattr(gone, "rowcount", 0))


def forget_all_reasons() -> None:
    """Let no reason stay current (after a restore)."""
    db.session.execute(delete(StatedReason))
