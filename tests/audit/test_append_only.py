"""The database itself refuses to change the log, whoever asks."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import Connection, func, select, text
from sqlalchemy.exc import DBAPIError

from portal.access.models import AccessChain, AccessEvent
from portal.core.db import db

BOTH = [
    "UPDATE access_event SET event = 'log:read' WHERE line = 1",
    "UPDATE access_event SET line = line + 1000000",
    "DELETE FROM access_event WHERE line = 1",
    "DELETE FROM access_event",
    "DELETE FROM access_chain",
]
SQLITE = ["INSERT OR REPLACE INTO access_event SELECT * FROM access_event WHERE line = 1"]
POSTGRESQL = ["TRUNCATE access_event", "TRUNCATE access_event CASCADE", "TRUNCATE access_chain"]


@pytest.fixture
def connection(portal: Flask) -> Iterator[Connection]:
    """A connection past every layer of ours."""
    with portal.app_context(), db.engine.connect() as opened:
        yield opened


def statements(connection: Connection) -> list[str]:
    """Return what is tried on this database."""
    return [*BOTH, *(SQLITE if connection.dialect.name == "sqlite" else POSTGRESQL)]


def test_nothing_but_a_new_line_is_taken(connection: Connection) -> None:
    before = connection.execute(select(AccessEvent.__table__)).all()
    connection.rollback()
    for statement in statements(connection):
        with pytest.raises(DBAPIError, match="append-only"):
            connection.execute(text(statement))
        connection.rollback()
    assert connection.execute(select(AccessEvent.__table__)).all() == before
    assert connection.scalar(select(func.count()).select_from(AccessChain)) == 1
    assert before


def test_a_new_line_is_taken(connection: Connection) -> None:
    last = connection.scalar(select(func.max(AccessEvent.line))) or 0
    columns = [column.name for column in AccessEvent.__table__.columns if column.name != "line"]
    names = ", ".join(f'"{name}"' for name in columns)
    connection.execute(
        text(
            f"INSERT INTO access_event (line, {names}) "
            f"SELECT {last + 1}, {names} FROM access_event WHERE line = {last}"
        )
    )
    assert connection.scalar(select(func.max(AccessEvent.line))) == last + 1
    connection.rollback()
