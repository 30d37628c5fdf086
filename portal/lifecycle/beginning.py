"""How an installation begins: settings, keys, tables. Each step only where it is missing.

Killed anywhere and started again it goes on where it was; what is there is never overwritten.
"""

import dataclasses
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
from portal.core.keys import Keys, create_keys, load_keys
from portal.lifecycle.schema import head, migrate, schema_problem, schema_version
from portal.lifecycle.serving import NotReady


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
    if not config.key_path.exists() and not _holds_something(config):
        create_keys(config.key_path)
        made.append(config.key_path.name)
    keys = load_keys(config.key_path)
    if not config.ledger_path.exists() and not _holds_something(config):
        ledger.begin(config, keys)
        made.append(config.ledger_path.name)
    if _make_tables(config, keys):
        made.append("portal.db" if config.is_embedded else "the tables")
    return Prepared(config=config, made=tuple(made))


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
