"""The tables of an installation: which version they are, and bringing them to the present one."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from alembic import command
from alembic.config import Config as Scripts
from alembic.migration import MigrationContext
from sqlalchemy import Engine
from sqlalchemy.engine import Connection

from portal.children.vault import ledger
from portal.core.config import Config
from portal.core.db import make_engine, snapshot
from portal.core.keys import Keys

FOLDER = Path(__file__).resolve().parents[1] / "migrations"
HEAD = "HEAD"
Afterwards = Callable[[Connection], None]


def head() -> str:
    """Return the version of the tables that this code needs, such as "0002"; "" at first."""
    path = FOLDER / HEAD
    return path.read_text(encoding="ascii").strip() if path.exists() else ""


def scripts() -> Scripts:
    """Return Alembic's settings; it has no file of its own, so that a wheel needs none."""
    made = Scripts()
    # Alembic fills in %-words in paths.
    made.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    made.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    made.set_main_option("path_separator", "os")
    return made


def migrate(
    config: Config, keys: Keys, *, to: str = "head", afterwards: Afterwards | None = None
) -> None:
    """Bring the tables to a version (the newest by default), in one transaction; safe to repeat.

    A database that was empty is bound to its ledger in the same transaction; of any other only who
    calls can know (`afterwards`, done last). Raises DatabaseProblem when it does not open.
    """
    if config.is_embedded:
        config.database_file.touch(mode=0o600, exist_ok=True)
    engine = make_engine(config, keys.database)
    try:
        if to == "head" and not schema_version(engine):
            afterwards = afterwards or partial(ledger.bind, config=config, keys=keys)
        migrate_engine(engine, to=to, afterwards=afterwards)
    finally:
        engine.dispose()


def migrate_engine(
    engine: Engine, *, to: str = "head", afterwards: Afterwards | None = None
) -> None:
    """Do the same to an engine. Dispose of it afterwards: its connections check no foreign keys."""
    with engine.connect() as connection:
        migrate_connection(connection, to=to, afterwards=afterwards)


def migrate_connection(
    connection: Connection, *, to: str = "head", afterwards: Afterwards | None = None
) -> None:
    """Do the same on one connection; inside a transaction that is open already, as part of it."""
    steps = scripts()
    steps.attributes["connection"] = connection
    steps.attributes["afterwards"] = afterwards
    command.upgrade(steps, to)


def schema_version(engine: Engine) -> str:
    """Return the version of the tables in a database, "" when it is empty.

    Raises DatabaseProblem when the database does not answer.
    """
    with snapshot(engine) as connection:
        return MigrationContext.configure(connection).get_current_revision() or ""


def schema_problem(engine: Engine) -> str:
    """Say in a sentence why this code cannot work with these tables; "" when it can."""
    there, needed = schema_version(engine), head()
    if there == needed:
        return ""
    if not there:
        return "The index is empty: it was never set up. Run: python -m portal setup"
    if there < needed:
        return (
            f"The index is at version {there}, this program needs {needed}. "
            "Run: python -m portal upgrade"
        )
    return (
        f"The index is at version {there}, newer than this program knows ({needed}). "
        "Install the newer program again."
    )
