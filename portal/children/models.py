"""What the index keeps of a child: who the child is, and who is involved. No column takes free
text; every code below is a word of rules.py.
"""

import datetime as dt
import uuid

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    false,
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


class ChildSource(Base):
    """A number under which a source knows a child, and who the child is in its last word.

    said holds keyed marks of that word, part by part; empty: it spoke before they were kept.
    """

    __tablename__ = "child_source"

    source: Mapped[str] = mapped_column(String(40), primary_key=True)
    source_id: Mapped[str] = mapped_column(String(60), primary_key=True)
    child_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("child.id", ondelete="CASCADE"), index=True
    )
    given_names: Mapped[str] = mapped_column(String(120))
    family_name: Mapped[str] = mapped_column(String(120))
    date_of_birth: Mapped[dt.date]
    gender: Mapped[str] = mapped_column(String(15))
    said: Mapped[str] = mapped_column(String(80), default="")
    source_on: Mapped[dt.date]

    __table_args__ = ({"sqlite_with_rowid": False},)


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


class Involvement(WithId, Base):
    """A service or a person working, or having worked, with a child.

    One child has at most one lead now; lead_ended_on is the day this one stopped being it.
    """

    __tablename__ = "involvement"

    child_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("child.id", ondelete="CASCADE"), index=True
    )
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
            sqlite_where=text("is_lead AND ended_on IS NULL"),
            postgresql_where=text("is_lead AND ended_on IS NULL"),
        ),
    )


class Correction(WithId, Base):
    """A practitioner's word that something on a record is wrong, for the data steward."""

    __tablename__ = "correction"

    child_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("child.id", ondelete="CASCADE"), index=True
    )
    involvement_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("involvement.id", ondelete="CASCADE")
    )
    kind: Mapped[str] = mapped_column(String(30))
    reported_by: Mapped[uuid.UUID]
    reported_at: Mapped[dt.datetime]
    settled_by: Mapped[uuid.UUID | None]
    settled_at: Mapped[dt.datetime | None]
    outcome: Mapped[str | None] = mapped_column(String(20))

    __table_args__ = (
        CheckConstraint("(settled_by IS NULL) = (settled_at IS NULL)", name="settled_pair"),
    )


class ChildReview(WithId, Base):
    """Two records that may be about one child, for the data steward. Settled as different it is
    what is remembered of the pair. one_id is the smaller of the two; evidence is words of matching.

    Whoever looks has taken it for a while, so that two stewards get two pairs.
    """

    __tablename__ = "child_review"

    one_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("child.id", ondelete="CASCADE"))
    other_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("child.id", ondelete="CASCADE"), index=True
    )
    cause: Mapped[str] = mapped_column(String(15))
    bits: Mapped[float]
    evidence: Mapped[str] = mapped_column(String(254))
    source: Mapped[str] = mapped_column(String(40), default="")
    opened_by: Mapped[uuid.UUID | None]
    opened_at: Mapped[dt.datetime]
    set_aside_until: Mapped[dt.datetime | None]
    taken_by: Mapped[uuid.UUID | None]
    taken_at: Mapped[dt.datetime | None]
    settled_by: Mapped[uuid.UUID | None]
    settled_at: Mapped[dt.datetime | None]
    outcome: Mapped[str | None] = mapped_column(String(9))

    __table_args__ = (
        UniqueConstraint("one_id", "other_id"),
        CheckConstraint("one_id < other_id", name="in_order"),
        CheckConstraint("cause IN ('possible', 'duplicate', 'another_person')", name="cause_known"),
        CheckConstraint("outcome IN ('same', 'different')", name="outcome_known"),
        CheckConstraint("(taken_by IS NULL) = (taken_at IS NULL)", name="taken_pair"),
        CheckConstraint(
            "(settled_by IS NULL) = (settled_at IS NULL) AND "
            "(settled_at IS NULL) = (outcome IS NULL)",
            name="settled_pair",
        ),
        Index(None, "settled_at", "opened_at"),
    )


class ChildMerge(WithId, Base):
    """Two records made one, or one split into two: both as they were, sealed, so that it can be
    undone. child_id is who stayed; gone_id and gone_number are of the other record.

    Merged, the row of who went is deleted, so no second name stands in the open, and its number
    leads to who stayed; of a split it does so once that is undone. other_id is the record that
    holds by now what a split gave away: the row is hidden with either of them.
    """

    __tablename__ = "child_merge"

    is_split: Mapped[bool] = mapped_column(default=False, server_default=false())
    child_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("child.id", ondelete="CASCADE"), index=True
    )
    other_id: Mapped[uuid.UUID | None] = mapped_column(index=True)
    gone_id: Mapped[uuid.UUID] = mapped_column(index=True)
    gone_number: Mapped[str] = mapped_column(String(14), index=True)
    review_id: Mapped[uuid.UUID | None] = mapped_column(index=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    merged_by: Mapped[uuid.UUID | None]
    merged_at: Mapped[dt.datetime]
    undone_by: Mapped[uuid.UUID | None]
    undone_at: Mapped[dt.datetime | None]

    __table_args__ = (
        CheckConstraint("undone_by IS NULL OR undone_at IS NOT NULL", name="undone_pair"),
    )
