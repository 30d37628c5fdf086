"""Whether the portal is open at all, and whether everything in it is invented."""

from enum import StrEnum

from sqlalchemy import insert, select, update

from portal.access.identity import Identity
from portal.access.log import Event, record
from portal.access.models import PortalState
from portal.core import clock
from portal.core.db import db


class State(StrEnum):
    """The states of a portal that this version knows."""

    LIVE = "live"
    STOPPED = "stopped"


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


def begin_state(*, is_sandbox: bool) -> None:
    """Write the first state (set-up only): live."""
    db.session.execute(
        insert(PortalState).values(
            id=1, state=State.LIVE.value, is_sandbox=is_sandbox, changed_at=clock.now()
        )
    )


def change_state(*, state: State, by: Identity) -> None:
    """Open the portal, or stop it for everybody at once."""
    db.session.execute(update(PortalState).values(state=state.value, changed_at=clock.now()))
    record(Event.PORTAL_STATE_CHANGED, by=by, details={"state": state.value})
