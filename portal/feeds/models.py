"""What feeds keep: who reports, each run of an import, and its rows until they are decided."""

import datetime as dt
import uuid

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base, WithId


class Feed(WithId, Base):
    """A source that reports to the index, under the name the operator gives it."""

    __tablename__ = "feed"

    name: Mapped[str] = mapped_column(String(40), unique=True)
    created_at: Mapped[dt.datetime]


class FeedRun(WithId, Base):
    """One file of one feed. file_mark is the keyed fingerprint by which an unfinished run is taken
    up again; read_through is the last line that is safely staged.
    """

    __tablename__ = "feed_run"

    feed_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("feed.id"), index=True)
    kind: Mapped[str] = mapped_column(String(15))
    receipt: Mapped[str] = mapped_column(String(14), unique=True)
    file_mark: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(10))
    started_at: Mapped[dt.datetime]
    ended_at: Mapped[dt.datetime | None]
    read_through: Mapped[int] = mapped_column(default=0)
    received: Mapped[int] = mapped_column(default=0)
    added: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    unchanged: Mapped[int] = mapped_column(default=0)
    set_aside: Mapped[int] = mapped_column(default=0)

    __table_args__ = (
        CheckConstraint("kind IN ('practitioners', 'children', 'involvements')", name="kind_known"),
        CheckConstraint(
            "state IN ('staging', 'deciding', 'finished', 'abandoned')", name="state_known"
        ),
    )


class Arrival(Base):
    """A staged row. sealed holds its content only until it is decided; line, decision and the coded
    fault stay until the next file of the same feed and kind.
    """

    __tablename__ = "arrival"

    run_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("feed_run.id", ondelete="CASCADE"), primary_key=True
    )
    line: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    decision: Mapped[str | None] = mapped_column(String(10))
    fault: Mapped[str] = mapped_column(String(30), default="")
    column: Mapped[str] = mapped_column("column_name", String(40), default="")

    __table_args__ = (
        CheckConstraint(
            "decision IN ('added', 'changed', 'unchanged', 'set_aside')", name="decision_known"
        ),
        CheckConstraint("(sealed IS NULL) = (decision IS NOT NULL)", name="sealed_until_decided"),
    )
