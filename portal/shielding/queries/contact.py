"""What is read of requests for contact, as sheets. Only open_contact_request reveals a child."""

import datetime as dt
import json
import uuid
from dataclasses import dataclass
from typing import Any

from flask import current_app
from sqlalchemy import Select, case, select

from portal.access.identity import Identity
from portal.access.log import Event
from portal.access.models import AccessEvent, StatedReason
from portal.access.reasons import current_reason
from portal.accounts.models import Account
from portal.children.models import ChildRecord
from portal.children.rules import NameSheet
from portal.children.visibility import name_sheet, one, visible
from portal.core import clock
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.keys import Keys, unseal
from portal.directory import queries as directory
from portal.shielding.models import ContactRequest
from portal.shielding.rules import (
    OPEN_STATES,
    SEARCH_COUNTS_FOR,
    URGENT,
    ContactKind,
    RingBack,
    State,
)

SHOWN = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestLine:
    """One request in a list: who asks and when, and no word of the child."""

    id: uuid.UUID
    number: str
    kind: ContactKind
    state: State
    made_at: dt.datetime
    asker: str
    organisation: str

    @property
    def is_urgent(self) -> bool:
        """True when the child is with the asker now."""
        return self.kind is URGENT


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnRequest:
    """A request as its asker sees it."""

    id: uuid.UUID
    number: str
    kind: ContactKind
    state: State
    made_at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestSheet(RequestLine):
    """All that the index team needs to answer one request.

    contacts holds the asker's, the one they chose first. child is set when it was asked from a
    record, typed when it was asked after a search.
    """

    contacts: dict[RingBack, str]
    child: NameSheet | None
    typed: dict[str, Any]
    taken_by: str
    taken_at: dt.datetime | None
    settled_by: str
    settled_at: dt.datetime | None

    @property
    def born(self) -> dt.date | int | None:
        """The date or year of birth that was typed."""
        text = self.typed.get("born")
        return dt.date.fromisoformat(text) if isinstance(text, str) else text

    @property
    def born_is_day(self) -> bool:
        """True when a whole date was typed, not a year."""
        return isinstance(self.born, dt.date)


def ring_back_contacts(by: Identity) -> dict[RingBack, str]:
    """Return the registered contacts of the person who asks, by their word; never none."""
    return _contacts_of(_asker(by.account_id))


def _asker(account_id: uuid.UUID | None) -> Account:
    return db.session.scalars(select(Account).where(Account.id == account_id)).one()


def _contacts_of(asker: Account) -> dict[RingBack, str]:
    """The contacts of the directory, else the address of the account."""
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


def lines_for(by: Identity) -> tuple[RequestLine, ...]:
    """Return the requests to this person's index team: open ones first, of those the urgent."""
    wanted = (
        requests_to(by)
        .order_by(
            case((ContactRequest.state.in_(OPEN_STATES), 0), else_=1),
            case((ContactRequest.kind == URGENT, 0), else_=1),
            ContactRequest.made_at.desc(),
        )
        .limit(SHOWN)
    )
    rows = db.session.scalars(wanted).all()
    names = _names_of({row.account_id for row in rows})
    places = directory.organisations({row.organisation_id for row in rows})
    return tuple(
        RequestLine(
            id=row.id,
            number=row.number,
            kind=ContactKind(row.kind),
            state=State(row.state),
            made_at=row.made_at,
            asker=names[row.account_id],
            organisation=places[row.organisation_id].name,
        )
        for row in rows
    )


def request_to(request_id: uuid.UUID, by: Identity, *, to_change: bool = False) -> ContactRequest:
    """Return the row of a request to this person's index team, locked and fresh where it is about
    to change; for this room only.

    Raises NotFound, also for a request to another team.
    """
    wanted = requests_to(by).where(ContactRequest.id == request_id)
    if to_change:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    row = db.session.scalar(wanted)
    if row is None:
        raise NotFound
    return row


def state_of(request_id: uuid.UUID, by: Identity) -> State:
    """Return how far a request to this person's index team has come. Raises NotFound."""
    return State(request_to(request_id, by).state)


def sheet_of(row: ContactRequest, by: Identity) -> RequestSheet:
    """Return all that the index team needs to answer a request."""
    asker = _asker(row.account_id)
    contacts = _contacts_of(asker)
    wanted = RingBack(row.ring_back)
    names = _names_of({one for one in (row.taken_by, row.settled_by) if one})
    return RequestSheet(
        id=row.id,
        number=row.number,
        kind=ContactKind(row.kind),
        state=State(row.state),
        made_at=row.made_at,
        asker=asker.name,
        organisation=directory.organisations([row.organisation_id])[row.organisation_id].name,
        contacts={word: contacts[word] for word in sorted(contacts, key=lambda w: w != wanted)},
        child=_child(row.child_id, by) if row.child_id else None,
        typed=_typed(row),
        taken_by=names[row.taken_by] if row.taken_by else "",
        taken_at=row.taken_at,
        settled_by=names[row.settled_by] if row.settled_by else "",
        settled_at=row.settled_at,
    )


def _names_of(ids: set[uuid.UUID]) -> dict[uuid.UUID, str]:
    found = db.session.execute(select(Account.id, Account.name).where(Account.id.in_(ids)))
    return {row.id: row.name for row in found}


def _child(child_id: uuid.UUID, by: Identity) -> NameSheet | None:
    row = db.session.scalar(visible(by).where(ChildRecord.id == child_id))
    return name_sheet(row) if row else None


def _typed(row: ContactRequest) -> dict[str, Any]:
    if row.sealed_typed is None:
        return {}
    keys: Keys = current_app.extensions["portal_keys"]
    place = f"contact_request|typed|{row.id}"
    typed: dict[str, Any] = json.loads(unseal(keys.typed, row.sealed_typed, place=place))
    return typed


def requests_to(by: Identity) -> Select[ContactRequest]:
    """Select the requests that this person's index team answers: those of its own authority."""
    return select(ContactRequest).where(ContactRequest.authority_id == by.authority_id)


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
        state=State(row.state),
        made_at=row.made_at,
    )
