"""What is left in the tables: all that a reader of the database could tell apart.

Of what is sealed, and of what is made of it by hashing, the size alone is compared: a line about
the shield process differs inside, as it should. Of the vault only numbers and sizes can be seen.
"""

from typing import Any

from sqlalchemy import Column, LargeBinary, Table, text

from portal.core.db import Base, db
from tests.shielding.worlds.beginnings import LINES_BEFORE
from tests.shielding.worlds.seen import Seen
from tests.shielding.worlds.world import World

HASHED = {"hash", "previous_hash", "mac", "file_mark"}
# A masked child's row bears the source and the authority of some other child, and a number of its
# own: nobody is shown them, and they tell nothing (children/vault/moving.py).
STUB = {"child.authority_id", "child.source", "child.source_id", "child_source.source",
        "child_source.source_id", "child_source.said"}  # fmt: skip
# Numbers that the name index gives in the order in which names came; what was before the beginning
# moved them. Nobody is shown them, and the names themselves are compared.
NUMBERS = {"name_token.id", "name_token_key.token_id", "name_entry.id", "name_pair.pair",
           "name_pair.entry_id", "name_day.day_token", "name_day.entry_id",
           "name_postcode.entry_id"}  # fmt: skip
# Keyed marks of ids, which come by chance; what is told of each is compared.
MARKS = {"source_word.mark", "source_word.under"}
# What was before the beginning tells that another child was brought in.
ONLY = {"access_event": f" WHERE line > {LINES_BEFORE}"}


def held_in_tables(world: World) -> Seen:
    """Read every table of a world."""
    seen = Seen(world.hidden)
    with world.app.app_context():
        for name, table in sorted(Base.metadata.tables.items()):
            if name in world.in_vault:
                continue
            rows = db.session.execute(text(_question(table))).all()
            seen.note(
                "tables",
                f"{name}: {len(rows)} rows",
                *sorted(_plain(world, row) for row in rows),
            )
        db.session.rollback()
    return seen


def _plain(world: World, row: Any) -> str:
    return world.hidden.sub("(the child)", str(tuple(row)))


def _question(table: Table) -> str:
    """Ask for the rows, of what cannot be read for its length."""
    if table.name.startswith("vault_"):
        sizes = [f"sum(length({column.name}))" for column in table.columns if _is_sealed(column)]
        return f"SELECT {', '.join(['count(*)', *sizes])} FROM {table.name}"
    words = [
        f"length({column.name})" if _is_sealed(column) else f'"{column.name}"'
        for column in table.columns
        if f"{table.name}.{column.name}" not in STUB | NUMBERS | MARKS
    ]
    return f"SELECT {', '.join(words or ['1'])} FROM {table.name}{ONLY.get(table.name, '')}"


def _is_sealed(column: Column[Any]) -> bool:
    return column.name in HASHED or isinstance(column.type, LargeBinary)
