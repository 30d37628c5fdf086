"""Installations as an operator makes them, on both databases."""

import itertools
import shutil
from pathlib import Path

import pytest

from tests.databases import Cluster
from tests.lifecycle.operating import SET_UP, Installation

NUMBERS = itertools.count(1)


class Site:
    """Where installations can be made: a kind of database."""

    def __init__(self, kind: str, cluster: Cluster) -> None:
        self.kind, self._cluster = kind, cluster

    def other(self) -> "Site":
        """The other kind of database."""
        return Site("sqlcipher" if self.kind == "postgresql" else "postgresql", self._cluster)

    def empty(self, folder: Path) -> Installation:
        """A folder that does not exist yet, and an empty database."""
        if self.kind == "sqlcipher":
            return Installation(folder)
        name = f"operator_{next(NUMBERS)}"
        self._cluster.run(f"CREATE DATABASE {name}")
        return Installation(folder, self._cluster.uri(name))

    def copy(self, model: Installation, folder: Path) -> Installation:
        """The same installation once more."""
        shutil.copytree(model.folder, folder)
        if self.kind == "sqlcipher":
            return Installation(folder)
        name, source = f"operator_{next(NUMBERS)}", model.database.split("?")[0].rsplit("/")[-1]
        self._cluster.run(f"CREATE DATABASE {name} TEMPLATE {source} STRATEGY FILE_COPY")
        return Installation(folder, self._cluster.uri(name))


@pytest.fixture(scope="session", params=["sqlcipher", "postgresql"])
def site(request: pytest.FixtureRequest, postgresql: Cluster) -> Site:
    """Each kind of database in turn."""
    return Site(request.param, postgresql)


@pytest.fixture(scope="session")
def embedded_model(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """A real installation on the embedded database, set up once. Nobody changes it."""
    made = Installation(tmp_path_factory.mktemp("embedded") / "instance")
    made.right(*SET_UP)
    return made


@pytest.fixture(scope="session")
def model(
    site: Site, embedded_model: Installation, tmp_path_factory: pytest.TempPathFactory
) -> Installation:
    """A real installation on each kind of database, set up once. Nobody changes it."""
    if site.kind == "sqlcipher":
        return embedded_model
    made = site.empty(tmp_path_factory.mktemp("model") / "instance")
    made.right(*SET_UP)
    return made


@pytest.fixture(scope="session")
def town(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """The demo with all its children, set up once. Nobody changes it."""
    made = site.empty(tmp_path_factory.mktemp("town") / "instance")
    made.right("setup", "--demo")
    return made


@pytest.fixture
def empty(site: Site, tmp_path: Path) -> Installation:
    """A place where nothing is yet."""
    return site.empty(tmp_path / "instance")


@pytest.fixture
def installation(site: Site, model: Installation, tmp_path: Path) -> Installation:
    """A real installation that was just set up."""
    return site.copy(model, tmp_path / "instance")


@pytest.fixture
def demo(site: Site, town: Installation, tmp_path: Path) -> Installation:
    """A demo with all its children."""
    return site.copy(town, tmp_path / "demo")


@pytest.fixture
def folder(tmp_path: Path) -> Installation:
    """A place for the embedded database, for what does not depend on the database."""
    return Installation(tmp_path / "instance")


@pytest.fixture
def embedded(embedded_model: Installation, tmp_path: Path) -> Installation:
    """A copy of one that was just set up, for what does not depend on the database."""
    shutil.copytree(embedded_model.folder, tmp_path / "instance")
    return Installation(tmp_path / "instance")
