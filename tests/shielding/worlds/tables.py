"""What is left in the tables: all that an ordinary reader of the database could tell apart.

Of what is sealed, and of what is made of it by hashing, the size alone is compared: a line about
the shield process differs inside, as it should. Of the vault only numbers and sizes can be seen.
"""

from collections import Counter
from typing import Any

from sqlalchemy import Table, select

from portal.access.models import AccessEvent
from portal.core.db import Base, db
from tests.shielding.worlds.beginnings import LINES_BEFORE
from tests.shielding.worlds.seen import Seen
from tests.shielding.worlds.world import World

HASHED = {"hash", "previous_hash", "mac"}


def held_in_tables(world: World) -> Seen:
    """Read every table of a world."""
    seen = Seen()
    with world.app.app_context():
        for name, table in sorted(Base.metadata.tables.items()):
            rows = Counter(_row(table, row) for row in db.session.execute(_rows(table)).mappings())
            seen.note("tables", *(f"{name}: {count} × {row}" for row, count in sorted(rows.items())))
        db.session.rollback()
    return seen


def _rows(table: Table) -> Any:
    rows = select(table)
    if table is AccessEvent.__table__:
        rows = rows.where(AccessEvent.line > LINES_BEFORE)
    return rows


def _row(table: Table, row: Any) -> str:
    if table.name.startswith("vault_"):
        return str([_size(value) for value in row.values()])
    return str([_plain(name, value) for name, value in row.items()])


def _plain(name: str, value: Any) -> str:
    if isinstance(value, bytes) or name in HASHED:
        return f"{name}={_size(value)}"
    return f"{name}={value}"


def _size(value: Any) -> str:
    if isinstance(value, bytes | str):
        return f"{len(value)} long"
    return type(value).__name__
