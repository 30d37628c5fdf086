"""Doors for those who ask to be put in touch: asking, and one's own requests."""

import uuid
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
    by = current_identity()
    queries.check_may_ask(child_id, by)
    form = ContactRequestForm(contacts=queries.ring_back_contacts(by))
    return page(ASK, form=form, **_from_record(child_id))


@room.post("/children/<uuid:child_id>/contact-request", requires=Permission.CONTACT_REQUEST)
def request_contact(child_id: uuid.UUID) -> AnyResponse:
    """Send the request to the asker's own index team."""
    by = current_identity()
    form = ContactRequestForm(contacts=queries.ring_back_contacts(by))
    if not form.validate():
        queries.check_may_ask(child_id, by)
        return ask_again(ASK, form, **_from_record(child_id))
    found = actions.request_contact(
        child_id=child_id, kind=form.kind.data, ring_back=form.ring_back.data, by=by
    )
    return redirect_to("shielding.receipt", request_id=found)


@room.get("/searches/<uuid:search_id>/contact-request", requires=Permission.CONTACT_REQUEST)
def new_contact_request_for_search(search_id: uuid.UUID) -> Response:
    """Ask the same after a search, whatever it came to."""
    by = current_identity()
    queries.typed_in_search(search_id, by)
    form = ContactRequestForm(contacts=queries.ring_back_contacts(by))
    return page(ASK, form=form, **_after_search(search_id))


@room.post("/searches/<uuid:search_id>/contact-request", requires=Permission.CONTACT_REQUEST)
def request_contact_for_search(search_id: uuid.UUID) -> AnyResponse:
    """Send the request with a sealed copy of what was typed."""
    by = current_identity()
    form = ContactRequestForm(contacts=queries.ring_back_contacts(by))
    if not form.validate():
        queries.typed_in_search(search_id, by)
        return ask_again(ASK, form, **_after_search(search_id))
    found = actions.request_contact_for_search(
        search_id=search_id, kind=form.kind.data, ring_back=form.ring_back.data, by=by
    )
    return redirect_to("shielding.receipt", request_id=found)


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
