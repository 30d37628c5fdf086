"""Shields after an index was put back: children are hidden again as the ledger says."""

import uuid
from collections.abc import Iterator

from portal.access.identity import Identity
from portal.children import actions as children
from portal.children import vault
from portal.children.vault import Shelf, ledger
from portal.core.db import random_id
from portal.shielding.queries.documents import in_force
from portal.shielding.rules.documents import marks_of


def replay_ledger(*, by: Identity, vouched: bool = False) -> Iterator[None]:
    """Follow the ledger, a line at each step, as the room of children does. A record that is hidden
    because it holds a part of a hidden child gets a shield like that one, so that officers find it.
    """
    beside = yield from children.replay_ledger(by=by, vouched=vouched)
    for child_id, hidden_id in beside:
        _shield_as(child_id, hidden_id)


def _shield_as(child_id: uuid.UUID, hidden_id: uuid.UUID) -> None:
    known = in_force(hidden_id)
    if known is None:
        return
    begun = known[1] | {"child_id": str(child_id), "reviews": [], "appeals": []}
    shield_id, shield = in_force(child_id) or (random_id(), begun)
    shield |= {"grade": known[1]["grade"], "lift": None}
    vault.keep(Shelf.SHIELD, shield_id, shield, marks=marks_of(shield))
    ledger.accompany(child_id, Shelf.SHIELD, shield_id, shield, marks=marks_of(shield))
