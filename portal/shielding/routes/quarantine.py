"""Doors of the shield officers: rows of feeds that were held back."""

import uuid
from typing import Any

from flask import Response, request
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as AnyResponse

from portal.access.identity import current_identity
from portal.access.permissions import Permission
from portal.access.state import State, current_state
from portal.children.queries import QuarantineSheet
from portal.core.errors import Conflict
from portal.core.forms import ask_again
from portal.core.pages import page, redirect_to
from portal.shielding import actions, room
from portal.shielding.forms.quarantine import QuarantineForm
from portal.shielding.rules.quarantine import STANDINGS

ONE = "shielding/quarantined.html"
SIGNED = _l("You have signed off. It holds for a day, and until the next file is taken in.")
DECIDED = _l("The decision is saved.")


@room.get("/quarantine", requires=Permission.SHIELD_DECIDE)
def quarantine() -> Response:
    """List what was held back, what waits first."""
    lines = actions.look_at_quarantine(by=current_identity())
    done = DECIDED if "done" in request.args else None
    return page(
        "shielding/quarantine.html",
        lines=lines,
        standings=STANDINGS,
        done=done,
        is_preparing=current_state() is State.PREPARING,
    )


@room.get("/quarantine/sign-off", requires=Permission.SHIELD_DECIDE)
def sign_off() -> Response:
    """Ask an officer whether nothing waits any more, before the portal goes live."""
    sheet = actions.open_sign_off(by=current_identity())
    done = SIGNED if "done" in request.args else None
    return page("shielding/sign_off.html", sheet=sheet, done=done)


@room.post("/quarantine/sign-off", requires=Permission.SHIELD_DECIDE)
def sign_off_quarantine() -> AnyResponse:
    """Note an officer's word that nothing waits."""
    actions.sign_off_quarantine(by=current_identity())
    return redirect_to("shielding.sign_off", done="signed")


@room.get("/quarantine/<uuid:key>", requires=Permission.SHIELD_DECIDE)
def quarantined(key: uuid.UUID) -> Response:
    """Show one beside the hidden child, and ask whether it is the same."""
    sheet = actions.open_quarantined(key=key, by=current_identity())
    return page(ONE, **_words(sheet))


@room.post("/quarantine/<uuid:key>", requires=Permission.SHIELD_DECIDE)
def decide_quarantined(key: uuid.UUID) -> AnyResponse:
    """Do what was decided by what there is to see; show that first when it has changed."""
    by = current_identity()
    sheet = actions.open_quarantined(key=key, by=by)
    words = _words(sheet)
    form = words.pop("form")
    if sheet.is_to_decide and not form.was(sheet.seen):
        form.begin_again(sheet.seen)
        return page(ONE, status=Conflict.status, form=form, **words)
    if not form.validate():
        return ask_again(ONE, form, **words)
    seen, decision = form.seen.data or "", form.decision.data
    actions.decide_quarantined(key=key, seen=seen, decision=decision, by=by)
    return redirect_to("shielding.quarantine", done="decided")


def _words(sheet: QuarantineSheet) -> dict[str, Any]:
    form = QuarantineForm(may_be_another=sheet.may_be_another, now=sheet.seen)
    return {"sheet": sheet, "form": form, "standings": STANDINGS}
