"""The doctor and the name index: all of a small one, children taken by chance of a large one and
all who are archived."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from portal.access.identity import operator
from portal.access.room import in_steps
from portal.children.actions import rebuild_name_index
from portal.children.finding import repair
from portal.core.db import db
from portal.lifecycle.doctor.findings import Finding, Level
from portal.lifecycle.doctor.tables import names

SAMPLE = "a thousand records taken by chance and knows nobody archived"
LOOKED_AT = 60


def look(portal: Flask) -> Finding:
    """What the doctor says of the names."""
    with portal.app_context():
        return names(db.engine)


def sql(portal: Flask, statement: str, **values: Any) -> Any:
    """Run one statement and commit; returns the first value of its first row, if it has one."""
    with portal.app_context():
        found: Any = db.session.execute(text(statement), values)
        value = found.scalar() if found.returns_rows else None
        db.session.commit()
        return value


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An index that counts as large, of which so many children are looked at."""
    monkeypatch.setattr(repair, "_SMALL", 0)
    monkeypatch.setattr(repair, "_SPOT", LOOKED_AT)
    return monkeypatch


def test_of_a_large_index_some_are_looked_at(portal: Flask, large: pytest.MonkeyPatch) -> None:
    found = look(portal)
    assert found.level is Level.OK
    assert found.sentence == f"The name index fits {SAMPLE}."
    sql(portal, "UPDATE child SET family_name = 'Otherwise'")
    found = look(portal)
    assert found.level is Level.BAD
    assert found.sentence == f"The name index differs from the records in {LOOKED_AT} places."
    assert found.remedy == "python -m portal children rebuild-index"
    large.undo()
    whole = sql(portal, "SELECT count(*) FROM child")
    assert whole > LOOKED_AT
    assert look(portal).sentence == f"The name index differs from the records in {whole} places."


def test_how_many_are_looked_at() -> None:
    assert repair._SPOT == 1_000


@pytest.mark.usefixtures("large")
def test_somebody_archived_who_can_still_be_found_is_always_named(portal: Flask) -> None:
    one = sql(portal, "SELECT id FROM child ORDER BY id LIMIT 1")
    sql(portal, "UPDATE child SET lifecycle = 'archived' WHERE id = :one", one=one)
    found = look(portal)
    assert found.level is Level.BAD
    assert found.sentence == "The name index differs from the records in 1 places."
    with portal.app_context():
        in_steps(lambda: rebuild_name_index(by=operator("a test of the names")))()
    assert look(portal).level is Level.OK


def test_what_the_sample_cannot_see_the_whole_check_names(
    portal: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A row that is left over belongs to nobody: only reading everything finds it."""
    assert look(portal).sentence == "The name index fits the records."
    sql(portal, "INSERT INTO name_pair (pair, birth_day, entry_id) VALUES (1, 1, 999999)")
    assert look(portal).level is Level.BAD
    monkeypatch.setattr(repair, "_SMALL", 0)
    assert look(portal).level is Level.OK
