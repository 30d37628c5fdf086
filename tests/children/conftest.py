"""Indexes of names on both databases: with nobody in them, and with a small town."""

import itertools
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, delete, make_url
from sqlalchemy.orm import Session

from portal.children.finding.tables import ENTRY
from portal.children.models import ChildAddress, ChildName, ChildRecord
from portal.core.config import Config
from portal.core.db import Base, make_engine
from tests.children.index_town import INDEX_TABLES, Town
from tests.children.small_town import BOTH_DATABASES, Empty, SmallTown, fill_small_town
from tests.databases import URL, Cluster

NUMBERS = itertools.count(1)


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory, postgresql: Cluster) -> Empty:
    """empty_database("sqlcipher") lasts as long as a block: such a database, with all tables."""

    @contextmanager
    def made(kind: str) -> Iterator[Engine]:
        engine = make_engine(_settings(kind, tmp_path_factory.mktemp(kind), postgresql), b"k" * 32)
        try:
            Base.metadata.create_all(engine)
            yield engine
        finally:
            engine.dispose()

    return made


def _settings(kind: str, folder: Path, server: Cluster) -> Config:
    if kind == "sqlcipher":
        config = Config(instance=folder, public_url=URL)
        config.database_file.touch()
        return config
    name = f"finding_{next(NUMBERS)}"
    server.run(f"CREATE DATABASE {name}")
    uri = make_url(server.uri(name)).render_as_string(hide_password=False)
    return Config(instance=folder, public_url=URL, database=uri)


@pytest.fixture(scope="module", params=BOTH_DATABASES)
def engine(request: pytest.FixtureRequest, empty_database: Empty) -> Iterator[Engine]:
    """An empty database with all tables, of each kind in turn."""
    with empty_database(request.param) as made:
        yield made


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


@pytest.fixture(scope="package")
def small_towns(empty_database: Empty) -> Iterator[dict[str, SmallTown]]:
    """The small town among a few hundred others in each kind of database; never committed."""
    with ExitStack() as stack:
        engines = {kind: stack.enter_context(empty_database(kind)) for kind in BOTH_DATABASES}
        yield {
            kind: fill_small_town(stack.enter_context(Session(engine)))
            for kind, engine in engines.items()
        }


@pytest.fixture(params=BOTH_DATABASES)
def small_town(request: pytest.FixtureRequest, small_towns: dict[str, SmallTown]) -> SmallTown:
    """The small town in each kind of database in turn, or in the one that a test names."""
    return small_towns[request.param]
