"""The index team at work on requests for contact: reading, answering, passing a call-back on."""

import uuid
from collections.abc import Mapping

from flask_babel import lazy_gettext as _l

from portal.access.identity import Identity
from portal.access.log import Event, record
from portal.access.reasons import ANSWERING, ReasonNeeded, current_reason
from portal.children import queries as children
from portal.children import vault
from portal.core import clock
from portal.core.db import random_id
from portal.core.errors import Conflict, Invalid, NotFound
from portal.shielding import queries
from portal.shielding.models import ContactRequest
from portal.shielding.queries import Reachable, RequestLine, RequestSheet
from portal.shielding.rules import KEPT_OPEN_FOR, OPEN_STATES, CallBack, State, may_become

SHIELD = "shield"


def look_at_contact_requests(*, by: Identity) -> tuple[RequestLine, ...]:
    """Return the requests to this person's index team; the look is logged."""
    lines = queries.lines_for(by)
    record(Event.CONTACT_REQUESTS_LISTED, by=by, details={"count": len(lines)})
    if queries.sees_hidden(by):
        hidden = [line.id for line in lines if line.for_officer]
        _note_in_confidence(Event.SHIELD_CONTACT_OPENED, random_id(), {"requests": hidden}, by)
    return lines


def open_contact_request(*, request_id: uuid.UUID, by: Identity) -> RequestSheet:
    """Show a request to its index team, with the child or what was typed; the look is logged.

    Raises NotFound, also for a request to another team.
    """
    row = queries.request_to(request_id, by)
    child_id = queries.record_named(row)
    record(
        Event.CONTACT_REQUEST_OPENED, by=by, search_id=row.search_id,
        subject_kind="child" if child_id else "search",
        subject_id=child_id or row.search_id, reason=ANSWERING,
        details={"request": row.id},
    )  # fmt: skip
    sheet = queries.sheet_of(row, by)
    if queries.sees_hidden(by):
        shown = [one.practitioner_id for one in sheet.people if one.is_hidden]
        details = {"request": row.id, "child": sheet.child and sheet.child.child_id, "shown": shown}
        _note_in_confidence(Event.SHIELD_CONTACT_OPENED, random_id(), details, by)
    return sheet


def settle_contact_request(*, request_id: uuid.UUID, state: State, by: Identity) -> None:
    """Close a request with an answer. Call-backs without a reply are over with it.

    Raises NotFound; Conflict when it is closed already.
    """
    row = queries.request_to(request_id, by, to_change=True)
    if state is State.PASSED_ON or not may_become(State(row.state), state):
        raise Conflict
    row.state, row.settled_by, row.settled_at = state.value, by.account_id, clock.now()
    _note(Event.CONTACT_REQUEST_SETTLED, row, {"state": state.value}, by)


def pass_on_call_back(
    *, request_id: uuid.UUID, practitioner_id: uuid.UUID, is_checked: bool = False, by: Identity
) -> None:
    """Ask somebody who works with the child to ring the asker; to ask them twice changes nothing.
    is_checked: the officer has made sure of somebody of whom only their own word says so.

    Somebody whom the index does not show is asked in confidence: the request stays as it was for
    everybody but shield officers. Raises NotFound, also for somebody whom this person cannot
    choose; Conflict when the request is closed; Invalid where a check is missing.
    """
    row = queries.request_to(request_id, by, to_change=True)
    chosen = _chosen(row, practitioner_id, by)
    asked = [one for one in queries.of_request(row.id) if one.practitioner_id == practitioner_id]
    if asked:
        return
    if chosen.recorded_since and not is_checked:
        raise Invalid(_l("Check first that they work with this child."))
    call_back = _call_back(row, chosen, by)
    vault.keep(vault.Shelf.FORWARD, call_back.id, call_back.content, marks=call_back.marks)
    _note_passed_on(row, call_back, chosen, by)


def _note_passed_on(
    row: ContactRequest, call_back: CallBack, chosen: Reachable, by: Identity
) -> None:
    """In confidence the request stays as it was, and the line says whether a check was needed."""
    details = {"request": row.id, "practitioner": chosen.practitioner_id}
    if chosen.is_hidden:
        checked = {"checked": True} if chosen.recorded_since else {}
        told = {**details, **checked}
        _note_in_confidence(Event.SHIELD_CONTACT_PASSED_ON, call_back.id, told, by)
        return
    row.state = State.PASSED_ON.value
    row.passed_on_by, row.passed_on_at = by.account_id, clock.now()
    record(
        Event.CONTACT_PASSED_ON, by=by, subject_kind="call_back", subject_id=call_back.id,
        details=details,
    )  # fmt: skip


def name_record(*, request_id: uuid.UUID, number: str, by: Identity) -> None:
    """Say which record a request after a search is about, one that this person looks at now.

    Raises NotFound, the same for a number that is none and for a record they have no reason to
    look at now; Conflict for a request from a record.
    """
    row = queries.request_to(request_id, by, to_change=True)
    if row.search_id is None or State(row.state) not in OPEN_STATES:
        raise Conflict
    child_id = queries.record_with_number(number, by)
    if child_id is None:
        raise NotFound
    try:
        current_reason(child_id=child_id, by=by)
    except ReasonNeeded:
        raise NotFound from None
    row.about_child_id = child_id
    _note(Event.CONTACT_RECORD_NAMED, row, {}, by)


def close_old_requests(*, by: Identity) -> int:
    """Close requests that nobody settled in thirty days, as "no one can be named"; return how many.

    Call-backs of that age are forgotten, whatever was replied.
    """
    now = clock.now()
    rows = queries.old_requests()
    for row in rows:
        row.state, row.settled_at = State.NOBODY.value, now
    for call_back in queries.all_call_backs():
        if call_back.passed_on_at <= now - KEPT_OPEN_FOR:
            vault.remove(vault.Shelf.FORWARD, call_back.id)
    record(Event.CONTACT_REQUESTS_LAPSED, by=by, details={"count": len(rows)})
    return len(rows)


def _chosen(row: ContactRequest, practitioner_id: uuid.UUID, by: Identity) -> Reachable:
    chosen = {one.practitioner_id: one for one in queries.reachable(row, by)}.get(practitioner_id)
    if chosen is None:
        raise NotFound
    people = queries.choice_of(row, by).people
    if practitioner_id not in {one.practitioner_id for one in people}:
        raise Conflict
    return chosen


def _call_back(row: ContactRequest, chosen: Reachable, by: Identity) -> CallBack:
    child, _in_index = queries.child_for(row, by)
    if child is None or by.account_id is None:
        raise NotFound
    return CallBack(
        id=random_id(),
        request_id=row.id,
        practitioner_id=chosen.practitioner_id,
        child_id=child.child_id,
        is_hidden=chosen.is_hidden,
        passed_on_by=by.account_id,
        passed_on_at=clock.now(),
        child_name=child.name,
        born=child.date_of_birth,
        joined=_joined(child.child_id) if chosen.is_hidden else (),
    )


def _joined(child_id: uuid.UUID) -> tuple[uuid.UUID, ...]:
    return tuple(sorted(children.records_within(child_id) - {child_id}))


def _note(event: Event, row: ContactRequest, details: Mapping[str, object], by: Identity) -> None:
    child_id = queries.record_named(row)
    record(
        event, by=by, search_id=row.search_id,
        subject_kind="child" if child_id else "search", subject_id=child_id or row.search_id,
        details={"request": row.id, **details},
    )  # fmt: skip


def _note_in_confidence(
    event: Event, subject_id: uuid.UUID, details: Mapping[str, object], by: Identity
) -> None:
    """A line that auditors without shield rights do not see, about nothing that it names."""
    record(event, by=by, subject_kind=SHIELD, subject_id=subject_id, details=details)
