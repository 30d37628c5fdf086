"""What is read of call-backs that were passed on. They lie in the vault: no plain table may say who
works with a hidden child. Whose list it is, the look-up is the same.
"""

import datetime as dt
import uuid
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select

from portal.access.identity import Identity
from portal.children import vault
from portal.core import clock
from portal.core.db import db
from portal.core.errors import NotFound
from portal.directory import queries as directory
from portal.shielding.models import ContactRequest
from portal.shielding.queries.contact import account_of, contacts_of, index_team_phone
from portal.shielding.queries.posts import contacts_told, post_of
from portal.shielding.queries.reachable import Reachable, sees_hidden
from portal.shielding.rules import (
    OPEN_STATES,
    URGENT,
    CallBack,
    ContactKind,
    Reply,
    RingBack,
    State,
    hidden_mark,
    practitioner_mark,
    read_call_back,
    request_mark,
)

MOST = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class CallBackSheet:
    """What is asked of somebody: to ring a person about a child they both work with.

    contacts holds the asker's, the one they chose first. Of a post that tells of a sensitive
    service title and organisation are not said, and contacts may be empty (posts.py). is_over when
    the index team has closed the request and nobody need ring.
    """

    id: uuid.UUID
    kind: ContactKind
    asked_at: dt.datetime
    due_at: dt.datetime
    asker: str
    role_title: str
    organisation: str
    contacts: dict[RingBack, str]
    child_name: str
    born: dt.date
    reply: Reply | None
    replied_at: dt.datetime | None
    is_over: bool
    is_overdue: bool
    team_phone: str

    @property
    def is_urgent(self) -> bool:
        """True when the child is with the asker now."""
        return self.kind is URGENT

    @property
    def waits(self) -> bool:
        """True while a reply is wanted."""
        return self.reply is None and not self.is_over


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedToRing:
    """Somebody who was asked to ring. name is empty when the index no longer says that they work
    with the child, for everybody but shield officers.
    """

    name: str
    organisation: str
    phone: str
    has_account: bool
    is_hidden: bool
    passed_on_at: dt.datetime
    reply: Reply | None


def passed_on(request_ids: Collection[uuid.UUID], by: Identity) -> tuple[CallBack, ...]:
    """Return the call-backs of these requests that the team may know of, the oldest first; for
    officers also those that they passed on in confidence."""
    marks = [request_mark(one) for one in request_ids]
    if sees_hidden(by):
        marks += [hidden_mark(one) for one in request_ids]
    return _found(marks)


def asked_to_ring(
    call_backs: Collection[CallBack], people: Collection[Reachable], by: Identity
) -> tuple[AskedToRing, ...]:
    """Return those who were asked, by name only while the index still says that they work with the
    child: what may not be shown must not stay here either."""
    known = {one.practitioner_id: one for one in people}
    found = directory.practitioners({one.practitioner_id for one in call_backs})
    lines = []
    for one in call_backs:
        person = found.get(one.practitioner_id)
        is_shown = person is not None and (one.practitioner_id in known or sees_hidden(by))
        reached = known.get(one.practitioner_id)
        post = post_of(person.organisation, person) if person and is_shown else None
        lines.append(
            AskedToRing(
                name=person.name if person and is_shown else "",
                organisation=post.organisation if post else "",
                phone=post.phone if post else "",
                has_account=reached is None or reached.has_account,
                is_hidden=one.is_hidden or bool(reached and reached.is_hidden),
                passed_on_at=one.passed_on_at,
                reply=one.reply,
            )
        )
    return tuple(lines)


def of_request(request_id: uuid.UUID) -> tuple[CallBack, ...]:
    """Return all call-backs of a request, whoever may know of them; for actions of this room."""
    return _found([request_mark(request_id), hidden_mark(request_id)])


def all_call_backs() -> list[CallBack]:
    """Return every call-back there is; for the portal's own clearing up."""
    return [read_call_back(*one) for one in vault.all_on(vault.Shelf.FORWARD)]


def own_call_backs(by: Identity) -> tuple[CallBackSheet, ...]:
    """Return what was asked of this person: what waits first, then the newest."""
    sheets = [sheet_of_call_back(one) for one in _found([_mark_of(by)])]
    return tuple(sorted(sheets, key=lambda one: (not one.waits, -one.asked_at.timestamp())))


def own_call_back(call_back_id: uuid.UUID, by: Identity) -> CallBack:
    """Return one of them. Raises NotFound, also for what was asked of somebody else."""
    content = vault.content_of(vault.Shelf.FORWARD, call_back_id)
    found = read_call_back(call_back_id, content) if content else None
    if found is None or practitioner_mark(found.practitioner_id) != _mark_of(by):
        raise NotFound
    return found


def request_behind(call_back: CallBack, *, to_change: bool = False) -> ContactRequest:
    """Return the row of the request; for this room only."""
    wanted = select(ContactRequest).where(ContactRequest.id == call_back.request_id)
    if to_change:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    return db.session.scalars(wanted).one()


def sheet_of_call_back(call_back: CallBack) -> CallBackSheet:
    """Return who asks, why, how to ring them, and about which child."""
    row = request_behind(call_back)
    asker, wanted = account_of(row.account_id), RingBack(row.ring_back)
    person = directory.practitioner(asker.practitioner_id) if asker.practitioner_id else None
    post = post_of(directory.organisations([row.organisation_id])[row.organisation_id], person)
    # The team's answer says nothing to somebody whom it does not know to be asked.
    is_over = State(row.state) not in OPEN_STATES and not call_back.is_hidden
    return CallBackSheet(
        id=call_back.id,
        kind=ContactKind(row.kind),
        asked_at=call_back.passed_on_at,
        due_at=row.due_at,
        asker=asker.name,
        role_title=post.role_title,
        organisation=post.organisation,
        contacts=contacts_told(contacts_of(asker), wanted, is_sensitive=post.is_sensitive),
        child_name=call_back.child_name,
        born=call_back.born,
        reply=call_back.reply,
        replied_at=call_back.replied_at,
        is_over=is_over,
        is_overdue=call_back.reply is None and not is_over and row.due_at <= clock.now(),
        team_phone=index_team_phone(row.authority_id),
    )


def _mark_of(by: Identity) -> str:
    return practitioner_mark(by.practitioner_id or by.account_id)


def _found(marks: Collection[str]) -> tuple[CallBack, ...]:
    found = vault.marked(vault.Shelf.FORWARD, marks, most=MOST)
    return tuple(sorted((read_call_back(*one) for one in found), key=lambda one: one.passed_on_at))
