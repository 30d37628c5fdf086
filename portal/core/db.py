"""The door to the database: encrypted SQLite by default, PostgreSQL by a setting.

On SQLite every transaction begins IMMEDIATE: the log line is written in the transaction of the
look, so nearly every request writes, and a reader that turns writer half-way would be refused
with "database is locked". Writers wait their turn instead (see decisions/0003).

Engines outside an application sync at each commit. The application's own commits share their syncs
(core/durable.py), and its writers take turns (core/turns.py).
"""

import datetime as dt
import secrets
import sqlite3
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, Engine, MetaData, Uuid, create_engine, event, text
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    mapped_column,
    registry,
)
from sqlalchemy.types import TypeDecorator
from sqlcipher3 import dbapi2 as sqlcipher

from portal.core import durable, turns
from portal.core.config import Config

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
APPLICATION = "contactpoint"
WAIT_SECONDS = 10
PAGE_BYTES = 8192
OVERFLOW = 4  # Connections a server may open besides one for each thread.
# What all connections of a server may keep of the file, deciphered, and how much of it the one that
# wrote last: the vocabulary of eleven million children and the upper pages of the large tables.
KEPT_KIB = 320_000
KEPT_WRITING_KIB = 75_000
# A file for us alone needs no journal; at most 64 MB of it are kept in memory, deciphered.
SCRATCH = (
    "journal_mode = OFF", "synchronous = OFF", "locking_mode = EXCLUSIVE", "temp_store = MEMORY",
    "cache_size = -64000",
)  # fmt: skip
Scratch = sqlite3.Connection
UNREADABLE = (
    "The index does not open with this key. Put back the key file that belongs to it; "
    "nothing has been changed."
)
SILENT = "The database does not answer. Is it running, and is the address in portal.toml right?"
MISSING = "There is no index file {name} in the instance folder. Run: python -m portal setup"


class DatabaseProblem(Exception):
    """The database cannot be opened; the text says why and what to do."""


class UtcDateTime(TypeDecorator[dt.datetime]):
    """A moment in UTC. Refuses a moment without a time zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> Any:
        """Give the database UTC; SQLite keeps no zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        utc = value.astimezone(dt.UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: Any, dialect: Dialect) -> dt.datetime | None:
        """Give back an aware moment in UTC."""
        if value is None:
            return None
        moment: dt.datetime = value
        return moment.replace(tzinfo=dt.UTC) if moment.tzinfo is None else moment.astimezone(dt.UTC)


def random_id() -> uuid.UUID:
    """Return 128 random bits in the shape of a UUID: nothing can be counted or guessed from it."""
    return uuid.UUID(bytes=secrets.token_bytes(16))


class Base(DeclarativeBase):
    """What every table inherits: names for constraints, aware moments, native ids."""

    registry = registry(
        metadata=MetaData(naming_convention=NAMING),
        type_annotation_map={dt.datetime: UtcDateTime(), uuid.UUID: Uuid()},
    )


class WithId:
    """A table whose rows have a random id."""

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=random_id)


db = SQLAlchemy(model_class=Base)


def engine_options(config: Config, key: bytes) -> tuple[str, dict[str, Any]]:
    """Return the database address and the engine options for these settings."""
    if not config.is_embedded:
        address = config.database.replace("postgresql://", "postgresql+psycopg://", 1)
        return address, {
            "hide_parameters": True,
            "pool_pre_ping": True,
            "pool_size": config.threads,
            "max_overflow": OVERFLOW,
            "connect_args": {"application_name": APPLICATION},
        }
    path = str(config.database_file)
    return f"sqlite:///{path}", {
        "hide_parameters": True,
        "module": sqlcipher,
        "creator": lambda: connect_encrypted(path, key),
        "pool_size": config.threads,
        "max_overflow": OVERFLOW,
        # The connection used last still knows the pages it read; a commit of another made the rest
        # forget theirs.
        "pool_use_lifo": True,
    }


def connect_encrypted(
    path: str,
    key: bytes,
    *,
    synchronous: str = "FULL",
    kept_kib: int = 2_000,
    kind: Any = sqlcipher.Connection,
) -> Any:
    """Open an encrypted SQLite file, which must exist, with a raw 256-bit key.

    kind is the class of the connection; kept_kib is how much of the file it keeps in memory.
    Raises DatabaseProblem when the file is missing or does not open with that key.
    """
    connection = unlock(Path(path), key, mode="rw", kind=kind)
    for pragma in (
        "journal_mode = WAL",
        f"synchronous = {synchronous}",
        "foreign_keys = ON",
        "secure_delete = ON",
        "temp_store = MEMORY",
        f"cache_size = {-kept_kib}",
    ):
        connection.execute(f"PRAGMA {pragma}")
    return connection


def unlock(
    path: Path, key: bytes, *, mode: str, kind: Any = sqlcipher.Connection
) -> sqlite3.Connection:
    """Open an encrypted SQLite file without changing anything in it.

    mode is of SQLite's address: "rw", or "ro&immutable=1" for a copy that nobody writes to.
    Raises DatabaseProblem when the file is missing or does not open with that key.
    """
    if not path.exists():
        raise DatabaseProblem(MISSING.format(name=path.name))
    connection: sqlite3.Connection = sqlcipher.connect(
        f"{path.absolute().as_uri()}?mode={mode}",
        uri=True,
        timeout=WAIT_SECONDS,
        isolation_level=None,
        check_same_thread=False,
        factory=kind,
    )
    try:
        connection.execute("PRAGMA cipher_log_level = NONE")
        connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        connection.execute(f"PRAGMA cipher_page_size = {PAGE_BYTES}")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlcipher.DatabaseError as error:
        connection.close()
        if "not a database" in str(error):
            raise DatabaseProblem(UNREADABLE) from None
        raise
    return connection


def make_engine(config: Config, key: bytes) -> Engine:
    """Make an engine outside an application (set-up, back-up, doctor)."""
    address, options = engine_options(config, key)
    engine = create_engine(address, **options)
    prepare(engine)
    return engine


def engine_of_file(path: Path, key: bytes, *, mode: str) -> Engine:
    """Make an engine on one encrypted file other than the index (see unlock for mode)."""
    engine = create_engine(
        "sqlite://", module=sqlcipher, creator=lambda: unlock(path, key, mode=mode)
    )
    prepare(engine)
    return engine


def prepare(engine: Engine) -> None:
    """Let SQLite transactions begin IMMEDIATE (see the head of this file)."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "begin", _begin_immediate)


def _begin_immediate(connection: Connection) -> None:
    opened = connection.connection.dbapi_connection
    if connection.get_execution_options().get("only_reads", False):
        if isinstance(opened, turns.TurnConnection):
            opened.only_reads = True
        connection.exec_driver_sql("BEGIN")
    elif isinstance(opened, turns.TurnConnection):
        with opened.in_turn():
            connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """Open a connection that sees one unchanging state and holds up no writer.

    Raises DatabaseProblem when the database does not answer.
    """
    options: dict[str, Any] = {"only_reads": True}
    if engine.dialect.name != "sqlite":
        options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    try:
        opened = engine.connect()
    except OperationalError:
        raise DatabaseProblem(SILENT) from None
    with opened as connection:
        yield connection.execution_options(**options)


def init_db(app: Flask, config: Config, key: bytes) -> None:
    """Bind the session to the configured database; a commit returns when it is on disk."""
    address, options = engine_options(config, key)
    if config.is_embedded:
        options["creator"] = _connecting_in_turn(config, key)
    app.config["SQLALCHEMY_DATABASE_URI"] = address
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = options
    db.init_app(app)
    with app.app_context():
        prepare(db.engine)
        if config.is_embedded:
            durable.sync_embedded(db.engine, config.database_file)
        else:
            durable.sync_server(db.engine)


def _connecting_in_turn(config: Config, key: bytes) -> Callable[[], turns.TurnConnection]:
    path, others = str(config.database_file), config.threads + OVERFLOW - 1
    kept = (KEPT_KIB - KEPT_WRITING_KIB) // others
    room = turns.Room(KEPT_WRITING_KIB, kept)
    join = turns.in_turns(config.database_file, seconds=WAIT_SECONDS, room=room)
    kind = turns.TurnConnection
    return lambda: join(
        connect_encrypted(path, key, synchronous="NORMAL", kept_kib=kept, kind=kind)
    )


@contextmanager
def scratch(folder: Path) -> Iterator[Scratch]:
    """Open an encrypted file for what does not fit into memory and is not needed after the block.

    Its name is gone before a word is in it, its key is nowhere: nothing stays, however we end.
    """
    path = folder / f".scratch-{secrets.token_hex(8)}"
    connection: sqlite3.Connection = sqlcipher.connect(str(path), isolation_level=None)
    try:
        connection.execute(f"PRAGMA key = \"x'{secrets.token_hex(32)}'\"")
        for pragma in SCRATCH:
            connection.execute(f"PRAGMA {pragma}")
        # Makes the file, and lasts until the end: nothing is ever taken back.
        connection.execute("BEGIN EXCLUSIVE")
        path.unlink()
        yield connection
    finally:
        connection.close()
        path.unlink(missing_ok=True)


def is_reachable() -> bool:
    """True when a simple question is answered (for /readyz)."""
    return bool(db.session.execute(text("SELECT 1")).scalar_one())
