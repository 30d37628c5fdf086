"""What the index keeps of a child: who the child is, and who is involved."""

import datetime as dt
import uuid

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base, WithId


class ChildRecord(WithId, Base):
    """One child. source and source_id say which system first reported the child; under which
    numbers it is known by now says ChildSource."""

    __tablename__ = "child"

    record_number: Mapped[str] = mapped_column(String(14), unique=True)
    given_names: Mapped[str] = mapped_column(String(120))
    family_name: Mapped[str] = mapped_column(String(120))
    date_of_birth: Mapped[dt.date]
    gender: Mapped[str] = mapped_column(String(15))
    authority_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("authority.id"))
    lifecycle: Mapped[str] = mapped_column(String(10), default="active")
    source: Mapped[str] = mapped_column(String(40))
    source_id: Mapped[str] = mapped_column(String(60))
    source_on: Mapped[dt.date]
    created_at: Mapped[dt.datetime]
    changed_at: Mapped[dt.datetime]

    __table_args__ = (
        UniqueConstraint("source", "source_id"),
        CheckConstraint("gender IN ('female', 'male', 'not_specified')", name="gender_known"),
        CheckConstraint("lifecycle IN ('active', 'archived')", name="lifecycle_known"),
    )


class ChildName(WithId, Base):
    """A former name of a child."""

    __tablename__ = "child_name"

    child_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("child.id", ondelete="CASCADE"), index=True
    )
    given_names: Mapped[str] = mapped_column(String(120), default="")
    family_name: Mapped[str] = mapped_column(String(120))
    source: Mapped[str] = mapped_column(String(40))
    source_on: Mapped[dt.date]


class ChildAddress(WithId, Base):
    """Where a child lives, lived last, or that nobody knows."""

    __tablename__ = "child_address"

    child_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("child.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[str] = mapped_column(String(10))
    address: Mapped[str] = mapped_column(String(200), default="")
    postcode: Mapped[str] = mapped_column(String(8), default="")
    source: Mapped[str] = mapped_column(String(40))
    source_on: Mapped[dt.date]

    __table_args__ = (
        CheckConstraint(
            "kind IN ('current', 'last_known', 'none_known', 'left')", name="kind_known"
        ),
    )


class ChildIdentifier(WithId, Base):
    """Another body's number for a child, sealed; found again by its keyed fingerprint."""

    __tablename__ = "child_identifier"

    child_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("child.id", ondelete="CASCADE"), index=True
    )
    scheme: Mapped[str] = mapped_column(String(12))
    value_mark: Mapped[str] = mapped_column(String(64), index=True)
    sealed_value: Mapped[bytes] = mapped_column(LargeBinary)
    source: Mapped[str] = mapped_column(String(40))
    source_on: Mapped[dt.date]

    __table_args__ = (
        UniqueConstraint("child_id", "scheme"),
        CheckConstraint("scheme IN ('nhs_number', 'upn')", name="scheme_known"),
    )


class Carer(WithId, Base):
    """A person with parental responsibility or care, and how to reach them."""

    __tablename__ = "carer"

    child_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("child.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str] = mapped_column(String(120))
    relation: Mapped[str] = mapped_column(String(30))
    phone: Mapped[str] = mapped_column(String(40), default="")
    source: Mapped[str] = mapped_column(String(40))
    source_on: Mapped[dt.date]

    __table_args__ = (
        CheckConstraint(
            "relation IN ('parental_responsibility', 'has_care')", name="relation_known"
        ),
    )


# Whoever asks for leads in these words is answered from the index of leads alone.
IS_LEAD_NOW = text("is_lead AND ended_on IS NULL")


class Involvement(WithId, Base):
    """A service or a person working, or having worked, with a child.

    One child has at most one lead now; lead_ended_on is the day this one stopped being it.
    """

    __tablename__ = "involvement"

    child_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("child.id", ondelete="CASCADE"))
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    practitioner_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("practitioner.id"), index=True
    )
    kind: Mapped[str] = mapped_column(String(30))
    tier: Mapped[str] = mapped_column(String(10))
    started_on: Mapped[dt.date | None]
    ended_on: Mapped[dt.date | None]
    is_lead: Mapped[bool] = mapped_column(default=False)
    lead_ended_on: Mapped[dt.date | None]
    has_early_help_assessment: Mapped[bool] = mapped_column(default=False)
    last_confirmed_on: Mapped[dt.date | None]
    source: Mapped[str] = mapped_column(String(40))
    source_on: Mapped[dt.date]
    created_at: Mapped[dt.datetime]
    changed_at: Mapped[dt.datetime]

    __table_args__ = (
        CheckConstraint("tier IN ('universal', 'additional')", name="tier_known"),
        CheckConstraint(
            "ended_on IS NULL OR started_on IS NULL OR ended_on >= started_on",
            name="ends_after_start",
        ),
        Index(None, "child_id", "organisation_id", "kind"),
        Index(
            "ix_involvement_one_lead",
            "child_id",
            unique=True,
            sqlite_where=IS_LEAD_NOW,
            postgresql_where=IS_LEAD_NOW,
        ),
    )
