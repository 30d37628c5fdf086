"""What every search leaves behind: one row of one size, an alert or as many bytes that say nothing.

A search that would have met an absent child shows its asker nobody; the shield officer learns who
asked and rings them.
"""

import datetime as dt
import json
import uuid
from dataclasses import dataclass

from sqlalchemy import delete, insert, select

from portal.access.identity import Identity
from portal.children.vault.store import key_of_vault, place_of
from portal.children.vault.tables import ALERT, ALERT_BYTES
from portal.children.vault.watching import Met
from portal.core import clock
from portal.core.db import db, random_id
from portal.core.keys import seal_to, unseal

NOBODY = uuid.UUID(int=0)
_ADD = insert(ALERT)
_SINCE = select(ALERT.c.id, ALERT.c.made_at, ALERT.c.sealed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """Somebody searched for an absent child: who, why, and in which search of the log. others are
    absent children whom the same search would have met too."""

    id: uuid.UUID
    made_at: dt.datetime
    child_id: uuid.UUID
    others: tuple[uuid.UUID, ...] = ()
    account_id: uuid.UUID
    search_id: uuid.UUID
    reason: str


def leave_alert(met: Met | None, *, search_id: uuid.UUID, reason: str, by: Identity) -> None:
    """Leave the row of one search, whomever it met."""
    alert_id = random_id()
    words = {
        "children": [one.hex for one in ((met.child_id, *met.others) if met else (NOBODY,))],
        "account": (by.account_id or NOBODY).hex,
        "search": search_id.hex,
        "reason": reason,
    }
    place = place_of("vault_alert", alert_id)
    sealed = seal_to(key_of_vault(), json.dumps(words), place=place, size=ALERT_BYTES)
    db.session.execute(_ADD, {"id": alert_id, "made_at": clock.now(), "sealed": sealed})


def alerts(since: dt.datetime, *, most: int) -> tuple[list[Alert], dt.datetime | None]:
    """Return the alerts among so many of the oldest rows since a moment, the oldest first; and the
    moment up to which was read, None when that was all. Opens every row: for officers only.
    """
    wanted = _SINCE.where(ALERT.c.made_at >= since).order_by(ALERT.c.made_at, ALERT.c.id)
    rows = db.session.execute(wanted.limit(most)).all()
    found = (_alert(*row) for row in rows)
    until = rows[-1].made_at if len(rows) == most else None
    return [alert for alert in found if alert.child_id != NOBODY], until


def forget_alerts(before: dt.datetime) -> None:
    """Delete the rows from before a moment, alerts and others alike."""
    db.session.execute(delete(ALERT).where(ALERT.c.made_at < before))


def _alert(alert_id: uuid.UUID, made_at: dt.datetime, sealed: bytes) -> Alert:
    words = json.loads(unseal(key_of_vault(), sealed, place=place_of("vault_alert", alert_id)))
    child_id, *others = (uuid.UUID(one) for one in words["children"])
    return Alert(
        id=alert_id,
        made_at=made_at,
        child_id=child_id,
        others=tuple(others),
        account_id=uuid.UUID(words["account"]),
        search_id=uuid.UUID(words["search"]),
        reason=words["reason"],
    )
