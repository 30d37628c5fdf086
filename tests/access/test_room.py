"""The door: asks, runs, commits once, answers; refuses in a transaction of its own."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from portal import create_app
from portal.access.identity import Identity, current_identity, operator
from portal.access.log import REFUSED, Event, record
from portal.access.models import AccessEvent
from portal.access.permissions import Permission
from portal.access.reasons import Reason, ReasonNeeded, current_reason, state_reason
from portal.access.room import ANYONE, Room
from portal.core.db import db, random_id
from portal.core.errors import NotFound
from tests import signing_in
from tests.access.writing import break_log
from tests.databases import Stage, let_go
from tests.editor import Editor

PUBLIC = ANYONE("this door exists in this test only")
CHILD = random_id()


def trial_room() -> Room:
    """Return a room whose doors write one line each and then end in different ways."""
    room = Room("trial", __name__)

    def wrote() -> None:
        record(Event.LOG_READ, by=current_identity(), subject_kind="trial")

    @room.get("/trial/kept", requires=PUBLIC)
    def kept() -> str:
        wrote()
        return "seen"

    @room.get("/trial/raised", requires=PUBLIC)
    def raised() -> str:
        wrote()
        raise NotFound

    @room.get("/trial/broken", requires=PUBLIC)
    def broken() -> str:
        wrote()
        raise RuntimeError("Kaitlyn")

    @room.get("/trial/auditors", requires=Permission.LOG_READ)
    def auditors() -> str:
        wrote()
        return "seen"

    @room.get("/trial/reason", requires=Permission.CHILD_OPEN)
    def reason() -> str:
        wrote()
        current_reason(child_id=CHILD, by=current_identity())
        return "seen"

    @room.post("/trial/reason", requires=Permission.CHILD_OPEN)
    def give() -> str:
        state_reason(child_ids=[CHILD], reason=Reason.REFERRAL, by=current_identity())
        return "given"

    return room


@pytest.fixture(scope="module")
def furnished(stage: Stage) -> Flask:
    """An application of the same installation with the trial room in it."""
    app = create_app(stage.config)
    app.test_client_class = Editor
    app.register_blueprint(trial_room())
    return app


@pytest.fixture
def trial(furnished: Flask, portal: Flask) -> Iterator[Flask]:
    """The same, with the town as it was at the beginning."""
    yield furnished
    let_go(furnished)


def lines(app: Flask, event: Event = Event.LOG_READ) -> int:
    """Return how many lines with this word the log holds."""
    with app.app_context():
        found = select(func.count()).where(AccessEvent.event == event.value)
        return db.session.scalar(found) or 0


def test_a_view_that_returns_commits(trial: Flask) -> None:
    answer = trial.test_client().get("/trial/kept")
    assert answer.text == "seen"
    assert lines(trial) == 1


@pytest.mark.parametrize(("path", "status"), [("/trial/raised", 404), ("/trial/broken", 500)])
def test_a_view_that_raises_leaves_nothing(trial: Flask, path: str, status: int) -> None:
    answer = trial.test_client().get(path)
    assert answer.status_code == status
    assert "Kaitlyn" not in answer.text
    assert lines(trial) == 0


def test_an_unknown_person_is_sent_to_sign_in_and_back(trial: Flask) -> None:
    answer = trial.test_client().get("/trial/auditors")
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/sign-in?next=/trial/auditors"
    piece = trial.test_client().get("/trial/auditors", headers={"HX-Request": "true"})
    assert piece.status_code == 401
    assert piece.headers["HX-Redirect"].startswith("/sign-in")


def test_the_right_person_passes(trial: Flask) -> None:
    assert signing_in.browser_of(trial, "auditor").get("/trial/auditors").text == "seen"
    assert lines(trial) == 1


def test_a_refusal_is_answered_and_logged_on_its_own(trial: Flask) -> None:
    answer = signing_in.browser_of(trial, "health_visitor").get("/trial/auditors")
    assert answer.status_code == 403
    assert lines(trial) == 0
    with trial.app_context():
        line = db.session.scalars(
            select(AccessEvent).where(AccessEvent.event == Event.DOOR_REFUSED.value)
        ).one()
        assert line.outcome == REFUSED
        assert line.account_id is not None


@pytest.mark.parametrize("key", ["health_visitor"])
def test_a_look_needs_a_current_reason(trial: Flask, key: str) -> None:
    browser = signing_in.browser_of(trial, key)
    asked = browser.get("/trial/reason")
    assert asked.status_code == 303
    assert asked.headers["Location"] == f"/children/{CHILD}/reason"
    assert browser.post("/trial/reason").text == "given"
    assert browser.get("/trial/reason").text == "seen"
    other_session = signing_in.browser_of(trial, key)
    assert other_session.get("/trial/reason").status_code == 303


@pytest.mark.parametrize("path", ["/trial/kept", "/trial/auditors"])
def test_a_log_that_refuses_shows_nothing(trial: Flask, path: str) -> None:
    browser = signing_in.browser_of(trial, "auditor")
    break_log(trial)
    answer = browser.get(path)
    assert answer.status_code == 500
    assert "seen" not in answer.text


def test_even_a_refusal_needs_its_line(trial: Flask) -> None:
    browser = signing_in.browser_of(trial, "health_visitor")
    break_log(trial)
    assert browser.get("/trial/auditors").status_code == 500


def test_lines_cannot_be_changed_or_deleted(session: Session, portal: Flask) -> None:
    record(Event.LOG_READ, by=operator("test"))
    session.commit()
    for act in (update(AccessEvent).values(event="nothing"), delete(AccessEvent)):
        with pytest.raises(DatabaseError, match="append-only"):
            session.execute(act)
        session.rollback()


def test_a_reason_is_of_one_child(portal: Flask, session: Session) -> None:
    by = Identity(account_id=random_id(), session_mark="0123456789abcdef")
    state_reason(child_ids=[CHILD], reason=Reason.OTHER, note="asked by phone", by=by)
    assert current_reason(child_id=CHILD, by=by).reason == Reason.OTHER
    with pytest.raises(ReasonNeeded):
        current_reason(child_id=random_id(), by=by)
