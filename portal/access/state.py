"""Whether the portal is open, to whom, and whether everything in it is invented."""

import datetime as dt
from enum import StrEnum

from sqlalchemy import insert, select, update

from portal.access.identity import Identity
from portal.access.log import Event, record
from portal.access.models import PortalState
from portal.core import clock
from portal.core.db import db


class State(StrEnum):
    """The states of a portal that this version knows.

    While it is prepared feeds fill it and its own people look after it; nobody else searches.
    """

    PREPARING = "preparing"
    LIVE = "live"
    STOPPED = "stopped"


OPEN = frozenset({State.PREPARING, State.LIVE})


def current_state() -> State:
    """Return the present state; a portal that was never set up is stopped."""
    found = db.session.scalar(select(PortalState.state))
    return State(found) if found else State.STOPPED


def has_begun() -> bool:
    """True when set-up was completed."""
    return db.session.scalar(select(PortalState.id)) is not None


def is_sandbox() -> bool:
    """True when this installation holds invented people only."""
    return bool(db.session.scalar(select(PortalState.is_sandbox)))


def was_live() -> bool:
    """True once the portal has gone live, whatever became of it since."""
    return db.session.scalar(select(PortalState.live_at)) is not None


def cleared_at() -> dt.datetime | None:
    """Return when a shield officer last said that nothing of a feed waits for a decision."""
    return db.session.scalar(select(PortalState.cleared_at))


def begin_state(*, is_sandbox: bool) -> None:
    """Write the first state (set-up only): invented people can be looked at at once."""
    now = clock.now()
    values = {"id": 1, "is_sandbox": is_sandbox, "changed_at": now}
    state = State.LIVE if is_sandbox else State.PREPARING
    live_at = now if is_sandbox else None
    db.session.execute(insert(PortalState).values(**values, state=state.value, live_at=live_at))


def change_state(*, state: State, by: Identity) -> None:
    """Stop the portal for everybody at once, or open it again."""
    db.session.execute(update(PortalState).values(state=state.value, changed_at=clock.now()))
    record(Event.PORTAL_STATE_CHANGED, by=by, details={"state": state.value})


def begin_live(*, by: Identity) -> None:
    """Open the portal to everybody for the first time. The caller has looked whether it may."""
    db.session.execute(update(PortalState).values(live_at=clock.now()))
    change_state(state=State.LIVE, by=by)


def note_cleared(*, by: Identity) -> None:
    """Note a shield officer's word that nothing waits. The caller has looked whether it is so."""
    db.session.execute(update(PortalState).values(cleared_at=clock.now(), cleared_by=by.account_id))
