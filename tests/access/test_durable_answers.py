"""No answer leaves before what it shows is on disk."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session
from structlog.testing import capture_logs

from portal import create_app
from portal.access.chain import verify_chain
from portal.access.identity import operator
from portal.access.log import Entry, Event, record_all
from portal.access.models import AccessEvent
from portal.core.config import Config
from portal.core.db import db, make_engine, snapshot
from portal.core.durable import NotDurable
from portal.core.keys import Keys
from tests import signing_in
from tests.access.syncing import Syncs
from tests.access.writing import write_line
from tests.databases import Stage, let_go
from tests.editor import Editor
from tests.waiting import until

MANY = 8
LINES = select(func.count()).select_from(AccessEvent)


@pytest.fixture
def own(stage: Stage, portal: Flask) -> Iterator[Flask]:
    """An application of this test alone: a lost disk stays lost."""
    app = create_app(stage.config)
    app.config["TESTING"] = True
    app.test_client_class = Editor
    yield app
    let_go(app)


@pytest.fixture
def syncs(own: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Syncs]:
    """Its syncs. Somebody else is at work: who is alone on a server leaves the sync to it."""
    with own.app_context():
        another = db.engine.connect()
    yield Syncs(own.extensions["portal_config"], monkeypatch)
    another.close()


def lines(app: Flask) -> int:
    """How many lines others see, past the application."""
    config: Config = app.extensions["portal_config"]
    keys: Keys = app.extensions["portal_keys"]
    engine = make_engine(config, keys.database)
    with snapshot(engine) as connection:
        found = connection.scalar(LINES)
    engine.dispose()
    return found or 0


@pytest.mark.parametrize(
    ("path", "status", "new"), [("/search", 200, 0), ("/log", 403, 1)], ids=["shown", "refused"]
)
def test_the_answer_waits_for_the_sync(
    own: Flask, syncs: Syncs, path: str, status: int, new: int
) -> None:
    browser = signing_in.browser_of(own, "health_visitor")
    browser.get(path)
    before, seen = syncs.number, lines(own)
    syncs.may_end.clear()
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(browser.get, path)
        try:
            until(lambda: syncs.number == before + 1)
            assert lines(own) == seen + new, "what waits is seen by others: nobody is held up"
            assert not answer.done()
        finally:
            syncs.may_end.set()
        assert answer.result().status_code == status


@pytest.mark.parametrize("path", ["/search", "/log"], ids=["shown", "refused"])
def test_a_failed_sync_shows_nothing(own: Flask, syncs: Syncs, path: str) -> None:
    browser = signing_in.browser_of(own, "health_visitor")
    right = browser.get(path).get_data(as_text=True)
    syncs.fails = True
    with capture_logs() as said:
        answer = browser.get(path)
    assert answer.status_code == 500
    assert answer.get_data(as_text=True) != right
    assert "Sorry, there is a problem" in answer.get_data(as_text=True)
    assert [line["error"] for line in said if line["event"] == "failed"] == ["NotDurable"]


def test_after_a_failed_sync_of_the_file_no_answer_leaves(own: Flask, syncs: Syncs) -> None:
    """A server that flushes says itself what is lost; a file does not."""
    browser = signing_in.browser_of(own, "health_visitor")
    syncs.fails = True
    assert browser.get("/search").status_code == 500
    syncs.fails = False
    is_embedded = own.extensions["portal_config"].is_embedded
    assert browser.get("/search").status_code == (500 if is_embedded else 200)
    again = create_app(own.extensions["portal_config"])
    write_line(again)
    let_go(again)


def test_commits_of_many_share_their_syncs(own: Flask, syncs: Syncs) -> None:
    write_line(own)
    before, seen = syncs.number, lines(own)
    syncs.may_end.clear()
    with ThreadPoolExecutor(MANY + 1) as pool:
        first = pool.submit(write_line, own)
        until(lambda: syncs.number == before + 1)
        others = [pool.submit(write_line, own) for _ in range(MANY)]
        try:
            until(lambda: lines(own) == seen + 1 + MANY)
            assert not any(one.done() for one in [first, *others])
        finally:
            syncs.may_end.set()
        for one in [first, *others]:
            one.result()
    # The last may have been counted by us and not yet stood in line: three rounds at most.
    assert syncs.number - before <= 3


def test_every_way_to_commit_is_synced(own: Flask, syncs: Syncs) -> None:
    write_line(own)
    before = syncs.number
    entry = Entry(event=Event.LOG_READ)
    with own.app_context():
        record_all([entry], by=operator("tests"))
        db.session.commit()
        assert syncs.number == before + 1
        with Session(db.engine) as session, session.begin():
            record_all([entry], by=operator("tests"), session=session)
            with session.begin_nested():
                session.execute(text("SELECT 1"))
            assert syncs.number == before + 1, "a savepoint is no commit"
        assert syncs.number == before + 2
        with db.engine.begin() as connection:
            connection.execute(text("UPDATE access_chain SET length = length"))
        assert syncs.number == before + 3
        record_all([entry], by=operator("tests"))
        db.session.rollback()
        with snapshot(db.engine) as connection:
            connection.scalar(LINES)
        assert syncs.number == before + 3


def test_a_commit_whose_sync_failed_raises(own: Flask, syncs: Syncs) -> None:
    syncs.fails = True
    with pytest.raises(NotDurable):
        write_line(own)


def test_engines_outside_an_application_sync_themselves(own: Flask, syncs: Syncs) -> None:
    config: Config = own.extensions["portal_config"]
    keys: Keys = own.extensions["portal_keys"]
    word = "PRAGMA synchronous" if config.is_embedded else "SHOW synchronous_commit"
    outside = make_engine(config, keys.database)
    before = syncs.number
    with outside.begin() as connection:
        found = connection.scalar(text(word))
        connection.execute(text("UPDATE access_chain SET length = length"))
    outside.dispose()
    assert found == (2 if config.is_embedded else "on")
    assert syncs.number == before


def test_the_chain_is_whole_after_all_that(own: Flask) -> None:
    with ThreadPoolExecutor(MANY) as pool:
        for one in [pool.submit(write_line, own) for _ in range(5 * MANY)]:
            one.result()
    with own.app_context(), snapshot(db.engine) as connection:
        assert verify_chain(connection, own.extensions["portal_keys"].log).is_whole
