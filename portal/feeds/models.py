"""What feeds keep: who reports, each pause of a source, each run of an import and its rows until
they are decided, files that were uploaded until they are taken in, and how well the index was
filled on a day.
"""

import datetime as dt
import uuid

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base, WithId


class Feed(WithId, Base):
    """A source that reports to the index, under the name the operator gives it."""

    __tablename__ = "feed"

    name: Mapped[str] = mapped_column(String(40), unique=True)
    created_at: Mapped[dt.datetime]


class FeedPause(WithId, Base):
    """A time in which nothing is taken from a source; it lasts until a second person has ended it.

    paused_by and proposed_by are empty where the operator did it at the command line. Of dry runs
    the newest is kept, in counts; they are empty while it runs, and stay so when its file was
    refused. rehearsal_id tells one dry run from another.
    """

    __tablename__ = "feed_pause"

    feed_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("feed.id"), index=True)
    cause: Mapped[str] = mapped_column(String(20))
    paused_at: Mapped[dt.datetime]
    paused_by: Mapped[uuid.UUID | None]
    rehearsal_id: Mapped[uuid.UUID | None]
    rehearsed_at: Mapped[dt.datetime | None]
    kind: Mapped[str | None] = mapped_column(String(15))
    received: Mapped[int | None]
    added: Mapped[int | None]
    changed: Mapped[int | None]
    unchanged: Mapped[int | None]
    set_aside: Mapped[int | None]
    proposed_at: Mapped[dt.datetime | None]
    proposed_by: Mapped[uuid.UUID | None]
    rejected_at: Mapped[dt.datetime | None]
    rejected_by: Mapped[uuid.UUID | None]
    ended_at: Mapped[dt.datetime | None]
    ended_by: Mapped[uuid.UUID | None]

    __table_args__ = (
        CheckConstraint(
            "cause IN ('precaution', 'wrong_rows', 'wrong_child', 'asked_by_source')",
            name="cause_known",
        ),
        CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended_pair"),
        CheckConstraint("(rejected_at IS NULL) = (rejected_by IS NULL)", name="rejected_pair"),
        CheckConstraint("ended_at IS NULL OR proposed_at IS NOT NULL", name="ended_proposed"),
        CheckConstraint("ended_by <> proposed_by", name="second_person"),
        Index(
            "uq_feed_pause_open", "feed_id", unique=True,
            sqlite_where=text("ended_at IS NULL"), postgresql_where=text("ended_at IS NULL"),
        ),
    )  # fmt: skip


class FeedRun(WithId, Base):
    """One file of one feed. file_mark is the keyed fingerprint by which an unfinished run is taken
    up again; read_through is the last line that is safely staged. total is the number of rows of
    the file; received counts those that are staged. The told_ counts say how the rows of a file of
    children stand to the index, as one without hidden children would have placed them; empty for
    other files, and for those of before there was such a count.

    A full file leaves unreported out of what the source told until the day it speaks_of (None: of
    no day, in runs of before); told is how much that was where nothing was marked, and unmarked
    why.
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
    total: Mapped[int | None]
    received: Mapped[int] = mapped_column(default=0)
    added: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    unchanged: Mapped[int] = mapped_column(default=0)
    set_aside: Mapped[int] = mapped_column(default=0)
    told_known: Mapped[int | None]
    told_matched: Mapped[int | None]
    told_possible: Mapped[int | None]
    told_new: Mapped[int | None]
    is_full: Mapped[bool] = mapped_column(default=False, server_default=false())
    speaks_of: Mapped[dt.date | None]
    accepts_drop: Mapped[bool] = mapped_column(default=False, server_default=false())
    unreported: Mapped[int | None]
    told: Mapped[int | None]
    unmarked: Mapped[str | None] = mapped_column(String(10))

    __table_args__ = (
        CheckConstraint(
            "kind IN ('practitioners', 'children', 'involvements', 'ctf')", name="kind_known"
        ),
        CheckConstraint(
            "state IN ('staging', 'deciding', 'finished', 'abandoned')", name="state_known"
        ),
    )


class Arrival(Base):
    """A staged row. sealed holds its content only until it is decided; line, decision and the coded
    fault stay until the next file of the same feed and kind. about is the mark of the child's
    number, in full files, where it can be read.
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
    about: Mapped[int | None] = mapped_column(BigInteger)

    __table_args__ = (
        CheckConstraint(
            "decision IN ('added', 'changed', 'unchanged', 'set_aside')", name="decision_known"
        ),
        CheckConstraint("(sealed IS NULL) = (decision IS NOT NULL)", name="sealed_until_decided"),
    )


class FeedUpload(WithId, Base):
    """A file that a data steward uploaded. Its bytes lie in sealed parts until it has ended.

    done and total are rows of a dry run; those of an import stand in its run. sealed holds, in
    coded words, why it was refused, or the receipt of a dry run. The name of the file is not kept.
    speaks_of is the day on which somebody says that it was written.
    """

    __tablename__ = "feed_upload"

    feed_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("feed.id"), index=True)
    kind: Mapped[str] = mapped_column(String(15))
    is_rehearsal: Mapped[bool]
    is_full: Mapped[bool] = mapped_column(default=False, server_default=false())
    accepts_drop: Mapped[bool] = mapped_column(default=False, server_default=false())
    speaks_of: Mapped[dt.date | None]
    state: Mapped[str] = mapped_column(String(10))
    uploaded_at: Mapped[dt.datetime]
    uploaded_by: Mapped[uuid.UUID]
    ended_at: Mapped[dt.datetime | None]
    size: Mapped[int]
    run_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("feed_run.id"))
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int | None]
    by_map: Mapped[bytes | None] = mapped_column(LargeBinary)
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)

    __table_args__ = (
        CheckConstraint(
            "kind IN ('practitioners', 'children', 'involvements', 'ctf', "
            "'ods', 'gias', 'authorities')",
            name="kind_known",
        ),
        CheckConstraint(
            "state IN ('waiting', 'taken', 'refused', 'withdrawn')", name="state_known"
        ),
        CheckConstraint("(state = 'waiting') = (ended_at IS NULL)", name="ended_state"),
    )


class FeedUploadPart(Base):
    """A quarter of a megabyte of an uploaded file, sealed."""

    __tablename__ = "feed_upload_part"

    upload_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("feed_upload.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class QualityCount(Base):
    """How well the index was filled on a day. matched are the children with a number of another
    body, or of whom more than one source tells; involvements are those that go on, of which
    unconfirmed were last confirmed more than a year ago; median_days is None without any.
    """

    __tablename__ = "quality_count"

    counted_on: Mapped[dt.date] = mapped_column(primary_key=True)
    children: Mapped[int]
    with_address: Mapped[int]
    with_school: Mapped[int]
    with_gp: Mapped[int]
    with_nhs_number: Mapped[int]
    with_upn: Mapped[int]
    matched: Mapped[int]
    involvements: Mapped[int]
    unconfirmed: Mapped[int]
    median_days: Mapped[int | None]
