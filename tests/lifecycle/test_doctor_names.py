"""The doctor and the name index: all of a small one, a thousand children of a large one and
all who are archived."""

import pytest

from portal.children.finding import repair
from portal.lifecycle.doctor.findings import Finding, Level
from portal.lifecycle.doctor.tables import names
from tests.lifecycle.operating import Installation

SAMPLE = "a thousand records taken by chance and knows nobody archived"


def look(installation: Installation) -> Finding:
    """What the doctor says of the names."""
    engine = installation.engine()
    try:
        return names(engine)
    finally:
        engine.dispose()


def test_of_a_large_index_a_thousand_are_looked_at(
    demo: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert look(demo).sentence == "The name index fits the records."
    monkeypatch.setattr(repair, "_SMALL", 0)
    found = look(demo)
    assert found.level is Level.OK
    assert found.sentence == f"The name index fits {SAMPLE}."
    demo.sql("UPDATE child SET family_name = 'Otherwise'")
    found = look(demo)
    assert found.level is Level.BAD
    assert found.sentence == "The name index differs from the records in 1,000 places."
    assert found.remedy == "python -m portal children rebuild-index"
    monkeypatch.undo()
    whole = f"{demo.number('child'):,}"
    assert look(demo).sentence == f"The name index differs from the records in {whole} places."


def test_somebody_archived_who_can_still_be_found_is_always_named(
    demo: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(repair, "_SMALL", 0)
    one = demo.sql("SELECT id FROM child ORDER BY id LIMIT 1")[0][0]
    demo.sql("UPDATE child SET lifecycle = 'archived' WHERE id = :one", one=one)
    found = look(demo)
    assert found.level is Level.BAD
    assert found.sentence == "The name index differs from the records in 1 places."
    demo.right("children", "rebuild-index")
    assert look(demo).level is Level.OK


def test_what_the_sample_cannot_see_the_whole_check_names(
    demo: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A row that is left over belongs to nobody: only reading everything finds it."""
    demo.sql("INSERT INTO name_pair (pair, birth_day, entry_id) VALUES (1, 1, 999999)")
    assert look(demo).level is Level.BAD
    monkeypatch.setattr(repair, "_SMALL", 0)
    assert look(demo).level is Level.OK
