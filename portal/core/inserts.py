"""Many rows of one table at once: SQLAlchemy's work is done once for a table, not for each row.

Putting a row's values into a statement costs SQLAlchemy more than the database needs to write it.
What it knows of the types is asked here for each column, once; the driver gets the values.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Table, insert
from sqlalchemy.engine import Connection, Dialect

Row = Mapping[str, Any]
_Convert = Callable[[Any], Any] | None


def insert_rows(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Write rows, each with a value for every column of the table: no default is filled in.

    Raises KeyError when a row lacks a column, and what SQLAlchemy makes of the driver's errors.
    """
    if not rows:
        return
    statement, is_positional, columns = _prepared(table, connection.dialect)
    names = [name for name, _ in columns]
    values: list[list[Any]] = [_converted(rows, *column) for column in columns]
    every: list[Any] = list(zip(*values, strict=True))
    if not is_positional:
        every = [dict(zip(names, row, strict=True)) for row in every]
    connection.exec_driver_sql(statement, every)


def _converted(rows: Sequence[Row], name: str, convert: _Convert) -> list[Any]:
    if convert is None:
        return [row[name] for row in rows]
    return [convert(row[name]) for row in rows]


@lru_cache(64)
def _prepared(table: Table, dialect: Dialect) -> tuple[str, bool, tuple[tuple[str, _Convert], ...]]:
    """The statement, whether it takes values by their places, and each column with what turns a
    value into the driver's, in the order of the statement."""
    compiled: Any = insert(table).compile(dialect=dialect)
    order = compiled.positiontup or list(table.columns.keys())
    columns = tuple(
        (name, table.columns[name].type.dialect_impl(dialect).bind_processor(dialect))
        for name in order
    )
    return str(compiled), bool(compiled.positional), columns
