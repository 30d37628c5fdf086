"""Asking to be put in touch, and answering."""

import json
import secrets
import uuid
from collections.abc import Mapping
from typing import Any

from flask import current_app
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal.access.identity import Identity
from portal.access.log import Event, record
from portal.access.reasons import ANSWERING
from portal.core import clock
from portal.core.config import Config
from portal.core.db import db, random_id
from portal.core.errors import Conflict
from portal.core.keys import Keys, mark, seal
from portal.directory import queries as directory
from portal.shielding import queries
from portal.shielding.models import ContactRequest
from portal.shielding.queries import RequestLine, RequestSheet
from portal.shielding.rules import (
    DIGITS,
    OPEN_STATES,
    ContactKind,
    RingBack,
    State,
    may_become,
    request_number,
)


def request_contact(
    *, child_id: uuid.UUID, kind: ContactKind, ring_back: RingBack, by: Identity
) -> uuid.UUID:
    """Ask about a child whose record the person may look at now; return the request's id.

    Raises ReasonNeeded and NotFound. Asking twice while the first is open gives the first.
    """
    reason = queries.check_may_ask(child_id, by)
    found, is_new = _file(
        {"child_id": child_id}, f"child|{child_id}", kind=kind, ring_back=ring_back, by=by
    )
    record(
        Event.CONTACT_REQUESTED, by=by, subject_kind="child", subject_id=child_id,
        search_id=reason.search_id, reason=reason.reason,
        details={"kind": kind.value, "request": found, "again": not is_new},
    )  # fmt: skip
    return found


def request_contact_for_search(
    *, search_id: uuid.UUID, kind: ContactKind, ring_back: RingBack, by: Identity
) -> uuid.UUID:
    """Ask about the child that was searched for; return the request's id.

    Raises NotFound when it is not a search of this person in this session. Asking twice for the
    same words while the first request is open gives the first.
    """
    typed = json.dumps(queries.typed_in_search(search_id, by), sort_keys=True)
    found, is_new = _file(
        {"search_id": search_id, "typed": typed}, f"search|{typed}",
        kind=kind, ring_back=ring_back, by=by,
    )  # fmt: skip
    record(
        Event.CONTACT_REQUESTED, by=by, subject_kind="search", subject_id=search_id,
        search_id=search_id,
        details={"kind": kind.value, "request": found, "again": not is_new},
    )  # fmt: skip
    return found


def look_at_contact_requests(*, by: Identity) -> tuple[RequestLine, ...]:
    """Return the requests to this person's index team; the look is logged."""
    lines = queries.lines_for(by)
    record(Event.CONTACT_REQUESTS_LISTED, by=by, details={"count": len(lines)})
    return lines


def open_contact_request(*, request_id: uuid.UUID, by: Identity) -> RequestSheet:
    """Show a request to its index team, with the child or what was typed; the look is logged.

    Raises NotFound, also for a request to another team.
    """
    row = queries.request_to(request_id, by)
    record(
        Event.CONTACT_REQUEST_OPENED, by=by, search_id=row.search_id,
        subject_kind="child" if row.child_id else "search",
        subject_id=row.child_id or row.search_id, reason=ANSWERING,
        details={"request": row.id},
    )  # fmt: skip
    return queries.sheet_of(row, by)


def settle_contact_request(*, request_id: uuid.UUID, state: State, by: Identity) -> None:
    """Say what has become of a request. Raises NotFound; Conflict when it is settled already."""
    row = queries.request_to(request_id, by, to_change=True)
    if not may_become(State(row.state), state):
        raise Conflict
    row.state = state.value
    if state is State.TAKEN:
        row.taken_by, row.taken_at = by.account_id, clock.now()
    else:
        row.settled_by, row.settled_at = by.account_id, clock.now()
    record(
        Event.CONTACT_REQUEST_SETTLED, by=by, search_id=row.search_id,
        subject_kind="child" if row.child_id else "search",
        subject_id=row.child_id or row.search_id,
        details={"request": row.id, "state": state.value},
    )  # fmt: skip


def _file(
    subject: Mapping[str, Any],
    subject_words: str,
    *,
    kind: ContactKind,
    ring_back: RingBack,
    by: Identity,
) -> tuple[uuid.UUID, bool]:
    """Keep a request unless the same one is open. Return its id and whether it is new."""
    keys: Keys = current_app.extensions["portal_keys"]
    subject_mark = mark(keys.typed, subject_words)
    same = (
        select(ContactRequest.id)
        .where(ContactRequest.account_id == by.account_id, ContactRequest.kind == kind.value)
        .where(ContactRequest.subject_mark == subject_mark)
        .where(ContactRequest.state.in_(OPEN_STATES))
    )
    found = db.session.scalar(same)
    if found is not None:
        return found, False
    row = _row(subject, keys, kind=kind, ring_back=ring_back, by=by)
    row.subject_mark = subject_mark
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:
        # The same button pressed twice at once: the other press was quicker.
        return db.session.scalars(same).one(), False
    return row.id, True


def _row(
    subject: Mapping[str, Any], keys: Keys, *, kind: ContactKind, ring_back: RingBack, by: Identity
) -> ContactRequest:
    row_id, typed = random_id(), subject.get("typed")
    place = f"contact_request|typed|{row_id}"
    return ContactRequest(
        id=row_id,
        number=_unused_number(),
        account_id=by.account_id,
        organisation_id=by.organisation_id,
        authority_id=_index_team_of(by),
        child_id=subject.get("child_id"),
        search_id=subject.get("search_id"),
        sealed_typed=seal(keys.typed, typed, place=place) if typed else None,
        kind=kind.value,
        ring_back=ring_back.value,
        made_at=clock.now(),
        state=State.NEW.value,
    )


def _index_team_of(by: Identity) -> uuid.UUID:
    """The authority whose index team answers this person: their own organisation's.

    Staff of national partners belong to no authority; the one that runs this portal answers.
    """
    if by.authority_id is not None:
        return by.authority_id
    settings: Config = current_app.extensions["portal_config"]
    host = directory.authority_by_code(settings.authority_code)
    if host is None:
        raise Conflict
    return host.id


def _unused_number() -> str:
    while True:
        number = request_number(secrets.randbelow(10**DIGITS))
        taken = select(ContactRequest.id).where(ContactRequest.number == number)
        if db.session.scalar(taken) is None:
            return number
