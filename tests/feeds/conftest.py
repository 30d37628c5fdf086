"""The invented town, ready to be fed."""

import pytest
from flask import Flask

from tests.feeds.filing import TEAM, run


@pytest.fixture
def town(portal: Flask) -> Flask:
    """The town with one team more."""
    name = ("--name", "Team One", "--kind", "social_care_team", "--phone", "01632 960001")
    assert run(portal, "directory", "add", TEAM, *name).exit_code == 0
    return portal
