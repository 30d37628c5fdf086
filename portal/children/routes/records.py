"""Doors of one record: why, and what it says."""

import uuid

from flask import Response, request
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as AnyResponse

from portal.access.identity import current_identity
from portal.access.permissions import Permission
from portal.children import actions, room
from portal.children.forms import ReasonForm
from portal.core import clock
from portal.core.forms import ask_again
from portal.core.pages import page, redirect_to

WHY = "children/reason.html"
# What a person is told after an act; ?done= names one of these and nothing else.
DONE = {
    "recorded": _l("Your involvement is recorded."),
    "confirmed": _l("Your involvement is confirmed as still right."),
    "ended": _l("Your involvement has ended. It stays on the record as a former one."),
    "lead": _l("You are now the lead practitioner for this child."),
    "lead-taken": _l(
        "You are now the lead practitioner for this child. The former lead is no longer marked as "
        "such: let them know."
    ),
    "disputed": _l("Thank you. The index team will look into it."),
    "disputed-again": _l("Somebody has told the index team already. They are looking into it."),
}


@room.get("/children/<uuid:child_id>", requires=Permission.CHILD_OPEN)
def record(child_id: uuid.UUID) -> Response:
    """Show who is or was involved with the child, and how to reach them."""
    by = current_identity()
    sheet = actions.open_record(child_id=child_id, by=by)
    return page(
        "children/record.html",
        sheet=sheet,
        today=clock.today(),
        printed_at=clock.now(),
        printed_by=by.name,
        done=DONE.get(request.args.get("done", "")),
    )


@room.get("/children/<uuid:child_id>/reason", requires=Permission.CHILD_OPEN)
def reason(child_id: uuid.UUID) -> Response:
    """Ask why; the page is the same whether or not there is such a child."""
    return page(WHY, form=ReasonForm(), child_id=child_id)


@room.post("/children/<uuid:child_id>/reason", requires=Permission.CHILD_OPEN)
def state_reason(child_id: uuid.UUID) -> AnyResponse:
    """Keep the reason and go on to the record."""
    form = ReasonForm()
    if not form.validate():
        return ask_again(WHY, form, child_id=child_id)
    actions.state_reason(
        child_id=child_id, reason=form.reason.data, note=form.note.data or "",
        by=current_identity(),
    )  # fmt: skip
    return redirect_to("children.record", child_id=child_id)
