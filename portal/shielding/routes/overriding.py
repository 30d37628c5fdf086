"""Doors of the override: the warning, and what it shows once."""

import uuid
from typing import Any

from flask import Response, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from portal.access.identity import current_identity
from portal.access.permissions import Permission
from portal.core import clock
from portal.core.forms import ask_again
from portal.core.pages import page
from portal.shielding import actions, room
from portal.shielding.forms import OverrideForm

ASK = "shielding/override.html"
LOCKED = "shielding/override_locked.html"


@room.get("/children/<uuid:child_id>/override", requires=Permission.SHIELD_OVERRIDE)
def override(child_id: uuid.UUID) -> Response:
    """Say what an override is, and ask for a fresh code."""
    actions.open_override(child_id=child_id, by=current_identity())
    return page(ASK, form=OverrideForm(), **_about(child_id))


@room.post("/children/<uuid:child_id>/override", requires=Permission.SHIELD_OVERRIDE)
def override_shield(child_id: uuid.UUID) -> AnyResponse:
    """Show the whole record, once. Nothing can be fetched again: the code is used up."""
    by, form = current_identity(), OverrideForm()
    if not form.validate():
        return ask_again(ASK, form, **_about(child_id))
    found = actions.override_shield(
        child_id=child_id, code=form.code.data or "", address=request.remote_addr or "", by=by
    )
    if found.lifts_at:
        return page(LOCKED, status=429, lifts_at=found.lifts_at, **_about(child_id))
    if found.sheet is None:
        form.add_error(
            _("The code is not right, or was used before. Wait for the next one"), "code"
        )
        return ask_again(ASK, form, **_about(child_id))
    about = _about(child_id)
    return page("shielding/overridden.html", sheet=found.sheet, today=clock.today(), **about)


def _about(child_id: uuid.UUID) -> dict[str, Any]:
    return {
        "back": url_for("children.record", child_id=child_id),
        "action": url_for("shielding.override_shield", child_id=child_id),
    }
