"""Rows of feeds that were held back: what the shield officer decides."""

import uuid

from portal.access.identity import Identity
from portal.children import actions as children
from portal.children import vault
from portal.children.actions.quarantine import Taken
from portal.children.queries.quarantined import QuarantineLine, QuarantineSheet
from portal.children.vault import Shelf
from portal.children.vault.quarantine import Standing
from portal.core import clock
from portal.core.db import random_id
from portal.shielding.queries.documents import in_force
from portal.shielding.rules.documents import marks_of


def look_at_quarantine(*, by: Identity) -> list[QuarantineLine]:
    """Return what was held back, what waits first; the look is logged."""
    return children.look_at_quarantine(by=by)


def open_quarantined(*, key: uuid.UUID, by: Identity) -> QuarantineSheet:
    """Show what a source says beside the hidden child; the look is logged. Raises NotFound."""
    return children.open_quarantined(key=key, by=by)


def decide_quarantined(*, key: uuid.UUID, decision: Standing, by: Identity) -> None:
    """Do what the officer decided. Raises NotFound and Conflict."""
    if decision is Standing.ANOTHER:
        children.take_as_another(key=key, by=by)
    elif decision is Standing.LEFT:
        children.leave_quarantined(key=key, by=by)
    else:
        _shield_also(children.take_as_same(key=key, by=by), by)


def _shield_also(taken: Taken, by: Identity) -> None:
    """A record that had to be hidden too is under a shield like the other: somebody reviews it."""
    beside = in_force(taken.hidden_id)
    if taken.also_hidden is None or beside is None:
        return
    shield = beside[1] | {
        "child_id": str(taken.also_hidden), "made_by": str(by.account_id),
        "made_at": clock.now().isoformat(), "reviews": [], "appeals": [], "lift": None,
    }  # fmt: skip
    vault.keep(Shelf.SHIELD, random_id(), shield, marks=marks_of(shield))
