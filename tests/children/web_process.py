"""A web process of its own: the application in another Python, asked over a pipe."""

import multiprocessing
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from multiprocessing.connection import Connection
from typing import Any

from sqlalchemy import update

from portal import create_app
from portal.access.identity import operator
from portal.children import finding
from portal.children.actions import change_child, create_child
from portal.children.models import ChildRecord
from portal.children.rules import ChildDraft
from portal.core.config import Config
from portal.core.db import db
from portal.matching import describe
from tests.databases import let_go

FEED = operator("feeds import")
# Each process comes from one that has read the code and done nothing else: reading takes longest.
FRESH = multiprocessing.get_context("forkserver")
FRESH.set_forkserver_preload([__name__])


def find(given_names: str, family_name: str, born: date) -> list[uuid.UUID]:
    """The children named, the likeliest first."""
    query = describe(given_names=given_names, family_name=family_name, birth=born)
    return [one.child_id for one in finding.candidates(db.session(), query).candidates]


def create(draft: ChildDraft) -> uuid.UUID:
    """Keep a child, and commit."""
    child_id = create_child(draft=draft, by=FEED)
    db.session.commit()
    return child_id


def change(child_id: uuid.UUID, draft: ChildDraft) -> None:
    """Keep what is new of a child, and commit."""
    change_child(child_id=child_id, draft=draft, by=FEED)
    db.session.commit()


def archive(child_id: uuid.UUID) -> None:
    """Put a child away, and commit."""
    finding.forget_child(db.session(), child_id)
    gone = update(ChildRecord).where(ChildRecord.id == child_id).values(lifecycle="archived")
    db.session.execute(gone)
    db.session.commit()


ACTS = {act.__name__: act for act in (find, create, change, archive)}


class WebProcess:
    """Does an act in the other process; each in a request's own context, without a restart."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe

    def __call__(self, act: str, *values: Any) -> Any:
        """Do it there and return what it returned."""
        self._pipe.send((act, values))
        assert self._pipe.poll(60), "the other process does not answer"
        return self._pipe.recv()


def _answer(config: Config, pipe: Connection) -> None:
    app = create_app(config)
    while asked := pipe.recv():
        act, values = asked
        with app.app_context():
            pipe.send(ACTS[act](*values))
    let_go(app)


@contextmanager
def web_process(config: Config) -> Iterator[WebProcess]:
    """Run one for as long as the block lasts."""
    own, other = FRESH.Pipe()
    running = FRESH.Process(target=_answer, args=(config, other))
    running.start()
    try:
        yield WebProcess(own)
    finally:
        own.send(None)
        running.join(20)
        running.kill()
    assert running.exitcode == 0
