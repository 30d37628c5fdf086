"""The tables of the vault. Only `children/vault` reads or writes them.

A fixed number of equal slots, each with the same number of marks, filled with random bytes until
they are needed: without the key of the vault nobody can tell a full slot from an empty one, and a
child who moves in makes no file longer.
"""

import datetime as dt
import uuid

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, Table
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base

SLOT_BYTES = 3_900  # Two stand on a page of the database.
MARK_BYTES = 16
MARKS = 40
SEARCH_BYTES = 1_536  # Two names of 120 letters, whatever the script, and the numbers.


class VaultSlot(Base):
    """One slot: a sealed part of a document, or random bytes."""

    __tablename__ = "vault_slot"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class VaultMark(Base):
    """A keyed fingerprint under which a slot is found again, or random bytes."""

    __tablename__ = "vault_mark"

    slot: Mapped[int] = mapped_column(ForeignKey("vault_slot.number"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    mark: Mapped[bytes] = mapped_column(LargeBinary(MARK_BYTES), index=True)

    __table_args__ = ({"sqlite_with_rowid": False},)


class VaultSearch(Base):
    """What a search left for the shield officer, sealed: what was asked, by whom and why. Deleted
    once it is looked up."""

    __tablename__ = "vault_search"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    made_at: Mapped[dt.datetime] = mapped_column(index=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class VaultLedger(Base):
    """How far the ledger, a file outside the database, has been applied: its length and hash."""

    __tablename__ = "vault_ledger"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    length: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))

    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)


# The same as plain tables.
SLOT: Table = Base.metadata.tables["vault_slot"]
MARK: Table = Base.metadata.tables["vault_mark"]
SEARCH: Table = Base.metadata.tables["vault_search"]
