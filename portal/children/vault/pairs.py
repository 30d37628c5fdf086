"""Pairs of records that nothing may join: the old and the new identity of one child."""

import uuid
from collections.abc import Collection

from portal.children.vault import store
from portal.children.vault.store import Shelf


def is_kept_apart(child_id: uuid.UUID) -> bool:
    """True when the child is the old or the new one of such a pair."""
    return bool(store.marked_slots(Shelf.PAIR, [pair_mark(child_id)], most=1))


def kept_apart_among(ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Return those of some children who are the old or the new one of such a pair."""
    marks = [pair_mark(one) for one in ids]
    if not store.marked_slots(Shelf.PAIR, marks, most=1):
        return set()
    return {one for one in ids if is_kept_apart(one)}


def has_new_identity(child_id: uuid.UUID) -> bool:
    """True when the child is the old one of such a pair: a lift would show that both are one."""
    found = store.marked(Shelf.PAIR, [pair_mark(child_id)])
    return any(content["old"] == str(child_id) for _, content in found)


def are_kept_apart(one: uuid.UUID, other: uuid.UUID) -> bool:
    """True when these two are such a pair."""
    found = store.marked(Shelf.PAIR, [pair_mark(one)])
    return any({content["old"], content["new"]} == {str(one), str(other)} for _, content in found)


def pair_mark(child_id: object) -> str:
    """Return the word under which the pair of a child is found."""
    return f"child|{child_id}"
