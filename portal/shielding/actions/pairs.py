"""Pairs of records that nothing may join, as they are made and kept."""

import uuid

from portal.access.identity import Identity
from portal.access.log import Event, record
from portal.children import vault
from portal.children.vault import Shelf, ledger
from portal.core import clock
from portal.core.db import random_id
from portal.shielding.queries.identities import marks_of_pair
from portal.shielding.rules.documents import Content
from portal.shielding.rules.shields import Beginning


def keep_apart(
    *, old: uuid.UUID, new: uuid.UUID, beginning: Beginning | None = None, by: Identity
) -> uuid.UUID:
    """Keep an old identity and a new one apart for ever; return the pair's id. For the actions of
    this room, in their transaction."""
    pair_id = random_id()
    content: Content = {
        "old": str(old), "new": str(new), "made_by": str(by.account_id),
        "made_at": clock.now().isoformat(), "lift": None,
    }  # fmt: skip
    vault.keep(Shelf.PAIR, pair_id, content, marks=marks_of_pair(content))
    # After a restore too nobody must join the two, and the old identity must not be lifted.
    vault.tell_ledger(old)
    ledger.accompany(old, Shelf.PAIR, pair_id, content, marks=marks_of_pair(content))
    details = {"old": old, "new": new, "beginning": beginning or ""}
    record(Event.SHIELD_PAIRED, by=by, subject_kind="shield", subject_id=pair_id, details=details)
    return pair_id
