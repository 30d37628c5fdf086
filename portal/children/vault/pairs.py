"""Pairs of records that nothing may join: the old and the new identity of one child."""

import uuid

from portal.children.vault import store
from portal.children.vault.store import Shelf


def is_kept_apart(child_id: uuid.UUID) -> bool:
    """True when the child is the old or the new one of such a pair."""
    return bool(store.marked_slots(Shelf.PAIR, [pair_mark(child_id)], most=1))


def pair_mark(child_id: object) -> str:
    """Return the word under which the pair of a child is found."""
    return f"child|{child_id}"
