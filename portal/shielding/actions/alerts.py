"""Alerts: searches that would have met a child whom nobody may find.

What searches leave looks the same whether it says anything. What says something is written out
here, once, and the rest is deleted.
"""

import uuid

from flask_babel import lazy_gettext as _l

from portal.access.identity import Identity
from portal.access.log import Event, record
from portal.children import actions as records
from portal.children import vault
from portal.children.vault import Shelf
from portal.core import clock
from portal.core.errors import Conflict
from portal.shielding.queries.alerts import AlertLine, alert_line, alert_lines
from portal.shielding.queries.documents import document
from portal.shielding.rules.documents import Content, DocumentKind, marks_of
from portal.shielding.rules.shields import AlertOutcome

# So many searches are looked up, and so many read, by one page: whoever writes meanwhile must not
# wait for long. A command looks them up before anybody asks.
LOOKED_UP, AT_ONCE = 300, 20_000


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
    """Look up the searches that wait for it, and write out the alerts among them.

    False when there were more searches than one look reads.
    """
    is_whole = records.look_up_searches(most=LOOKED_UP, by=by) < LOOKED_UP
    came, is_all = vault.take_alerts(most=AT_ONCE)
    for alert in came:
        content: Content = {
            "kind": DocumentKind.ALERT.value, "child_id": str(alert.child_id),
            "others": [str(one) for one in alert.others],
            "account": str(alert.account_id), "reason": alert.reason,
            "made_at": alert.made_at.isoformat(),
            "outcome": "", "closed_at": None, "closed_by": [],
        }  # fmt: skip
        vault.keep(Shelf.SHIELD, alert.id, content, marks=marks_of(content))
    return is_whole and is_all
