"""GET and POST …/dispute: saying that a contact, or the child's own details, are wrong."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.children.models import Correction
from portal.children.rules import CORRECTION_KINDS, CorrectionKind
from portal.core.db import db
from tests.access.writing import break_log
from tests.cast import CAST, CHILDREN
from tests.children.looking import (
    NOBODY,
    PIECE,
    id_of,
    involvement_of,
    lines,
    read,
    say_why,
)  # fmt: skip
from tests.editor import Editor

SignIn = Callable[[str], Editor]


def count(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(Correction)) or 0


@pytest.fixture
def path(portal: Flask) -> str:
    """The address at which the social worker's contact is said to be wrong."""
    contact = involvement_of(portal, CHILDREN.story, who="social_worker")
    return f"/children/{id_of(portal, CHILDREN.story)}/involvements/{contact}/dispute"


@pytest.fixture
def teacher(portal: Flask, sign_in: SignIn) -> Editor:
    """The teacher, with a reason."""
    browser = sign_in("teacher")
    say_why(browser, id_of(portal, CHILDREN.story))
    return browser


@pytest.mark.parametrize("kind", [kind for kind in CorrectionKind if kind.is_about_contact])
def test_every_kind_can_be_told(
    portal: Flask, teacher: Editor, path: str, kind: CorrectionKind
) -> None:
    page = read(teacher.get(path))
    assert str(CORRECTION_KINDS[kind]) in page
    assert CAST.social_worker.name in page
    sent = teacher.post(path, data={"kind": kind.value})
    assert sent.status_code == 303
    assert "The index team will look into it" in read(teacher.get(sent.headers["Location"]))
    (line,) = lines(portal, "involvement:disputed")
    assert line.details["kind"] == kind.value
    assert not line.details["again"]
    assert count(portal) == 1


def test_the_same_word_twice_is_one_correction(
    portal: Flask, sign_in: SignIn, teacher: Editor, path: str
) -> None:
    other = sign_in("health_visitor")
    say_why(other, id_of(portal, CHILDREN.story))
    teacher.post(path, data={"kind": "wrong_phone"})
    for browser in (teacher, other):
        sent = browser.post(path, data={"kind": "wrong_phone"})
        page = read(browser.get(sent.headers["Location"]))
        assert "Somebody has told the index team already" in page
    assert count(portal) == 1
    teacher.post(path, data={"kind": "person_left"})
    assert count(portal) == 2


def test_the_childs_own_details(portal: Flask, teacher: Editor) -> None:
    child_id = id_of(portal, CHILDREN.story)
    for done in ("disputed", "disputed-again"):
        sent = teacher.post(f"/children/{child_id}/dispute")
        assert sent.headers["Location"] == f"/children/{child_id}?done={done}"
    with portal.app_context():
        row = db.session.scalars(select(Correction)).one()
        assert (row.kind, row.involvement_id) == ("wrong_name_or_birth", None)


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("", "Choose what is wrong"),
        ("wrong_name_or_birth", "Choose one of the answers shown"),
        ("rude", "Choose one of the answers shown"),
    ],
)
def test_bad_input_is_explained(
    portal: Flask, teacher: Editor, path: str, kind: str, message: str
) -> None:
    answer = teacher.post(path, data={"kind": kind})
    assert answer.status_code == 422
    assert message in answer.get_data(as_text=True)
    assert count(portal) == 0


def test_a_contact_of_another_child_is_not_there(portal: Flask, teacher: Editor) -> None:
    child_id = id_of(portal, CHILDREN.story)
    for one in (involvement_of(portal, CHILDREN.namesake_one, who="social_worker"), NOBODY):
        path = f"/children/{child_id}/involvements/{one}/dispute"
        assert teacher.get(path).status_code == 404
        assert teacher.post(path, data={"kind": "wrong_phone"}).status_code == 404
        assert teacher.post(path).status_code == 404
    assert count(portal) == 0


def test_asks_for_a_reason_first(portal: Flask, sign_in: SignIn, path: str) -> None:
    browser, child_id = sign_in("teacher"), id_of(portal, CHILDREN.story)
    answers = [
        browser.get(path), browser.post(path, data={"kind": "wrong_phone"}), browser.post(path),
        browser.post(f"/children/{child_id}/dispute"),
    ]  # fmt: skip
    for answer in answers:
        assert answer.status_code == 303
        assert answer.headers["Location"] == f"/children/{child_id}/reason"
    assert count(portal) == 0


@pytest.mark.parametrize(
    "who", ["helpdesk", "data_steward", "auditor", "untrained", "unaccredited"]
)
def test_refuses_the_wrong_person(portal: Flask, sign_in: SignIn, path: str, who: str) -> None:
    browser = sign_in(who)
    assert browser.get(path).status_code == 403
    assert browser.post(path, data={"kind": "wrong_phone"}).status_code == 403
    assert browser.post(f"/children/{id_of(portal, CHILDREN.story)}/dispute").status_code == 403
    assert len(lines(portal, "door:refused")) == 3
    assert count(portal) == 0


def test_a_failing_log_undoes_the_act(portal: Flask, teacher: Editor, path: str) -> None:
    break_log(portal)
    assert teacher.post(path, data={"kind": "wrong_phone"}).status_code == 500
    assert count(portal) == 0


def test_gives_page_and_piece(teacher: Editor, path: str) -> None:
    assert read(teacher.get(path)).lstrip().startswith("<!DOCTYPE")
    assert read(teacher.get(path, headers=PIECE)).lstrip().startswith("<title>")


def test_rejects_another_method(portal: Flask, teacher: Editor) -> None:
    assert teacher.get(f"/children/{id_of(portal, CHILDREN.story)}/dispute").status_code == 405
