"""A file that a data steward sends: sealed into the database in parts, all of them or none."""

import datetime as dt
import uuid
from collections.abc import Iterator
from typing import IO

from flask import current_app
from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, func, select

from portal.access.identity import Identity
from portal.access.log import Event, record
from portal.core import clock
from portal.core.db import db, random_id
from portal.core.errors import Conflict, NotFound
from portal.core.keys import Keys, seal_bytes
from portal.feeds.models import Feed, FeedUpload, FeedUploadPart
from portal.feeds.queries import is_paused, upload_place
from portal.feeds.rules import (
    MOST_WAITING,
    PART,
    PAUSED,
    REGISTERS,
    USUAL,
    FileKind,
    Register,
    Scope,
    UploadState,
    is_source,
)

TOO_MANY = _l(
    "Twenty files of this source wait already. Send the next when those have been taken in."
)
HAS_BEGUN = _l("This file is being taken in, or has ended. It can no longer be withdrawn.")


def add_feed(*, name: str, by: Identity) -> bool:
    """Make a source known before its first file; False when it is known already.

    Raises ValueError for what cannot be the name of a source.
    """
    if not is_source(name):
        raise ValueError("not the name of a source")
    if db.session.scalar(select(Feed.id).where(Feed.name == name)) is not None:
        return False
    _add(name, by)
    return True


def upload_register(
    *, register: Register, content: IO[bytes], is_rehearsal: bool, as_of: dt.date | None = None,
    by: Identity,
) -> uuid.UUID:  # fmt: skip
    """Keep a register, sealed, until `feeds take-in` takes it; return the id of the upload. as_of
    is the day it speaks of, None this one. Raises Conflict as upload_file does."""
    known = db.session.scalar(select(Feed.id).where(Feed.name == REGISTERS))
    return upload_file(
        feed_id=known or _add(REGISTERS, by), kind=register, content=content, by_map=None,
        is_rehearsal=is_rehearsal, scope=Scope(on=as_of), by=by,
    )  # fmt: skip


def upload_file(
    *,
    feed_id: uuid.UUID,
    kind: FileKind | Register,
    content: IO[bytes],
    by_map: bytes | None,
    is_rehearsal: bool,
    scope: Scope = USUAL,
    by: Identity,
) -> uuid.UUID:
    """Keep a file, sealed, until `feeds take-in` takes it; return its id.

    Raises NotFound, also for a file of people from the registers; Conflict when the source is
    paused (a dry run may be made of it all the same) or too many of its files wait.
    """
    name = _admitted(feed_id, is_rehearsal)
    if isinstance(kind, Register) != (name == REGISTERS):
        raise NotFound
    row = FeedUpload(
        id=random_id(), feed_id=feed_id, kind=kind.value, is_rehearsal=is_rehearsal,
        is_full=scope.is_full, accepts_drop=scope.accepts_drop, speaks_of=scope.on,
        state=UploadState.WAITING, uploaded_at=clock.now(), uploaded_by=_account(by),
    )  # fmt: skip
    _seal_into(row, content, by_map)
    _record(Event.FEED_UPLOADED, row, name, by)
    return row.id


def _add(name: str, by: Identity) -> uuid.UUID:
    feed = Feed(id=random_id(), name=name, created_at=clock.now())
    db.session.add(feed)
    db.session.flush()
    record(
        Event.FEED_ADDED, by=by, subject_kind="feed", subject_id=feed.id, details={"source": name}
    )
    return feed.id


def _admitted(feed_id: uuid.UUID, is_rehearsal: bool) -> str:
    name = db.session.scalar(select(Feed.name).where(Feed.id == feed_id).with_for_update())
    if name is None:
        raise NotFound
    if not is_rehearsal and is_paused(name):
        raise Conflict(PAUSED)
    if _waiting(feed_id) >= MOST_WAITING:
        raise Conflict(TOO_MANY)
    return name


def _seal_into(row: FeedUpload, content: IO[bytes], by_map: bytes | None) -> None:
    key, row.size = _key(), 0
    if by_map:
        row.by_map = seal_bytes(key, by_map, place=upload_place(row.id, "map"))
    db.session.add(row)
    db.session.flush()
    for number, part in enumerate(_parts(content)):
        sealed = seal_bytes(key, part, place=upload_place(row.id, number))
        db.session.add(FeedUploadPart(upload_id=row.id, number=number, sealed=sealed))
        row.size += len(part)


def withdraw_upload(*, upload_id: uuid.UUID, by: Identity) -> uuid.UUID:
    """Delete an uploaded file before anything of it was taken in; return the id of its source.

    Raises NotFound, and Conflict when its import has begun or has ended.
    """
    row = db.session.get(FeedUpload, upload_id)
    if row is None:
        raise NotFound
    name = db.session.scalars(select(Feed.name).where(Feed.id == row.feed_id)).one()
    # The line first: an import takes the log before it takes the row of its file.
    _record(Event.FEED_WITHDRAWN, row, name, by)
    db.session.refresh(row, with_for_update=True)
    if row.state != UploadState.WAITING or row.run_id is not None:
        raise Conflict(HAS_BEGUN)
    end_upload(row=row, state=UploadState.WITHDRAWN, by=by)
    return row.feed_id


def end_upload(*, row: FeedUpload, state: UploadState, by: Identity) -> None:
    """Say what became of an uploaded file, and delete its bytes."""
    row.state, row.ended_at, row.by_map = state, clock.now(), None
    db.session.execute(delete(FeedUploadPart).where(FeedUploadPart.upload_id == row.id))


def _parts(content: IO[bytes]) -> Iterator[bytes]:
    while part := content.read(PART):
        yield part


def _waiting(feed_id: uuid.UUID) -> int:
    wanted = select(func.count()).where(
        FeedUpload.feed_id == feed_id, FeedUpload.state == UploadState.WAITING
    )
    return db.session.scalar(wanted) or 0


def _account(by: Identity) -> uuid.UUID:
    if by.account_id is None:
        raise ValueError("an upload needs a person")
    return by.account_id


def _key() -> bytes:
    keys: Keys = current_app.extensions["portal_keys"]
    return keys.identifier


def _record(event: Event, row: FeedUpload, name: str, by: Identity) -> None:
    details = {"source": name, "kind": row.kind, "rehearsal": row.is_rehearsal}
    record(event, by=by, subject_kind="feed_upload", subject_id=row.id, details=details)
