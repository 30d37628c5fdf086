"""The invented town, ready to be fed."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from tests.databases import Stage
from tests.feeds.batching import make_small
from tests.feeds.filing import TEAM, run


@pytest.fixture
def town(portal: Flask) -> Flask:
    """The town with one team more."""
    name = ("--name", "Team One", "--kind", "social_care_team", "--phone", "01632 960001")
    assert run(portal, "directory", "add", TEAM, *name).exit_code == 0
    return portal


@pytest.fixture
def settings_file(stage: Stage) -> Iterator[Path]:
    """The settings of the installation as a file, for a process of its own."""
    path = stage.config.instance / "portal.toml"
    lines = [f'public_url = "{stage.config.public_url}"', f'database = "{stage.config.database}"']
    path.write_text("\n".join(lines), encoding="utf-8")
    path.chmod(0o600)
    yield path
    path.unlink()


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fewer rows at once, with the same steps."""
    make_small(monkeypatch.setattr)
