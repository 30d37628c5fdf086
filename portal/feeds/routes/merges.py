"""Doors of the data steward: records made of two or split into two, and undoing it."""

import uuid

from flask import Response, request
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as AnyResponse

from portal.access.identity import current_identity
from portal.access.permissions import Permission
from portal.children import actions
from portal.children.rules import AGREEMENTS
from portal.core.pages import page, redirect_to
from portal.feeds import room

UNDONE = _l("It is undone: everything is as it was, with what has come since.")


@room.get("/feeds/merges", requires=Permission.REVIEW_DECIDE)
def merges() -> Response:
    """List the latest records made of two or split, without a word of which children."""
    lines = actions.look_at_merges(by=current_identity())
    done = UNDONE if "done" in request.args else None
    return page("feeds/merges.html", lines=lines, done=done)


@room.get("/feeds/merges/<uuid:merge_id>", requires=Permission.REVIEW_DECIDE)
def merge(merge_id: uuid.UUID) -> Response:
    """Show both records as they were."""
    sheet = actions.open_merge(merge_id=merge_id, by=current_identity())
    return page("feeds/merge.html", sheet=sheet, agreements=AGREEMENTS)


@room.post("/feeds/merges/<uuid:merge_id>/undo", requires=Permission.REVIEW_DECIDE)
def undo_merge(merge_id: uuid.UUID) -> AnyResponse:
    """Let everything be as it was."""
    actions.undo_merge(merge_id=merge_id, by=current_identity())
    return redirect_to("feeds.merges", done="undone")
