"""upgrade: a back-up first, then the tables, then the doctor, and the way back."""

import re

from portal.lifecycle.schema import head
from tests.lifecycle.operating import Installation
from tests.lifecycle.test_schema import back

OLDER = "0001"


def make_older(installation: Installation) -> None:
    """Put the tables back to an older version."""
    engine = installation.engine()
    back(engine, OLDER)
    engine.dispose()


def test_an_older_index_is_backed_up_and_upgraded(installation: Installation) -> None:
    make_older(installation)
    assert "python -m portal upgrade" in installation.refused("serve")
    assert "python -m portal upgrade" in installation.refused("audit", "verify")
    assert "python -m portal upgrade" in installation.refused("backup")
    assert "python -m portal upgrade" in installation.refused("doctor")
    said = installation.right("upgrade")
    assert f"from version {OLDER} to {head()}" in said
    way_back = re.search(r"python -m portal (restore --yes \S+)", said)
    assert way_back
    assert installation.sql("SELECT version_num FROM alembic_version") == [(head(),)]
    assert installation.sql(
        "SELECT count(*) FROM access_event WHERE event = 'portal:upgraded'"
    ) == [(1,)]
    assert "whole" in installation.right("audit", "verify")
    # The way back leads through the same tables: a restore brings them to the program's version.
    assert "is the index now" in installation.right(*way_back[1].split())
    assert installation.sql("SELECT version_num FROM alembic_version") == [(head(),)]
    assert installation.sql(
        "SELECT count(*) FROM access_event WHERE event = 'portal:upgraded'"
    ) == [(0,)]


def test_nothing_to_do_is_said(installation: Installation) -> None:
    assert "nothing to upgrade" in installation.right("upgrade")
    assert installation.backups() == []


def test_an_index_of_a_newer_program_is_left_alone(installation: Installation) -> None:
    installation.sql("UPDATE alembic_version SET version_num = '9999'")
    for words in (["serve"], ["upgrade"], ["backup"], ["audit", "verify"]):
        assert "newer than this program knows" in installation.refused(*words)
    assert installation.sql("SELECT version_num FROM alembic_version") == [("9999",)]


def test_an_index_that_was_never_set_up(empty: Installation) -> None:
    assert "python -m portal setup" in empty.refused("upgrade")
