"""PostgreSQL: commits that do not flush, and the one that flushes for them all."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import psycopg
import pytest
from flask import Flask
from sqlalchemy import text

from portal.core.db import db
from portal.core.durable import NotDurable
from tests.access.writing import add_line, write_line
from tests.databases import Cluster, ServerDatabase
from tests.waiting import until

SOME = 20
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'"
REACHED = text("SELECT pg_current_wal_flush_lsn() >= cast(:place AS pg_lsn)")
REFUSE = """
CREATE SCHEMA IF NOT EXISTS refusing;
CREATE OR REPLACE FUNCTION refusing.pg_logical_emit_message(boolean, text, text) RETURNS boolean
    LANGUAGE sql AS 'SELECT {}';
SET search_path = refusing, pg_catalog, public
"""


@pytest.fixture
def flushing_nothing(
    server_installation: ServerDatabase, postgresql: Cluster
) -> Iterator[ServerDatabase]:
    """The server's own setting is to flush nothing."""
    postgresql.run("ALTER DATABASE durable SET synchronous_commit = off")
    yield server_installation
    postgresql.run("ALTER DATABASE durable RESET synchronous_commit")


@pytest.fixture
def waiting_for_a_standby(postgresql: Cluster) -> Iterator[None]:
    """Commits wait for a standby that is not there."""
    postgresql.run("ALTER SYSTEM SET synchronous_standby_names = 'nowhere'")
    postgresql.run("SELECT pg_reload_conf()")
    yield
    let_commits_go(postgresql)


def let_commits_go(cluster: Cluster) -> None:
    """Ask for no standby any more."""
    cluster.run("ALTER SYSTEM RESET synchronous_standby_names")
    cluster.run("SELECT pg_reload_conf()")


@pytest.fixture(params=["alone", "with others"])
def others(request: pytest.FixtureRequest) -> bool:
    """Whether somebody else is at work."""
    return str(request.param) == "with others"


@contextmanager
def at_work(app: Flask, others: bool) -> Iterator[None]:
    """Hold a connection for somebody else, or not."""
    with app.app_context():
        held = db.engine.connect() if others else None
        yield
        if held is not None:
            held.close()


def test_a_commit_that_returned_is_flushed(on_server: Flask, others: bool) -> None:
    hold_flushed(on_server, others)


def test_also_where_the_server_flushes_nothing(
    flushing_nothing: ServerDatabase, on_server: Flask, others: bool
) -> None:
    hold_flushed(on_server, others)


def hold_flushed(app: Flask, others: bool) -> None:
    """Commit some lines; each is flushed when its commit returns."""
    with at_work(app, others):
        for _ in range(SOME):
            add_line()
            place = db.session.scalar(text("SELECT pg_current_wal_insert_lsn()::text"))
            db.session.commit()
            with db.engine.connect() as watcher:
                assert watcher.scalar(REACHED, {"place": place})


def test_a_standby_that_must_have_it_is_waited_for(
    on_server: Flask, others: bool, postgresql: Cluster, waiting_for_a_standby: None
) -> None:
    with (
        at_work(on_server, others),
        psycopg.connect(postgresql.uri("postgres"), autocommit=True) as watcher,
        ThreadPoolExecutor(1) as pool,
    ):
        written = pool.submit(write_line, on_server)
        try:
            until(lambda: watcher.execute(WAITING).fetchone() == (1,))
            assert not written.done()
        finally:
            let_commits_go(postgresql)
        written.result()


def test_an_account_without_any_right_may_flush(on_server: Flask, postgresql: Cluster) -> None:
    """What the leader calls must not need a superuser."""
    postgresql.run("CREATE ROLE plain LOGIN")
    uri = postgresql.uri("durable").replace("postgres:", "plain:", 1)
    with psycopg.connect(uri) as connection:
        assert connection.info.user == "plain"
        connection.execute("SELECT pg_logical_emit_message(true, 'portal', '')")
    postgresql.run("DROP ROLE plain")


@pytest.mark.parametrize(
    ("end", "failure", "is_lost"),
    [
        ("1 / 0 = 1", psycopg.errors.DivisionByZero, False),
        ("pg_terminate_backend(pg_backend_pid())", psycopg.errors.AdminShutdown, True),
    ],
    ids=["refused", "ended"],
)
def test_after_a_flush_that_failed_nothing_commits_by_itself(
    on_server: Flask, end: str, failure: type[Exception], is_lost: bool
) -> None:
    with at_work(on_server, others=True), db.engine.connect() as connection:
        connection.exec_driver_sql(REFUSE.format(end))
        with pytest.raises(NotDurable) as raised:
            connection.commit()
        assert isinstance(raised.value.__cause__, failure)
        connection.rollback()
        opened = connection.connection.dbapi_connection
        assert opened is not None
        assert opened.closed == is_lost
        if is_lost:
            connection.invalidate()
        connection.execute(text("CREATE TABLE kept (number integer)"))
        connection.rollback()
        assert connection.scalar(text("SELECT to_regclass('kept')")) is None
