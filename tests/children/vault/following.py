"""The ledger beside a database: what it says, an earlier database in place, a process killed."""

import os
import signal
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal.access.identity import operator
from portal.access.room import in_steps
from portal.children import actions, vault
from portal.children.actions.replaying import replay_ledger
from portal.children.models import ChildRecord
from portal.children.vault import ledger, ledger_file
from portal.children.vault.ledger_standing import Standing, standing
from portal.children.visibility import Job, everything
from portal.core.config import Config
from portal.core.db import db
from portal.core.keys import Keys
from portal.lifecycle.serving import NotReady, application_for_people
from tests.databases import Stage, let_go

OPERATOR = operator("a test of the ledger")
ABSENT, MASKED = vault.Grade.ABSENT, vault.Grade.MASKED
Step = Callable[[], Any]


def settings(app: Flask) -> Config:
    """Its settings."""
    config: Config = app.extensions["portal_config"]
    return config


def keys(app: Flask) -> Keys:
    """Its keys."""
    held: Keys = app.extensions["portal_keys"]
    return held


def said(app: Flask) -> list[dict[str, Any]]:
    """What the ledger says, line by line."""
    found = ledger_file.lines(settings(app).ledger_path, keys(app))
    return [ledger_file.content_of(line, keys(app)) for line in found]


def acts(app: Flask) -> list[str]:
    """The words of its lines, one after the other."""
    return [str(content["act"]) for content in said(app)]


def agreement(app: Flask) -> Standing:
    """Whether database and ledger agree."""
    with app.app_context():
        return standing(db.engine, settings(app), keys(app))


def refused_start(app: Flask) -> str:
    """What a server says that must not start."""
    with pytest.raises(NotReady) as refusal:
        application_for_people(settings(app))
    return str(refusal.value)


def commit(app: Flask, step: Step) -> None:
    """Do a step in a context of its own, and commit."""
    with app.app_context():
        in_steps(step)()


def hide(app: Flask, child_id: uuid.UUID, grade: vault.Grade = ABSENT) -> None:
    """Hide a child."""
    commit(app, lambda: actions.hide_child(child_id=child_id, grade=grade, by=OPERATOR))


def show(app: Flask, child_id: uuid.UUID) -> None:
    """Show a child again."""
    commit(app, lambda: actions.unhide_child(child_id=child_id, by=OPERATOR))


def replay(app: Flask) -> None:
    """Follow the ledger to its end."""
    commit(app, lambda: replay_ledger(by=OPERATOR))


def some_children(app: Flask, many: int) -> list[uuid.UUID]:
    """The ids of some children of the town."""
    with app.app_context():
        return [child.id for child in db.session.scalars(_children().limit(many))]


def _children() -> Any:
    active = everything(Job.VAULT).where(ChildRecord.lifecycle == "active")
    return active.order_by(ChildRecord.record_number)


def grade(app: Flask, child_id: uuid.UUID) -> vault.Grade | None:
    """How far a child is hidden."""
    with app.app_context():
        return vault.grade_of(child_id)


def is_in_index(app: Flask, child_id: uuid.UUID) -> bool:
    """True when the index has a row of the child."""
    with app.app_context():
        wanted = select(ChildRecord.id).where(ChildRecord.id == child_id)
        return db.session.scalar(wanted) is not None


def earlier_database(stage: Stage, app: Flask) -> None:
    """Put the database of the beginning in place, past every command; the ledger stays."""
    path = settings(app).ledger_path
    kept = path.read_bytes()
    stage.put_back(app)
    path.write_bytes(kept)


def die(*_: object) -> None:
    """End this process as a power cut does."""
    os.kill(os.getpid(), signal.SIGKILL)


def killed(app: Flask, step: Step, *, at: Callable[[], None]) -> bool:
    """Do a step in a process of its own, where `at` has set a trap; True when it was killed."""
    let_go(app)
    child = os.fork()
    if child == 0:
        try:
            at()
            commit(app, step)
            os._exit(0)
        finally:
            os._exit(1)
    _, ended = os.waitpid(child, 0)
    assert ended in (0, signal.SIGKILL), ended
    return ended == signal.SIGKILL


def before_commit_of_database() -> None:
    """A trap: the line is on the disk, the commit has not begun."""
    write = ledger_file.Ledger.append

    def append(*words: Any) -> None:
        write(*words)
        die()

    setattr(ledger_file.Ledger, "append", append)  # noqa: B010


def before_the_line() -> None:
    """A trap: everything is done, nothing is written."""
    setattr(ledger_file.Ledger, "append", die)  # noqa: B010


def after_commit_of_database() -> None:
    """A trap: the commit is done, and nothing says yet that it stands."""
    setattr(ledger, "_confirm", die)  # noqa: B010
