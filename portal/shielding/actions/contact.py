"""Asking to be put in touch."""

import datetime as dt
import json
import secrets
import uuid
from collections.abc import Mapping
from typing import Any

from flask import current_app
from sqlalchemy import Select, or_, select
from sqlalchemy.exc import IntegrityError

from portal.access.identity import Identity
from portal.access.log import Event, record
from portal.core import clock
from portal.core.config import Config
from portal.core.db import db, random_id
from portal.core.errors import Conflict
from portal.core.keys import Keys, mark, seal
from portal.directory import queries as directory
from portal.shielding import queries
from portal.shielding.models import ContactRequest
from portal.shielding.rules import (
    DIGITS,
    URGENT,
    ContactKind,
    RingBack,
    State,
    call_by,
    request_number,
)


def request_contact(
    *, child_id: uuid.UUID, kind: ContactKind, ring_back: RingBack, by: Identity
) -> uuid.UUID:
    """Ask about a child whose record the person may look at now; return the request's id.

    Raises ReasonNeeded and NotFound. Asking twice gives the first, see _file().
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
    same words gives the first, see _file().
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


def _file(
    subject: Mapping[str, Any],
    subject_words: str,
    *,
    kind: ContactKind,
    ring_back: RingBack,
    by: Identity,
) -> tuple[uuid.UUID, bool]:
    """Keep a request unless the same one is with the team. Return its id and whether it is new.

    Until its deadline a request counts as with the team whatever was answered: else who asks again
    would learn from a new number that the first was answered.
    """
    keys: Keys = current_app.extensions["portal_keys"]
    subject_mark = mark(keys.typed, subject_words)
    same = _same(subject_mark, kind, by)
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


def _same(subject_mark: str, kind: ContactKind, by: Identity) -> Select[uuid.UUID]:
    waits = ContactRequest.state == State.NEW.value
    return (
        select(ContactRequest.id)
        .where(ContactRequest.account_id == by.account_id, ContactRequest.kind == kind.value)
        .where(ContactRequest.subject_mark == subject_mark)
        .where(or_(waits, ContactRequest.due_at > clock.now()))
        .order_by(ContactRequest.made_at.desc())
        .limit(1)
    )


def _row(
    subject: Mapping[str, Any], keys: Keys, *, kind: ContactKind, ring_back: RingBack, by: Identity
) -> ContactRequest:
    row_id, typed, now = random_id(), subject.get("typed"), clock.now()
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
        made_at=now,
        due_at=_due(kind, now),
        state=State.NEW.value,
    )


def _due(kind: ContactKind, made_at: dt.datetime) -> dt.datetime:
    settings: Config = current_app.extensions["portal_config"]
    return call_by(
        made_at,
        is_urgent=kind is URGENT,
        urgent_minutes=settings.urgent_contact_minutes,
        working_days=settings.contact_working_days,
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
