"""Doors of requests for a shield: asking, one's own, deciding."""

import uuid
from typing import Any

from flask import Response
from werkzeug.wrappers import Response as AnyResponse

from portal.access.identity import Identity, current_identity
from portal.access.permissions import Permission
from portal.access.policy import may
from portal.core import clock
from portal.core.errors import Conflict, Invalid
from portal.core.forms import ask_again
from portal.core.pages import page, redirect_to
from portal.shielding import actions, queries, room
from portal.shielding.forms.shields import REFUSE, DecisionForm, ShieldRequestForm
from portal.shielding.queries.shields import own_shield_request, own_shield_requests
from portal.shielding.rules.shields import (
    ASKED_FOR,
    GRADES,
    GRANTED,
    GROUNDS,
    REFUSALS,
    latest_review,
)

ASK, DECIDE = "shielding/new_shield_request.html", "shielding/shield_request.html"
WORDS: dict[str, Any] = {
    "grounds": GROUNDS,
    "asked_for": ASKED_FOR,
    "grades": GRADES,
    "refusals": {word.value: label for word, label in REFUSALS.items()},
    "granted": GRANTED,
}


@room.get("/children/<uuid:child_id>/shield-request", requires=Permission.SHIELD_REQUEST)
def new_shield_request(child_id: uuid.UUID) -> Response:
    """Ask what the risk is; the page names no child."""
    by = current_identity()
    queries.check_may_ask(child_id, by)
    return page(ASK, form=_form(by), child_id=child_id)


@room.post("/children/<uuid:child_id>/shield-request", requires=Permission.SHIELD_REQUEST)
def request_shield(child_id: uuid.UUID) -> AnyResponse:
    """Send the request to the shield officers."""
    by = current_identity()
    form = _form(by)
    if not form.validate():
        queries.check_may_ask(child_id, by)
        return ask_again(ASK, form, child_id=child_id)
    found = actions.request_shield(
        child_id=child_id, asked_for=form.asked_for.data, ground=form.ground.data,
        wish=form.wished, by=by,
    )  # fmt: skip
    return redirect_to("shielding.shield_receipt", request_id=found)


@room.get("/shield-requests/mine", requires=Permission.SHIELD_REQUEST)
def own_requests_for_shields() -> Response:
    """List one's own requests: received, or dealt with."""
    lines = own_shield_requests(current_identity())
    return page("shielding/own_shield_requests.html", lines=lines)


@room.get("/shield-requests/mine/<uuid:request_id>", requires=Permission.SHIELD_REQUEST)
def shield_receipt(request_id: uuid.UUID) -> Response:
    """Say that a request was received: the same words whatever becomes of it."""
    line = own_shield_request(request_id, current_identity())
    return page("shielding/shield_receipt.html", line=line)


@room.get("/shield-requests/<uuid:request_id>", requires=Permission.SHIELD_DECIDE)
def shield_request(request_id: uuid.UUID) -> Response:
    """Show a request, which child it is about, and what each grade hides."""
    sheet = actions.open_shield_request(request_id=request_id, by=current_identity())
    form = DecisionForm(
        data={"review_on": latest_review(clock.today()), "decision": sheet.wish or None}
    )
    return page(DECIDE, form=form, sheet=sheet, **WORDS)


@room.post("/shield-requests/<uuid:request_id>", requires=Permission.SHIELD_DECIDE)
def decide_shield_request(request_id: uuid.UUID) -> AnyResponse:
    """Grant it, at a grade and until a review, or refuse it."""
    by, form = current_identity(), DecisionForm()
    if form.validate():
        try:
            return _decide(request_id, form, by)
        except (Conflict, Invalid) as refusal:
            form.add_error(refusal.sentence)
    sheet = actions.open_shield_request(request_id=request_id, by=by)
    return ask_again(DECIDE, form, sheet=sheet, **WORDS)


def _decide(request_id: uuid.UUID, form: DecisionForm, by: Identity) -> AnyResponse:
    if form.decision.data == REFUSE:
        actions.refuse_shield(request_id=request_id, refusal=form.refusal.data, by=by)
        return redirect_to("shielding.shields", done="refused")
    assert form.review_on.data
    shield_id = actions.grant_shield(
        request_id=request_id, grade=form.grade, review_on=form.review_on.data, by=by
    )
    return redirect_to("shielding.shield", shield_id=shield_id, done="hidden")


def _form(by: Identity) -> ShieldRequestForm:
    return ShieldRequestForm(with_wish=may(Permission.SHIELD_DECIDE, by))
