"""The other side: what was asked of somebody, and their reply."""

import uuid
from dataclasses import replace

from portal.access.identity import Identity
from portal.access.log import Event, record
from portal.access.reasons import ANSWERING
from portal.children import vault
from portal.core import clock
from portal.core.errors import Conflict
from portal.shielding import queries
from portal.shielding.queries import CallBackSheet
from portal.shielding.rules import CallBack, Reply, State


def look_at_call_backs(*, by: Identity) -> tuple[CallBackSheet, ...]:
    """Return what was asked of this person, no word of which child; the look is logged, with the
    same line whatever there is."""
    record(Event.CALL_BACKS_LISTED, by=by)
    return queries.own_call_backs(by)


def open_call_back(*, call_back_id: uuid.UUID, by: Identity) -> CallBackSheet:
    """Show who wants to be rung, and about which child; the look is logged.

    Raises NotFound, also for what was asked of somebody else.
    """
    call_back = queries.own_call_back(call_back_id, by)
    event = Event.SHIELD_CALL_BACK_OPENED if call_back.is_hidden else Event.CALL_BACK_OPENED
    _note(event, call_back, {}, by)
    return queries.sheet_of_call_back(call_back)


def reply_to_call_back(*, call_back_id: uuid.UUID, reply: Reply, by: Identity) -> None:
    """Say what came of it; to say the same twice changes nothing. The asker reads none of it.

    "I rang them" closes the request, for the team that passed it on.
    Raises NotFound; Conflict when something else was replied or the team has closed the request.
    """
    first = queries.own_call_back(call_back_id, by)
    row = queries.request_behind(first, to_change=True)
    # Read again now that nobody else can reply.
    call_back = queries.own_call_back(call_back_id, by)
    if call_back.reply is reply:
        return
    if call_back.reply is not None or queries.sheet_of_call_back(call_back).is_over:
        raise Conflict
    told = replace(call_back, reply=reply, replied_at=clock.now())
    vault.keep(vault.Shelf.FORWARD, told.id, told.content, marks=told.marks)
    if reply is Reply.RANG and not call_back.is_hidden:
        row.state, row.settled_at = State.ANSWERED.value, clock.now()
        row.settled_by = call_back.passed_on_by
    event = Event.SHIELD_CALL_BACK_REPLIED if call_back.is_hidden else Event.CALL_BACK_REPLIED
    _note(event, call_back, {"reply": reply.value}, by)


def _note(event: Event, call_back: CallBack, details: dict[str, object], by: Identity) -> None:
    """The line names the call-back, never the child: the log outlasts a child who is hidden."""
    record(
        event, by=by, reason=ANSWERING,
        subject_kind="shield" if call_back.is_hidden else "call_back", subject_id=call_back.id,
        details={"request": call_back.request_id, **details},
    )  # fmt: skip
