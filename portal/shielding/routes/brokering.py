"""Doors of the index team: the requests to it, and its answers."""

import uuid
from typing import Any

from flask import Response
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from portal.access.identity import Identity, current_identity
from portal.access.permissions import Permission
from portal.children.rules import GENDERS
from portal.core.errors import Conflict, NotFound
from portal.core.forms import ask_again
from portal.core.pages import day, page, redirect_to
from portal.shielding import actions, queries, room
from portal.shielding.forms import AnswerForm, RecordNumberForm
from portal.shielding.rules import CONTACT_KINDS, REPLIED, STATES, State

SHOW = "shielding/contact_request.html"


@room.get("/contact-requests", requires=Permission.CONTACT_BROKER)
def contact_requests() -> Response:
    """List the requests to one's own index team."""
    lines = actions.look_at_contact_requests(by=current_identity())
    return page(
        "shielding/contact_requests.html",
        lines=lines, kinds=CONTACT_KINDS, states=STATES, replied=REPLIED,
    )  # fmt: skip


@room.get("/contact-requests/<uuid:request_id>", requires=Permission.CONTACT_BROKER)
def contact_request(request_id: uuid.UUID) -> Response:
    """Show one request: who asks, about which child, and who could be asked to ring."""
    sheet = actions.open_contact_request(request_id=request_id, by=current_identity())
    form = _form(sheet)
    return page(SHOW, form=form, answer_form=form, **_words(sheet))


@room.post("/contact-requests/<uuid:request_id>", requires=Permission.CONTACT_BROKER)
def settle_contact_request(request_id: uuid.UUID) -> AnyResponse:
    """Pass a call-back on, or close the request with an answer."""
    by = current_identity()
    choice = queries.choice_for(request_id, by)
    form = _form(choice)
    if not form.validate():
        return _again(request_id, form, by)
    if not form.was(choice.state):
        raise Conflict
    if form.state.data is State.PASSED_ON:
        actions.pass_on_call_back(
            request_id=request_id, practitioner_id=form.practitioner.data,
            is_checked=form.has_checked, by=by,
        )  # fmt: skip
        return redirect_to("shielding.contact_request", request_id=request_id)
    actions.settle_contact_request(request_id=request_id, state=form.state.data, by=by)
    return redirect_to("shielding.contact_requests")


@room.post("/contact-requests/<uuid:request_id>/record", requires=Permission.CONTACT_BROKER)
def name_record(request_id: uuid.UUID) -> AnyResponse:
    """Say which record a request after a search is about."""
    by, form = current_identity(), RecordNumberForm()
    if not form.validate():
        return _again(request_id, form, by)
    try:
        actions.name_record(request_id=request_id, number=form.number.data or "", by=by)
    except NotFound:
        form.add_error(_("Enter the number of a record that you have open now"), "number")
        return _again(request_id, form, by)
    return redirect_to("shielding.contact_request", request_id=request_id)


def _again(request_id: uuid.UUID, form: AnswerForm | RecordNumberForm, by: Identity) -> AnyResponse:
    """The sheet with what was typed in one of its forms; the other stands as before."""
    sheet = actions.open_contact_request(request_id=request_id, by=by)
    if isinstance(form, RecordNumberForm):
        shown = {**_words(sheet), "number_form": form, "answer_form": _form(sheet)}
    else:
        shown = {**_words(sheet), "answer_form": form}
    return ask_again(SHOW, form, **shown)


def _form(shown: queries.RequestSheet | queries.Choice) -> AnswerForm:
    people = {
        one.practitioner_id: (
            _label(one),
            _hint(one),
        )
        for one in shown.people
    }  # fmt: skip
    unproved = [one.practitioner_id for one in shown.people if one.recorded_since]
    return AnswerForm(now=shown.state, answers=shown.answers, people=people, unproved=unproved)


def _label(person: queries.Reachable) -> str:
    if not person.role_title:
        return str(
            _("%(name)s, %(organisation)s", name=person.name, organisation=person.organisation)
        )
    return str(
        _("%(name)s, %(role)s, %(organisation)s", name=person.name, role=person.role_title,
          organisation=person.organisation)
    )  # fmt: skip


def _hint(person: queries.Reachable) -> str:
    words = []
    if person.recorded_since:
        words.append(
            _("Recorded by themselves on %(day)s, after the child was hidden.",
              day=day(person.recorded_since))
        )  # fmt: skip
    if person.is_hidden:
        words.append(_("In confidence: nobody but shield officers sees that you asked them."))
    if not person.has_account and not person.phone:
        words.append(_("They have no account here, and no number of their own is known."))
    elif not person.has_account:
        words.append(
            _("They have no account here: ring them yourself on %(phone)s.", phone=person.phone)
        )
    return " ".join(words)


def _words(sheet: queries.RequestSheet) -> dict[str, Any]:
    return {
        "sheet": sheet, "kinds": CONTACT_KINDS, "states": STATES, "genders": GENDERS,
        "replied": REPLIED, "number_form": RecordNumberForm(),
    }  # fmt: skip
