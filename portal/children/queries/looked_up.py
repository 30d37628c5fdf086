"""Whom the searches that wait would have met: looked up later, in a step of its own."""

from dataclasses import dataclass

from sqlalchemy.engine import Connection

from portal.children import vault
from portal.children.queries.searching import described
from portal.core.db import db, snapshot


@dataclass(frozen=True, slots=True)
class LookedUp:
    """A search, and whom it would have met; is_readable is False where that cannot be known,
    because its row or what it leads to is damaged."""

    search: vault.LeftSearch
    met: vault.Met | None
    is_readable: bool = True


def looked_up(*, most: int) -> list[LookedUp]:
    """Look up so many of the oldest searches that wait. Nobody who writes waits for it: how long it
    takes hangs on whom they met."""
    with snapshot(db.engine) as connection:
        return [_look_up(one, connection) for one in vault.left_searches(connection, most=most)]


def _look_up(search: vault.LeftSearch, connection: Connection) -> LookedUp:
    if search.criteria is None:
        return LookedUp(search, None, is_readable=False)
    asked = described(search.criteria)
    try:
        met = vault.probe(asked, numbers=search.numbers, at=search.made_at, connection=connection)
    except (LookupError, ValueError):
        # A damaged sketch must not keep the officers from every search after this one.
        return LookedUp(search, None, is_readable=False)
    return LookedUp(search, met)
