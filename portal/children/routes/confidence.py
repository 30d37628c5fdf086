"""Doors of sensitive services: recorded in confidence, seen and withdrawn by whoever did."""

import uuid
from typing import Any

from flask import Response, request
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as AnyResponse

from portal.access.identity import current_identity
from portal.access.permissions import Permission
from portal.children import actions, queries, room
from portal.children.forms import ConfidenceForm
from portal.children.rules import BASES
from portal.core.errors import Invalid
from portal.core.forms import ask_again
from portal.core.pages import page, redirect_to

NEW = "children/new_in_confidence.html"
DONE = {"withdrawn": _l("It is deleted. Nothing of it is kept.")}


@room.get(
    "/children/<uuid:child_id>/involvements/in-confidence",
    requires=Permission.INVOLVEMENT_RECORD,
)
def new_in_confidence(child_id: uuid.UUID) -> Response:
    """Ask which sensitive service it is, and who consents."""
    form = _form(kind=queries.sensitive_kind_of_post(current_identity()))
    sheet, held = actions.open_name_and_confided(child_id=child_id, by=current_identity())
    return page(NEW, form=form, sheet=sheet, held=held)


@room.post(
    "/children/<uuid:child_id>/involvements/in-confidence",
    requires=Permission.INVOLVEMENT_RECORD,
)
def record_in_confidence(child_id: uuid.UUID) -> AnyResponse:
    """Record the person's own involvement so that nobody else sees it."""
    by, form = current_identity(), _form()
    if form.validate() and form.started_on.data:
        try:
            actions.record_in_confidence(
                child_id=child_id,
                kind=form.kind.data,
                basis=form.basis.data,
                says_provider=form.says_provider.data,
                started_on=form.started_on.data,
                by=by,
            )
            return redirect_to("children.record", child_id=child_id, done="recorded")
        except Invalid as refusal:
            form.add_error(refusal.sentence, refusal.field)
    sheet, held = actions.open_name_and_confided(child_id=child_id, by=by)
    return ask_again(NEW, form, sheet=sheet, held=held)


@room.get("/in-confidence", requires=Permission.INVOLVEMENT_RECORD)
def in_confidence() -> Response:
    """List what the person has recorded in confidence, and nothing of anybody else's."""
    held = actions.look_at_confided(by=current_identity())
    done = DONE.get(request.args.get("done", ""))
    return page("children/in_confidence.html", held=held, done=done)


@room.get("/in-confidence/<uuid:involvement_id>", requires=Permission.INVOLVEMENT_RECORD)
def confided(involvement_id: uuid.UUID) -> Response:
    """Show one of the person's own, to withdraw it."""
    sheet = actions.open_confided(involvement_id=involvement_id, by=current_identity())
    return page("children/confided.html", sheet=sheet, bases=BASES)


@room.post("/in-confidence/<uuid:involvement_id>/withdraw", requires=Permission.INVOLVEMENT_RECORD)
def withdraw_confided(involvement_id: uuid.UUID) -> AnyResponse:
    """Delete it at once."""
    actions.withdraw_confided(involvement_id=involvement_id, by=current_identity())
    return redirect_to("children.in_confidence", done="withdrawn")


def _form(**values: Any) -> ConfidenceForm:
    return ConfidenceForm(own_from=queries.age_of_own_consent(), **values)
