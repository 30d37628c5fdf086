"""Two records: those that may be about one child, and those that were joined or split."""

import datetime as dt
import uuid

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    false,
)
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base, WithId


class ChildReview(WithId, Base):
    """Two records that may be about one child, for the data steward. Settled as different it is
    what is remembered of the pair. one_id is the smaller of the two; evidence is words of matching.
    Whoever looks has taken it for a while, so that two stewards get two pairs."""

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
    holds by now what a split, or undoing a merge, gave away: the row is hidden with either of them.
    sealed is empty once it is undone, or a later split makes that impossible: a copy would outlast
    the hiding of whom it is about.
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

    @classmethod
    def of_one(cls) -> ColumnElement[bool]:
        """Two records are one now: joined, or split and joined again."""
        return cls.is_split == cls.undone_at.is_not(None)
