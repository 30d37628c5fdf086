"""Doors of files: the data steward uploads one and watches what becomes of it."""

import uuid
from typing import Any

from flask import Response, current_app, request
from werkzeug.wrappers import Response as AnyResponse

from portal.access.identity import current_identity
from portal.access.permissions import Permission
from portal.core.config import Config
from portal.core.errors import Conflict, NotFound
from portal.core.forms import ask_again
from portal.core.pages import page, redirect_to
from portal.feeds import actions, queries, room
from portal.feeds.forms import REHEARSE, RegisterForm, UploadForm
from portal.feeds.queries import SourceSheet
from portal.feeds.rules import (
    KINDS,
    NOTHING_TAKEN,
    REGISTER_KINDS,
    ROW_FAULTS,
    RUN_STATES,
    UNMARKED,
    UPLOAD_STATES,
    SourceState,
)

UPLOAD, REGISTER = "feeds/upload.html", "feeds/register.html"
WORDS: dict[str, Any] = {
    "kinds": {**KINDS, **REGISTER_KINDS},
    "run_states": RUN_STATES,
    "upload_states": UPLOAD_STATES,
    "row_faults": ROW_FAULTS,
    "unmarked": UNMARKED,
    "nothing_taken": NOTHING_TAKEN,
}
# A page asks anew so often by itself, every three seconds: five minutes. Each time counts as a sign
# of life of the session, and nobody may stay signed in for ever by leaving a page open.
MOST_LOOKS = 100


@room.get("/feeds/<uuid:feed_id>/upload", requires=Permission.FEED_LOAD)
def upload(feed_id: uuid.UUID) -> AnyResponse:
    """Ask for a file of a source."""
    sheet = _sheet(feed_id)
    if sheet.is_registers:
        return redirect_to("feeds.register")
    return page(UPLOAD, form=UploadForm(), sheet=sheet, largest=_largest(), **WORDS)


@room.post("/feeds/<uuid:feed_id>/upload", requires=Permission.FEED_LOAD, takes_file=True)
def upload_file(feed_id: uuid.UUID) -> AnyResponse:
    """Keep a file, sealed, until it is taken in."""
    sheet, form, largest = _sheet(feed_id), UploadForm(), _largest()
    is_well, by_map = form.read(largest)
    if not is_well or form.file.data is None:
        return ask_again(UPLOAD, form, sheet=sheet, largest=largest, **WORDS)
    try:
        upload_id = actions.upload_file(
            feed_id=feed_id,
            kind=form.kind.data,
            content=form.file.data.stream,
            by_map=by_map,
            scope=form.scope,
            is_rehearsal=form.act.data == REHEARSE,
            by=current_identity(),
        )
    except Conflict as refusal:
        form.add_error(refusal.sentence)
        return ask_again(UPLOAD, form, sheet=sheet, largest=largest, **WORDS)
    return redirect_to("feeds.uploaded", upload_id=upload_id)


@room.get("/feeds/register", requires=Permission.FEED_LOAD)
def register() -> Response:
    """Ask for a register."""
    return page(REGISTER, form=RegisterForm(), largest=_largest())


@room.post("/feeds/register", requires=Permission.FEED_LOAD, takes_file=True)
def upload_register() -> AnyResponse:
    """Keep a register, sealed, until it is taken in."""
    form, largest = RegisterForm(), _largest()
    if not form.is_well(largest) or form.file.data is None:
        return ask_again(REGISTER, form, largest=largest)
    try:
        upload_id = actions.upload_register(
            register=form.kind.data,
            content=form.file.data.stream,
            is_rehearsal=form.act.data == REHEARSE,
            as_of=form.as_of.data,
            by=current_identity(),
        )
    except Conflict as refusal:
        form.add_error(refusal.sentence)
        return ask_again(REGISTER, form, largest=largest)
    return redirect_to("feeds.uploaded", upload_id=upload_id)


@room.get("/feeds/uploads/<uuid:upload_id>", requires=Permission.FEED_READ)
def uploaded(upload_id: uuid.UUID) -> AnyResponse:
    """Show what has become of an uploaded file; of one whose import has begun, the import."""
    sheet = queries.upload(upload_id)
    if sheet is None:
        raise NotFound
    if sheet.run_id is not None:
        return redirect_to("feeds.run", run_id=sheet.run_id)
    return page("feeds/uploaded.html", sheet=sheet, again=_again(), **WORDS)


@room.post("/feeds/uploads/<uuid:upload_id>/withdraw", requires=Permission.FEED_LOAD)
def withdraw_upload(upload_id: uuid.UUID) -> AnyResponse:
    """Delete a file before anything of it was taken in."""
    feed_id = actions.withdraw_upload(upload_id=upload_id, by=current_identity())
    return redirect_to("feeds.source", feed_id=feed_id, done="withdrawn")


@room.get("/feeds/runs/<uuid:run_id>", requires=Permission.FEED_READ)
def run(run_id: uuid.UUID) -> Response:
    """Show how far an import is, and its receipt."""
    found = queries.run_details(run_id)
    if found is None:
        raise NotFound
    is_held = _sheet(found.feed_id).state is not SourceState.LIVE
    return page("feeds/run.html", run=found, is_held=is_held, again=_again(), **WORDS)


def _largest() -> int:
    config: Config = current_app.extensions["portal_config"]
    return config.largest_upload


def _again() -> int | None:
    """The number of the next time that the page asks by itself; None when it has done so enough."""
    looks = request.args.get("looks", "0")
    number = int(looks) + 1 if looks.isascii() and looks.isdigit() and len(looks) < 4 else 1
    return number if number <= MOST_LOOKS else None


def _sheet(feed_id: uuid.UUID) -> SourceSheet:
    found = queries.source(feed_id)
    if found is None:
        raise NotFound
    return found
