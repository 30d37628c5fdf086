"""Alerts: searches that would have met a child whom nobody may find.

What searches leave is append-only and looks the same whether it says anything. What says something
is written out here, once, so that a list need not open every search there ever was.
"""

import datetime as dt
import uuid

from flask_babel import lazy_gettext as _l

from portal.access.identity import Identity
from portal.access.log import Event, record
from portal.children import vault
from portal.children.vault import Shelf
from portal.core import clock
from portal.core.errors import Conflict
from portal.shielding.queries.alerts import AlertLine, alert_line, alert_lines
from portal.shielding.queries.documents import document, moment
from portal.shielding.rules.documents import Content, DocumentKind, marks_of
from portal.shielding.rules.shields import AlertOutcome

# How far the alerts are written out. One document: its id is nobody's.
CURSOR = uuid.UUID(int=1)
BEGINNING = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
# A search that began before another may be written after it: read a little of the past again.
OVERLAP = dt.timedelta(minutes=15)
# So many searches are read in one look: whoever writes meanwhile must not wait for long.
AT_ONCE = 20_000


def look_at_alerts(*, by: Identity) -> tuple[tuple[AlertLine, ...], bool]:
    """Return the alerts, the newest first: who searched, why, how to ring them, for which
    children; and whether every search was read. The look is logged.
    """
    is_whole = gather_alerts(by=by)
    lines = alert_lines(by)
    record(Event.ALERTS_LISTED, by=by, subject_kind="shield", details={"count": len(lines)})
    return lines, is_whole


def open_alert(*, alert_id: uuid.UUID, by: Identity) -> AlertLine:
    """Show one alert; the look is logged. Raises NotFound."""
    line = alert_line(alert_id, by)
    record(Event.SHIELD_OPENED, by=by, subject_kind="shield", subject_id=alert_id)
    return line


def settle_alert(*, alert_id: uuid.UUID, outcome: AlertOutcome, by: Identity) -> None:
    """Say what was done about an alert. The same again does nothing.

    Raises NotFound, and Conflict when it is dealt with otherwise.
    """
    vault.enter()
    content = document(DocumentKind.ALERT, alert_id)
    if content["outcome"] == outcome.value:
        return
    if content["closed_at"] is not None:
        raise Conflict(_l("Somebody else has dealt with this already."))
    settled = content | {
        "outcome": outcome.value, "closed_at": clock.now().isoformat(),
        "closed_by": [str(by.account_id)],
    }  # fmt: skip
    vault.keep(Shelf.SHIELD, alert_id, settled, marks=marks_of(settled))
    record(
        Event.ALERT_SETTLED, by=by, subject_kind="shield", subject_id=alert_id,
        details={"outcome": outcome.value},
    )  # fmt: skip


def gather_alerts(*, by: Identity) -> bool:
    """Write out the alerts that came since the last time, in the transaction of this person's look.

    False when there were more searches than one look reads. The line in the log is the look's.
    """
    vault.enter()
    cursor = vault.content_of(Shelf.SHIELD, CURSOR)
    since = moment(cursor["until"]) if cursor else BEGINNING
    came, until = vault.alerts(since, most=AT_ONCE)
    for alert in came:
        if vault.content_of(Shelf.SHIELD, alert.id) is None:
            content: Content = {
                "kind": DocumentKind.ALERT.value, "child_id": str(alert.child_id),
                "others": [str(one) for one in alert.others],
                "account": str(alert.account_id), "reason": alert.reason,
                "made_at": alert.made_at.isoformat(), "gathered_by": str(by.account_id),
                "outcome": "", "closed_at": None, "closed_by": [],
            }  # fmt: skip
            vault.keep(Shelf.SHIELD, alert.id, content, marks=marks_of(content))
    settled = clock.now() - OVERLAP
    reached = {
        "kind": DocumentKind.CURSOR.value,
        "until": min(until or settled, settled).isoformat(),
    }
    vault.keep(Shelf.SHIELD, CURSOR, reached)
    return until is None
