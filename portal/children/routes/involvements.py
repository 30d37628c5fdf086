"""Doors of involvements: one's own, and saying that one is wrong.

Whoever works for a sensitive service, or chooses one, is led to the form for it.
"""

import uuid

from flask import Response
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as AnyResponse

from portal.access.identity import current_identity
from portal.access.permissions import Permission
from portal.children import actions, queries, room
from portal.children.forms import DetailsDisputeForm, DisputeForm, EndingForm, InvolvementForm
from portal.children.rules import CorrectionKind
from portal.core.errors import Conflict, Invalid
from portal.core.forms import ask_again
from portal.core.pages import page, redirect_to

NEW, END, WRONG = (
    "children/new_involvement.html", "children/ending.html", "children/dispute.html",
)  # fmt: skip
ONE = "/children/<uuid:child_id>/involvements/<uuid:involvement_id>"


@room.get("/children/<uuid:child_id>/involvements/new", requires=Permission.INVOLVEMENT_RECORD)
def new_involvement(child_id: uuid.UUID) -> AnyResponse:
    """Ask what the person does for the child."""
    by = current_identity()
    if queries.sensitive_kind_of_post(by):
        return redirect_to("children.new_in_confidence", child_id=child_id)
    sheet = actions.open_name(child_id=child_id, by=by)
    return page(NEW, form=InvolvementForm(sector=by.organisation_sector), sheet=sheet)


@room.post("/children/<uuid:child_id>/involvements/new", requires=Permission.INVOLVEMENT_RECORD)
def record_involvement(child_id: uuid.UUID) -> AnyResponse:
    """Record the person's own involvement."""
    by = current_identity()
    form = InvolvementForm(sector=by.organisation_sector)
    if form.is_in_confidence or queries.sensitive_kind_of_post(by):
        return redirect_to("children.new_in_confidence", child_id=child_id)
    if form.validate() and form.started_on.data:
        try:
            actions.record_involvement(
                child_id=child_id,
                kind=form.kind.data,
                started_on=form.started_on.data,
                is_lead=form.is_lead.data,
                has_early_help_assessment=form.has_early_help_assessment.data,
                by=by,
            )
            return redirect_to("children.record", child_id=child_id, done="recorded")
        except (Invalid, Conflict) as refusal:
            form.add_error(refusal.sentence)
    return ask_again(NEW, form, sheet=actions.open_name(child_id=child_id, by=by))


@room.get(f"{ONE}/end", requires=Permission.INVOLVEMENT_RECORD)
def ending(child_id: uuid.UUID, involvement_id: uuid.UUID) -> Response:
    """Ask when the person's own involvement ended."""
    sheet, card = actions.open_own_contact(
        child_id=child_id, involvement_id=involvement_id, by=current_identity()
    )
    return page(END, form=EndingForm(), sheet=sheet, card=card)


@room.post(f"{ONE}/end", requires=Permission.INVOLVEMENT_RECORD)
def end_involvement(child_id: uuid.UUID, involvement_id: uuid.UUID) -> AnyResponse:
    """End the person's own involvement."""
    by, form = current_identity(), EndingForm()
    if form.validate() and form.ended_on.data:
        try:
            actions.end_involvement(
                child_id=child_id,
                involvement_id=involvement_id,
                ended_on=form.ended_on.data,
                by=by,
            )
            return redirect_to("children.record", child_id=child_id, done="ended")
        except Invalid as refusal:
            form.add_error(refusal.sentence, "ended_on")
    sheet, card = actions.open_own_contact(child_id=child_id, involvement_id=involvement_id, by=by)
    return ask_again(END, form, sheet=sheet, card=card)


@room.post(f"{ONE}/confirm", requires=Permission.INVOLVEMENT_RECORD)
def confirm_involvement(child_id: uuid.UUID, involvement_id: uuid.UUID) -> AnyResponse:
    """The person's own involvement is still right."""
    actions.confirm_involvement(
        child_id=child_id, involvement_id=involvement_id, by=current_identity()
    )
    return redirect_to("children.record", child_id=child_id, done="confirmed")


@room.post(f"{ONE}/lead", requires=Permission.INVOLVEMENT_RECORD)
def set_lead(child_id: uuid.UUID, involvement_id: uuid.UUID) -> AnyResponse:
    """The person is the lead from now on."""
    is_taken = actions.set_lead(
        child_id=child_id, involvement_id=involvement_id, by=current_identity()
    )
    done = "lead-taken" if is_taken else "lead"
    return redirect_to("children.record", child_id=child_id, done=done)


@room.get(f"{ONE}/dispute", requires=Permission.INVOLVEMENT_DISPUTE)
def dispute(child_id: uuid.UUID, involvement_id: uuid.UUID) -> Response:
    """Ask what is wrong with a contact."""
    sheet, card = actions.open_contact(
        child_id=child_id, involvement_id=involvement_id, by=current_identity()
    )
    return page(WRONG, form=DisputeForm(), sheet=sheet, card=card)


@room.post(f"{ONE}/dispute", requires=Permission.INVOLVEMENT_DISPUTE)
def dispute_involvement(child_id: uuid.UUID, involvement_id: uuid.UUID) -> AnyResponse:
    """Tell the index team what is wrong with a contact."""
    by, form = current_identity(), DisputeForm()
    if not form.validate():
        sheet, card = actions.open_contact(child_id=child_id, involvement_id=involvement_id, by=by)
        return ask_again(WRONG, form, sheet=sheet, card=card)
    return _dispute(child_id, involvement_id, form.kind.data)


@room.post("/children/<uuid:child_id>/dispute", requires=Permission.INVOLVEMENT_DISPUTE)
def dispute_details(child_id: uuid.UUID) -> AnyResponse:
    """Tell the index team that the child's name or date of birth is wrong, or that the record is
    about two children."""
    form = DetailsDisputeForm()
    if not form.validate():
        raise Invalid(_l("Choose one of the answers shown."))
    kind = form.kind.data or CorrectionKind.WRONG_NAME_OR_BIRTH
    return _dispute(child_id, None, kind)


def _dispute(
    child_id: uuid.UUID, involvement_id: uuid.UUID | None, kind: CorrectionKind
) -> AnyResponse:
    is_new = actions.dispute_involvement(
        child_id=child_id, involvement_id=involvement_id, kind=kind, by=current_identity()
    )
    done = "disputed" if is_new else "disputed-again"
    return redirect_to("children.record", child_id=child_id, done=done)
