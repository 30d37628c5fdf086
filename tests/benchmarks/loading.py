"""Filling an installation with invented children by the million, and building its name index.

The cast comes as in the demo; the children are written past the portal, because a feed of eleven
million would take a day: rows of `child`, `child_address` and `child_name` as the portal keeps
them. The name index is then built by the portal itself, and that is what is timed.
"""

import dataclasses
import json
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select, text

from portal import create_app
from portal.access.log import start_chain
from portal.children import finding
from portal.children.models import ChildRecord
from portal.children.vault import ledger
from portal.children.visibility import Job, everything
from portal.core import clock
from portal.core.config import Config, write_config
from portal.core.db import db
from portal.core.keys import create_keys, load_keys
from portal.directory.models import Authority
from portal.lifecycle.schema import migrate
from portal.sandbox import SEED, town
from portal.sandbox.load import load
from tests.benchmarks.rows import Embedded, Postgres, number_of
from tests.benchmarks.sets import ChildSet

URL = "http://127.0.0.1:8000"
AT_ONCE = 50_000
# Whoever measures does so more often than any practitioner may search.
ENDLESS = 1_000_000
Progress = Callable[[str, int, int], None]


class OtherChildren(Exception):
    """The folder was filled with another set of children; the text says with which."""


@dataclasses.dataclass(frozen=True, slots=True)
class Filled:
    """An installation with children and index. seconds are those of building the index; bytes is
    what the database takes on disk."""

    config: Config
    children: int
    index_seconds: float
    load_seconds: float
    bytes: int


def settings(folder: Path, database: str = "") -> Config:
    """Return the settings of the installation in a folder."""
    budgets: dict[str, Any] = {
        field.name: ENDLESS for field in dataclasses.fields(Config) if "searches" in field.name
    }
    return Config(instance=folder, public_url=URL, database=database, **budgets)


def fill(
    folder: Path, children: ChildSet, *, database: str = "", progress: Progress,
    reindex: bool = False,
) -> Filled:  # fmt: skip
    """Bring an installation of so many children into being; what is there already stays.

    Killed anywhere and started again it goes on where it was. Raises OtherChildren for a
    folder that holds another set.
    """
    config = settings(folder, database)
    notes = notes_of(folder, children)
    if not notes.get("town"):
        _found(config)
        notes.put(town=True)
    else:
        migrate(config, load_keys(config.key_path))
    app = create_app(config)
    try:
        with app.app_context():
            _load(config, notes, children, progress)
            if reindex or not notes.get("index_seconds"):
                notes.put(index_seconds=_build(children.size, progress))
                _settle(config)
            taken = _bytes(config)
    finally:
        let_go(app)
    return Filled(
        config, children.size, notes.get("index_seconds"), notes.get("load_seconds"), taken
    )


def notes_of(folder: Path, children: ChildSet) -> "Notes":
    """Return the notes of a folder. Raises OtherChildren when it holds another set."""
    return Notes(folder / "filled.json", name=children.name, size=children.size, seed=children.seed)


class Notes:
    """What was done already in a folder, in a file beside the installation."""

    def __init__(self, path: Path, **made_of: Any) -> None:
        self._path = path
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._notes: dict[str, Any] = dict(made_of)
        if path.exists():
            self._notes = json.loads(path.read_text(encoding="utf-8"))
        if any(self._notes.get(name) != value for name, value in made_of.items()):
            raise OtherChildren(f"{path.parent} holds another set of children: {self._notes}")

    def get(self, name: str) -> Any:
        """Return a note, or 0."""
        return self._notes.get(name, 0)

    def put(self, **notes: Any) -> None:
        """Add notes."""
        self._notes |= notes
        self._path.write_text(json.dumps(self._notes), encoding="utf-8")


def let_go(app: Flask) -> None:
    """Close every connection of an application."""
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def _found(config: Config) -> None:
    """Keys, tables and the cast of the invented town, without its children."""
    keys = load_keys(config.key_path) if config.key_path.exists() else create_keys(config.key_path)
    if not (config.instance / "portal.toml").exists():
        told: dict[str, Any] = {
            field.name: value
            for field in dataclasses.fields(Config)
            if (value := getattr(config, field.name)) != field.default and field.name != "instance"
        }
        write_config(config.instance, told)
    ledger.begin(config, keys)
    migrate(config, keys)
    app = create_app(config)
    with app.app_context():
        start_chain(db.session, keys.log)
        load(town(on=clock.today(), seed=SEED, children=0))
        db.session.commit()
    let_go(app)


def _load(config: Config, notes: Notes, children: ChildSet, progress: Progress) -> None:
    """Write the children that are not there yet; the cast came without any."""
    newest = db.session.execute(everything(Job.NAME_INDEX).with_only_columns(ChildRecord.id)
        .order_by(ChildRecord.id.desc()).limit(1)).scalar()  # fmt: skip
    authority = db.session.scalars(select(Authority.id).limit(1)).one()
    db.session.rollback()
    done = number_of(newest) if newest else 0
    if done == children.size:
        return
    begun = time.perf_counter()
    waiting = children.after(done)
    writer = Embedded(config) if config.is_embedded else Postgres(config)
    try:
        while part := list(islice(waiting, AT_ONCE)):
            writer.write(part, authority)
            done += len(part)
            progress("children", done, children.size)
    finally:
        writer.close()
    notes.put(load_seconds=notes.get("load_seconds") + time.perf_counter() - begun)


def _build(size: int, progress: Progress) -> float:
    """Let the portal build the name index; returns the seconds it took, commit included."""
    progress("index", 0, size)
    begun = time.perf_counter()
    finding.rebuild(db.session(), progress=lambda count: progress("index", count, size))
    db.session.commit()
    return time.perf_counter() - begun


def _settle(config: Config) -> None:
    """Leave the database as it is after a quiet night: nothing waits to be written."""
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if config.is_embedded:
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            connection.execute(text("VACUUM ANALYZE"))


def _bytes(config: Config) -> int:
    if config.is_embedded:
        return config.database_file.stat().st_size
    size = db.session.scalar(text("SELECT pg_database_size(current_database())"))
    db.session.rollback()
    return int(size or 0)
