"""Doors of the shield officers: alerts, and records that are kept apart."""

import uuid
from typing import Any

from flask import Response, request
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as AnyResponse

from portal.access.identity import current_identity
from portal.access.permissions import Permission
from portal.core.forms import ask_again
from portal.core.pages import page, redirect_to
from portal.shielding import actions, room
from portal.shielding.forms.shields import AlertForm
from portal.shielding.rules.shields import ALERT_OUTCOMES

ALERT = "shielding/alert.html"
PAIR = "/kept-apart/<uuid:pair_id>"
# What an officer is told after an act; ?done= names one of these and nothing else.
DONE = {
    "settled": _l("The alert is dealt with."),
    "begun": _l("The new identity has begun. The old record is absent from now on."),
    "proposed": _l("The end is proposed. Another shield officer can confirm it after 24 hours."),
    "withdrawn": _l("The proposal is withdrawn. The records stay apart."),
    "ended": _l("The pair is ended. The records are no longer kept apart."),
}


@room.get("/alerts", requires=Permission.SHIELD_DECIDE)
def alerts() -> Response:
    """List who searched for a child whom nobody may find, the newest first."""
    lines, is_whole = actions.look_at_alerts(by=current_identity())
    return page(
        "shielding/alerts.html",
        lines=lines, is_whole=is_whole, outcomes=ALERT_OUTCOMES, done=_done(),
    )  # fmt: skip


@room.get("/alerts/<uuid:alert_id>", requires=Permission.SHIELD_DECIDE)
def alert(alert_id: uuid.UUID) -> Response:
    """Show one alert and ask what was done about it."""
    line = actions.open_alert(alert_id=alert_id, by=current_identity())
    return page(ALERT, form=AlertForm(), line=line, outcomes=ALERT_OUTCOMES)


@room.post("/alerts/<uuid:alert_id>", requires=Permission.SHIELD_DECIDE)
def settle_alert(alert_id: uuid.UUID) -> AnyResponse:
    """Say what was done about it."""
    by, form = current_identity(), AlertForm()
    if not form.validate():
        line = actions.open_alert(alert_id=alert_id, by=by)
        return ask_again(ALERT, form, line=line, outcomes=ALERT_OUTCOMES)
    actions.settle_alert(alert_id=alert_id, outcome=form.outcome.data, by=by)
    return redirect_to("shielding.alerts", done="settled")


@room.get("/kept-apart", requires=Permission.SHIELD_DECIDE)
def kept_apart() -> Response:
    """List the pairs of records that must never be joined."""
    lines = actions.look_at_pairs(by=current_identity())
    return page("shielding/kept_apart.html", lines=lines, done=_done())


@room.post(f"{PAIR}/propose", requires=Permission.SHIELD_LIFT)
def propose_unpair(pair_id: uuid.UUID) -> AnyResponse:
    """Propose that two records need no longer be kept apart."""
    actions.propose_unpair(pair_id=pair_id, by=current_identity())
    return redirect_to("shielding.kept_apart", done="proposed")


@room.post(f"{PAIR}/withdraw", requires=Permission.SHIELD_LIFT)
def withdraw_unpair(pair_id: uuid.UUID) -> AnyResponse:
    """Take the proposal back."""
    actions.withdraw_unpair(pair_id=pair_id, by=current_identity())
    return redirect_to("shielding.kept_apart", done="withdrawn")


@room.post(f"{PAIR}/confirm", requires=Permission.SHIELD_LIFT)
def confirm_unpair(pair_id: uuid.UUID) -> AnyResponse:
    """End the pair, as another officer proposed a day ago."""
    actions.confirm_unpair(pair_id=pair_id, by=current_identity())
    return redirect_to("shielding.kept_apart", done="ended")


def _done() -> Any:
    return DONE.get(request.args.get("done", ""))
