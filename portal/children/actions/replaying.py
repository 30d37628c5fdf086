"""Bringing an index that was put back to where the ledger is."""

from collections.abc import Iterator

from portal.access.identity import Identity
from portal.access.log import Event, record
from portal.children.actions.letting_in import release_unhidden
from portal.children.vault import replaying
from portal.core.db import random_id


def replay_ledger(*, by: Identity) -> Iterator[None]:
    """Follow the ledger, a line at each step; the caller commits each. Its line comes first, so
    that a replay that was killed has left one; there is one however much was done.

    Raises LedgerProblem when there is nothing that may be followed.
    """
    record(Event.LEDGER_REPLAYED, by=by, subject_kind="shield", subject_id=random_id())
    yield from replaying.replay()
    release_unhidden(by=by)
