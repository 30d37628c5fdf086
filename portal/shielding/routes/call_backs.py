"""Doors of the other side: what was asked of somebody who works with a child."""

import uuid

from flask import Response
from werkzeug.wrappers import Response as AnyResponse

from portal.access.identity import current_identity
from portal.access.permissions import Permission
from portal.core.forms import ask_again
from portal.core.pages import page, redirect_to
from portal.shielding import actions, room
from portal.shielding.forms import ReplyForm
from portal.shielding.rules import CONTACT_KINDS, OWN_REPLIES

SHOW = "shielding/call_back.html"


@room.get("/call-backs", requires=Permission.CONTACT_REQUEST)
def call_backs() -> Response:
    """List whom one was asked to ring."""
    lines = actions.look_at_call_backs(by=current_identity())
    return page("shielding/call_backs.html", lines=lines, kinds=CONTACT_KINDS, replies=OWN_REPLIES)


@room.get("/call-backs/<uuid:call_back_id>", requires=Permission.CONTACT_REQUEST)
def call_back(call_back_id: uuid.UUID) -> Response:
    """Show who wants to be rung, how, why, and about which child."""
    sheet = actions.open_call_back(call_back_id=call_back_id, by=current_identity())
    return page(SHOW, form=ReplyForm(), sheet=sheet, kinds=CONTACT_KINDS, replies=OWN_REPLIES)


@room.post("/call-backs/<uuid:call_back_id>", requires=Permission.CONTACT_REQUEST)
def reply_to_call_back(call_back_id: uuid.UUID) -> AnyResponse:
    """Say what came of it."""
    by, form = current_identity(), ReplyForm()
    if not form.validate():
        sheet = actions.open_call_back(call_back_id=call_back_id, by=by)
        return ask_again(SHOW, form, sheet=sheet, kinds=CONTACT_KINDS, replies=OWN_REPLIES)
    actions.reply_to_call_back(call_back_id=call_back_id, reply=form.reply.data, by=by)
    return redirect_to("shielding.call_backs")
