"""Uploaded files: which wait, how far each is, and why one was refused. Never what is in them."""

import datetime as dt
import json
import uuid
from collections import Counter
from dataclasses import dataclass
from typing import Any

from flask import current_app
from sqlalchemy import Connection, func, select

from portal.accounts import queries as accounts
from portal.core.db import db
from portal.core.keys import Keys, unseal
from portal.feeds.models import Feed, FeedPause, FeedUpload
from portal.feeds.queries.receipts import MOST_ROWS, ReceiptSheet
from portal.feeds.queries.runs import MOST_RUNS
from portal.feeds.rules import SetAside, UploadState, file_sentences

# What is kept of the receipt of a dry run, or of a register.
RECEIPT_WORDS = (
    "received", "added", "changed", "unchanged", "set_aside", "passed_over",
    "is_full", "unreported", "told", "unmarked",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingUpload:
    """A file that waits, for whoever takes it in."""

    id: uuid.UUID
    source: str
    kind: str
    is_rehearsal: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadSheet:
    """An uploaded file. run_id is None until its import has begun, and stays so for a dry run.

    speaks_of is the day on which somebody says that it was written. done and total are rows of a
    dry run; receipt is set when it has ended; refusal says why the file was refused. is_held is
    true while its source is paused.
    """

    id: uuid.UUID
    feed_id: uuid.UUID
    source: str
    kind: str
    state: UploadState
    is_rehearsal: bool
    is_held: bool
    speaks_of: dt.date | None
    uploaded_at: dt.datetime
    uploaded_by: str
    ended_at: dt.datetime | None
    size: int
    run_id: uuid.UUID | None
    done: int
    total: int | None
    refusal: str = ""
    receipt: ReceiptSheet | None = None

    @property
    def is_waiting(self) -> bool:
        """True until it has ended."""
        return self.state is UploadState.WAITING

    @property
    def may_be_withdrawn(self) -> bool:
        """True while nothing of it was taken."""
        return self.is_waiting and self.run_id is None


def upload_place(upload_id: uuid.UUID, part: int | str) -> str:
    """Where a part of an uploaded file is sealed to; "map" and "said" are parts too."""
    return f"feed_upload|{upload_id}|{part}"


def waiting_uploads() -> list[WaitingUpload]:
    """Return what waits, the oldest first; imports of a paused source are left out."""
    wanted = (
        select(FeedUpload.id, Feed.name, FeedUpload.kind, FeedUpload.is_rehearsal)
        .join(Feed, Feed.id == FeedUpload.feed_id)
        .outerjoin(FeedPause, (FeedPause.feed_id == Feed.id) & FeedPause.ended_at.is_(None))
        .where(
            FeedUpload.state == UploadState.WAITING,
            FeedUpload.is_rehearsal | FeedPause.id.is_(None),
        )
        .order_by(FeedUpload.uploaded_at, FeedUpload.id)
    )
    return [
        WaitingUpload(id=one, source=source, kind=kind, is_rehearsal=is_rehearsal)
        for one, source, kind, is_rehearsal in db.session.execute(wanted)
    ]


def oldest_upload(connection: Connection) -> dt.datetime | None:
    """Return since when the file waits that waits longest, of those whose source is not paused."""
    paused = select(FeedPause.feed_id).where(FeedPause.ended_at.is_(None))
    wanted = select(func.min(FeedUpload.uploaded_at)).where(
        FeedUpload.state == UploadState.WAITING, FeedUpload.feed_id.not_in(paused)
    )
    return connection.scalar(wanted)


def upload(upload_id: uuid.UUID) -> UploadSheet | None:
    """Return one uploaded file."""
    return next(iter(_sheets(FeedUpload.id == upload_id)), None)


def uploads_of(feed_id: uuid.UUID) -> list[UploadSheet]:
    """Return the newest uploaded files of a source."""
    return _sheets(FeedUpload.feed_id == feed_id)


def _sheets(*conditions: Any) -> list[UploadSheet]:
    rows = db.session.execute(
        select(FeedUpload, Feed.name, FeedPause.id)
        .join(Feed, Feed.id == FeedUpload.feed_id)
        .outerjoin(FeedPause, (FeedPause.feed_id == Feed.id) & FeedPause.ended_at.is_(None))
        .where(*conditions)
        .order_by(FeedUpload.uploaded_at.desc(), FeedUpload.id)
        .limit(MOST_RUNS)
        .execution_options(populate_existing=True)
    ).all()
    names = accounts.names_of({row.uploaded_by for row, _, _ in rows})
    return [
        _sheet(row, source, names.get(row.uploaded_by, ""), pause is not None)
        for row, source, pause in rows
    ]


def _sheet(row: FeedUpload, source: str, name: str, is_paused: bool) -> UploadSheet:
    said = _said(row)
    return UploadSheet(
        id=row.id,
        feed_id=row.feed_id,
        source=source,
        kind=row.kind,
        state=UploadState(row.state),
        is_rehearsal=row.is_rehearsal,
        is_held=is_paused and not row.is_rehearsal,
        speaks_of=row.speaks_of,
        uploaded_at=row.uploaded_at,
        uploaded_by=name,
        ended_at=row.ended_at,
        size=row.size,
        run_id=row.run_id,
        done=row.done,
        total=row.total,
        refusal=_refusal(said) if "fault" in said else "",
        receipt=_receipt(row, source, said) if "rows" in said else None,
    )


def _said(row: FeedUpload) -> dict[str, Any]:
    if row.sealed is None:
        return {}
    keys: Keys = current_app.extensions["portal_keys"]
    text = unseal(keys.identifier, row.sealed, place=upload_place(row.id, "said"))
    found: dict[str, Any] = json.loads(text)
    return found


def _refusal(said: dict[str, Any]) -> str:
    return " ".join(file_sentences(said["fault"], line=said["line"], columns=said["columns"]))


def _receipt(row: FeedUpload, source: str, said: dict[str, Any]) -> ReceiptSheet:
    # An older program kept no sums: those of the rows it kept.
    sums = said.get("faults") or Counter(fault for _, fault, _ in said["rows"]).most_common()
    return ReceiptSheet(
        source=source,
        kind=row.kind,
        faults=tuple((fault, count) for fault, count in sums),
        rows=tuple(SetAside(*one) for one in said["rows"][:MOST_ROWS]),
        **{word: said[word] for word in RECEIPT_WORDS if word in said},
    )
