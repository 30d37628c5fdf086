"""Bringing an index that was put back to where the ledger is."""

import uuid
from collections.abc import Generator

from portal.access.identity import Identity
from portal.access.log import Event, record
from portal.children.actions.hiding import hide_child
from portal.children.actions.letting_in import release_unhidden
from portal.children.vault import Grade, replaying
from portal.children.vault.identity import Document, child_of
from portal.core.db import random_id

Beside = tuple[uuid.UUID, uuid.UUID]


def replay_ledger(*, by: Identity, vouched: bool = False) -> Generator[None, None, list[Beside]]:
    """Follow the ledger, a line at each step; the caller commits each. Its line comes first, so
    that a replay that was killed has left one; there is one however much was done.

    A record that has a number of somebody hidden was joined to the child or split from it since the
    back-up, and holds what shall not be seen: it is hidden as far. The generator's value is these
    records, each with the child.

    vouched: somebody vouches that this is the ledger of an index that names none; its line says so.
    Raises LedgerProblem when there is nothing that may be followed.
    """
    details = {"vouched": True} if vouched else {}
    record(
        Event.LEDGER_REPLAYED, by=by, subject_kind="shield", subject_id=random_id(), details=details
    )
    yield from replaying.replay(vouched=vouched)
    beside = [_hide_beside(*one, by) for one in replaying.bearers()]
    release_unhidden(by=by)
    return beside


def _hide_beside(child_id: uuid.UUID, document: Document, by: Identity) -> Beside:
    hide_child(child_id=child_id, grade=Grade(document["grade"]), by=by)
    return child_id, child_of(document)
