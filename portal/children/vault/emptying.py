"""Emptying the vault of a copy: the world without everybody hidden, to hold the real one against.

It takes the connection of a file, never the session of an application, and knows no way back.
"""

from sqlalchemy import func, update
from sqlalchemy.engine import Connection

from portal.children.vault.tables import MARK, SEARCH, SLOT


def empty(connection: Connection) -> None:
    """Overwrite every slot, mark and search of a copy with random bytes, as if nothing had ever
    been kept there; the caller commits. Raises TypeError for anything but a file.
    """
    if connection.dialect.name != "sqlite":
        raise TypeError("only the vault of a copy may be emptied, and copies are files")
    for column in (SLOT.c.sealed, MARK.c.mark, SEARCH.c.sealed):
        anew = {column.name: func.randomblob(func.length(column))}
        connection.execute(update(column.table).values(anew))
