"""Rows of invented children as the portal keeps them, written past it into either database."""

import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Iterator
from operator import attrgetter
from typing import Any

import psycopg

from portal.children.rules.numbers import record_number
from portal.core.config import Config
from portal.core.db import connect_encrypted
from portal.core.keys import load_keys
from tests.benchmarks.children import BenchChild

SOURCE = "bench"
CHILD = (
    "id, record_number, given_names, family_name, date_of_birth, gender, authority_id, lifecycle, "
    "source, source_id, source_on, created_at, changed_at"
)
NUMBER = (
    "source, source_id, child_id, given_names, family_name, date_of_birth, gender, said, source_on"
)
ADDRESS = "id, child_id, kind, address, postcode, source, source_on"
NAME = "id, child_id, given_names, family_name, source, source_on"
# How the portal's SQLite keeps them.
_TEXTS: dict[type, Callable[[Any], str]] = {
    uuid.UUID: attrgetter("hex"),
    dt.datetime: lambda moment: moment.strftime("%Y-%m-%d %H:%M:%S.%f"),
    dt.date: dt.date.isoformat,
}


def child_id(number: int) -> uuid.UUID:
    """Return the id of a child: ids ascend, so that appending eleven million stays cheap."""
    return uuid.UUID(int=number << 88 | (number * 0x9E3779B97F4A7C15) & (1 << 80) - 1)


def number_of(child: uuid.UUID) -> int:
    """Return the number of the child with this id."""
    return child.int >> 88


class Embedded:
    """Writes into the encrypted file with the driver's own statements."""

    def __init__(self, config: Config) -> None:
        key = load_keys(config.key_path).database
        self._connection = connect_encrypted(str(config.database_file), key)
        for pragma in ("synchronous = OFF", "cache_size = -200000", "foreign_keys = OFF"):
            self._connection.execute(f"PRAGMA {pragma}")

    def write(self, part: list[BenchChild], authority: uuid.UUID) -> None:
        self._connection.execute("BEGIN IMMEDIATE")
        for table, columns, rows in _tables(part, authority):
            marks = ", ".join("?" for _ in columns.split(","))
            self._connection.executemany(
                f"INSERT INTO {table} ({columns}) VALUES ({marks})",
                (tuple(_as_text(value) for value in row) for row in rows),
            )
        self._connection.execute("COMMIT")

    def close(self) -> None:
        self._connection.close()


class Postgres:
    """Writes with COPY."""

    def __init__(self, config: Config) -> None:
        self._connection = psycopg.connect(config.database)
        # The rows fit by construction: eleven million look-ups of the same child are spared.
        self._connection.execute("SET session_replication_role = replica")

    def write(self, part: list[BenchChild], authority: uuid.UUID) -> None:
        with self._connection.cursor() as cursor:
            for table, columns, rows in _tables(part, authority):
                with cursor.copy(f"COPY {table} ({columns}) FROM STDIN".encode()) as copy:
                    for row in rows:
                        copy.write_row(row)
        self._connection.commit()

    def close(self) -> None:
        self._connection.close()


def _tables(
    part: list[BenchChild], authority: uuid.UUID
) -> Iterator[tuple[str, str, Iterable[tuple[Any, ...]]]]:
    now, on = dt.datetime(2026, 1, 1, tzinfo=dt.UTC), dt.date(2026, 1, 1)
    born = {child.number: child_id(child.number) for child in part}
    yield "child", CHILD, (
        (
            born[c.number], record_number(c.number * 104_729), c.given_names, c.family_name,
            c.date_of_birth, c.gender, authority, "active", SOURCE, c.source_id, on, now, now,
        )
        for c in part
    )  # fmt: skip
    yield "child_source", NUMBER, (
        (
            SOURCE, c.source_id, born[c.number], c.given_names, c.family_name, c.date_of_birth,
            c.gender, "", on,
        )
        for c in part
    )  # fmt: skip
    yield (
        "child_address",
        ADDRESS,
        ((born[c.number], born[c.number], "current", "", c.postcode, SOURCE, on) for c in part),
    )
    yield (
        "child_name",
        NAME,
        (
            (born[c.number], born[c.number], "", c.former_family_name, SOURCE, on)
            for c in part
            if c.former_family_name
        ),
    )


def _as_text(value: Any) -> Any:
    """Write ids, days and moments as the portal's SQLite keeps them."""
    written = _TEXTS.get(type(value))
    return written(value) if written else value
