"""What a search keeps: what was typed (sealed), why, which children it may offer; and budgets."""

import datetime as dt
import uuid

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base, WithId


class Search(WithId, Base):
    """One search of one account in one session. Its id is all that an address ever holds."""

    __tablename__ = "search"

    account_id: Mapped[uuid.UUID]
    session_mark: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(String(40))
    sealed_typed: Mapped[bytes] = mapped_column(LargeBinary)
    outcome: Mapped[str] = mapped_column(String(10))
    question: Mapped[str] = mapped_column(String(20), default="")
    made_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime]

    __table_args__ = (
        CheckConstraint("outcome IN ('few', 'too_many', 'none')", name="outcome_known"),
        Index(None, "account_id", "made_at"),
        Index(None, "expires_at"),
    )


class SearchHit(WithId, Base):
    """One child that a search may offer, and the codes of why. offered_at is the first showing."""

    __tablename__ = "search_hit"

    search_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("search.id", ondelete="CASCADE"))
    child_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("child.id", ondelete="CASCADE"), index=True
    )
    rank: Mapped[int]
    evidence: Mapped[str] = mapped_column(String(240))
    offered_at: Mapped[dt.datetime | None]

    __table_args__ = (UniqueConstraint("search_id", "child_id"),)


class SearchBudget(Base):
    """How many searches a person, a team or an organisation has made since the window began.

    starts_at is the first moment of an hour of the clock or of a day, in UTC.
    """

    __tablename__ = "search_budget"

    holder_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    starts_at: Mapped[dt.datetime] = mapped_column(primary_key=True)
    span: Mapped[str] = mapped_column(String(4), primary_key=True)
    holder_kind: Mapped[str] = mapped_column(String(12), primary_key=True)
    used: Mapped[int]

    __table_args__ = (
        CheckConstraint(
            "holder_kind IN ('person', 'team', 'organisation')", name="holder_kind_known"
        ),
        CheckConstraint("span IN ('hour', 'day')", name="span_known"),
        CheckConstraint("used > 0", name="used_positive"),
        {"sqlite_with_rowid": False},
    )


# The same as plain tables: every search reads and writes them, and a statement on a table that is
# made once costs a fifth of one on a mapped class.
SEARCH: Table = Base.metadata.tables["search"]
SEARCH_HIT: Table = Base.metadata.tables["search_hit"]
SEARCH_BUDGET: Table = Base.metadata.tables["search_budget"]
