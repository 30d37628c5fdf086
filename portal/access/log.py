"""The access log: written in the transaction of the look, or nothing is shown.

Each line carries the keyed hash (HMAC-SHA256) of its own content and of the line before; the head
of the chain is one row, taken for writing before a line is added, so that lines stand in one order
on both databases. Without the log key nobody can write a line that fits. Codes follow FHIR
AuditEvent (action C R U D E; outcome 0 success, 4 minor failure, 8 serious failure), so that other
systems can read them.
"""

import datetime as dt
import hmac
import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from json.encoder import encode_basestring_ascii
from typing import Any

from flask import current_app, has_request_context, request
from sqlalchemy import bindparam, insert, update
from sqlalchemy.orm import Session, scoped_session

from portal.access.events import Event as Event
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
_details_in_json = json.JSONEncoder(default=str).encode
_CHAIN: Any = AccessChain.__table__
_LINES: Any = AccessEvent.__table__
# A trigger refuses a line in the place of another.
_LINES_TOGETHER = 100
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
    rows, shared = [], _shared(by)
    for line, entry in enumerate(wanted, start=first):
        row = _row(line, entry, shared, keys.log, previous)
        previous = str(row["hash"])
        rows.append(row)
    insert_rows(target.connection(), _LINES, rows, together=_LINES_TOGETHER)
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


def _shared(by: Identity) -> dict[str, object]:
    """What is the same in all lines that are added at once."""
    return {
        "at": clock.now(),
        "account_id": by.account_id,
        "roles": " ".join(sorted(by.roles)) or (f"operator {by.command}" if by.command else ""),
        "organisation_id": by.organisation_id,
        "on_behalf_of": by.on_behalf_of,
        "session_mark": by.session_mark,
        "address": (request.remote_addr or "") if has_request_context() else "",
    }


def _row(
    line: int, entry: Entry, shared: Mapping[str, object], key: bytes, previous: str
) -> dict[str, object]:
    row: dict[str, object] = {
        **shared,
        "line": line,
        "event": entry.event.value,
        "action": _ACTION.get(entry.event.partition(":")[2], "U"),
        "outcome": entry.outcome,
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
    return seal(key, _details_in_json(details), place=f"access_event|sealed|{line}")


def line_hash(row: Mapping[str, object], key: bytes) -> str:
    """Return the keyed hash of a line: all columns but the hash, in the order of their names."""
    # What json.dumps makes of a list of pairs, without its work for each line.
    pairs = ", ".join(f'["{name}", {_in_json(row[name])}]' for name in _in_order(tuple(row)))
    return hmac.digest(key, f"[{pairs}]".encode(), "sha256").hex()


@lru_cache(16)
def _in_order(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted(set(names) - {"hash"}))


def _in_json(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, int):
        return json.dumps(value)
    return encode_basestring_ascii(value if isinstance(value, str) else _plain(value))


def head_mac(length: int, last: str, key: bytes) -> str:
    """Return the keyed hash of the chain's head, so that a cut tail is noticed."""
    return hmac.new(key, f"head|{length}|{last}".encode(), sha256).hexdigest()


def is_same(expected: str, found: object) -> bool:
    """True when a hash is the one expected; what is found may be anything at all."""
    return hmac.compare_digest(expected.encode(), str(found).encode("utf-8", "surrogatepass"))


def _plain(value: object) -> str:
    if isinstance(value, bytes):
        return value.hex()
    return value.isoformat() if isinstance(value, dt.date) else str(value)
