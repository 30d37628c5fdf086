"""Doors of sources: for the data steward, who sends their files, watches what becomes of them and
pauses sources, and for the shield officer, who is the second person when one is resumed.
"""

import uuid
from typing import Any

from flask import Response, current_app, request
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as AnyResponse

from portal.access.identity import current_identity
from portal.access.permissions import Permission
from portal.core.config import Config
from portal.core.errors import Conflict, NotFound
from portal.core.forms import ask_again
from portal.core.pages import page, redirect_to
from portal.feeds import actions, queries, room
from portal.feeds.forms import REHEARSE, PauseForm, UploadForm
from portal.feeds.queries import SourceSheet
from portal.feeds.rules import (
    CAUSES,
    KINDS,
    ROW_FAULTS,
    RUN_STATES,
    STATES,
    UPLOAD_STATES,
    SourceState,
)

ONE, UPLOAD = "feeds/source.html", "feeds/upload.html"
WORDS: dict[str, Any] = {
    "states": STATES,
    "causes": CAUSES,
    "kinds": KINDS,
    "run_states": RUN_STATES,
    "upload_states": UPLOAD_STATES,
    "row_faults": ROW_FAULTS,
}
# A page asks anew so often by itself, every three seconds: five minutes. Each time counts as a sign
# of life of the session, and nobody may stay signed in for ever by leaving a page open.
MOST_LOOKS = 100
# What a person is told after an act; ?done= names one of these and nothing else.
DONE = {
    "paused": _l("The source is paused. Nothing is taken from it."),
    "proposed": _l("Resuming is proposed. It waits for the second person."),
    "resumed": _l("The source is resumed. Its files are taken again."),
    "withdrawn": _l("The file is withdrawn and deleted. Nothing of it was taken in."),
    "rejected": _l("The proposal is rejected. The source stays paused."),
}


@room.get("/feeds", requires=Permission.FEED_READ)
def sources() -> Response:
    """List the sources, and how each stands."""
    return page("feeds/sources.html", sources=queries.sources(), **WORDS)


@room.get("/feeds/<uuid:feed_id>", requires=Permission.FEED_READ)
def source(feed_id: uuid.UUID) -> Response:
    """Show one source, and what can be done about it."""
    sheet = _sheet(feed_id)
    return page(ONE, form=PauseForm(), sheet=sheet, done=_done(), **_files(feed_id), **WORDS)


@room.post("/feeds/<uuid:feed_id>/pause", requires=Permission.FEED_PAUSE)
def pause_source(feed_id: uuid.UUID) -> AnyResponse:
    """Take nothing more from a source."""
    sheet, form = _sheet(feed_id), PauseForm()
    if sheet.state is SourceState.LIVE and not form.validate():
        return ask_again(ONE, form, sheet=sheet, **_files(feed_id), **WORDS)
    if form.cause.data is not None:
        actions.pause_feed(feed_id=feed_id, cause=form.cause.data, by=current_identity())
    return redirect_to("feeds.source", feed_id=feed_id, done="paused")


@room.post("/feeds/<uuid:feed_id>/propose-resume", requires=Permission.FEED_RESUME)
def propose_resume(feed_id: uuid.UUID) -> AnyResponse:
    """Propose that its files are taken again."""
    actions.propose_resume(feed_id=feed_id, by=current_identity())
    return redirect_to("feeds.source", feed_id=feed_id, done="proposed")


@room.get("/feeds/proposals", requires=Permission.SHIELD_DECIDE)
def proposals() -> Response:
    """List the sources that wait for the second person."""
    return page("feeds/proposals.html", sources=queries.proposals(), done=_done())


@room.get("/feeds/<uuid:feed_id>/proposal", requires=Permission.SHIELD_DECIDE)
def proposal(feed_id: uuid.UUID) -> Response:
    """Show a proposal to resume a source, and what of that source waits in quarantine."""
    sheet, waiting, is_own = actions.open_proposal(feed_id=feed_id, by=current_identity())
    return page("feeds/proposal.html", sheet=sheet, waiting=waiting, is_own=is_own, **WORDS)


@room.post("/feeds/<uuid:feed_id>/confirm-resume", requires=Permission.SHIELD_DECIDE)
def confirm_resume(feed_id: uuid.UUID) -> AnyResponse:
    """Take files of a source again."""
    actions.confirm_resume(feed_id=feed_id, by=current_identity())
    return redirect_to("feeds.proposals", done="resumed")


@room.post("/feeds/<uuid:feed_id>/reject-resume", requires=Permission.SHIELD_DECIDE)
def reject_resume(feed_id: uuid.UUID) -> AnyResponse:
    """Leave a source paused."""
    actions.reject_resume(feed_id=feed_id, by=current_identity())
    return redirect_to("feeds.proposals", done="rejected")


@room.get("/feeds/<uuid:feed_id>/upload", requires=Permission.FEED_LOAD)
def upload(feed_id: uuid.UUID) -> Response:
    """Ask for a file of a source."""
    return page(UPLOAD, form=UploadForm(), sheet=_sheet(feed_id), largest=_largest(), **WORDS)


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
            is_rehearsal=form.act.data == REHEARSE,
            by=current_identity(),
        )
    except Conflict as refusal:
        form.add_error(refusal.sentence)
        return ask_again(UPLOAD, form, sheet=sheet, largest=largest, **WORDS)
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


def _files(feed_id: uuid.UUID) -> dict[str, Any]:
    """What the page of a source lists: its newest imports and uploaded files."""
    return {"runs": queries.runs_of(feed_id), "uploads": queries.uploads_of(feed_id)}


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


def _done() -> object:
    return DONE.get(request.args.get("done", ""))
