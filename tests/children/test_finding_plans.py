"""Each statement of a search is answered through a key."""

from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

import pytest
from sqlalchemy import Connection, Select, event

from portal.children.finding import born, expansion, lookup, reading, sighting
from portal.matching import year_window
from tests.children.index_town import BORN, Town

SPEAKERS: tuple[ModuleType, ...] = (born, expansion, lookup, reading, sighting)
BEGINNINGS = {"_PAIRED"}


@contextmanager
def listening(connection: Connection) -> Iterator[list[tuple[str, Any]]]:
    """Collect the statements that are executed meanwhile, with their values."""
    said: list[tuple[str, Any]] = []

    def listen(_c: Any, _cursor: Any, statement: str, values: Any, *_rest: Any) -> None:
        said.append((statement, values))

    event.listen(connection, "before_cursor_execute", listen)
    yield said
    event.remove(connection, "before_cursor_execute", listen)


def search_in_every_way(index: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """By day, by year and without a day; with an initial; past recognition; among many."""
    for birth in (None, BORN, year_window(2016)):
        index.find("A Amina", "Hussain", birth=birth, postcodes=["LS1 4AP"])
    index.find("Qqqqqq", "Wwwwww", birth=BORN)
    index.find("Amina", "Brookfield")
    with monkeypatch.context() as many:
        many.setattr(sighting, "_FEW_CHILDREN", -1)
        index.find("Amina", "Hussain", birth=BORN.replace(year=2015))


def plan(connection: Connection, statement: str, values: Any) -> list[str]:
    """How the database means to answer a statement, a step a line."""
    words = "EXPLAIN QUERY PLAN" if connection.dialect.name == "sqlite" else "EXPLAIN"
    return [step[-1] for step in connection.exec_driver_sql(f"{words} {statement}", values)]


def test_every_statement_of_the_three_modules_is_said(
    index: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that the test below tries all of them."""
    index.child("Amina", "Hussain", postcodes=("LS1 4AP",))
    connection = index.session.connection()
    with listening(connection) as said:
        search_in_every_way(index, monkeypatch)
    written = {
        name: str(value.compile(dialect=connection.dialect))
        for module in SPEAKERS
        for name, value in vars(module).items()
        if isinstance(value, Select) and name not in BEGINNINGS
    }
    assert len(written) >= 12
    texts = {statement for statement, _ in said}
    assert not [name for name, statement in written.items() if statement not in texts]
    assert texts <= set(written.values())


def test_a_search_reads_by_key_only(index: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """No scan of a table and no pattern."""
    index.child("Amina", "Hussain", postcodes=("LS1 4AP",))
    connection = index.session.connection()
    with listening(connection) as said:
        search_in_every_way(index, monkeypatch)
    scan = "SCAN name_"
    if connection.dialect.name == "postgresql":
        # A table of one row is always read whole unless that is forbidden.
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        scan = "Seq Scan on name_"
    for statement, values in said:
        assert "LIKE" not in statement.upper()
        steps = plan(connection, statement, values)
        assert steps
        assert not any(scan in step for step in steps), (steps, statement)
