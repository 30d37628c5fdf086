"""How an installation begins: settings, keys, tables. Each step only where it is missing.

Killed anywhere and started again it goes on where it was; what is there is never overwritten.
"""

import dataclasses
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from portal.children.vault import ledger
from portal.core.config import (
    FILE_NAME,
    Config,
    UnsafeConfiguration,
    load_config,
    problems,
    write_config,
)
from portal.core.db import make_engine
from portal.core.keys import (
    INCOMPLETE,
    KeyProblem,
    Keys,
    complete_keys,
    create_keys,
    load_keys,
)
from portal.lifecycle.schema import head, migrate, schema_problem, schema_version
from portal.lifecycle.serving import NotReady

LEDGER_SINCE = "0005"  # The first tables that a ledger goes with.
LOST = (
    "The ledger {ledger} is missing, though the keys that go with it are there. It says which "
    "children must stay hidden, and no other may take its place: put back its newest copy, then "
    "try again."
)
OTHER_KEYS = (
    "The ledger {ledger} is there, but the key file {keys} that goes with it is not. Put that back "
    "(another server that shares this ledger has the same), then try again."
)

OLDER_KEYS = (
    "The key file {keys} is an older copy: it lacks keys with which this index was written. Put "
    "back its newest copy."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """An installation with settings, keys and tables; made lists what was not there before."""

    config: Config
    made: tuple[str, ...]


def prepare(instance: Path, settings: dict[str, Any]) -> Prepared:
    """Bring settings, keys, ledger and tables into being where they are missing.

    Raises UnsafeConfiguration, KeyProblem, DatabaseProblem or NotReady.
    """
    made = []
    instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not has_settings(instance):
        for problem in problems(Config(instance=instance, **settings)):
            raise UnsafeConfiguration(problem)
        write_config(instance, settings)
        made.append(FILE_NAME)
    config = load_config(instance)
    is_complete = config.key_path.exists() and config.ledger_path.exists()
    if not is_complete and not _holds_something(config):
        if not make_keys_with_ledger(config):
            raise NotReady(LOST.format(ledger=config.ledger_path.name))
        made += [config.key_path.name, config.ledger_path.name]
    keys = load_keys(config.key_path)
    if _make_tables(config, keys):
        made.append("portal.db" if config.is_embedded else "the tables")
    return Prepared(config=config, made=tuple(made))


def make_keys_with_ledger(config: Config) -> bool:
    """Make the keys that are missing, and the ledger that goes with them; False when none are.

    The new keys lie beside the key file until the ledger is there. So where the key file has them
    and there is no ledger, it was lost, and nothing may begin another. Raises KeyProblem, or
    NotReady where a ledger was begun with keys that are not here.
    """
    path = config.key_path
    if _is_complete(path):
        return False
    draft = path.with_name(f"{path.name}.draft")
    if not (draft.exists() and config.ledger_path.exists()):
        _write_draft(path, draft)
    keys = load_keys(draft)
    problem = ""
    if _holds_something(config) and _version(config, keys) >= LEDGER_SINCE:
        problem = OLDER_KEYS
    elif not ledger.begin(config, keys) and not ledger.is_of(config, keys):
        problem = OTHER_KEYS
    if problem:
        draft.unlink()
        raise NotReady(problem.format(ledger=config.ledger_path.name, keys=path.name))
    draft.replace(path)
    return True


def _is_complete(path: Path) -> bool:
    try:
        load_keys(path)
    except KeyProblem as problem:
        if path.exists() and str(problem) != INCOMPLETE.format(name=path.name):
            raise
        return False
    return True


def _write_draft(path: Path, draft: Path) -> None:
    draft.unlink(missing_ok=True)
    if path.exists():
        draft.touch(mode=0o600)
        shutil.copyfile(path, draft)
        complete_keys(draft)
    else:
        create_keys(draft)


def _version(config: Config, keys: Keys) -> str:
    engine = make_engine(config, keys.database)
    try:
        return schema_version(engine)
    finally:
        engine.dispose()


def has_settings(instance: Path) -> bool:
    """True when the settings file is there."""
    return (instance / FILE_NAME).exists()


def _holds_something(config: Config) -> bool:
    """True when there is an index already, so that a missing key file must not be replaced."""
    if config.is_embedded:
        file = config.database_file
        return file.exists() and file.stat().st_size > 0
    engine = make_engine(config, b"")
    try:
        return schema_version(engine) != ""
    finally:
        engine.dispose()


def _make_tables(config: Config, keys: Keys) -> bool:
    if config.is_embedded:
        config.database_file.touch(mode=0o600, exist_ok=True)
    engine = make_engine(config, keys.database)
    try:
        if schema_version(engine) == head():
            return False
        if schema_version(engine):
            raise NotReady(schema_problem(engine))
    finally:
        engine.dispose()
    migrate(config, keys)
    return True


def listening_on(config: Config, port: int) -> Config:
    """Return the settings with the port that is really used, where people reach it directly."""
    return dataclasses.replace(config, public_url=f"http://{config.host}:{port}")
