"""An index of names with nobody in it, on both databases."""

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, delete, make_url
from sqlalchemy.orm import Session

from portal.children.finding.tables import ENTRY
from portal.children.models import ChildAddress, ChildName, ChildRecord
from portal.core.config import Config
from portal.core.db import Base, make_engine
from tests.children.index_town import INDEX_TABLES, Town
from tests.databases import Cluster

NUMBERS = itertools.count(1)


@pytest.fixture(scope="module", params=["sqlcipher", "postgresql"])
def engine(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    """An empty database with all tables, of each kind in turn."""
    made = make_engine(configured(request, tmp_path_factory.mktemp("finding")), b"k" * 32)
    Base.metadata.create_all(made)
    yield made
    made.dispose()


def configured(request: pytest.FixtureRequest, folder: Path) -> Config:
    """The settings of an empty database of the kind asked for."""
    address = "http://127.0.0.1:8000"
    if request.param == "sqlcipher":
        config = Config(instance=folder, public_url=address)
        config.database_file.touch()
        return config
    server: Cluster = request.getfixturevalue("postgresql")
    name = f"finding_{next(NUMBERS)}"
    server.run(f"CREATE DATABASE {name}")
    uri = make_url(server.uri(name)).render_as_string(hide_password=False)
    return Config(instance=folder, public_url=address, database=uri)


@pytest.fixture
def index(engine: Engine) -> Iterator[Town]:
    """A town without children in a session that is never committed."""
    with Session(engine) as session:
        yield Town(session)
        session.rollback()


@pytest.fixture
def lasting(engine: Engine) -> Iterator[Engine]:
    """An engine whose children are taken out again afterwards."""
    yield engine
    with Session(engine) as session:
        for table in (*INDEX_TABLES[1:], ENTRY):
            session.execute(delete(table))
        for model in (ChildName, ChildAddress, ChildRecord):
            session.execute(delete(model))
        session.commit()
