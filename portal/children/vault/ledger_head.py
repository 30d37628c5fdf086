"""How far the database has followed the ledger: one row, which whoever adds a line holds."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, text, update
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from portal.children.vault.ledger_file import BEGINNING, Line
from portal.children.vault.tables import VaultLedger
from portal.core.db import db

_HEAD: Any = VaultLedger.__table__
_FIRST = text(
    "INSERT INTO vault_ledger (id, length, hash) VALUES (1, 0, :hash) ON CONFLICT DO NOTHING"
)
_RESTORED = "restored "


@dataclass(frozen=True, slots=True)
class Head:
    """How far the database has followed the ledger: the number and hash of a line.

    A database names its ledger from set-up on. One of length 0 names none: it is a back-up of an
    older program.
    """

    length: int = 0
    hash: str = BEGINNING

    @property
    def awaits_replay(self) -> bool:
        """True when a back-up was put in place and nobody has replayed the ledger since."""
        return self.hash.startswith(_RESTORED)

    def is_at(self, line: Line) -> bool:
        """True when this is the line."""
        return self.length == line.number and self.hash in {line.hash, _marked(line.hash)}

    def moved_to(self, line: Line) -> "Head":
        """Return the head at this line, awaiting the end of a replay or not as before."""
        return Head(line.number, _marked(line.hash) if self.awaits_replay else line.hash)

    def restored(self) -> "Head":
        """Return the same head, awaiting a replay."""
        return Head(self.length, _marked(self.hash))


def seen_head(connection: Connection) -> Head:
    """How far the database is; somebody may be about to move it."""
    row = connection.execute(select(_HEAD)).one_or_none()
    return Head(row.length, row.hash) if row else Head()


def take_head(connection: Connection | Session) -> Head:
    """Return how far the database is, and hold off everybody else until the transaction ends."""
    connection.execute(_FIRST, {"hash": BEGINNING})
    row = connection.execute(select(_HEAD).where(_HEAD.c.id == 1).with_for_update()).one()
    return Head(row.length, row.hash)


def move_head(head: Head) -> None:
    """Say how far the database is, in the present transaction."""
    moved = update(_HEAD).where(_HEAD.c.id == 1).values(length=head.length, hash=head.hash)
    db.session.execute(moved)


def _marked(digest: str) -> str:
    return f"{_RESTORED}{digest}"[:64]
