"""GET /children/<id>: who may look, for what reason, and the line that each look leaves."""

import datetime as dt
import uuid
from collections.abc import Callable
from unittest.mock import patch

import pytest
from flask import Flask

from portal.core import clock
from tests.access.writing import break_log
from tests.cast import CHILDREN
from tests.children.looking import (
    NOBODY,
    SignIn,
    archive,
    id_of,
    lines,
    open_record,
    read,
    say_why,
    without_tokens,
)  # fmt: skip
from tests.editor import Editor


def test_asks_for_a_reason_first(portal: Flask, sign_in: SignIn) -> None:
    child_id = id_of(portal, CHILDREN.story)
    answer = sign_in("teacher").get(f"/children/{child_id}")
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/children/{child_id}/reason"
    assert CHILDREN.story.family_name not in answer.get_data(as_text=True)
    assert not lines(portal, "child:opened")


def test_a_reason_counts_for_one_child_one_person_and_two_hours(
    portal: Flask, sign_in: SignIn, clock_at: Callable[[dt.datetime], None]
) -> None:
    browser, other = sign_in("teacher"), sign_in("health_visitor")
    story, twin = id_of(portal, CHILDREN.story), id_of(portal, CHILDREN.twin_one)
    now = clock.now()
    open_record(browser, story)
    assert browser.get(f"/children/{twin}").status_code == 303
    assert other.get(f"/children/{story}").status_code == 303
    clock_at(now + dt.timedelta(minutes=10))
    assert browser.get(f"/children/{story}").status_code == 200
    with patch("portal.access.reasons.CURRENT_FOR", dt.timedelta(0)):
        say_why(other, story)
    assert other.get(f"/children/{story}").status_code == 303


def test_leaves_one_line_for_each_look(portal: Flask, sign_in: SignIn) -> None:
    browser, child_id = sign_in("health_visitor"), id_of(portal, CHILDREN.story)
    open_record(browser, child_id)
    read(browser.get(f"/children/{child_id}"))
    first, second = lines(portal, "child:opened")
    assert (first.subject_id, first.reason, first.outcome) == (child_id, "referral", "0")
    assert {"name", "nhs_number", "current_contacts"} <= set(first.details["shown"])
    assert "upn" not in first.details["shown"]
    assert second == first
    words = str(first.details)
    assert CHILDREN.story.family_name not in words


@pytest.mark.parametrize(
    "who", ["helpdesk", "authoriser", "auditor", "untrained", "unaccredited", "unvetted_helpdesk"]
)
def test_refuses_the_wrong_person(portal: Flask, sign_in: SignIn, who: str) -> None:
    child_id = id_of(portal, CHILDREN.story)
    answer = sign_in(who).get(f"/children/{child_id}")
    assert answer.status_code == 403
    assert CHILDREN.story.family_name not in answer.get_data(as_text=True)
    (refusal,) = lines(portal, "door:refused")
    assert refusal.outcome == "4"
    assert not lines(portal, "child:opened")


def test_somebody_we_do_not_know_goes_to_sign_in(portal: Flask, client: Editor) -> None:
    answer = client.get(f"/children/{id_of(portal, CHILDREN.story)}")
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/sign-in")


def test_no_such_child_and_an_archived_one_are_the_same_bytes(
    portal: Flask, sign_in: SignIn
) -> None:
    browser, child_id = sign_in("teacher"), id_of(portal, CHILDREN.story)
    archive(portal, child_id)
    answers = []
    for one in (child_id, NOBODY, uuid.uuid4()):
        say_why(browser, one)
        answer = browser.get(f"/children/{one}")
        assert answer.status_code == 404
        answers.append(without_tokens(answer.get_data(as_text=True)))
    assert answers[0] == answers[1] == answers[2]
    assert not lines(portal, "child:opened")


def test_rejects_another_method(portal: Flask, sign_in: SignIn) -> None:
    child_id = id_of(portal, CHILDREN.story)
    assert sign_in("teacher").post(f"/children/{child_id}").status_code == 405


def test_an_address_that_is_no_id_is_not_there(portal: Flask, sign_in: SignIn) -> None:
    browser = sign_in("teacher")
    for word in ("1", "mother", "%00", "../etc"):
        assert browser.get(f"/children/{word}").status_code == 404


def test_nothing_is_shown_when_the_log_cannot_be_written(portal: Flask, sign_in: SignIn) -> None:
    browser, child_id = sign_in("teacher"), id_of(portal, CHILDREN.story)
    say_why(browser, child_id)
    break_log(portal)
    answer = browser.get(f"/children/{child_id}")
    assert answer.status_code == 500
    assert CHILDREN.story.family_name not in answer.get_data(as_text=True)
