"""Step 0009 keeps every run and row of an import, there and back."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import Engine, text

from portal.core.db import make_engine
from portal.feeds.rules import FileKind
from portal.lifecycle import schema
from tests.databases import Stage, let_go
from tests.directory.test_import import put as put_register
from tests.directory.test_import import schools
from tests.directory.test_registers import gias
from tests.feeds.filing import child, feed, write
from tests.feeds.schools import document, pupil


@pytest.fixture
def engine(stage: Stage, portal: Flask) -> Iterator[Engine]:
    """The same database, outside the application."""
    made = make_engine(stage.config, portal.extensions["portal_keys"].database)
    yield made
    made.dispose()


def rows(engine: Engine, wanted: str) -> list[Any]:
    """Return what a question of one's own answers."""
    with engine.connect() as connection:
        return list(connection.execute(text(wanted)))


def test_runs_and_rows_outlast_the_step(portal: Flask, engine: Engine, tmp_path: Path) -> None:
    put_register(portal, "gias", schools(tmp_path / "edubase.csv", [gias()]))
    path = write(tmp_path / "some.csv", FileKind.CHILDREN, [child(1), child(2, gender="Q")])
    assert feed(portal, path, FileKind.CHILDREN).exit_code == 0
    pupils = tmp_path / "some.xml"
    pupils.write_text(document(pupil(1)), encoding="utf-8")
    assert feed(portal, pupils, FileKind.CTF, source="wystan").exit_code == 0
    runs = "SELECT kind, state, received, set_aside FROM feed_run ORDER BY kind"
    lines = "SELECT line, decision, fault FROM arrival ORDER BY line"
    assert [row[0] for row in rows(engine, runs)] == ["children", "ctf"]
    kept = [row for row in rows(engine, runs) if row[0] == "children"]
    let_go(portal)
    steps = schema.scripts()
    step = ScriptDirectory.from_config(steps).get_revision("0009")
    assert step is not None
    with engine.connect() as connection:
        steps.attributes["connection"] = connection
        command.downgrade(steps, str(step.down_revision))
    assert rows(engine, runs) == kept
    assert [tuple(row) for row in rows(engine, lines)] == [
        (2, "added", ""), (3, "set_aside", "unknown_word"),
    ]  # fmt: skip
    schema.migrate_engine(engine)
    assert rows(engine, runs) == kept
    assert len(rows(engine, lines)) == 2
    assert feed(portal, pupils, FileKind.CTF, source="wystan").exit_code == 0
    assert [row[0] for row in rows(engine, runs)] == ["children", "ctf"]
