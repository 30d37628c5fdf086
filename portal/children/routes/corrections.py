"""Doors of corrections: what may be wrong, one after the other, for the data steward."""

import uuid
from typing import Any

from flask import Response, request
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as AnyResponse

from portal.access.identity import current_identity
from portal.access.permissions import Permission
from portal.children import actions, queries, room
from portal.children.forms import ContactEndForm, DetailsForm, DifferenceForm, SettlementForm
from portal.children.queries import CorrectionSheet
from portal.children.rules import SETTLEMENTS
from portal.core.errors import Invalid
from portal.core.forms import PortalForm, ask_again
from portal.core.pages import page, redirect_to

SHOW = "children/correction.html"
# One sentence for every answer.
DONE = {"saved": _l("Your answer is saved."), "again": _l("It waits again.")}


@room.get("/corrections", requires=Permission.CORRECTION_READ)
def corrections() -> Response:
    """List what may be wrong, without a word of which children."""
    waiting = actions.look_at_corrections(by=current_identity())
    return page(
        "children/corrections.html",
        waiting=waiting,
        total=queries.count_of_open_corrections(),
        settled=queries.reversible_corrections(),
        settlements=SETTLEMENTS,
        done=_done(),
    )


@room.get("/corrections/<uuid:correction_id>", requires=Permission.CORRECTION_READ)
def correction(correction_id: uuid.UUID) -> Response:
    """Show one, and ask what is right or how it ended."""
    sheet = actions.look_at_correction(correction_id=correction_id, by=current_identity())
    return page(SHOW, form=None, done=_done(), **_words(sheet))


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
        return _ask_again(correction_id, form, "settlement_form")
    actions.settle_correction(correction_id=correction_id, outcome=form.outcome.data, by=by)
    return _on_to_next(correction_id)


@room.post("/corrections/<uuid:correction_id>/details", requires=Permission.CORRECTION_SETTLE)
def correct_details(correction_id: uuid.UUID) -> AnyResponse:
    """Keep what is right of the child's own details."""
    by, form = current_identity(), DetailsForm()
    if not form.validate():
        return _ask_again(correction_id, form, "details_form")
    fault = actions.correct_details(correction_id=correction_id, details=form.details, by=by)
    if fault is not None:
        fact, sentence = fault
        form.add_error(sentence, fact.value)
        return _ask_again(correction_id, form, "details_form")
    return _on_to_next(correction_id)


@room.post("/corrections/<uuid:correction_id>/end", requires=Permission.CORRECTION_SETTLE)
def end_contact(correction_id: uuid.UUID) -> AnyResponse:
    """Keep on which day somebody's work ended."""
    by, form = current_identity(), ContactEndForm()
    if not form.validate():
        return _ask_again(correction_id, form, "end_form")
    assert form.ended_on.data is not None
    try:
        actions.end_contact(correction_id=correction_id, ended_on=form.ended_on.data, by=by)
    except Invalid as error:
        form.add_error(error.sentence, "ended_on")
        return _ask_again(correction_id, form, "end_form")
    return _on_to_next(correction_id)


@room.post("/corrections/<uuid:correction_id>/difference", requires=Permission.CORRECTION_SETTLE)
def settle_difference(correction_id: uuid.UUID) -> AnyResponse:
    """Keep which of the things that sources say is right."""
    by = current_identity()
    sheet = actions.look_at_correction(correction_id=correction_id, by=by)
    form = DifferenceForm(sheet.offered)
    # What is settled offers nothing any more; whoever sent it twice is not told that it is wrong.
    if not sheet.outcome and not form.validate():
        return ask_again(SHOW, form, **_words(sheet, difference_form=form))
    actions.settle_difference(correction_id=correction_id, value=form.value, by=by)
    return _on_to_next(correction_id)


@room.post("/corrections/<uuid:correction_id>/reopen", requires=Permission.CORRECTION_SETTLE)
def reopen_correction(correction_id: uuid.UUID) -> AnyResponse:
    """Take back how it ended: it waits again."""
    actions.reopen_correction(correction_id=correction_id, by=current_identity())
    return redirect_to("children.correction", correction_id=correction_id, done="again")


def _done() -> Any:
    return DONE.get(request.args.get("done", ""))


def _on_to_next(correction_id: uuid.UUID) -> AnyResponse:
    following = queries.next_waiting(correction_id)
    if following is None:
        return redirect_to("children.corrections", done="saved")
    return redirect_to("children.correction", correction_id=following, done="saved")


def _ask_again(correction_id: uuid.UUID, form: PortalForm, name: str) -> AnyResponse:
    """Show it again with what was typed and what is wrong with it."""
    sheet = actions.look_at_correction(correction_id=correction_id, by=current_identity())
    return ask_again(SHOW, form, **_words(sheet, **{name: form}))


def _words(sheet: CorrectionSheet, **forms: PortalForm) -> dict[str, Any]:
    """What the page needs: one form for each way in which this may end."""
    empty = {
        "settlement_form": SettlementForm(formdata=None),
        "details_form": DetailsForm(sheet.facts, formdata=None),
        "end_form": ContactEndForm(formdata=None),
        "difference_form": DifferenceForm(sheet.offered, formdata=None),
    }
    return {"sheet": sheet, "settlements": SETTLEMENTS, **empty, **forms}
