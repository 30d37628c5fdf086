"""Rows of feeds that were held back: what the shield officer decides."""

import datetime as dt
import uuid
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

from portal.access.identity import Identity
from portal.access.log import Event, record
from portal.access.state import State, cleared_at, current_state, note_cleared
from portal.children import actions as children
from portal.children import vault
from portal.children.actions.quarantine import Taken
from portal.children.queries.quarantined import QuarantineLine, QuarantineSheet
from portal.children.vault.quarantine import Standing
from portal.core.errors import Conflict
from portal.shielding.actions.lookalikes import shield_also
from portal.shielding.actions.tasks import open_tasks
from portal.shielding.queries.documents import in_force


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOff:
    """How many rows wait, whether the portal is being prepared, and when an officer last said that
    nothing waits."""

    waiting: int
    is_preparing: bool
    signed_at: dt.datetime | None

    @property
    def may_be_signed(self) -> bool:
        """True when an officer can say now that nothing waits."""
        return self.is_preparing and not self.waiting


def look_at_quarantine(*, by: Identity) -> list[QuarantineLine]:
    """Return what was held back, what waits first; the look is logged."""
    return children.look_at_quarantine(by=by)


def open_quarantined(*, key: uuid.UUID, by: Identity) -> QuarantineSheet:
    """Show what a source says beside the hidden child; the look is logged. Raises NotFound."""
    return children.open_quarantined(key=key, by=by)


def open_sign_off(*, by: Identity) -> SignOff:
    """Show what waits, and the last word that nothing does; the look is logged."""
    return _sign_off(children.look_at_quarantine(by=by))


def sign_off_quarantine(*, by: Identity) -> None:
    """Say, before the portal goes live, that nothing waits. Raises Conflict where something does,
    and where the portal is not being prepared."""
    vault.enter()
    if not _sign_off(children.look_at_quarantine(by=by)).may_be_signed:
        raise Conflict(_l("Nothing was signed off: decide what waits first."))
    note_cleared(by=by)
    record(Event.QUARANTINE_SIGNED_OFF, by=by, subject_kind="shield")


def _sign_off(lines: list[QuarantineLine]) -> SignOff:
    waiting = sum(line.standing is Standing.WAITING for line in lines)
    is_preparing = current_state() is State.PREPARING
    return SignOff(waiting=waiting, is_preparing=is_preparing, signed_at=cleared_at())


def decide_quarantined(*, key: uuid.UUID, seen: str, decision: Standing, by: Identity) -> None:
    """Do what the officer decided by what they saw, of which seen is the fingerprint. Raises
    NotFound, and Conflict where it has changed."""
    if decision is Standing.ANOTHER:
        children.take_as_another(key=key, seen=seen, by=by)
    elif decision is Standing.LEFT:
        children.leave_quarantined(key=key, seen=seen, by=by)
    else:
        _follow(children.take_as_same(key=key, seen=seen, by=by), by)


def _follow(taken: Taken, by: Identity) -> None:
    """The sealed record may have learned a new address: whoever else lives there is looked at."""
    found = in_force(taken.hidden_id)
    if found is None:
        return
    shield_id, shield = found
    if taken.also_hidden is not None:
        shield_also(child_id=taken.also_hidden, beside=shield, by=by)
    open_tasks(child_id=taken.hidden_id, shield_id=shield_id, by=by)
