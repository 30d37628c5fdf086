"""What accounts keep."""

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.rules import fold_name
from portal.core.db import Base, WithId


def _name_key(context: Any) -> str:
    return fold_name(context.get_current_parameters()["name"])


class Account(WithId, Base):
    """The right of one person to sign in. email is kept in lower case; name_key is the name
    folded, so that the help desk finds it however it is spelt.

    The dates are the last days on which training, vetting and the sponsor's review hold, and on
    which the person may override a shield (nobody may by role).
    """

    __tablename__ = "account"

    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    name_key: Mapped[str] = mapped_column(String(240), default=_name_key)
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
    override_until: Mapped[dt.date | None]
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
    """One browser. stage is code (passphrase given) or open. The token itself is not kept."""

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


class SignInTally(WithId, Base):
    """Failed tries to sign in with one typed e-mail address, whether or not it has an account.

    email_mark is its keyed fingerprint; place is a network address from which that account has
    signed in before, or "" for everywhere else (see rules.sign_in).
    """

    __tablename__ = "sign_in_tally"

    email_mark: Mapped[str] = mapped_column(String(64))
    place: Mapped[str] = mapped_column(String(45))
    failed_count: Mapped[int] = mapped_column(default=0)
    failed_at: Mapped[dt.datetime] = mapped_column(index=True)
    locked_until: Mapped[dt.datetime | None]

    __table_args__ = (UniqueConstraint("email_mark", "place"),)


class EnrolmentLink(WithId, Base):
    """A link that lets its bearer choose a passphrase and a second factor, once, for 30 minutes.

    What was chosen waits here until both are there; only then does the account get them.
    """

    __tablename__ = "enrolment_link"

    token_mark: Mapped[str] = mapped_column(String(64), unique=True)
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    issued_by: Mapped[uuid.UUID | None]
    issued_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime]
    used_at: Mapped[dt.datetime | None]
    revoked_at: Mapped[dt.datetime | None]
    passphrase_hash: Mapped[str] = mapped_column(String(200), default="")
    sealed_factor: Mapped[bytes | None] = mapped_column(LargeBinary)


class AccountStep(WithId, Base):
    """Something that was done to an account, and that its owner is told."""

    __tablename__ = "account_step"

    account_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[str] = mapped_column(String(30))
    taken_by: Mapped[uuid.UUID | None]
    taken_at: Mapped[dt.datetime]
    acknowledged_at: Mapped[dt.datetime | None]
