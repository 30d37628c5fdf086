"""Passing a call-back on, and the other side's reply."""

import datetime as dt
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import select, update

from portal.accounts.models import Account
from portal.children import vault
from portal.core.db import db
from portal.directory.models import Practitioner
from portal.shielding.models import ContactRequest
from tests.cast import CAST, CHILDREN
from tests.editor import Editor
from tests.search.asking import about, id_of, log_lines, main_part, results, stay_signed_in_until
from tests.shielding.asking import (
    ask_about_child,
    ask_after_search,
    call_backs_of,
    kept,
    looked_at,
    pass_on,
    practitioner_of,
    request_of,
)

SignIn = Callable[[str], Editor]
ClockAt = Callable[[dt.datetime], None]
LIST = "/contact-requests"
ASKED = "/call-backs"


@pytest.fixture
def passed_on(portal: Flask, sign_in: SignIn) -> str:
    """A request of the health visitor of which a call-back was passed on to the social worker."""
    receipt = ask_about_child(portal, sign_in("health_visitor"), kind="with_me_now")
    answer = pass_on(portal, sign_in("data_steward"), receipt, to="social_worker")
    assert answer.headers["Location"] == f"{LIST}/{request_of(receipt)}"
    return receipt


def text_of(browser: Editor, address: str) -> str:
    """Return what a page says."""
    return main_part(browser.get(address).get_data(as_text=True))


@pytest.mark.parametrize("key", ["data_steward", "shield_officer"])
def test_the_team_chooses_among_those_who_work_with_the_child(
    portal: Flask, sign_in: SignIn, key: str
) -> None:
    receipt = ask_about_child(portal, sign_in("health_visitor"))
    page = sign_in(key).get(f"{LIST}/{request_of(receipt)}").get_data(as_text=True)
    for offered in ("social_worker", "teacher"):
        assert f'value="{practitioner_of(portal, offered)}"' in page
    assert f'value="{practitioner_of(portal, "health_visitor")}"' not in page, "the asker"
    assert f'value="{practitioner_of(portal, "police_officer")}"' not in page
    assert "In confidence" not in page


def test_a_call_back_is_passed_on_and_logged(
    portal: Flask, sign_in: SignIn, passed_on: str
) -> None:
    (row,) = kept(portal)
    assert (row.state, row.settled_at) == ("passed_on", None)
    words = text_of(sign_in("data_steward"), f"{LIST}/{row.id}")
    assert CAST.social_worker.name in words
    assert "No reply yet" in words
    assert f"Passed on by {CAST.data_steward.name}" in words
    (line,) = log_lines(portal, "contact_request:passed_on")
    assert line["subject_kind"] == "call_back"
    assert line["details"] == {
        "request": str(row.id), "practitioner": str(practitioner_of(portal, "social_worker"))
    }  # fmt: skip


def test_no_plain_table_says_who_was_asked(portal: Flask, passed_on: str) -> None:
    asked = practitioner_of(portal, "social_worker")
    with portal.app_context():
        account = select(Account.id).where(Account.practitioner_id == asked)
        known = {asked, db.session.scalars(account).one()}
        columns = ContactRequest.__table__.columns
        (row,) = db.session.execute(select(*columns)).all()
    assert not known & set(row)


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


def test_a_second_person_may_be_asked_and_the_same_only_once(
    portal: Flask, sign_in: SignIn, passed_on: str
) -> None:
    steward = sign_in("data_steward")
    assert pass_on(portal, steward, passed_on, to="social_worker").status_code == 303
    assert len(call_backs_of(sign_in("social_worker"))) == 1
    assert pass_on(portal, steward, passed_on, to="teacher").status_code == 303
    assert len(call_backs_of(sign_in("teacher"))) == 1
    assert len(log_lines(portal, "contact_request:passed_on")) == 2
    page = steward.get(f"{LIST}/{request_of(passed_on)}").get_data(as_text=True)
    assert page.count('data-testid="asked-to-ring"') == 2


@pytest.mark.parametrize("key", ["police_officer", "health_visitor"])
def test_who_does_not_work_with_the_child_cannot_be_asked(
    portal: Flask, sign_in: SignIn, key: str
) -> None:
    receipt = ask_about_child(portal, sign_in("health_visitor"))
    assert pass_on(portal, sign_in("data_steward"), receipt, to=key).status_code == 422
    assert kept(portal)[0].state == "new"


def test_who_left_cannot_be_asked(portal: Flask, sign_in: SignIn) -> None:
    receipt = ask_about_child(portal, sign_in("health_visitor"))
    with portal.app_context():
        gone = Practitioner.id == practitioner_of(portal, "social_worker")
        db.session.execute(update(Practitioner).where(gone).values(left_on=dt.date(2020, 1, 1)))
        db.session.commit()
    answer = pass_on(portal, sign_in("data_steward"), receipt, to="social_worker")
    assert answer.status_code == 422


def test_a_call_back_needs_somebody_to_ring(portal: Flask, sign_in: SignIn) -> None:
    receipt = ask_about_child(portal, sign_in("health_visitor"))
    answer = sign_in("data_steward").post(
        f"{LIST}/{request_of(receipt)}", data={"state": "passed_on"}
    )
    assert answer.status_code == 422
    assert "Choose who should be asked to ring" in answer.get_data(as_text=True)


def test_somebody_without_an_account_is_rung_by_the_team(portal: Flask, sign_in: SignIn) -> None:
    receipt = ask_about_child(portal, sign_in("health_visitor"))
    with portal.app_context():
        theirs = Account.practitioner_id == practitioner_of(portal, "social_worker")
        db.session.execute(update(Account).where(theirs).values(status="closed"))
        db.session.commit()
    words = text_of(sign_in("data_steward"), f"{LIST}/{request_of(receipt)}")
    assert words.count("They have no account here: ring them yourself on") == 1


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


def test_after_a_search_the_team_names_the_record(portal: Flask, sign_in: SignIn) -> None:
    receipt = ask_after_search(sign_in("health_visitor"), about(CHILDREN.story))
    steward, address = sign_in("data_steward"), f"{LIST}/{request_of(receipt)}"
    assert 'name="practitioner"' not in steward.get(address).get_data(as_text=True)
    looked_at(portal, steward)
    results(steward, about(CHILDREN.story))
    number = record_number(steward, portal)
    named = steward.post(f"{address}/record", data={"number": number.replace("-", " ").lower()})
    assert (named.status_code, named.headers["Location"]) == (303, address)
    assert "Kaitlyn Rose Prendergast" in text_of(steward, address)
    assert pass_on(portal, steward, receipt, to="social_worker").status_code == 303
    other = sign_in("social_worker")
    assert "Kaitlyn Rose Prendergast" in text_of(other, call_backs_of(other)[0])
    (line,) = log_lines(portal, "contact_request:record_named")
    assert line["subject_id"] == id_of(portal, CHILDREN.story)


def record_number(browser: Editor, portal: Flask) -> str:
    """Return the number that stands on the record of the child of the story."""
    words = text_of(browser, f"/children/{id_of(portal, CHILDREN.story)}")
    return words.partition("Record number")[2].split()[0]


def test_a_record_that_is_not_open_reads_like_one_that_is_not_there(
    portal: Flask, sign_in: SignIn
) -> None:
    browser = sign_in("health_visitor")
    looked_at(portal, browser)
    number = record_number(browser, portal)
    receipt = ask_after_search(browser)
    steward, address = sign_in("data_steward"), f"{LIST}/{request_of(receipt)}"
    said = "Enter the number of a record that you have open now"
    for typed in (number, "0000-0000-0000", "nonsense"):
        answer = steward.post(f"{address}/record", data={"number": typed})
        assert answer.status_code == 422
        assert said in answer.get_data(as_text=True)
    empty = steward.post(f"{address}/record", data={}).get_data(as_text=True)
    assert "Enter the record number" in empty
    assert kept(portal)[0].about_child_id is None


def test_a_request_from_a_record_is_about_that_record(portal: Flask, sign_in: SignIn) -> None:
    receipt = ask_about_child(portal, sign_in("health_visitor"))
    steward = sign_in("data_steward")
    looked_at(portal, steward)
    number = record_number(steward, portal)
    address = f"{LIST}/{request_of(receipt)}/record"
    assert steward.post(address, data={"number": number}).status_code == 409


def test_another_teams_request_can_be_neither_passed_on_nor_named(
    portal: Flask, sign_in: SignIn
) -> None:
    receipt = ask_about_child(portal, sign_in("neighbour"))
    steward = sign_in("data_steward")
    assert pass_on(portal, steward, receipt, to="social_worker").status_code == 404
    named = steward.post(f"{LIST}/{request_of(receipt)}/record", data={"number": "x"})
    assert named.status_code == 404


def test_pressed_four_times_at_once_somebody_is_asked_once(portal: Flask, sign_in: SignIn) -> None:
    receipt = ask_about_child(portal, sign_in("health_visitor"))
    officers = [sign_in(key) for key in ("data_steward", "shield_officer") * 2]
    ready = Barrier(len(officers))

    def press(officer: Editor) -> int:
        ready.wait()
        return pass_on(portal, officer, receipt, to="social_worker").status_code

    with ThreadPoolExecutor(len(officers)) as hands:
        assert set(hands.map(press, officers)) == {303}
    assert len(call_backs_of(sign_in("social_worker"))) == 1
    assert len(log_lines(portal, "contact_request:passed_on")) == 1


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
