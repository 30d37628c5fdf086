"""Many rows of one table at once: SQLAlchemy's work is done once for a table, not for each row.

Putting a row's values into a statement costs SQLAlchemy more than the database needs to write it.
What it knows of the types is asked here for each column, once; the driver gets the values.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any

from sqlalchemy import Insert, Table, insert
from sqlalchemy.engine import Connection, Dialect

Row = Mapping[str, Any]
_Convert = Callable[[Any], Any] | None
_NOTHING = object()


def insert_rows(
    connection: Connection, into: Table | Insert, rows: Sequence[Row], *, together: int = 1
) -> None:
    """Write rows, each with a value for every column of the table: no default is filled in.

    into is the table, or an insert that says what becomes of a row that is there already; made
    once, since what is known of a statement is kept by the statement. So many rows of a table are
    written together by one statement on SQLite: where a trigger may refuse a row, SQLite notes for
    each statement what it would have to take back.

    Raises KeyError when a row lacks a column, and what SQLAlchemy makes of the driver's errors.
    """
    if not rows:
        return
    statement, is_positional, columns = _prepared(into, connection.dialect)
    values = [_converted(rows, *column) for column in columns]
    if not is_positional:
        names = [name for name, _ in columns]
        every = [dict(zip(names, row, strict=True)) for row in zip(*values, strict=True)]
        connection.exec_driver_sql(statement, every)
        return
    # The driver looks longer at an empty value than at any other.
    marks = ["NULL" if _is_empty(column) else "?" for column in values]
    known = [column for column, mark in zip(values, marks, strict=True) if mark == "?"]
    row = f"({', '.join(marks)})"
    statement = statement.replace(f"({', '.join('?' * len(values))})", row, 1)
    _write(connection, statement, row, list(zip(*known, strict=True)), together)


def _is_empty(column: Sequence[Any]) -> bool:
    return column[0] is None and column.count(None) == len(column)


def _write(
    connection: Connection, statement: str, row: str, rows: list[tuple[Any, ...]], together: int
) -> None:
    if together == 1:
        connection.exec_driver_sql(statement, rows)
        return
    for start in range(0, len(rows), together):
        some = rows[start : start + together]
        values = tuple(chain.from_iterable(some))
        connection.exec_driver_sql(statement + f", {row}" * (len(some) - 1), values)


def _converted(rows: Sequence[Row], name: str, convert: _Convert) -> list[Any]:
    given = [row[name] for row in rows]
    if convert is None:
        return given
    made: list[Any] = []
    before: Any = _NOTHING
    for value in given:
        # Many columns say the same in every row: the run, the source, the moment.
        if value is not before:
            before, last = value, convert(value)
        made.append(last)
    return made


@lru_cache(64)
def _prepared(
    into: Table | Insert, dialect: Dialect
) -> tuple[str, bool, tuple[tuple[str, _Convert], ...]]:
    """The statement, whether it takes values by their places, and each column with what turns a
    value into the driver's, in the order of the statement."""
    statement: Any = into if isinstance(into, Insert) else insert(into)
    table, compiled = statement.table, statement.compile(dialect=dialect)
    order = compiled.positiontup or list(table.columns.keys())
    columns = tuple(
        (name, table.columns[name].type.dialect_impl(dialect).bind_processor(dialect))
        for name in order
    )
    return str(compiled), bool(compiled.positional), columns
