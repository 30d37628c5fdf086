"""What accounts keep."""

import datetime as dt
import uuid

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.db import Base, WithId


class Account(WithId, Base):
    """The right of one person to sign in. email is kept in lower case.

    The dates are the last days on which training, vetting and the sponsor's review hold.
    """

    __tablename__ = "account"

    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    practitioner_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("practitioner.id"))
    sponsor_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"), index=True)
    status: Mapped[str] = mapped_column(String(10), default="active")
    passphrase_hash: Mapped[str] = mapped_column(String(200), default="")
    sealed_factor: Mapped[bytes | None] = mapped_column(LargeBinary)
    factor_enrolled_at: Mapped[dt.datetime | None]
    factor_last_step: Mapped[int] = mapped_column(default=0)
    trained_until: Mapped[dt.date | None]
    vetted_until: Mapped[dt.date | None]
    reviewed_until: Mapped[dt.date | None]
    failed_count: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[dt.datetime | None]
    signed_in_at: Mapped[dt.datetime | None]
    created_at: Mapped[dt.datetime]

    roles: Mapped[list["AccountRole"]] = relationship(cascade="all, delete-orphan", lazy="selectin")

    __table_args__ = (
        CheckConstraint("status IN ('active', 'suspended', 'closed')", name="status_known"),
    )


class AccountRole(WithId, Base):
    """One role word of one account."""

    __tablename__ = "account_role"

    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    role: Mapped[str] = mapped_column(String(20))

    __table_args__ = (UniqueConstraint("account_id", "role"),)


class AccountSession(WithId, Base):
    """One signed-in browser. Only the fingerprint of its token is kept."""

    __tablename__ = "account_session"

    token_mark: Mapped[str] = mapped_column(String(64), unique=True)
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    stage: Mapped[str] = mapped_column(String(10))
    began_at: Mapped[dt.datetime]
    seen_at: Mapped[dt.datetime]
    ended_at: Mapped[dt.datetime | None]
    address: Mapped[str] = mapped_column(String(45))
    browser: Mapped[str] = mapped_column(String(80))

    __table_args__ = (Index(None, "account_id", "ended_at"),)


class EnrolmentLink(WithId, Base):
    """A link that lets its bearer choose a passphrase and a second factor, once, for 30 minutes."""

    __tablename__ = "enrolment_link"

    token_mark: Mapped[str] = mapped_column(String(64), unique=True)
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    issued_by: Mapped[uuid.UUID | None]
    issued_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime]
    used_at: Mapped[dt.datetime | None]
    revoked_at: Mapped[dt.datetime | None]


class AccountStep(WithId, Base):
    """Something that another person did to an account, and that its owner is told."""

    __tablename__ = "account_step"

    account_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[str] = mapped_column(String(30))
    taken_by: Mapped[uuid.UUID | None]
    taken_at: Mapped[dt.datetime]
    acknowledged_at: Mapped[dt.datetime | None]
