"""Alerts: searches that would have met a child whom nobody may find.

Searches leave what was asked and know nothing of it. They are looked up here, later; what says
something is kept, and every row is deleted.
"""

import uuid

from flask_babel import lazy_gettext as _l

from portal.access.identity import Identity
from portal.access.log import Event, record
from portal.children import queries as children
from portal.children import vault
from portal.children.queries import LookedUp
from portal.children.vault import Shelf
from portal.core import clock
from portal.core.db import db
from portal.core.errors import Conflict
from portal.core.wal import empty_wal_after_commit
from portal.shielding.queries.alerts import UNREADABLE, AlertLine, alert_line, alert_lines
from portal.shielding.queries.documents import document
from portal.shielding.rules.documents import Content, DocumentKind, marks_of
from portal.shielding.rules.shields import AlertOutcome

# So many searches are looked up by one page: whoever writes meanwhile must not wait for long. A
# command looks them up before anybody asks.
LOOKED_UP = 50
NOBODY = uuid.UUID(int=0)


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
    """Look up some of the searches that wait; False when others wait still."""
    # Before anything is locked for the log: whoever hides a child takes them in this order (0016).
    vault.enter()
    look_up_searches(most=LOOKED_UP, by=by)
    return vault.oldest_left(db.session.connection()) is None


def look_up_searches(*, most: int, by: Identity) -> int:
    """Look up so many of the oldest searches, and write out an alert for each that would have met
    an absent child. Returns how many waited.

    For each as much is written: an alert into the vault, or nothing that means anything.
    """
    found = children.looked_up(most=most)
    if not found:
        return 0
    vault.enter()
    still_there = vault.take_searches([one.search.id for one in found])
    for one in found:
        if one.search.id not in still_there:
            continue
        if one.met or not one.is_readable:
            content = _content(one)
            vault.keep(Shelf.SHIELD, one.search.id, content, marks=marks_of(content))
        else:
            vault.stir()
    vault.forget_parted(vault.oldest_left(db.session.connection()))
    record(Event.SEARCHES_LOOKED_UP, by=by, details={"count": len(still_there)})
    # How many pages were written hangs on which slots chance took.
    empty_wal_after_commit()
    return len(found)


def _content(one: LookedUp) -> Content:
    met = [str(one.met.child_id), *map(str, one.met.others)] if one.met else [str(NOBODY)]
    return {
        "kind": DocumentKind.ALERT.value, "what": "" if one.is_readable else UNREADABLE,
        "child_id": met[0], "others": met[1:], "account": str(one.search.account_id),
        "reason": one.search.reason, "made_at": one.search.made_at.isoformat(),
        "outcome": "", "closed_at": None, "closed_by": [],
    }  # fmt: skip
