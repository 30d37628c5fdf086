"""Bringing an index that was put back to where the ledger is."""

from collections.abc import Iterator

from portal.access.identity import Identity
from portal.access.log import Event, record
from portal.children.actions.letting_in import release_unhidden
from portal.children.vault import replaying
from portal.core.db import random_id


def replay_ledger(*, by: Identity, vouched: bool = False) -> Iterator[None]:
    """Follow the ledger, a line at each step; the caller commits each. Its line comes first, so
    that a replay that was killed has left one; there is one however much was done.

    vouched: somebody vouches that this is the ledger of an index that names none; its line says so.
    Raises LedgerProblem when there is nothing that may be followed.
    """
    details = {"vouched": True} if vouched else {}
    record(
        Event.LEDGER_REPLAYED, by=by, subject_kind="shield", subject_id=random_id(), details=details
    )
    yield from replaying.replay(vouched=vouched)
    release_unhidden(by=by)
