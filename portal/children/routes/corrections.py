"""Doors of corrections: what practitioners said is wrong, for the data steward."""

import uuid

from flask import Response
from werkzeug.wrappers import Response as AnyResponse

from portal.access.identity import current_identity
from portal.access.permissions import Permission
from portal.children import actions, queries, room
from portal.children.forms import SettlementForm
from portal.children.rules import SETTLEMENTS
from portal.core.forms import ask_again
from portal.core.pages import page, redirect_to

SHOW = "children/correction.html"


@room.get("/corrections", requires=Permission.CORRECTION_READ)
def corrections() -> Response:
    """List the corrections that wait, without a word of which children."""
    waiting = actions.look_at_corrections(by=current_identity())
    total = queries.count_of_open_corrections()
    return page("children/corrections.html", waiting=waiting, total=total)


@room.get("/corrections/<uuid:correction_id>", requires=Permission.CORRECTION_READ)
def correction(correction_id: uuid.UUID) -> Response:
    """Show one, and ask how it ended."""
    sheet = actions.look_at_correction(correction_id=correction_id, by=current_identity())
    return page(SHOW, form=SettlementForm(), sheet=sheet, settlements=SETTLEMENTS)


@room.post("/corrections/<uuid:correction_id>/check", requires=Permission.CORRECTION_SETTLE)
def check_correction(correction_id: uuid.UUID) -> AnyResponse:
    """Open the record that it is about, to check it."""
    child_id = actions.check_correction(correction_id=correction_id, by=current_identity())
    return redirect_to("children.record", child_id=child_id)


@room.post("/corrections/<uuid:correction_id>", requires=Permission.CORRECTION_SETTLE)
def settle_correction(correction_id: uuid.UUID) -> AnyResponse:
    """Keep how it ended."""
    by, form = current_identity(), SettlementForm()
    if not form.validate():
        sheet = actions.look_at_correction(correction_id=correction_id, by=by)
        return ask_again(SHOW, form, sheet=sheet, settlements=SETTLEMENTS)
    actions.settle_correction(correction_id=correction_id, outcome=form.outcome.data, by=by)
    return redirect_to("children.corrections")
