"""What was asked of somebody: who reads it, their reply, and its end after thirty days."""

import datetime as dt
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import update

from portal.children import vault
from portal.core.db import db
from portal.shielding.models import ContactRequest
from tests.cast import CAST, CHILDREN
from tests.search.asking import log_lines, stay_signed_in_until
from tests.shielding.asking import (
    ASKED,
    LIST,
    SignIn,
    ask_about_child,
    ask_after_search,
    call_backs_of,
    kept,
    request_of,
    text_of,
)

ClockAt = Callable[[dt.datetime], None]


def test_the_other_side_reads_who_asks_why_and_about_whom(
    portal: Flask, sign_in: SignIn, passed_on: str
) -> None:
    other = sign_in("social_worker")
    (address,) = call_backs_of(other)
    listed, words = text_of(other, ASKED), text_of(other, address)
    for part in (CAST.health_visitor.name, "Health visitor", "The child is in front of me now",
                 "Harrowmere Health Visiting, North Team"):  # fmt: skip
        assert part in listed
        assert part in words
    assert "Prendergast" not in listed
    born = CHILDREN.story.date_of_birth
    for part in ("Kaitlyn Rose Prendergast", f"{born.day} July {born.year}",
                 CAST.health_visitor.email, "Ring by"):  # fmt: skip
        assert part in words
    (listing,) = log_lines(portal, "call_back:listed")[:1]
    assert (listing["subject_id"], listing["sealed"]) == (None, None)
    (line,) = log_lines(portal, "call_back:opened")
    assert (line["subject_kind"], str(line["subject_id"])) == ("call_back", address[-36:])
    assert line["reason"] == "contact_request"


@pytest.mark.parametrize("key", ["health_visitor", "teacher", "neighbour"])
def test_what_was_asked_of_somebody_else_is_not_there(
    portal: Flask, sign_in: SignIn, passed_on: str, key: str
) -> None:
    (address,) = call_backs_of(sign_in("social_worker"))
    browser = sign_in(key)
    assert "Nobody has asked you to ring them" in text_of(browser, ASKED)
    assert browser.get(address).status_code == 404
    assert browser.post(address, data={"reply": "rang"}).status_code == 404
    assert browser.post(address, data={}).status_code == 404
    assert log_lines(portal, "call_back:replied") == []


def test_the_other_side_reads_neither_the_request_nor_the_askers_list(
    sign_in: SignIn, passed_on: str
) -> None:
    other = sign_in("social_worker")
    assert other.get(passed_on).status_code == 404
    assert "You have not asked" in text_of(other, "/contact-requests/mine")
    assert other.get(f"{LIST}/{request_of(passed_on)}").status_code == 403


@pytest.mark.parametrize(
    "key", ["data_steward", "shield_officer", "helpdesk", "auditor", "untrained"]
)
def test_those_who_cannot_be_asked_have_no_such_list(sign_in: SignIn, key: str) -> None:
    browser = sign_in(key)
    assert browser.get(ASKED).status_code == 403
    nowhere = f"{ASKED}/0f0e0d0c-0b0a-0908-0706-050403020100"
    assert browser.get(nowhere).status_code == 403
    assert browser.post(nowhere, data={"reply": "rang"}).status_code == 403


@pytest.mark.parametrize(
    ("reply", "state", "told"),
    [
        ("rang", "answered", "They rang"),
        ("through_team", "passed_on", "They want to reply through the index team: ring them"),
        ("declined", "passed_on", "They declined"),
    ],
)
def test_the_team_reads_the_reply(
    portal: Flask, sign_in: SignIn, passed_on: str, reply: str, state: str, told: str
) -> None:
    other, steward = sign_in("social_worker"), sign_in("data_steward")
    (address,) = call_backs_of(other)
    for _ in range(2):
        answer = other.post(address, data={"reply": reply})
        assert (answer.status_code, answer.headers["Location"]) == (303, ASKED)
    (row,) = kept(portal)
    assert row.state == state
    assert told in text_of(steward, LIST)
    assert told in text_of(steward, f"{LIST}/{row.id}")
    (line,) = log_lines(portal, "call_back:replied")
    assert line["details"] == {"request": str(row.id), "reply": reply}
    assert 'name="reply"' not in other.get(address).get_data(as_text=True)


def test_a_reply_is_given_once(sign_in: SignIn, passed_on: str) -> None:
    other = sign_in("social_worker")
    (address,) = call_backs_of(other)
    other.post(address, data={"reply": "declined"})
    assert other.post(address, data={"reply": "rang"}).status_code == 409
    assert "You declined" in text_of(other, address)


@pytest.mark.parametrize(
    ("posted", "message"),
    [({}, "Choose your reply"), ({"reply": "nonsense"}, "Choose one of the answers shown"),
     ({"reply": ["rang", "declined"]}, "one answer")],
)  # fmt: skip
def test_a_reply_that_is_none_is_said(
    portal: Flask, sign_in: SignIn, passed_on: str, posted: dict[str, str], message: str
) -> None:
    other = sign_in("social_worker")
    (address,) = call_backs_of(other)
    answer = other.post(address, data=posted)
    assert answer.status_code == 422
    assert message in answer.get_data(as_text=True)
    assert log_lines(portal, "call_back:replied") == []


def test_when_the_team_closes_the_request_nobody_need_ring(sign_in: SignIn, passed_on: str) -> None:
    other = sign_in("social_worker")
    (address,) = call_backs_of(other)
    closed = {"state": "declined"}
    sign_in("data_steward").post(f"{LIST}/{request_of(passed_on)}", data=closed)
    assert "The index team has closed this. You need not ring." in text_of(other, ASKED)
    assert other.post(address, data={"reply": "rang"}).status_code == 409


def test_an_overdue_call_back_says_so(
    portal: Flask, sign_in: SignIn, clock_at: ClockAt, passed_on: str
) -> None:
    other, due_at = sign_in("social_worker"), kept(portal)[0].due_at
    (address,) = call_backs_of(other)
    assert "Overdue" not in text_of(other, ASKED)
    stay_signed_in_until(portal, due_at)
    clock_at(due_at)
    assert "Overdue" in text_of(other, ASKED)
    assert "Overdue: they should have been rung by" in text_of(other, address)


def test_a_reply_does_not_open_what_the_team_closes_at_the_same_moment(
    portal: Flask, sign_in: SignIn, passed_on: str
) -> None:
    other = sign_in("social_worker")
    (address,) = call_backs_of(other)
    other.form_token()
    with portal.app_context(), ThreadPoolExecutor(1) as hand:
        settled = {"state": "declined", "settled_at": dt.datetime.now(dt.UTC)}
        db.session.execute(update(ContactRequest).values(**settled))
        pressed = hand.submit(other.post, address, data={"reply": "rang"})
        time.sleep(1)
        db.session.commit()
        answer = pressed.result(30)
    assert answer.status_code == 409
    assert kept(portal)[0].state == "declined"
    assert log_lines(portal, "call_back:replied") == []


def test_page_and_piece(sign_in: SignIn, passed_on: str) -> None:
    other = sign_in("social_worker")
    for address in (ASKED, *call_backs_of(other)):
        piece = other.get(address, headers={"HX-Request": "true"}).get_data(as_text=True)
        assert piece.lstrip().startswith("<title>")
        assert "<html" not in piece


def test_after_thirty_days_requests_are_closed_and_call_backs_forgotten(
    portal: Flask, sign_in: SignIn, clock_at: ClockAt, passed_on: str
) -> None:
    browser = sign_in("health_visitor")
    declined = ask_about_child(portal, browser, kind="meeting")
    refused = {"state": "declined"}
    sign_in("data_steward").post(f"{LIST}/{request_of(declined)}", data=refused)
    ask_after_search(browser)
    run, made_at = portal.test_cli_runner(), kept(portal)[0].made_at
    rehearse = ["shielding", "close-old-requests", "--rehearse"]
    clock_at(made_at + dt.timedelta(days=30) - dt.timedelta(minutes=1))
    assert "closed: 0." in run.invoke(args=["shielding", "close-old-requests"]).output
    assert len(all_forwards(portal)) == 1
    clock_at(made_at + dt.timedelta(days=30, minutes=1))
    assert "would be closed: 2." in run.invoke(args=rehearse).output
    assert "closed: 2." in run.invoke(args=["shielding", "close-old-requests"]).output
    assert "closed: 0." in run.invoke(args=["shielding", "close-old-requests"]).output
    states = [(row.state, row.settled_by is None) for row in kept(portal)]
    assert states == [("nobody", True), ("declined", False), ("nobody", True)]
    assert all_forwards(portal) == []
    assert [line["details"]["count"] for line in log_lines(portal, "contact_request:lapsed")] == [
        0, 2, 0
    ]  # fmt: skip


def all_forwards(portal: Flask) -> list[object]:
    """Return every call-back that the vault keeps."""
    with portal.app_context():
        return list(vault.all_on(vault.Shelf.FORWARD))
