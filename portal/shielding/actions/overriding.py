"""Opening, once, what a shield hides: a rare right, a fresh one-time code, and officers told.

The shield stays. The case stands in the officers' list from the same moment, in the transaction
of the look; nobody else sees that anything happened.
"""

import datetime as dt
import uuid
from dataclasses import dataclass

from portal.access import reasons
from portal.access.identity import Identity
from portal.access.log import Event, record
from portal.accounts import actions as accounts
from portal.children import actions as children
from portal.children import vault
from portal.children.rules import RecordSheet
from portal.children.vault import Shelf
from portal.core import clock
from portal.core.db import random_id
from portal.shielding.rules.documents import Content, DocumentKind, marks_of

OVERRIDE = "override"


@dataclass(frozen=True, slots=True)
class Overridden:
    """What an override came to: the record, or no record because the code was not right; lifts_at
    when too many were wrong. Not an error: a wrong code must be counted, so nothing is undone."""

    sheet: RecordSheet | None = None
    lifts_at: dt.datetime | None = None


def open_override(*, child_id: uuid.UUID, by: Identity) -> None:
    """Show the warning, for a child whose record this person may look at now.

    Raises ReasonNeeded and NotFound. The look is logged as that of any form about a child.
    """
    children.open_name(child_id=child_id, by=by)


def override_shield(*, child_id: uuid.UUID, code: str, address: str, by: Identity) -> Overridden:
    """Show all that is known of a child, hidden or not, for a fresh one-time code.

    Opens a case for the shield officers, whatever there was to see. Raises ReasonNeeded, NotFound.
    """
    vault.enter()
    reason = reasons.current_reason(child_id=child_id, by=by)
    attempt = accounts.prove_again(code=code, address=address, by=by)
    if not attempt.token:
        return Overridden(lifts_at=attempt.lifts_at)
    shown = children.open_hidden_record(child_id=child_id, by=by)
    case_id = random_id()
    content: Content = {
        "kind": DocumentKind.ALERT.value, "what": OVERRIDE, "child_id": str(child_id),
        "account": str(by.account_id), "reason": reason.reason,
        "made_at": clock.now().isoformat(),
        "outcome": "", "closed_at": None, "closed_by": [],
    }  # fmt: skip
    vault.keep(Shelf.SHIELD, case_id, content, marks=marks_of(content))
    details = {"child": child_id, "reason": reason.reason}
    record(
        Event.SHIELD_OVERRIDDEN, by=by, subject_kind="shield", subject_id=case_id, details=details
    )
    return Overridden(shown)
