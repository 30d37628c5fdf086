"""What an asker reads of their own requests, and how people of the portal are reached."""

import datetime as dt
import json
import uuid
from dataclasses import dataclass
from typing import Any

from flask import current_app
from sqlalchemy import select

from portal.access.identity import Identity
from portal.access.log import Event
from portal.access.models import AccessEvent, StatedReason
from portal.access.reasons import current_reason
from portal.accounts.models import Account
from portal.children.visibility import one
from portal.core import clock
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.keys import Keys, unseal
from portal.directory import queries as directory
from portal.directory.models import Organisation
from portal.shielding.models import ContactRequest
from portal.shielding.rules import (
    SEARCH_COUNTS_FOR,
    ContactKind,
    RingBack,
    Stage,
    State,
    stage_of,
)

SHOWN = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnRequest:
    """A request as its asker sees it: nothing of it depends on what was answered."""

    id: uuid.UUID
    number: str
    kind: ContactKind
    stage: Stage
    made_at: dt.datetime
    due_at: dt.datetime
    team_phone: str


def ring_back_contacts(by: Identity) -> dict[RingBack, str]:
    """Return the registered contacts of the person who asks, by their word; never none."""
    return contacts_of(account_of(by.account_id))


def account_of(account_id: uuid.UUID | None) -> Account:
    """Return the row of an account; for this room only."""
    return db.session.scalars(select(Account).where(Account.id == account_id)).one()


def contacts_of(asker: Account) -> dict[RingBack, str]:
    """Return the contacts of the directory, else the address of the account; for this room only."""
    person = directory.practitioner(asker.practitioner_id) if asker.practitioner_id else None
    if person is None:
        return {RingBack.WORK_EMAIL: asker.email}
    held = {
        RingBack.WORK_PHONE: person.work_phone,
        RingBack.TEAM_PHONE: person.team_phone,
        RingBack.WORK_EMAIL: person.work_email,
    }
    return {word: text for word, text in held.items() if text}


def check_may_ask(child_id: uuid.UUID, by: Identity) -> StatedReason:
    """Return the reason for which this person looks at a child now.

    Raises ReasonNeeded; NotFound for a child they cannot see, or that is not there.
    """
    reason = current_reason(child_id=child_id, by=by)
    one(child_id, by=by)
    return reason


def own_requests(by: Identity) -> tuple[OwnRequest, ...]:
    """Return the asker's own requests, the newest first."""
    wanted = (
        select(ContactRequest)
        .where(ContactRequest.account_id == by.account_id)
        .order_by(ContactRequest.made_at.desc())
        .limit(SHOWN)
    )
    return tuple(_own(row) for row in db.session.scalars(wanted))


def own_request(request_id: uuid.UUID, by: Identity) -> OwnRequest:
    """Return one request of the asker's own. Raises NotFound, also for somebody else's."""
    row = db.session.scalar(
        select(ContactRequest).where(
            ContactRequest.id == request_id, ContactRequest.account_id == by.account_id
        )
    )
    if row is None:
        raise NotFound
    return _own(row)


def index_team_phone(authority_id: uuid.UUID) -> str:
    """Return the line of the index team of an authority; empty when nobody has written one down."""
    found = db.session.scalar(
        select(Organisation.phone)
        .where(Organisation.kind == "index_team", Organisation.authority_id == authority_id)
        .where(Organisation.closed_on.is_(None), Organisation.phone != "")
        .order_by(Organisation.code)
    )
    return found or str(current_app.extensions["portal_config"].index_team_phone)


def typed_in_search(search_id: uuid.UUID, by: Identity) -> dict[str, Any]:
    """Return what this person typed in a search of this session.

    The search belongs to another room; what was typed stands in the log, which is below both.
    Raises NotFound when it is not their search of this session, or too long ago.
    """
    line = db.session.execute(
        select(AccessEvent.line, AccessEvent.sealed).where(
            AccessEvent.subject_id == search_id,
            AccessEvent.event == Event.CHILD_SEARCHED.value,
            AccessEvent.account_id == by.account_id,
            AccessEvent.session_mark == by.session_mark,
            AccessEvent.at > clock.now() - SEARCH_COUNTS_FOR,
        )
    ).one_or_none()
    if line is None or line.sealed is None:
        raise NotFound
    keys: Keys = current_app.extensions["portal_keys"]
    details = json.loads(unseal(keys.log, line.sealed, place=f"access_event|sealed|{line.line}"))
    typed: dict[str, Any] = details["typed"]
    return typed


def _own(row: ContactRequest) -> OwnRequest:
    return OwnRequest(
        id=row.id,
        number=row.number,
        kind=ContactKind(row.kind),
        stage=stage_of(State(row.state), due_at=row.due_at, now=clock.now()),
        made_at=row.made_at,
        due_at=row.due_at,
        team_phone=index_team_phone(row.authority_id),
    )
