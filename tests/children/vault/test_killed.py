"""Whoever is killed while a child moves into the vault, or out of it, has moved nobody."""

import os
import signal
import uuid
from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session

from portal.access.identity import operator
from portal.access.room import in_steps
from portal.children import actions, finding, vault
from portal.core.db import db
from tests.children.vault.hiding import child_with_everything, rows_of
from tests.databases import let_go

OPERATOR = operator("a test of the vault")
EVERY = 7
State = tuple[dict[str, list[dict[str, Any]]], vault.Grade | None, int]


def state(app: Flask, child_id: uuid.UUID) -> State:
    """Return all that is known of a child: rows, grade, and faults of the name index."""
    with app.app_context():
        session = db.session()
        found = rows_of(session, child_id), vault.grade_of(child_id), len(finding.check(session))
        session.rollback()
    let_go(app)
    return found


def killed_at(app: Flask, statement: int, step: Callable[[], None]) -> bool:
    """Do a step in a process that kills itself before a statement; False when it had fewer."""
    let_go(app)
    child = os.fork()
    if child == 0:
        _die(app, statement, step)
    _, ended = os.waitpid(child, 0)
    assert ended in (0, signal.SIGKILL), ended
    return ended == signal.SIGKILL


def _die(app: Flask, statement: int, step: Callable[[], None]) -> None:
    try:
        with app.app_context():
            _count_down(statement)
            in_steps(step)()
        os._exit(0)
    finally:
        os._exit(1)


def _count_down(statement: int) -> None:
    left = iter(range(statement, -1, -1))

    def before(*_: object) -> None:
        if next(left) == 1:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(db.engine, "before_cursor_execute", before)
    event.listen(Session, "before_commit", before)
    event.listen(Session, "after_commit", before)


def go_through(app: Flask, child_id: uuid.UUID, step: Callable[[], None]) -> tuple[State, int]:
    """Kill a step at every seventh statement until it ends; return what it led to, and how many
    were killed. Nothing may have moved before the commit, everything after it."""
    first, dead = state(app, child_id), 0
    seen: list[State] = []
    for statement in count(1, EVERY):
        was_killed = killed_at(app, statement, step)
        now = state(app, child_id)
        dead += was_killed
        if now != first:
            seen.append(now)
        if not was_killed or now != first:
            break
    assert seen, "the step led to nothing"
    return seen[0], dead


@pytest.mark.parametrize("grade", list(vault.Grade))
def test_killed_at_every_point(portal: Flask, grade: vault.Grade) -> None:
    with portal.app_context():
        child_id = child_with_everything(db.session())
        db.session.rollback()
    before = state(portal, child_id)

    def hide() -> None:
        actions.hide_child(child_id=child_id, grade=grade, by=OPERATOR)

    hidden, dead = go_through(portal, child_id, hide)
    assert hidden[1:] == (grade, 0)
    assert dead > 5
    back, dead = go_through(
        portal, child_id, lambda: actions.unhide_child(child_id=child_id, by=OPERATOR)
    )
    assert back == before
    assert dead > 5
