"""What sources said of a child, and what people say is wrong with it."""

import datetime as dt
import uuid

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base, WithId


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


class SourceWord(Base):
    """What a source told of: one of its numbers for a child, or an involvement, by a keyed mark
    alone. told_on is the day its last word speaks of, told_in the run that brought it; of an
    involvement, under is the mark of the child's number. unreported_since: a full file of that day
    left it out (telling.py).
    """

    __tablename__ = "source_word"

    source: Mapped[str] = mapped_column(String(40), primary_key=True)
    subject: Mapped[str] = mapped_column(String(11), primary_key=True)
    mark: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    under: Mapped[int] = mapped_column(BigInteger)
    told_on: Mapped[dt.date]
    told_in: Mapped[uuid.UUID | None]
    unreported_since: Mapped[dt.date | None]

    __table_args__ = ({"sqlite_with_rowid": False},)


class LocalCorrection(WithId, Base):
    """What the index team says of a fact of a child's own row, before every source until all say
    the same. under is what would stand without it; correction_id is the Correction behind it."""

    __tablename__ = "local_correction"

    child_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("child.id", ondelete="CASCADE"))
    fact: Mapped[str] = mapped_column(String(13))
    value: Mapped[str] = mapped_column(String(120))
    under: Mapped[str] = mapped_column(String(120))
    correction_id: Mapped[uuid.UUID]
    made_by: Mapped[uuid.UUID | None]
    made_at: Mapped[dt.datetime]

    __table_args__ = (
        UniqueConstraint("child_id", "fact"),
        CheckConstraint(
            "fact IN ('given_names', 'family_name', 'date_of_birth', 'gender')", name="fact_known"
        ),
    )


class Correction(WithId, Base):
    """What may be wrong, for the data steward: a practitioner's word, or (fact) sources differ."""

    __tablename__ = "correction"

    child_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("child.id", ondelete="CASCADE"), index=True
    )
    involvement_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("involvement.id", ondelete="CASCADE")
    )
    kind: Mapped[str] = mapped_column(String(30))
    fact: Mapped[str | None] = mapped_column(String(13))
    reported_by: Mapped[uuid.UUID | None]
    reported_at: Mapped[dt.datetime]
    settled_by: Mapped[uuid.UUID | None]
    settled_at: Mapped[dt.datetime | None]
    outcome: Mapped[str | None] = mapped_column(String(20))

    __table_args__ = (
        CheckConstraint("(settled_by IS NULL) = (settled_at IS NULL)", name="settled_pair"),
        CheckConstraint("fact IS NOT NULL OR reported_by IS NOT NULL", name="told_by_somebody"),
        # Whoever deletes a contact looks here, and most reports are about none.
        Index(
            "ix_correction_involvement_id",
            "involvement_id",
            sqlite_where=text("involvement_id IS NOT NULL"),
            postgresql_where=text("involvement_id IS NOT NULL"),
        ),
    )
