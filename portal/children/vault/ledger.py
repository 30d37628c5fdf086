"""The ledger: what was hidden, shown again or erased, in a file that no back-up contains.

A back-up that is put back brings children into the index who have gone into hiding since. So the
database names its ledger and keeps how far it has followed it, and a portal whose database is
behind is not served until it was replayed (ledger_standing.py, ledger_watch.py, replaying.py).

**When a line is written.** An act is told here while its transaction is open; its line is written
at the very end of it, when nothing is left to do but to commit. The row that says how far the
database is goes with the commit, and whoever writes holds that row: lines stand in the order of the
commits, and a line is only ever added where the database has followed all before it. After the
commit one more line says that it stands. So of all lines only the last can be in doubt: a machine
that stopped may or may not have committed. In doubt a child is hidden, and is neither shown again
nor erased.

Writing a lift after its commit instead would let another officer's decision to hide the same child
come between: the ledger would end with the lift, and a back-up would show the child.
"""

import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from flask import current_app
from flask_babel import lazy_gettext as _l
from sqlalchemy import event, text
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session, SessionTransaction

from portal.children.vault import ledger_file
from portal.children.vault.ledger_file import Damaged, Ledger, Line
from portal.children.vault.ledger_head import Head, move_head, take_head
from portal.core import clock
from portal.core.config import Config
from portal.core.db import db
from portal.core.errors import PortalError
from portal.core.keys import Keys

_BOUND = text(
    "INSERT INTO vault_ledger (id, length, hash) VALUES (1, 1, :hash) ON CONFLICT DO NOTHING"
)
_WAITING = "ledger"
_CANNOT = _l(
    "The ledger cannot be written, so nothing was changed. Ask the people who run this portal to "
    "type: python -m portal doctor"
)


class Act(StrEnum):
    """What a line says. The last three change nothing for any child."""

    HIDE = "hide"
    LIFT = "lift"
    ERASE = "erase"
    BEGUN = "begun"
    STANDS = "stands"
    VOID = "void"


WORK = frozenset({Act.HIDE, Act.LIFT, Act.ERASE})


class LedgerProblem(PortalError):
    """The ledger cannot take a line, or cannot be followed: nothing is hidden or shown again."""

    status = 503


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An act about one child. identity is the document of who the child is, for HIDE."""

    act: Act
    child_id: uuid.UUID
    grade: str = ""
    identity: dict[str, Any] | None = None


@dataclass(slots=True)
class _Waiting:
    """What a session has still to write, each with the transactions that may undo it."""

    entries: list[tuple[list[SessionTransaction], dict[str, Any]]] = field(default_factory=list)
    written: Line | None = None
    is_replay: bool = False


def begin(config: Config, keys: Keys) -> bool:
    """Begin the ledger of an installation that never had one; False when there is one.

    It is there from set-up on, so that its existence says nothing. Only who has just made the key
    of the ledger may call it: with an older key there was a ledger before.
    """
    path = config.ledger_path
    if path.exists():
        return False
    ledger_file.create(path, _plain(Act.BEGUN), keys)
    return True


def is_of(config: Config, keys: Keys) -> bool:
    """True when the ledger was begun with these keys."""
    return _first_line(config, keys) is not None


def is_unwritten(config: Config) -> bool:
    """True when the ledger has begun and says nothing about anybody yet."""
    path = config.ledger_path
    return path.exists() and path.stat().st_size == ledger_file.LINE_BYTES


def bind(connection: Connection, *, config: Config, keys: Keys) -> None:
    """Let a database name its ledger from the beginning, by the hash of the first line: no two are
    alike, because sealing takes a random nonce. Without a ledger it names none."""
    first = _first_line(config, keys)
    if first is not None:
        connection.execute(_BOUND, {"hash": first.hash})


def _first_line(config: Config, keys: Keys) -> Line | None:
    try:
        return next(ledger_file.lines(config.ledger_path, keys), None)
    except (OSError, Damaged):
        return None


def append(entry: Entry) -> None:
    """Have an entry written when the present transaction commits; see the head of this file.

    The commit raises LedgerProblem when it cannot be written: then nothing was changed.
    """
    session = db.session()
    waiting = _waiting(session)
    if waiting.is_replay:
        return  # It comes from the ledger.
    content = _plain(entry.act) | {
        "child_id": entry.child_id.hex,
        "grade": entry.grade,
        "identity": entry.identity,
    }
    waiting.entries.append((_open_transactions(session), content))


def accompany(
    child_id: uuid.UUID,
    shelf: str,
    document_id: uuid.UUID,
    content: dict[str, Any],
    *,
    marks: Iterable[str],
) -> None:
    """Write a document of the vault into the newest line about this child that waits, such as the
    shield itself: after a replay it is there again. Nothing happens when no such line waits."""
    paper = {
        "shelf": str(shelf),
        "id": document_id.hex,
        "content": content,
        "marks": list(marks),
    }
    waiting = _waiting(db.session()).entries
    mine = [one for _, one in waiting if one.get("child_id") == child_id.hex]
    for entry in mine[-1:]:
        entry["papers"] = [paper]


def note_void(first: int) -> None:
    """Have written that no child was shown again or erased by the lines from this one on."""
    session = db.session()
    content = _plain(Act.VOID) | {"from": first}
    _waiting(session).entries.append((_open_transactions(session), content))


def await_replay() -> None:
    """Mark the database as one that was put back: it is not served until the ledger is replayed,
    whatever the ledger holds, so that a replay says nothing."""
    head = take_head(db.session())
    if not head.awaits_replay:
        move_head(head.restored())


@contextmanager
def unwritten() -> Iterator[None]:
    """What is done inside comes from the ledger and is not written to it again."""
    waiting = _waiting(db.session())
    waiting.is_replay = True
    try:
        yield
    finally:
        waiting.is_replay = False


def is_work(content: dict[str, Any]) -> bool:
    """True for a line that changes something for a child."""
    return content["act"] in WORK


def _plain(act: Act) -> dict[str, Any]:
    return {"act": act.value, "at": clock.now().isoformat()}


def _waiting(session: Session) -> _Waiting:
    if _WAITING not in session.info:
        session.info[_WAITING] = _Waiting()
        event.listen(session, "before_commit", _write)
        event.listen(session, "after_commit", _confirm)
        event.listen(session, "after_soft_rollback", _forget)
    found: _Waiting = session.info[_WAITING]
    return found


def _open_transactions(session: Session) -> list[SessionTransaction]:
    found, one = [], session.get_nested_transaction() or session.get_transaction()
    while one is not None:
        found.append(one)
        one = one.parent
    return found


def _write(session: Session) -> None:
    """Write the lines of a transaction: everything else in it has been done."""
    waiting: _Waiting = session.info[_WAITING]
    if not waiting.entries or session.in_nested_transaction():
        return
    session.flush()
    contents = [content for _, content in waiting.entries]
    waiting.entries.clear()
    for left, content in enumerate(reversed(contents)):
        content["left"] = left
    config, keys = installation()
    head = take_head(session)
    try:
        with ledger_file.alone(config.ledger_path, keys) as ledger:
            last = _end(ledger, head, keys)
            drafted, end = ledger_file.draft(last, contents, keys)
            move_head(Head(end.number, end.hash))
            ledger.append(last, drafted)  # The last thing before the commit.
            waiting.written = end
    except (OSError, Damaged):
        raise LedgerProblem(_CANNOT) from None


def _end(ledger: Ledger, head: Head, keys: Keys) -> Line:
    """Return the last line, if the database has followed all of them."""
    found = ledger.tail(head.length)
    contents = [ledger_file.content_of(line, keys) for line in found[1:]]
    is_followed = found and head.is_at(found[0]) and not any(map(is_work, contents))
    if not is_followed or head.awaits_replay or not head.length:
        raise LedgerProblem(_CANNOT)
    return found[-1]


def _confirm(session: Session) -> None:
    """Say after the commit that it stands. Where this fails the next line says the same."""
    waiting: _Waiting = session.info[_WAITING]
    written, waiting.written = waiting.written, None
    if written is None:
        return
    config, keys = installation()
    with suppress(OSError, Damaged), ledger_file.alone(config.ledger_path, keys) as ledger:
        if [line.hash for line in ledger.tail(written.number)] == [written.hash]:
            drafted, _ = ledger_file.draft(written, [_plain(Act.STANDS)], keys)
            ledger.append(written, drafted)


def _forget(session: Session, ended: SessionTransaction) -> None:
    waiting: _Waiting = session.info[_WAITING]
    waiting.entries = [one for one in waiting.entries if ended not in one[0]]
    if ended.parent is None:
        waiting.written = None


def installation() -> tuple[Config, Keys]:
    """Return settings and keys of this application."""
    extensions = current_app.extensions
    return extensions["portal_config"], extensions["portal_keys"]
