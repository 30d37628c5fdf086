"""The order of the examination: what later checks need comes first."""

from collections.abc import Callable, Iterator
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from portal.core.config import Config, UnsafeConfiguration, load_config
from portal.core.db import DatabaseProblem, make_engine
from portal.core.keys import KeyProblem, Keys, load_keys
from portal.lifecycle.doctor import machine, tables
from portal.lifecycle.doctor.findings import Finding, Level, bad, ok

DAMAGED = "The database answers with an error, so this could not be looked at."
Check = Callable[[Engine], Finding]
Checks = list[tuple[str, Check]]
PUT_BACK = "Put a back-up in its place: python -m portal restore FILE"


def examine(instance: Path) -> list[Finding]:
    """Look over the installation in a folder; every finding with its remedy."""
    return list(_findings(instance))


def _findings(instance: Path) -> Iterator[Finding]:
    try:
        config = load_config(instance)
    except UnsafeConfiguration as problem:
        yield bad("settings", str(problem), "Change portal.toml as it says, then look again.")
        yield machine.packages()
        return
    yield ok("settings", f"portal.toml can be used; people go to {config.public_url}.")
    yield machine.proxy(config)
    yield machine.modes(config)
    yield machine.disk(config)
    yield machine.backups(config)
    yield machine.packages()
    try:
        keys = load_keys(config.key_path)
    except KeyProblem as problem:
        yield bad("keys", str(problem), "Put the right key file in place; nothing was changed.")
        return
    yield ok("keys", f"{config.key_path.name} can be read, and by nobody else.")
    yield from examine_database(config, keys)


def examine_database(config: Config, keys: Keys) -> Iterator[Finding]:
    """Look over a database alone: what is in it, and whether it fits keys and ledger."""
    engine = make_engine(config, keys.database)
    gates: Checks = [("database", tables.opens), ("version", tables.schema)]
    always: Checks = [("integrity", tables.integrity), ("state", tables.state)]
    begun: Checks = [
        ("links", tables.links),
        ("log", lambda engine: tables.log(engine, keys)),
        ("ledger", lambda engine: tables.ledger(engine, config, keys)),
        ("clock", tables.clock_against_log),
        ("names", tables.names),
        ("rewritten", tables.rewritten),
        ("searches", tables.searches),
        ("uploads", tables.uploads),
    ]
    try:
        for name, check in (*gates, *always, *begun):
            found = _try(name, check, engine)
            yield found
            if found.level is Level.BAD and name in {"database", "version", "state"}:
                return
    finally:
        engine.dispose()


def _try(name: str, check: Check, engine: Engine) -> Finding:
    try:
        return check(engine)
    except DatabaseProblem as problem:
        return bad(name, str(problem), PUT_BACK)
    except SQLAlchemyError:
        return bad(name, DAMAGED, PUT_BACK)
