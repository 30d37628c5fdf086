"""What the index team reads of the requests to it. Only open_contact_request reveals a child."""

import datetime as dt
import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select

from portal.access.identity import Identity
from portal.accounts.queries import names_of
from portal.children.models import ChildRecord
from portal.children.rules import NameSheet
from portal.children.visibility import name_sheet, visible
from portal.core import clock
from portal.core.db import db
from portal.core.errors import NotFound
from portal.directory import queries as directory
from portal.shielding.models import ContactRequest
from portal.shielding.queries.call_backs import AskedToRing, asked_to_ring, passed_on
from portal.shielding.queries.contact import SHOWN, account_of, contacts_of
from portal.shielding.queries.people import child_of
from portal.shielding.queries.reachable import (
    Reachable,
    child_of_request,
    is_about_hidden,
    reachable,
    sees_hidden,
    typed_of,
)
from portal.shielding.rules import (
    KEPT_OPEN_FOR,
    OPEN_STATES,
    URGENT,
    CallBack,
    ContactKind,
    Reply,
    RingBack,
    State,
    may_become,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestLine:
    """One request in a list: who asks and when, and no word of the child. replies are those to the
    call-backs that were passed on; for_officer marks what a shield officer alone can see to.
    """

    id: uuid.UUID
    number: str
    kind: ContactKind
    state: State
    made_at: dt.datetime
    due_at: dt.datetime
    asker: str
    organisation: str
    replies: tuple[Reply | None, ...]
    for_officer: bool
    is_overdue: bool

    @property
    def is_urgent(self) -> bool:
        """True when the child is with the asker now."""
        return self.kind is URGENT

    @property
    def is_open(self) -> bool:
        """True while the team has not closed it."""
        return self.state in OPEN_STATES


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestSheet(RequestLine):
    """All that the index team needs to answer one request.

    contacts holds the asker's, the one they chose first. child is set when the index shows it (for
    officers also from the vault), typed when it was asked after a search; in_index when the record
    can be opened.
    """

    contacts: dict[RingBack, str]
    child: NameSheet | None
    in_index: bool
    typed: dict[str, Any]
    people: tuple[Reachable, ...]
    asked: tuple[AskedToRing, ...]
    answers: tuple[State, ...]
    passed_on_by: str
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What may be answered to a request now, and whom this reader may have asked to ring."""

    state: State
    answers: tuple[State, ...]
    people: tuple[Reachable, ...]


def requests_to(by: Identity) -> Select[ContactRequest]:
    """Select the requests that this person's index team answers: those of its own authority."""
    return select(ContactRequest).where(ContactRequest.authority_id == by.authority_id)


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


def lines_for(by: Identity) -> tuple[RequestLine, ...]:
    """Return the requests to this person's index team: what waits before what is closed, of that
    what is overdue first, then the urgent, then by deadline."""
    is_open = ContactRequest.state.in_(OPEN_STATES)
    waiting = requests_to(by).where(is_open).order_by(ContactRequest.due_at).limit(SHOWN)
    closed = requests_to(by).where(~is_open).order_by(ContactRequest.made_at.desc()).limit(SHOWN)
    rows = [*db.session.scalars(waiting), *db.session.scalars(closed)]
    names = names_of({row.account_id for row in rows})
    places = directory.organisations({row.organisation_id for row in rows})
    replies = _by_request(passed_on([row.id for row in rows], by))
    lines = [
        RequestLine(
            **_facts(row, replies.get(row.id, ()), by),
            asker=names[row.account_id],
            organisation=places[row.organisation_id].name,
        )
        for row in rows
    ]
    return tuple(sorted(lines, key=_turn))


def choice_for(request_id: uuid.UUID, by: Identity) -> Choice:
    """Return what this person may answer to a request now. Raises NotFound."""
    return choice_of(request_to(request_id, by), by)


def choice_of(row: ContactRequest, by: Identity) -> Choice:
    """Return what this person may answer to a request now; for this room only.

    Somebody whom the index does not show can be asked even when the team has closed the request:
    nobody else sees that they were.
    """
    state, people = State(row.state), reachable(row, by)
    if not may_become(state, State.PASSED_ON):
        people = tuple(one for one in people if one.is_hidden and _is_recent(row))
    answers = [one for one in State if may_become(state, one) and one is not State.PASSED_ON]
    return Choice(
        state=state,
        answers=tuple([State.PASSED_ON, *answers] if people else answers),
        people=people,
    )


def sheet_of(row: ContactRequest, by: Identity) -> RequestSheet:
    """Return all that the index team needs to answer a request."""
    asker, wanted = account_of(row.account_id), RingBack(row.ring_back)
    contacts = contacts_of(asker)
    names = names_of({one for one in (row.passed_on_by, row.settled_by) if one})
    child, in_index = child_for(row, by)
    call_backs, choice = passed_on([row.id], by), choice_of(row, by)
    return RequestSheet(
        **_facts(row, [one.reply for one in call_backs], by),
        asker=asker.name,
        organisation=directory.organisations([row.organisation_id])[row.organisation_id].name,
        contacts={word: contacts[word] for word in sorted(contacts, key=lambda w: w != wanted)},
        child=child,
        in_index=in_index,
        typed=typed_of(row),
        people=choice.people,
        asked=asked_to_ring(call_backs, reachable(row, by), by),
        answers=choice.answers,
        passed_on_by=names[row.passed_on_by] if row.passed_on_by else "",
        settled_by=names[row.settled_by] if row.settled_by else "",
        settled_at=row.settled_at,
    )


def old_requests() -> list[ContactRequest]:
    """Return the requests of every team that nobody closed in thirty days, locked; for this room
    only."""
    return list(db.session.scalars(_old().with_for_update()))


def count_of_old_requests() -> int:
    """Return how many they are."""
    return db.session.scalar(select(func.count()).select_from(_old().subquery())) or 0


def _old() -> Select[ContactRequest]:
    return select(ContactRequest).where(
        ContactRequest.state.in_(OPEN_STATES),
        ContactRequest.made_at <= clock.now() - KEPT_OPEN_FOR,
    )


def _facts(row: ContactRequest, replies: Iterable[Reply | None], by: Identity) -> dict[str, Any]:
    state, told = State(row.state), tuple(replies)
    waits = state in OPEN_STATES
    return {
        "id": row.id,
        "number": row.number,
        "kind": ContactKind(row.kind),
        "state": state,
        "made_at": row.made_at,
        "due_at": row.due_at,
        "replies": told,
        "is_overdue": waits and row.due_at <= clock.now(),
        "for_officer": sees_hidden(by) and _is_recent(row) and is_about_hidden(row, by),
    }


def _is_recent(row: ContactRequest) -> bool:
    return row.made_at > clock.now() - KEPT_OPEN_FOR


def _turn(line: RequestLine) -> tuple[Any, ...]:
    waits = line.is_open or (line.for_officer and not line.replies)
    ago = line.due_at.timestamp() if waits else -line.made_at.timestamp()
    return not waits, not line.is_overdue, not (waits and line.is_urgent), ago


def _by_request(call_backs: Collection[CallBack]) -> dict[uuid.UUID, list[Reply | None]]:
    replies: dict[uuid.UUID, list[Reply | None]] = {}
    for one in call_backs:
        replies.setdefault(one.request_id, []).append(one.reply)
    return replies


def child_for(row: ContactRequest, by: Identity) -> tuple[NameSheet | None, bool]:
    """Return the child as the reader may know it, and whether the index shows it; for this room
    only."""
    child_id = child_of_request(row, by)
    if child_id is None:
        return None, False
    found = db.session.scalar(visible(by).where(ChildRecord.id == child_id))
    if found is not None:
        return name_sheet(found), True
    return (child_of(child_id, by) if sees_hidden(by) else None), False
