"""Putting a back-up in the place of the present index, which is moved aside and never deleted.

The back-up is first made ready beside the index: brought to the present version, every session,
enrolment link and stated reason in it ended, one line added to its log. Then the two change places
in one step. A killed restore leaves the present index as it was.
"""

import dataclasses
import datetime as dt
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlcipher3 import dbapi2 as sqlcipher

from portal.children.vault.ledger_standing import Fault, standing
from portal.core.config import Config
from portal.core.db import (
    APPLICATION,
    SILENT,
    DatabaseProblem,
    engine_of_file,
    make_engine,
    snapshot,
    unlock,
)
from portal.core.keys import Keys
from portal.lifecycle.pouring import let_go_of_foreign_keys, move_counters, pour
from portal.lifecycle.schema import migrate, migrate_connection
from portal.lifecycle.serving import NotReady

HELD = "The portal is running on this index. End it (every process of it), then try again."
NOT_OWNER = (
    "The database account may not make a new schema. Give it the right: "
    "GRANT CREATE ON DATABASE … TO …, and make it the owner of the present schema."
)


def restore(
    config: Config, keys: Keys, copy: Path, *, at: dt.datetime, finish: Callable[[Config], None]
) -> str:
    """Put a checked back-up in place; returns where the former index is now, "" when none was.

    finish gets the settings under which the copy can be opened as an index, and ends what must not
    go on. Raises NotReady while the portal runs, or where another ledger lies here than that of the
    back-up; DatabaseProblem when the place cannot be taken.
    """
    with alone(config, keys):
        pass
    with _made_ready(config, keys, copy) as ready:
        finish(ready)
        _refuse_other_ledger(config, keys, ready)
        if config.is_embedded:
            return _swap_files(config, keys, ready.database_file, at)
        return _pour_in(config, keys, ready.database_file, at)


def _refuse_other_ledger(config: Config, keys: Keys, ready: Config) -> None:
    """What is missing or damaged is refused by the start; it may be put right until then."""
    engine = make_engine(ready, keys.database)
    try:
        found = standing(engine, config, keys)
    finally:
        engine.dispose()
    if found.fault in {Fault.FOREIGN, Fault.BEHIND}:
        raise NotReady(f"{found.sentence} {found.remedy}. Nothing was done.")


@contextmanager
def alone(config: Config, keys: Keys) -> Iterator[None]:
    """Make sure that nobody else has the index open, for as long as the block lasts.

    Raises NotReady when somebody has.
    """
    if not config.is_embedded:
        engine = make_engine(config, keys.database)
        try:
            with snapshot(engine) as connection:
                _refuse_others(connection)
        finally:
            engine.dispose()
        yield
        return
    held = _hold(config.database_file, keys.database)
    try:
        yield
    finally:
        if held:
            held.close()


def _hold(path: Path, key: bytes) -> sqlite3.Connection | None:
    """Lock the file against everybody; None when there is no file that opens with this key.

    Leaving WAL mode needs to be alone and empties the WAL: a WAL that stayed behind would be read
    into whatever file next has this name.
    """
    try:
        connection = unlock(path, key, mode="rw")
    except DatabaseProblem:
        return None
    try:
        connection.execute("PRAGMA busy_timeout = 1000")
        connection.execute("PRAGMA journal_mode = DELETE").fetchone()
        connection.execute("BEGIN EXCLUSIVE")
    except sqlcipher.OperationalError:
        connection.close()
        raise NotReady(HELD) from None
    return connection


def _refuse_others(connection: Connection) -> None:
    others = connection.scalar(
        text(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND pid <> pg_backend_pid() AND application_name = :name"
        ),
        {"name": APPLICATION},
    )
    if others:
        raise NotReady(HELD)


@contextmanager
def _made_ready(config: Config, keys: Keys, copy: Path) -> Iterator[Config]:
    """Make an embedded index of the copy in a folder of its own, at the present version."""
    folder = config.instance / "restoring"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    ready = dataclasses.replace(
        config, instance=folder, database="", key_file=str(config.key_path.resolve())
    )
    try:
        ready.database_file.touch(mode=0o600)
        shutil.copyfile(copy, ready.database_file)
        migrate(ready, keys)
        yield ready
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _swap_files(config: Config, keys: Keys, ready: Path, at: dt.datetime) -> str:
    present = config.database_file
    aside = present.with_name(f"portal.before-restore-{at:%Y%m%dT%H%M%S}Z.db")
    _leave_wal_mode(ready, keys.database)
    with alone(config, keys):
        if present.exists():
            os.link(present, aside)
        for tail in ("-wal", "-shm"):
            # Left by an index that no longer opens; never to be read into the new one.
            rest = Path(f"{present}{tail}")
            if rest.exists():
                rest.replace(f"{aside}{tail}")
        ready.replace(present)
    return aside.name if aside.exists() else ""


def _leave_wal_mode(path: Path, key: bytes) -> None:
    connection = unlock(path, key, mode="rw")
    connection.execute("PRAGMA journal_mode = DELETE").fetchone()
    connection.close()


def _pour_in(config: Config, keys: Keys, ready: Path, at: dt.datetime) -> str:
    """Fill a new schema in one transaction; the former one keeps its rows under another name."""
    engine = make_engine(config, keys.database)
    file = engine_of_file(ready, keys.database, mode="rw")
    try:
        with engine.begin() as target, snapshot(file) as source:
            _refuse_others(target)
            aside = _set_schema_aside(target, at)
            migrate_connection(target)
            again = let_go_of_foreign_keys(target)
            pour(source, target)
            for statement in again:
                target.exec_driver_sql(statement)
            move_counters(target)
    except ProgrammingError:
        raise DatabaseProblem(NOT_OWNER) from None
    except OperationalError:
        raise DatabaseProblem(SILENT) from None
    finally:
        engine.dispose()
        file.dispose()
    return aside


def _set_schema_aside(connection: Connection, at: dt.datetime) -> str:
    present = connection.scalar(text("SELECT quote_ident(current_schema())"))
    aside = f"before_restore_{at:%Y%m%dt%H%M%S}"
    connection.exec_driver_sql(f"ALTER SCHEMA {present} RENAME TO {aside}")
    connection.exec_driver_sql(f"CREATE SCHEMA {present}")
    return f"schema {aside}"
