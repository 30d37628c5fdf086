"""Rows of feeds that were held back: what the shield officer decides."""

import uuid

from portal.access.identity import Identity
from portal.children import actions as children
from portal.children.actions.quarantine import Taken
from portal.children.queries.quarantined import QuarantineLine, QuarantineSheet
from portal.children.vault.quarantine import Standing
from portal.shielding.actions.lookalikes import shield_also
from portal.shielding.actions.tasks import open_tasks
from portal.shielding.queries.documents import in_force


def look_at_quarantine(*, by: Identity) -> list[QuarantineLine]:
    """Return what was held back, what waits first; the look is logged."""
    return children.look_at_quarantine(by=by)


def open_quarantined(*, key: uuid.UUID, by: Identity) -> QuarantineSheet:
    """Show what a source says beside the hidden child; the look is logged. Raises NotFound."""
    return children.open_quarantined(key=key, by=by)


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
