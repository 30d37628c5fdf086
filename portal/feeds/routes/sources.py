"""Doors of sources: for the data steward, who pauses them, and for the shield officer, who is the
second person when one is resumed.
"""

import uuid
from typing import Any

from flask import Response, request
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as AnyResponse

from portal.access.identity import current_identity
from portal.access.permissions import Permission
from portal.core.errors import NotFound
from portal.core.forms import ask_again
from portal.core.pages import page, redirect_to
from portal.feeds import actions, queries, room
from portal.feeds.forms import PauseForm
from portal.feeds.queries import SourceSheet
from portal.feeds.rules import CAUSES, KINDS, RUN_STATES, STATES, UPLOAD_STATES, SourceState

ONE = "feeds/source.html"
WORDS: dict[str, Any] = {
    "states": STATES,
    "causes": CAUSES,
    "kinds": KINDS,
    "run_states": RUN_STATES,
    "upload_states": UPLOAD_STATES,
}
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
    return page(ONE, form=PauseForm(), sheet=sheet, done=_done(), **_files(sheet), **WORDS)


@room.post("/feeds/<uuid:feed_id>/pause", requires=Permission.FEED_PAUSE)
def pause_source(feed_id: uuid.UUID) -> AnyResponse:
    """Take nothing more from a source."""
    sheet, form = _sheet(feed_id), PauseForm()
    if sheet.state is SourceState.LIVE and not form.validate():
        return ask_again(ONE, form, sheet=sheet, **_files(sheet), **WORDS)
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


def _files(sheet: SourceSheet) -> dict[str, Any]:
    """What the page of a source lists: its newest imports and uploaded files, and how many children
    it no longer reports."""
    return {
        "runs": queries.runs_of(sheet.id),
        "uploads": queries.uploads_of(sheet.id),
        "left_out": queries.children_unreported(sheet.name),
    }


def _sheet(feed_id: uuid.UUID) -> SourceSheet:
    found = queries.source(feed_id)
    if found is None:
        raise NotFound
    return found


def _done() -> object:
    return DONE.get(request.args.get("done", ""))
