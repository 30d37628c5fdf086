"""What access keeps: the log and its chain, stated reasons, the state of the portal."""

import datetime as dt
import uuid

from sqlalchemy import BigInteger, CheckConstraint, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base, WithId


class AccessEvent(Base):
    """One line of the access log. Append-only by trigger; no foreign keys, so that what the line
    speaks of can be erased and the line stays.
    """

    __tablename__ = "access_event"

    line: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[dt.datetime]
    event: Mapped[str] = mapped_column(String(40))
    action: Mapped[str] = mapped_column(String(1))
    outcome: Mapped[str] = mapped_column(String(2))
    account_id: Mapped[uuid.UUID | None]
    roles: Mapped[str] = mapped_column(String(120))
    organisation_id: Mapped[uuid.UUID | None]
    on_behalf_of: Mapped[uuid.UUID | None]
    session_mark: Mapped[str] = mapped_column(String(16))
    address: Mapped[str] = mapped_column(String(45))
    reason: Mapped[str] = mapped_column(String(40))
    subject_kind: Mapped[str] = mapped_column(String(20))
    subject_id: Mapped[uuid.UUID | None]
    search_id: Mapped[uuid.UUID | None]
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))

    __table_args__ = (
        Index(None, "account_id", "at"),
        Index(None, "subject_id", "at"),
    )


class AccessChain(Base):
    """The end of the chain: one row, taken for writing before each new line."""

    __tablename__ = "access_chain"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    length: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[str] = mapped_column(String(64))
    mac: Mapped[str] = mapped_column(String(64))

    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)


class StatedReason(WithId, Base):
    """Why an account looks at a child, for as long as it is current."""

    __tablename__ = "stated_reason"

    account_id: Mapped[uuid.UUID]
    session_mark: Mapped[str] = mapped_column(String(16))
    child_id: Mapped[uuid.UUID]
    search_id: Mapped[uuid.UUID | None]
    reason: Mapped[str] = mapped_column(String(40))
    sealed_note: Mapped[bytes | None] = mapped_column(LargeBinary)
    stated_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime]

    __table_args__ = (Index(None, "account_id", "child_id"), Index(None, "expires_at"))


class PortalState(Base):
    """Whether the portal is open, and whether all in it is invented. One row.

    live_at is when it first went live; cleared_at is when a shield officer last said that nothing
    of a feed waits for a decision.
    """

    __tablename__ = "portal_state"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    state: Mapped[str] = mapped_column(String(20))
    is_sandbox: Mapped[bool]
    changed_at: Mapped[dt.datetime]
    live_at: Mapped[dt.datetime | None]
    cleared_at: Mapped[dt.datetime | None]
    cleared_by: Mapped[uuid.UUID | None]

    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)
