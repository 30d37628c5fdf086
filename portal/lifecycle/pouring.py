"""Copying every row from one database into another of the same version, whatever their kinds.

A back-up of PostgreSQL is poured into an encrypted file, and a back-up is poured into PostgreSQL.
The tables are read from the PostgreSQL side, so that no model is needed and an older version can
be poured too.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Uuid,
    delete,
    func,
    insert,
    inspect,
    select,
    text,
)
from sqlalchemy import types as kinds
from sqlalchemy.engine import Connection

from portal.core.db import UtcDateTime

AT_A_TIME = 1000
VERSION_TABLE = "alembic_version"


def row_counts(connection: Connection) -> dict[str, int]:
    """Return how many rows each table has, the version table left out."""
    names = [name for name in inspect(connection).get_table_names() if name != VERSION_TABLE]
    return {name: _count(connection, name) for name in sorted(names)}


def pour(source: Connection, target: Connection) -> None:
    """Copy all rows of all tables. The target was just made by the same steps, and holds what they
    put there (the vault's empty slots): that goes first. The caller commits.

    Foreign keys of the target must not be held against single rows meanwhile.
    """
    server = source if source.dialect.name == "postgresql" else target
    for table in _portable_tables(server):
        if _count(target, table.name):
            target.execute(delete(table))
        for rows in _batches(source, table):
            target.execute(insert(table), rows)


def let_go_of_foreign_keys(connection: Connection) -> list[str]:
    """Drop every foreign key (PostgreSQL); returns the statements that make them again."""
    found = connection.execute(
        text(
            "SELECT conrelid::regclass::text AS place, quote_ident(conname) AS name, "
            "pg_get_constraintdef(oid) AS definition FROM pg_constraint "
            "WHERE contype = 'f' AND connamespace = current_schema()::regnamespace"
        )
    ).all()
    for one in found:
        connection.exec_driver_sql(f"ALTER TABLE {one.place} DROP CONSTRAINT {one.name}")
    return [f"ALTER TABLE {one.place} ADD CONSTRAINT {one.name} {one.definition}" for one in found]


def move_counters(connection: Connection) -> None:
    """Let the counters of PostgreSQL go on after the highest number that was poured in."""
    found = connection.execute(
        text(
            "SELECT quote_ident(table_name) AS place, column_name AS name, "
            "pg_get_serial_sequence(quote_ident(table_name), column_name) AS counter "
            "FROM information_schema.columns WHERE table_schema = current_schema() "
            "AND (column_default LIKE 'nextval(%' OR is_identity = 'YES')"
        )
    ).all()
    for one in found:
        highest = connection.execute(text(f'SELECT max("{one.name}") FROM {one.place}')).scalar()  # noqa: S608
        if highest is not None:
            connection.execute(select(func.setval(one.counter, highest)))


def _count(connection: Connection, name: str) -> int:
    return connection.scalar(select(func.count()).select_from(text(f'"{name}"'))) or 0


def _portable_tables(server: Connection) -> list[Table]:
    there, portable = MetaData(), MetaData()
    there.reflect(server, resolve_fks=False)
    return [
        Table(name, portable, *(Column(c.name, _portable(c.type)) for c in table.columns))
        for name, table in sorted(there.tables.items())
        if name != VERSION_TABLE
    ]


_PORTABLE: list[tuple[type[kinds.TypeEngine[Any]], kinds.TypeEngine[Any]]] = [
    (Uuid, Uuid()),
    (DateTime, UtcDateTime()),
    (Date, Date()),
    (Boolean, Boolean()),
    (BigInteger, BigInteger()),
    (Integer, Integer()),
    (Float, Float()),
    (LargeBinary, LargeBinary()),
    (String, String()),
]


def _portable(kind: kinds.TypeEngine[Any]) -> kinds.TypeEngine[Any]:
    """Return the type that both databases know. Raises TypeError for one not met so far."""
    for known, plain in _PORTABLE:
        if isinstance(kind, known):
            return plain
    raise TypeError(f"no way to pour a column of the type {kind!r}")


def _batches(source: Connection, table: Table) -> Iterator[list[dict[str, object]]]:
    with source.execute(select(table), execution_options={"yield_per": AT_A_TIME}) as found:
        for part in found.mappings().partitions():
            yield [dict(row) for row in part]
