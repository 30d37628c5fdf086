"""`children rebuild-index`: the name index made anew, and what does not fit counted first."""

from flask import Flask
from sqlalchemy import delete, select

from portal.access.log import Event
from portal.access.models import AccessEvent
from portal.children import queries
from portal.children.finding.tables import PAIR
from portal.core.db import db


def spoil(app: Flask) -> None:
    """Lose the pairs of names, as a hand in the database might."""
    with app.app_context():
        db.session.execute(delete(PAIR))
        db.session.commit()


def faults(app: Flask) -> int:
    """Return how many places do not fit."""
    with app.app_context():
        return queries.faults_of_name_index()


def test_a_whole_index_has_no_fault(portal: Flask) -> None:
    assert faults(portal) == 0


def test_rehearsal_counts_and_changes_nothing(portal: Flask) -> None:
    spoil(portal)
    before = faults(portal)
    said = portal.test_cli_runner().invoke(args=["children", "rebuild-index", "--rehearse"])
    assert said.exit_code == 0
    assert f"{before:,}" in said.output
    assert faults(portal) == before > 0


def test_rebuilding_mends_it_and_leaves_a_line(portal: Flask) -> None:
    spoil(portal)
    said = portal.test_cli_runner().invoke(args=["children", "rebuild-index"])
    assert said.exit_code == 0
    assert said.output == "The name index was made anew.\n"
    assert faults(portal) == 0
    with portal.app_context():
        words = set(db.session.scalars(select(AccessEvent.event)))
    assert Event.NAME_INDEX_REBUILT in words
