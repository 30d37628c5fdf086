"""Doors for those who ask to be put in touch: asking, and one's own requests."""

import uuid
from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Response, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal.access.identity import current_identity
from portal.access.permissions import Permission
from portal.core.forms import ask_again
from portal.core.pages import page, redirect_to
from portal.shielding import actions, queries, room
from portal.shielding.forms import ContactRequestForm
from portal.shielding.rules import CONTACT_KINDS, STAGES

ASK = "shielding/new_contact_request.html"


@room.get("/children/<uuid:child_id>/contact-request", requires=Permission.CONTACT_REQUEST)
def new_contact_request(child_id: uuid.UUID) -> Response:
    """Ask why, and where to ring back, from a record that the person may look at now."""
    queries.check_may_ask(child_id, current_identity())
    return page(ASK, form=_form(), **_from_record(child_id))


@room.post("/children/<uuid:child_id>/contact-request", requires=Permission.CONTACT_REQUEST)
def request_contact(child_id: uuid.UUID) -> AnyResponse:
    """Send the request to the asker's own index team."""
    queries.check_may_ask(child_id, current_identity())
    request = partial(actions.request_contact, child_id=child_id)
    return _send(request, **_from_record(child_id))


@room.get("/searches/<uuid:search_id>/contact-request", requires=Permission.CONTACT_REQUEST)
def new_contact_request_for_search(search_id: uuid.UUID) -> Response:
    """Ask the same after a search, whatever it came to."""
    queries.typed_in_search(search_id, current_identity())
    return page(ASK, form=_form(), **_after_search(search_id))


@room.post("/searches/<uuid:search_id>/contact-request", requires=Permission.CONTACT_REQUEST)
def request_contact_for_search(search_id: uuid.UUID) -> AnyResponse:
    """Send the request with a sealed copy of what was typed."""
    queries.typed_in_search(search_id, current_identity())
    request = partial(actions.request_contact_for_search, search_id=search_id)
    return _send(request, **_after_search(search_id))


@room.get("/contact-requests/mine", requires=Permission.CONTACT_REQUEST)
def own_contact_requests() -> Response:
    """List one's own requests and how far they have come."""
    lines = queries.own_requests(current_identity())
    return page(
        "shielding/own_contact_requests.html", lines=lines, kinds=CONTACT_KINDS, stages=STAGES
    )


@room.get("/contact-requests/mine/<uuid:request_id>", requires=Permission.CONTACT_REQUEST)
def receipt(request_id: uuid.UUID) -> Response:
    """Say that a request was received, and by when somebody rings: the same for everybody."""
    line = queries.own_request(request_id, current_identity())
    return page("shielding/receipt.html", line=line)


def _form() -> ContactRequestForm:
    return ContactRequestForm(contacts=queries.ring_back_contacts(current_identity()))


def _send(request: Callable[..., uuid.UUID], **links: Any) -> AnyResponse:
    form = _form()
    if not form.validate():
        return ask_again(ASK, form, **links)
    found = request(kind=form.kind.data, ring_back=form.ring_back.data, by=current_identity())
    return redirect_to("shielding.receipt", request_id=found)


def _from_record(child_id: uuid.UUID) -> dict[str, Any]:
    return {
        "back": url_for("children.record", child_id=child_id),
        "action": url_for("shielding.request_contact", child_id=child_id),
    }


def _after_search(search_id: uuid.UUID) -> dict[str, Any]:
    return {
        "back": url_for("search.results", search_id=search_id),
        "action": url_for("shielding.request_contact_for_search", search_id=search_id),
    }
