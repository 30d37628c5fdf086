"""The access log: written in the transaction of the look, or nothing is shown.

Each line carries the keyed hash (HMAC-SHA256) of its own content and of the line before; the head
of the chain is one row, taken for writing before a line is added, so that lines stand in one order
on both databases. Without the log key nobody can write a line that fits. Codes follow FHIR
AuditEvent (action C R U D E; outcome 0 success, 4 minor failure, 8 serious failure), so that other
systems can read them.
"""

import hmac
import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from typing import Any

from flask import current_app, has_request_context, request
from sqlalchemy import bindparam, insert, update
from sqlalchemy.orm import Session, scoped_session

from portal.access.identity import Identity
from portal.access.models import AccessChain, AccessEvent
from portal.core import clock
from portal.core.db import db
from portal.core.inserts import insert_rows
from portal.core.keys import Keys, seal

GENESIS = "0" * 64
BROKEN = "The access log takes no line: its head {}. Run: python -m portal audit verify"
SUCCESS, REFUSED, FAILED = "0", "4", "8"
AnySession = Session | scoped_session[Any]

# Made once: putting a statement together costs more than running it, and every look runs these.
_CHAIN: Any = AccessChain.__table__
_LINES: Any = AccessEvent.__table__
_TAKE = (
    update(_CHAIN)
    .where(_CHAIN.c.id == 1)
    .values(length=_CHAIN.c.length + bindparam("count"))
    .returning(_CHAIN.c.length, _CHAIN.c.hash, _CHAIN.c.mac)
)
_MOVE = (
    update(_CHAIN).where(_CHAIN.c.id == 1).values(hash=bindparam("last"), mac=bindparam("its_mac"))
)


class LogBroken(Exception):
    """The log cannot take a line: nothing may be shown or changed."""


class Event(StrEnum):
    """Every word that a line may carry: noun:verb in the past. A retired word stays."""

    ACCOUNT_ADDED = "account:added"
    ACCOUNT_CHANGED = "account:changed"
    ACCOUNT_CHECKED = "account:checked"
    ACCOUNT_ENROLLED = "account:enrolled"
    ACCOUNT_FOUND = "account:found"
    ACCOUNT_LINKED = "account:linked"
    ACCOUNT_LOCKED = "account:locked"
    ACCOUNT_OPENED = "account:opened"
    ACCOUNT_RESUMED = "account:resumed"
    ACCOUNT_REVIEWED = "account:reviewed"
    ACCOUNT_SIGN_IN_FAILED = "account:sign_in_failed"
    ACCOUNT_SIGNED_IN = "account:signed_in"
    ACCOUNT_SIGNED_OUT = "account:signed_out"
    ACCOUNT_SUSPENDED = "account:suspended"
    ACCOUNT_TOLD = "account:told"
    ACCOUNT_UNLOCKED = "account:unlocked"
    CALL_BACK_OPENED = "call_back:opened"
    CALL_BACK_REPLIED = "call_back:replied"
    CALL_BACKS_LISTED = "call_back:listed"
    CHILD_CHANGED = "child:changed"
    CHILD_CORRECTED = "child:corrected"
    CHILD_IMPORTED = "child:imported"
    CHILD_OFFERED = "child:offered"
    CHILD_OPENED = "child:opened"
    CHILD_SEARCHED = "child:searched"
    CONTACT_PASSED_ON = "contact_request:passed_on"
    CONTACT_RECORD_NAMED = "contact_request:record_named"
    CONTACT_REQUESTED = "contact:requested"
    CONTACT_REQUEST_OPENED = "contact_request:opened"
    CONTACT_REQUEST_SETTLED = "contact_request:settled"
    CONTACT_REQUESTS_LAPSED = "contact_request:lapsed"
    CONTACT_REQUESTS_LISTED = "contact_request:listed"
    CORRECTION_OPENED = "correction:opened"
    CORRECTION_REOPENED = "correction:reopened"
    CORRECTION_SETTLED = "correction:settled"
    CORRECTIONS_LISTED = "correction:listed"
    DIRECTORY_IMPORTED = "directory:imported"
    DOOR_REFUSED = "door:refused"
    DUPLICATES_SOUGHT = "review:duplicates_sought"
    FEED_ABANDONED = "feed:abandoned"
    FEED_ADDED = "feed:added"
    FEED_DECIDED = "feed:decided"
    FEED_PAUSED = "feed:paused"
    FEED_REHEARSED = "feed:rehearsed"
    FEED_RESUMED = "feed:resumed"
    FEED_RESUME_PROPOSED = "feed:resume_proposed"
    FEED_RESUME_REJECTED = "feed:resume_rejected"
    FEED_STAGED = "feed:staged"
    FEED_UPLOADED = "feed:uploaded"
    FEED_WITHDRAWN = "feed:withdrawn"
    INDEX_COUNTED = "index:counted"
    INVOLVEMENT_CHANGED = "involvement:changed"
    INVOLVEMENT_CONFIRMED = "involvement:confirmed"
    INVOLVEMENT_DISPUTED = "involvement:disputed"
    INVOLVEMENT_ENDED = "involvement:ended"
    INVOLVEMENT_LEAD_CHANGED = "involvement:lead_changed"
    INVOLVEMENT_RECORDED = "involvement:recorded"
    LOG_READ = "log:read"
    LOG_VERIFIED = "log:verified"
    MERGES_LISTED = "merge:listed"
    MERGE_OPENED = "merge:opened"
    MERGE_UNDONE = "merge:undone"
    ORGANISATION_ACCREDITED = "organisation:accredited"
    NAME_INDEX_REBUILT = "name_index:rebuilt"
    PORTAL_BACKED_UP = "portal:backed_up"
    PORTAL_FILLED = "portal:filled"
    PORTAL_RESTORED = "portal:restored"
    PORTAL_REWRITTEN = "portal:rewritten"
    PORTAL_SET_UP = "portal:set_up"
    PORTAL_STATE_CHANGED = "portal:state_changed"
    PORTAL_UPGRADED = "portal:upgraded"
    PRACTITIONER_ADDED = "practitioner:added"
    PRACTITIONER_CHANGED = "practitioner:changed"
    REASON_STATED = "reason:stated"
    RECORD_SPLIT = "split:made"
    SPLIT_OPENED = "split:opened"
    SPLIT_UNDONE = "split:undone"
    REVIEW_OPENED = "review:opened"
    REVIEW_REOPENED = "review:reopened"
    REVIEW_SETTLED = "review:settled"
    SEARCHES_FORGOTTEN = "search:forgotten"
    # What is done about children in hiding. Ordinary readers of the log never see these lines.
    ALERTS_LISTED = "shield:alerts_listed"
    ALERT_SETTLED = "shield:alert_settled"
    LEDGER_REPLAYED = "shield:ledger_replayed"
    SEARCHES_LOOKED_UP = "shield:searches_looked_up"
    QUARANTINE_DECIDED = "shield:quarantine_decided"
    QUARANTINE_LISTED = "shield:quarantine_listed"
    QUARANTINE_SIGNED_OFF = "shield:quarantine_signed_off"
    SENSITIVE_LISTED = "shield:sensitive_listed"
    SENSITIVE_RECORDED = "shield:sensitive_recorded"
    SENSITIVE_WITHDRAWN = "shield:sensitive_withdrawn"
    SHIELD_APPEALED = "shield:appealed"
    SHIELD_CALL_BACK_OPENED = "shield:call_back_opened"
    SHIELD_CALL_BACK_REPLIED = "shield:call_back_replied"
    SHIELD_CONTACT_OPENED = "shield:contact_opened"
    SHIELD_CONTACT_PASSED_ON = "shield:contact_passed_on"
    SHIELD_COUNTED = "shield:counted"
    SHIELD_DECIDED = "shield:decided"
    SHIELD_HIDDEN = "shield:hidden"
    SHIELD_LIFTED = "shield:lifted"
    SHIELD_LIFT_PROPOSED = "shield:lift_proposed"
    SHIELD_LISTED = "shield:listed"
    SHIELD_OPENED = "shield:opened"
    SHIELD_OVERRIDDEN = "shield:overridden"
    SHIELD_PAIRED = "shield:paired"
    SHIELD_REQUESTED = "shield:requested"
    SHIELD_REVIEWED = "shield:reviewed"
    SHIELD_UNPAIRED = "shield:unpaired"
    SHIELD_VERIFIED = "shield:verified"


_ACTION = {
    "added": "C", "recorded": "C", "requested": "C", "imported": "C", "staged": "C",
    "opened": "R", "found": "R", "read": "R", "listed": "R", "offered": "R",
    "searched": "E", "signed_in": "E", "signed_out": "E", "verified": "E", "refused": "E",
    "forgotten": "D",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What one line will say. details are sealed: only the log key opens them."""

    event: Event
    subject_kind: str = ""
    subject_id: uuid.UUID | None = None
    search_id: uuid.UUID | None = None
    reason: str = ""
    outcome: str = SUCCESS
    details: Mapping[str, object] = field(default_factory=dict)


def record(
    event: Event,
    *,
    by: Identity,
    subject_kind: str = "",
    subject_id: uuid.UUID | None = None,
    search_id: uuid.UUID | None = None,
    reason: str = "",
    outcome: str = SUCCESS,
    details: Mapping[str, object] | None = None,
) -> None:
    """Add one line in the present transaction. Raises LogBroken when it cannot be written."""
    entry = Entry(
        event=event, subject_kind=subject_kind, subject_id=subject_id, search_id=search_id,
        reason=reason, outcome=outcome, details=details or {},
    )  # fmt: skip
    record_all([entry], by=by)


def record_all(
    entries: Iterable[Entry], *, by: Identity, session: AnySession | None = None
) -> None:
    """Add lines in the present transaction, in this order, with one touch of the chain's head.

    Raises LogBroken when they cannot be written.
    """
    wanted = list(entries)
    if not wanted:
        return
    keys: Keys = current_app.extensions["portal_keys"]
    target = db.session if session is None else session
    first, previous = _take_head(target, len(wanted), keys.log)
    rows = []
    for line, entry in enumerate(wanted, start=first):
        row = _row(line, entry, by, keys.log, previous)
        previous = str(row["hash"])
        rows.append(row)
    insert_rows(target.connection(), _LINES, rows)
    _move_head(target, first + len(rows) - 1, previous, keys.log)


def start_chain(session: AnySession, key: bytes) -> None:
    """Write the head row of an empty chain (set-up only)."""
    mac = head_mac(0, GENESIS, key)
    session.execute(insert(AccessChain).values(id=1, length=0, hash=GENESIS, mac=mac))


def _take_head(session: AnySession, count: int, key: bytes) -> tuple[int, str]:
    head = session.execute(_TAKE, {"count": count}).one_or_none()
    if head is None:
        raise LogBroken(BROKEN.format("is missing"))
    before = head.length - count
    # A head that somebody else wrote must not be covered up by the next line.
    if not is_same(head_mac(before, head.hash, key), head.mac):
        raise LogBroken(BROKEN.format("was not written by the portal"))
    return before + 1, head.hash


def _move_head(session: AnySession, length: int, last: str, key: bytes) -> None:
    session.execute(_MOVE, {"last": last, "its_mac": head_mac(length, last, key)})


def _row(line: int, entry: Entry, by: Identity, key: bytes, previous: str) -> dict[str, object]:
    row: dict[str, object] = {
        "line": line,
        "at": clock.now(),
        "event": entry.event.value,
        "action": _ACTION.get(entry.event.partition(":")[2], "U"),
        "outcome": entry.outcome,
        "account_id": by.account_id,
        "roles": " ".join(sorted(by.roles)) or (f"operator {by.command}" if by.command else ""),
        "organisation_id": by.organisation_id,
        "on_behalf_of": by.on_behalf_of,
        "session_mark": by.session_mark,
        "address": (request.remote_addr or "") if has_request_context() else "",
        "reason": entry.reason,
        "subject_kind": entry.subject_kind,
        "subject_id": entry.subject_id,
        "search_id": entry.search_id,
        "sealed": _sealed(line, entry.details, key),
        "previous_hash": previous,
    }
    return {**row, "hash": line_hash(row, key)}


def _sealed(line: int, details: Mapping[str, object], key: bytes) -> bytes | None:
    if not details:
        return None
    return seal(key, json.dumps(details, default=str), place=f"access_event|sealed|{line}")


def line_hash(row: Mapping[str, object], key: bytes) -> str:
    """Return the keyed hash of a line: all columns but the hash, in the order of their names."""
    content = [[name, _plain(row[name])] for name in sorted(row) if name != "hash"]
    return hmac.new(key, json.dumps(content).encode(), sha256).hexdigest()


def head_mac(length: int, last: str, key: bytes) -> str:
    """Return the keyed hash of the chain's head, so that a cut tail is noticed."""
    return hmac.new(key, f"head|{length}|{last}".encode(), sha256).hexdigest()


def is_same(expected: str, found: object) -> bool:
    """True when a hash is the one expected; what is found may be anything at all."""
    return hmac.compare_digest(expected.encode(), str(found).encode("utf-8", "surrogatepass"))


def _plain(value: object) -> object:
    if value is None or isinstance(value, int | str):
        return value
    if isinstance(value, bytes):
        return value.hex()
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
