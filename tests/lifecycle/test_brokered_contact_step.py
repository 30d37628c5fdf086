"""Step 0006 keeps every request for contact, there and back."""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from alembic import command
from flask import Flask
from sqlalchemy import Engine, text

from portal.core.db import make_engine
from portal.lifecycle import schema
from tests.databases import Stage, let_go
from tests.editor import Editor
from tests.shielding.asking import ask_about_child, ask_after_search, kept, pass_on, request_of

SignIn = Callable[[str], Editor]
OLD = "number, state, taken_by, taken_at, settled_by, settled_at"


@pytest.fixture
def asked(portal: Flask, sign_in: SignIn) -> None:
    """Four requests: passed on, answered with nobody, waiting after a search, closed by no one."""
    browser, steward = sign_in("health_visitor"), sign_in("data_steward")
    receipts = [ask_about_child(portal, browser, kind=kind) for kind in
                ("with_me_now", "speak", "meeting")]  # fmt: skip
    pass_on(portal, steward, receipts[0], to="social_worker")
    steward.post(f"/contact-requests/{request_of(receipts[1])}", data={"state": "nobody"})
    ask_after_search(browser)
    let_go(portal)


@pytest.fixture
def engine(stage: Stage, portal: Flask) -> Iterator[Engine]:
    """The same database, outside the application."""
    made = make_engine(stage.config, portal.extensions["portal_keys"].database)
    yield made
    made.dispose()


def back(engine: Engine) -> None:
    """Undo the step."""
    steps = schema.scripts()
    with engine.connect() as connection:
        steps.attributes["connection"] = connection
        command.downgrade(steps, "0005")


def rows(engine: Engine, columns: str) -> list[Any]:
    """Return these columns of every request, in the order they were made."""
    with engine.connect() as connection:
        wanted = f"SELECT {columns} FROM contact_request ORDER BY made_at"
        return list(connection.execute(text(wanted)))


def test_what_was_asked_outlasts_the_step(portal: Flask, asked: None, engine: Engine) -> None:
    before = kept(portal)
    let_go(portal)
    back(engine)
    older = rows(engine, OLD)
    assert [row.number for row in older] == [row.number for row in before]
    assert [row.state for row in older] == ["taken", "declined", "new", "new"]
    assert [row.taken_by is None for row in older] == [False, True, True, True]
    schema.migrate_engine(engine)
    after = kept(portal)
    assert [row.state for row in after] == ["new", "declined", "new", "new"]
    for one, other in zip(before, after, strict=True):
        for name in ("id", "number", "child_id", "search_id", "sealed_typed", "subject_mark",
                     "kind", "ring_back", "made_at", "account_id"):  # fmt: skip
            assert getattr(one, name) == getattr(other, name), name
    waited = [row.due_at - row.made_at for row in after]
    assert waited == [dt.timedelta(hours=1), *[dt.timedelta(days=4)] * 3]


def test_a_request_about_a_child_who_is_gone_cannot_go_back(
    portal: Flask, asked: None, engine: Engine
) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE contact_request SET child_id = id WHERE kind = 'meeting'"))
    back(engine)
    assert len(rows(engine, "number")) == 3
