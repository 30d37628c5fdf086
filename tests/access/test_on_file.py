"""The encrypted file: which file is synced, and the turn of its writers."""

import fcntl
import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from portal import create_app
from portal.core import durable
from portal.core.config import Config, write_config
from portal.core.db import KEPT_KIB, KEPT_WRITING_KIB, db, engine_options, make_engine, snapshot
from portal.core.durable import UNSURE
from portal.core.turns import WAITED, NoTurn, TurnConnection, holds_up_others
from tests.access.writing import add_line, write_line
from tests.databases import URL, EncryptedFile, let_go
from tests.lifecycle.operating import Installation
from tests.waiting import until

LIMIT = 0.03
HURRIED = f"""
import sys
from portal.core import db
db.WAIT_SECONDS = {LIMIT}
from portal.__main__ import main
main(sys.argv[1:])
"""
ON_A_LOST_DISK = """
import sys
from portal.core import durable
def lose(_):
    raise OSError(5, "lost")
durable.to_disk = lose
from portal.__main__ import main
main(sys.argv[1:])
"""


def test_what_is_synced_is_the_log_of_this_database(
    on_file: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    config: Config = on_file.extensions["portal_config"]
    there = config.database_file.with_name("portal.db-wal")
    found: list[bool] = []

    def look(descriptor: int) -> None:
        found.append(os.path.samestat(os.fstat(descriptor), there.stat()))

    monkeypatch.setattr(durable, "to_disk", look)
    write_line(on_file)
    let_go(on_file)
    assert not there.exists(), "the last to leave removes it"
    write_line(on_file)
    assert found == [True, True]


def committed(app: Flask) -> None:
    with app.app_context():
        add_line()
        db.session.commit()


def rolled_back(app: Flask) -> None:
    with app.app_context():
        add_line()
        db.session.rollback()


def closed(app: Flask) -> None:
    with app.app_context():
        add_line()
        db.session.close()


def left(app: Flask) -> None:
    with app.app_context():
        add_line()


def raised(app: Flask) -> None:
    with app.app_context(), suppress(KeyError), Session(db.engine) as session, session.begin():
        session.execute(text("SELECT 1"))
        raise KeyError


def invalidated(app: Flask) -> None:
    with app.app_context():
        connection = db.engine.connect()
        connection.execute(text("SELECT 1"))
        connection.invalidate()
        connection.close()


def detached_and_closed(app: Flask) -> None:
    with app.app_context():
        connection = db.engine.connect()
        connection.detach()
        connection.execute(text("SELECT 1"))
        connection.connection.dbapi_connection.close()  # type: ignore[union-attr]


def died(app: Flask) -> None:
    def die() -> None:
        with suppress(SystemExit), app.app_context():
            add_line()
            raise SystemExit

    in_a_thread(die)


def died_and_left_it_open(app: Flask) -> None:
    """The connection stands in a circle: it stays open until somebody collects it."""

    def forget() -> None:
        with app.app_context():
            KEPT.append(db.engine.connect())
            KEPT[-1].execute(text("SELECT 1"))

    in_a_thread(forget)


def in_a_thread(step: Callable[[], None]) -> None:
    thread = threading.Thread(target=step)
    thread.start()
    thread.join()


KEPT: list[Connection] = []
WAYS = [committed, rolled_back, closed, left, raised, invalidated, detached_and_closed, died]
WAYS.append(died_and_left_it_open)


@pytest.mark.parametrize("end", WAYS, ids=lambda way: str(way.__name__))
def test_the_turn_is_passed_on_however_a_transaction_ends(
    on_file: Flask, end: Callable[[Flask], None]
) -> None:
    with ThreadPoolExecutor(1) as elsewhere:
        elsewhere.submit(end, on_file).result()
        write_line(on_file)
        elsewhere.submit(write_line, on_file).result()
    while KEPT:
        KEPT.pop().close()


def test_a_refused_begin_passes_the_turn_on(on_file: Flask) -> None:
    with on_file.app_context():
        with db.engine.connect() as connection:
            connection.exec_driver_sql("SELECT 1")
            with pytest.raises(NoTurn), Session(db.engine) as second:
                second.execute(text("SELECT 1"))
        with Session(db.engine) as second, second.begin():
            second.execute(text("SELECT 1"))


def test_a_second_writer_in_the_same_thread_is_told_at_once(on_file: Flask) -> None:
    with on_file.app_context():
        add_line()
        with pytest.raises(NoTurn, match="this thread"), Session(db.engine) as second:
            second.execute(text("SELECT 1"))
        db.session.rollback()
        with Session(db.engine) as second, second.begin():
            second.execute(text("SELECT 1"))


def test_readers_take_no_turn(on_file: Flask) -> None:
    with on_file.app_context():
        add_line()
        with snapshot(db.engine) as connection:
            assert connection.scalar(text("SELECT count(*) FROM access_chain")) == 1
        db.session.rollback()
        with snapshot(db.engine) as connection:
            connection.scalar(text("SELECT count(*) FROM access_chain"))
            write_line(on_file)


def test_of_several_programs_one_asks_for_the_lock(on_file: Flask) -> None:
    """While it waits for SQLite it stands at the head of the queue, and leaves it when it is in."""
    config: Config = on_file.extensions["portal_config"]
    outside = make_engine(config, on_file.extensions["portal_keys"].database)
    with ThreadPoolExecutor(1) as pool:
        with outside.connect() as writer:
            writer.execute(text("SELECT 1"))
            assert is_free(config.instance)
            written = pool.submit(write_line, on_file)
            until(lambda: not is_free(config.instance))
            assert not written.done()
        written.result()
    assert is_free(config.instance)
    with on_file.app_context():
        add_line()
        assert is_free(config.instance), "who writes lets the next one ask"
        db.session.rollback()
    outside.dispose()


def test_who_writes_sees_that_others_wait(on_file: Flask) -> None:
    config: Config = on_file.extensions["portal_config"]
    with on_file.app_context():
        add_line()
        writing = db.session.connection()
        assert not holds_up_others(writing)
        with at_the_head(config.instance):
            assert holds_up_others(writing), "another program"
        assert not holds_up_others(writing)
        with ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(write_line, on_file)
            until(lambda: holds_up_others(writing))
            db.session.rollback()
            waiting.result()


@contextmanager
def at_the_head(queue: Path) -> Iterator[None]:
    """Stand there and ask nobody, as a program does that was halted."""
    place = os.open(queue, os.O_RDONLY)
    fcntl.flock(place, fcntl.LOCK_EX)
    try:
        yield
    finally:
        os.close(place)


def test_who_waits_too_long_behind_another_program_is_told(
    on_file: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    config: Config = on_file.extensions["portal_config"]
    monkeypatch.setattr("portal.core.db.WAIT_SECONDS", LIMIT)
    hurried = create_app(config)
    with ThreadPoolExecutor(1) as pool:
        with at_the_head(config.instance):
            refused = pool.submit(write_line, hurried)
            until(refused.done)
            with pytest.raises(NoTurn, match="Try again"):
                refused.result()
        pool.submit(write_line, hurried).result()
    let_go(hurried)


@pytest.fixture(scope="module")
def operated(file_installation: EncryptedFile) -> Installation:
    """The same installation, with the settings that a command reads."""
    write_config(file_installation.config.instance, {"public_url": URL})
    return Installation(file_installation.config.instance)


def test_a_command_says_that_others_wrote_all_the_time(operated: Installation) -> None:
    with at_the_head(operated.folder):
        assert verify_log(operated, HURRIED) == WAITED.format(LIMIT)


def test_a_command_says_that_its_step_may_be_lost(operated: Installation) -> None:
    assert verify_log(operated, ON_A_LOST_DISK) == UNSURE


def verify_log(operated: Installation, code: str) -> str:
    """Return what the command says, which must not be done and must not end with a trace."""
    done = operated.python("-c", code, "audit", "verify")
    assert done.returncode == 1, done.stdout + done.stderr
    return done.stderr.strip()


def is_free(queue: Path) -> bool:
    """True when nobody stands at the head of the queue."""
    place = os.open(queue, os.O_RDONLY)
    try:
        fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(place)
    return True


def test_two_applications_on_one_file_wait_for_each_other(on_file: Flask) -> None:
    """As two servers do: here their threads stand in two turns and in one queue."""
    other = create_app(on_file.extensions["portal_config"])
    with ThreadPoolExecutor(8) as pool:
        apps = [on_file, other] * 40
        for one in [pool.submit(write_line, app) for app in apps]:
            one.result()
    let_go(other)


def test_after_a_crowd_who_is_alone_keeps_one_connection(on_file: Flask) -> None:
    with on_file.app_context():
        crowd = [db.engine.connect() for _ in range(4)]
        for one in crowd:
            one.close()
        used = set()
        for _ in crowd:
            with db.engine.connect() as connection:
                used.add(id(connection.connection.dbapi_connection))
        assert len(used) == 1


def test_whoever_writes_takes_the_room_from_whoever_wrote(on_file: Flask) -> None:
    """All connections together keep what a server may, whoever wrote and in whatever order."""
    config: Config = on_file.extensions["portal_config"]
    _, options = engine_options(config, on_file.extensions["portal_keys"].database)
    with on_file.app_context(), ExitStack() as opened:
        number = options["pool_size"] + options["max_overflow"]
        crowd = [opened.enter_context(db.engine.connect()) for _ in range(number)]
        for writer in (crowd[0], crowd[1], crowd[1], crowd[-1], crowd[0]):
            writer.execute(text("SELECT 1"))
            writer.rollback()
            kept = [_kept_kib(one) for one in crowd]
            assert _kept_kib(writer) == KEPT_WRITING_KIB == max(kept)
            assert kept.count(KEPT_WRITING_KIB) == 1
            assert 0.9 * KEPT_KIB < sum(kept) <= KEPT_KIB


def test_nobody_who_writes_waits_for_the_room_of_a_reader(on_file: Flask) -> None:
    with on_file.app_context(), db.engine.connect() as first, db.engine.connect() as second:
        first.execute(text("SELECT 1"))
        first.rollback()
        first.execution_options(only_reads=True).execute(text("SELECT 1"))
        for kept in (KEPT_WRITING_KIB, None):
            second.execute(text("SELECT 1"))
            second.rollback()
            assert (_kept_kib(first) == KEPT_WRITING_KIB) is (kept is not None)
            assert (_kept_kib(second) == KEPT_WRITING_KIB) is (kept is None)
            first.rollback()


def test_whoever_wrote_and_is_gone_is_asked_for_nothing(on_file: Flask) -> None:
    with on_file.app_context():
        first = db.engine.connect()
        first.execute(text("SELECT 1"))
        opened = first.connection.dbapi_connection
        first.detach()
        first.close()
        with db.engine.connect() as second:
            assert second.execute(text("SELECT 1")).scalar_one() == 1
            assert _kept_kib(second) == KEPT_WRITING_KIB
        assert opened is not None, "it lives on, closed"


def _kept_kib(connection: Connection) -> int:
    """What a connection may keep; asked past its transactions."""
    opened = connection.connection.dbapi_connection
    assert isinstance(opened, TurnConnection)
    return -int(opened.execute("PRAGMA cache_size").fetchone()[0])
