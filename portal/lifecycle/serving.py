"""Starting the server, or refusing to: an unsafe start helps nobody.

Reverse proxies: waitress believes the forwarded address only when `trusted_proxies` says how many
stand in front, and drops such headers otherwise, so that nobody can write a false address into the
access log.
"""

import gc
import signal
from collections.abc import Callable
from typing import Any, NoReturn

import waitress  # type: ignore[import-untyped]
from flask import Flask

from portal import create_app
from portal.access.chain import last_line_at
from portal.access.room import in_steps
from portal.children.vault.ledger_standing import standing
from portal.core import clock
from portal.core.config import Config, load_config
from portal.core.db import db, snapshot
from portal.core.headers import AROUND_A_FILE
from portal.core.wal import empty_wal
from portal.lifecycle.schema import schema_problem

DEFAULT_PORT = 8000
FORWARDED = {"x-forwarded-for", "x-forwarded-proto"}


class NotReady(Exception):
    """The portal must not start as it is; the text says why and what to do."""


def application_for_commands(config: Config | None = None) -> Flask:
    """Return the application if its tables fit this code.

    Raises NotReady, UnsafeConfiguration, KeyProblem or DatabaseProblem.
    """
    app = create_app(config or load_config())
    with app.app_context():
        problem = schema_problem(db.engine)
    if problem:
        let_go(app)
        raise NotReady(problem)
    return app


def refuse_other_than_ledger(app: Flask) -> None:
    """Raise NotReady where the ledger is not there, not whole, or says more than the index."""
    config, keys = app.extensions["portal_config"], app.extensions["portal_keys"]
    with app.app_context():
        found = standing(db.engine, config, keys)
    if found.fault:
        let_go(app)
        raise NotReady(f"{found.sentence} {found.remedy}.")


def collect_seldom() -> None:
    """Look for rings of forgotten objects seldom, and never among those that stay. Once for a
    process: what is there by then is never let go of.

    A search makes thousands of small objects and no ring; left to itself, Python walks through them
    several times a search, a tenth of its time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def in_application(config: Config, step: Callable[[], object]) -> None:
    """Do one thing in an application of its own; it commits as a command does."""
    app = create_app(config)
    try:
        with app.app_context():
            in_steps(step)()
    finally:
        let_go(app)


def let_go(app: Flask) -> None:
    """Close every connection of an application that is not needed any more."""
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def application_for_people(config: Config | None = None) -> Flask:
    """Return the application if it may be served. Raises what application_for_commands raises."""
    app = application_for_commands(config)
    refuse_other_than_ledger(app)
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            # A program that was killed may have left there what was deleted from the index.
            empty_wal(db.engine)
    with app.app_context(), snapshot(db.engine) as connection:
        newest = last_line_at(connection)
    if newest and clock.now() < newest:
        let_go(app)
        raise NotReady(
            f"The clock of this machine stands before the last line of the access log ({newest:%c} "
            "UTC). Set the clock right, then start again."
        )
    collect_seldom()
    return app


def serve(config: Config, app: Flask, *, host: str, port: int) -> None:
    """Answer requests until interrupted or told to end (SIGTERM)."""
    signal.signal(signal.SIGTERM, _end)
    try:
        waitress.serve(app, **server_settings(config, host=host, port=port))
    finally:
        let_go(app)


def server_settings(config: Config, *, host: str, port: int) -> dict[str, Any]:
    """Return what waitress is told."""
    # What is sent stays in memory: waitress would lay what is longer than half a megabyte on a
    # disk, in the clear, before anybody knows who sent it.
    longest = config.largest_upload + 2 * AROUND_A_FILE
    told: dict[str, Any] = {
        "host": host,
        "port": port,
        "threads": config.threads,
        "url_scheme": "https" if config.is_secure else "http",
        "ident": None,
        "clear_untrusted_proxy_headers": True,
        "max_request_body_size": longest,
        "inbuf_overflow": longest + AROUND_A_FILE,
    }
    if config.trusted_proxies:
        # Only the proxy can knock on 127.0.0.1; on another address a firewall must see to that.
        told["trusted_proxy"] = "*"
        told["trusted_proxy_count"] = config.trusted_proxies
        told["trusted_proxy_headers"] = FORWARDED
    return told


def _end(*_: object) -> NoReturn:
    raise SystemExit(0)
