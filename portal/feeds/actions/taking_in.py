"""Files that wait, uploaded or in the watched folder, driven from outside as any import is.

What an uploaded file has come to is noted in the transaction of each step, so that its page tells
of whole batches and of nothing else.
"""

import datetime as dt
import json
import uuid
from collections.abc import Callable, Generator
from dataclasses import replace
from io import BytesIO
from typing import BinaryIO

from flask import current_app
from sqlalchemy import select

from portal.access.identity import Identity
from portal.core import clock
from portal.core.db import db
from portal.core.keys import Keys, seal, unseal_bytes
from portal.feeds.actions.importing import import_people
from portal.feeds.actions.registers import LAYOUTS, take_in_register
from portal.feeds.actions.rehearsing import rehearse_people
from portal.feeds.actions.standing import begin_rehearsal, end_rehearsal, refuse_while_paused
from portal.feeds.actions.uploading import end_upload
from portal.feeds.inbox import (
    DONE,
    REFUSED,
    FileRefused,
    Parcel,
    Tray,
    changed_at,
    layout_of,
    looked_through,
)
from portal.feeds.models import Feed, FeedRun, FeedUpload, FeedUploadPart
from portal.feeds.queries import RECEIPT_WORDS, ReceiptSheet, receipt, upload_place
from portal.feeds.rules import (
    REGISTERS,
    USUAL,
    ColumnMap,
    FileKind,
    Phase,
    Register,
    Scope,
    Step,
    UploadState,
    day_in_name,
    file_sentences,
    read_map,
)

Steps = Generator[Step, None, ReceiptSheet]
Ending = ReceiptSheet | FileRefused | None


class Withdrawn(Exception):
    """The file was withdrawn before its first step was kept."""


def take_in_upload(*, upload_id: uuid.UUID, by: Identity) -> Generator[Step, None, Ending]:
    """Take an uploaded file in, or make its dry run. Commit at every step.

    The value is the receipt, why the file was refused, or None when it no longer waits. Raises what
    import_people raises but for FileRefused; then the file waits on.
    """
    row, name = _claimed(upload_id)
    if row is None:
        return None
    ended = _receipt_of(row)
    if ended is not None:
        end_upload(row=row, state=UploadState.TAKEN, by=by)
        return ended
    steps = _steps_of(row, name, by)
    try:
        sheet = yield from _noted(upload_id, steps)
    except Withdrawn:
        db.session.rollback()
        return None
    except FileRefused as refusal:
        db.session.rollback()
        _refuse(upload_id, refusal, by)
        return refusal
    _finish(upload_id, sheet, by)
    return sheet


def _steps_of(row: FeedUpload, name: str, by: Identity) -> Steps:
    content = BytesIO(_content(row.id))
    if name == REGISTERS:
        day = row.speaks_of or row.uploaded_at.date()
        return _register(Register(row.kind), content, row.is_rehearsal, day, by)
    kind, is_rehearsal = FileKind(row.kind), row.is_rehearsal
    by_map = read_map(_opened_map(row), kind) if row.by_map else None
    # It may have waited over midnight.
    scope = Scope(
        is_full=row.is_full, on=row.speaks_of, accepts_drop=row.accepts_drop,
        came_on=row.uploaded_at.date(),
    )  # fmt: skip
    return _taken(
        name, kind, lambda: looked_through(content, layout_of(kind, by_map)), by_map,
        is_rehearsal, scope, by,
    )  # fmt: skip


def _register(
    register: Register, stream: BinaryIO, is_rehearsal: bool, day: dt.date | None, by: Identity
) -> Steps:
    return take_in_register(
        register=register, look=lambda: looked_through(stream, LAYOUTS[register]),
        as_of=day, is_rehearsal=is_rehearsal, by=by,
    )  # fmt: skip


def take_in_watched(
    *, tray: Tray, kind: FileKind | Register, name: str, by_map: ColumnMap | None,
    scope: Scope = USUAL, keeps: bool, by: Identity,
) -> Generator[Step, None, Ending]:  # fmt: skip
    """Take in a file of the watched folder and delete it, or move it to done where keeps says so.

    One that is refused is moved to refused, with the reason beside it. One that has changed
    meanwhile stays. Commit at every step; the value is the receipt, or why the file was refused.
    Raises what import_people raises but for FileRefused; then the file stays. A name that ends in
    a day says of which day the file speaks.
    """
    stamp = f"{clock.now():%Y%m%dT%H%M%S%f}"
    try:
        with tray.stream(name) as stream:
            since = changed_at(stream)
            sheet = yield from _watched(tray, kind, stream, by_map, _dated(scope, name), by)
            if not tray.is_still(name, stream, since=since):
                return sheet
    except FileRefused as refusal:
        db.session.rollback()
        _put_aside(tray, name, refusal, stamp)
        return refusal
    if keeps:
        tray.put_aside(name, DONE, stamp=stamp)
    else:
        tray.delete(name)
    return sheet


def _watched(
    tray: Tray, kind: FileKind | Register, stream: BinaryIO, by_map: ColumnMap | None,
    scope: Scope, by: Identity,
) -> Steps:  # fmt: skip
    if isinstance(kind, Register):
        return _register(kind, stream, False, scope.on, by)
    return _taken(
        tray.source, kind, lambda: looked_through(stream, layout_of(kind, by_map)), by_map,
        False, scope, by,
    )  # fmt: skip


def _dated(scope: Scope, name: str) -> Scope:
    """How a file is to be understood whose name may say its day. Raises FileRefused for a day that
    cannot be."""
    try:
        return replace(scope, on=day_in_name(name, now=clock.now()))
    except ValueError:
        raise FileRefused("day_in_name") from None


def _put_aside(tray: Tray, name: str, refusal: FileRefused, stamp: str) -> None:
    if refusal.fault != "changed_meanwhile":
        said = file_sentences(refusal.fault, line=refusal.line, columns=refusal.columns)
        tray.put_aside(name, REFUSED, stamp=stamp, why=" ".join(said))


def _taken(
    source: str,
    kind: FileKind,
    look: Callable[[], Parcel],
    by_map: ColumnMap | None,
    is_rehearsal: bool,
    scope: Scope,
    by: Identity,
) -> Steps:
    """Import, or rehearse: then it is noted of a paused source before the file is looked at."""
    begun = None
    if is_rehearsal:
        begun = begin_rehearsal(source=source, kind=kind, by=by)
    else:
        refuse_while_paused(source=source, by=by)
    # Nobody waits while a long file is looked through.
    yield Step(Phase.STAGING, 0, 0)
    run = rehearse_people if is_rehearsal else import_people
    sheet = yield from run(
        source=source, kind=kind, parcel=look(), by_map=by_map, scope=scope, by=by
    )
    if begun is not None:
        end_rehearsal(begun=begun, sheet=sheet, by=by)
    return sheet


def _noted(upload_id: uuid.UUID, steps: Steps) -> Steps:
    """Pass the steps on, each with a note of how far it is, and of the run that it belongs to."""
    yield next(steps)
    while True:
        try:
            step = next(steps)
        except StopIteration as end:
            sheet: ReceiptSheet = end.value
            return sheet
        _note(upload_id, step)
        yield step


def _note(upload_id: uuid.UUID, step: Step) -> None:
    row = db.session.get(FeedUpload, upload_id, populate_existing=True, with_for_update=True)
    if row is None or row.state != UploadState.WAITING:
        raise Withdrawn
    row.done, row.total = step.done, step.total
    if not row.is_rehearsal:
        row.run_id = _unfinished_run(row) or row.run_id
    db.session.flush()


def _unfinished_run(row: FeedUpload) -> uuid.UUID | None:
    """The run that goes on now: of a source and kind only one is unfinished at a time."""
    wanted = select(FeedRun.id).where(
        FeedRun.feed_id == row.feed_id,
        FeedRun.kind == row.kind,
        FeedRun.state.in_(("staging", "deciding")),
    )
    return db.session.scalar(wanted)


def _claimed(upload_id: uuid.UUID) -> tuple[FeedUpload | None, str]:
    row = db.session.get(FeedUpload, upload_id, populate_existing=True)
    if row is None or row.state != UploadState.WAITING:
        return None, ""
    return row, db.session.scalars(select(Feed.name).where(Feed.id == row.feed_id)).one()


def _receipt_of(row: FeedUpload) -> ReceiptSheet | None:
    """The receipt of a run that was finished by a process that died right after."""
    run = db.session.get(FeedRun, row.run_id) if row.run_id else None
    return receipt(run.receipt) if run and run.state == "finished" else None


def _content(upload_id: uuid.UUID) -> bytes:
    wanted = (
        select(FeedUploadPart.number, FeedUploadPart.sealed)
        .where(FeedUploadPart.upload_id == upload_id)
        .order_by(FeedUploadPart.number)
    )
    parts = db.session.execute(wanted)
    return b"".join(
        unseal_bytes(_key(), sealed, place=upload_place(upload_id, number))
        for number, sealed in parts
    )


def _opened_map(row: FeedUpload) -> bytes:
    return unseal_bytes(_key(), row.by_map or b"", place=upload_place(row.id, "map"))


def _refuse(upload_id: uuid.UUID, refusal: FileRefused, by: Identity) -> None:
    row = db.session.get_one(FeedUpload, upload_id, populate_existing=True)
    said = {"fault": refusal.fault, "line": refusal.line, "columns": refusal.columns}
    row.sealed = seal(_key(), json.dumps(said), place=upload_place(upload_id, "said"))
    # A run that was begun was given up, and says nothing: why stands on the page of the file.
    row.run_id = None
    end_upload(row=row, state=UploadState.REFUSED, by=by)


def _finish(upload_id: uuid.UUID, sheet: ReceiptSheet, by: Identity) -> None:
    row = db.session.get_one(FeedUpload, upload_id, populate_existing=True)
    # The import of a file of people has a page of its own, which says what became of it.
    if row.run_id is None:
        said = {word: getattr(sheet, word) for word in RECEIPT_WORDS}
        rows = [(one.line, one.fault, one.column) for one in sheet.rows]
        text = json.dumps({**said, "rows": rows, "faults": sheet.faults})
        row.sealed = seal(_key(), text, place=upload_place(upload_id, "said"))
    end_upload(row=row, state=UploadState.TAKEN, by=by)


def _key() -> bytes:
    keys: Keys = current_app.extensions["portal_keys"]
    return keys.identifier
