"""Two copies of one moment of the index, in a private folder that is gone afterwards.

The copies are as secret as the index: encrypted with its key, mode 0600, in a folder of mode 0700.
A check that was killed leaves the folder; the next one removes it first.
"""

import dataclasses
import datetime as dt
import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text

from portal.children.vault.emptying import empty
from portal.core.config import Config
from portal.core.db import engine_of_file
from portal.core.keys import Keys
from portal.core.settings import MANY, RANGES
from portal.lifecycle.copies import make_copy
from portal.lifecycle.serving import NotReady

FOLDER = "verifying"
RUNNING = "Another check is running on this installation. Wait until it has ended."
NO_ROOM = "There is not enough room on the disk for two copies of the index. Make room first."
SPARE_BYTES = 200_000_000


@dataclasses.dataclass(frozen=True, slots=True)
class Copies:
    """The settings of both copies: with everything in the vault, and with nothing in it."""

    whole: Config
    emptied: Config


@contextmanager
def two_copies(config: Config, keys: Keys, *, at: dt.datetime) -> Iterator[Copies]:
    """Make both copies for the length of the block. The index itself is only read.

    Raises NotReady while another check runs or where the disk has no room, DatabaseProblem when the
    index cannot be read.
    """
    with _alone_in(config.instance / FOLDER) as folder:
        _refuse_full_disk(config)
        made = make_copy(dataclasses.replace(config, backup_folder=FOLDER), keys, at=at)
        copies = Copies(_settings(config, folder / "whole"), _settings(config, folder / "emptied"))
        for one in (copies.whole, copies.emptied):
            one.instance.mkdir(mode=0o700)
            _copy(made.path, one.database_file)
            if config.ledger_path.exists():
                _copy(config.ledger_path, one.ledger_path)
        made.path.unlink()
        _change(copies.emptied, keys, empty)
        for one in (copies.whole, copies.emptied):
            _change(one, keys, _open)
        yield copies


@contextmanager
def _alone_in(folder: Path) -> Iterator[Path]:
    """Hold the folder, emptied of what a killed check left; it is gone after the block."""
    folder.mkdir(mode=0o700, exist_ok=True)
    held = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise NotReady(RUNNING) from None
        _sweep(folder)
        try:
            yield folder
        finally:
            _sweep(folder)
            folder.rmdir()
    finally:
        os.close(held)


def _sweep(folder: Path) -> None:
    for path in folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def _refuse_full_disk(config: Config) -> None:
    size = config.database_file.stat().st_size if config.is_embedded else 0
    if shutil.disk_usage(config.instance).free < 2 * size + SPARE_BYTES:
        raise NotReady(NO_ROOM)


def _settings(config: Config, folder: Path) -> Config:
    """An embedded index of one thread with the keys of the installation, without budgets, in which
    nobody is signed out while the check goes on."""
    most = MANY[1]
    budgets: dict[str, Any] = {name: most for name, span in RANGES.items() if span is MANY}
    return dataclasses.replace(
        config, instance=folder, database="", key_file=str(config.key_path.resolve()),
        backup_folder="backups", ledger_file="portal.ledger", threads=1, idle_minutes=60,
        absolute_hours=24, debug=False, **budgets,
    )  # fmt: skip


def _copy(source: Path, target: Path) -> None:
    target.touch(mode=0o600)
    shutil.copyfile(source, target)


def _open(connection: Connection) -> None:
    """Let people ask who could not yet, or no longer: it is the answers that are compared."""
    connection.execute(text("UPDATE portal_state SET state = 'live'"))


def _change(config: Config, keys: Keys, change: Callable[[Connection], None]) -> None:
    engine = engine_of_file(config.database_file, keys.database, mode="rw")
    try:
        with engine.begin() as connection:
            change(connection)
    finally:
        engine.dispose()
