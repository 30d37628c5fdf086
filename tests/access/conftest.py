"""Small installations on one kind of database, for what only that kind does."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask

from portal import create_app
from portal.core.config import Config
from tests import signing_in
from tests.databases import Cluster, EncryptedFile, ServerDatabase, let_go

FEW = 20


@pytest.fixture(scope="module")
def file_installation(tmp_path_factory: pytest.TempPathFactory) -> EncryptedFile:
    """An installation in an encrypted file."""
    made = EncryptedFile(tmp_path_factory.mktemp("file"))
    signing_in.fill(made.config, children=FEW)
    return made


@pytest.fixture
def on_file(file_installation: EncryptedFile) -> Iterator[Flask]:
    """An application on it."""
    with _running(file_installation.config) as app:
        yield app


@pytest.fixture(scope="module")
def server_installation(
    tmp_path_factory: pytest.TempPathFactory, postgresql: Cluster
) -> ServerDatabase:
    """An installation on PostgreSQL."""
    folder: Path = tmp_path_factory.mktemp("server")
    made = ServerDatabase(folder, postgresql, name="durable")
    signing_in.fill(made.config, children=FEW)
    return made


@pytest.fixture
def on_server(server_installation: ServerDatabase) -> Iterator[Flask]:
    """An application on it."""
    with _running(server_installation.config) as app:
        yield app


@contextmanager
def _running(config: Config) -> Iterator[Flask]:
    app = create_app(config)
    yield app
    let_go(app)
