"""The index team's list of requests, and answering one."""

import datetime as dt
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import select, update

from portal.core import clock
from portal.core.db import db
from portal.directory.models import Authority
from portal.shielding.models import ContactRequest
from tests.cast import CAST, CHILDREN
from tests.editor import Editor
from tests.search.asking import id_of, log_lines, main_part, stay_signed_in_until
from tests.shielding.asking import ask_about_child, ask_after_search, kept, pass_on, request_of
from tests.signing_in import member

SignIn = Callable[[str], Editor]
ClockAt = Callable[[dt.datetime], None]
LIST = "/contact-requests"


def test_the_list_says_who_asks_and_names_no_child(portal: Flask, sign_in: SignIn) -> None:
    ask_about_child(portal, sign_in("health_visitor"))
    ask_after_search(sign_in("teacher"))
    page = sign_in("data_steward").get(LIST).get_data(as_text=True)
    words = main_part(page)
    assert page.count('data-testid="contact-request"') == 2
    assert CAST.health_visitor.name in words
    assert "Harrowmere Health Visiting, North Team" in words
    assert "Prendergast" not in page
    assert "Quorlinda" not in page
    (line,) = log_lines(portal, "contact_request:listed")
    assert line["details"] == {"count": 2}


def test_urgent_ones_come_first_and_settled_ones_last(portal: Flask, sign_in: SignIn) -> None:
    browser = sign_in("health_visitor")
    settled = ask_about_child(portal, browser, kind="with_me_now")
    urgent = ask_after_search(browser, kind="with_me_now")
    plain = ask_about_child(portal, browser, kind="meeting")
    steward = sign_in("data_steward")
    steward.post(f"{LIST}/{request_of(settled)}", data={"state": "nobody"})
    page = steward.get(LIST).get_data(as_text=True)
    places = [page.index(request_of(one)) for one in (urgent, plain, settled)]
    assert places == sorted(places)


def test_what_is_overdue_stands_before_everything_and_says_so(
    portal: Flask, sign_in: SignIn, clock_at: ClockAt
) -> None:
    browser = sign_in("health_visitor")
    long_ago = ask_about_child(portal, browser, kind="meeting")
    ask_about_child(portal, browser, kind="moved_here")
    steward = sign_in("data_steward")
    steward.post(f"{LIST}/{kept(portal)[1].id}", data={"state": "nobody"})
    due_at = kept(portal)[0].due_at
    stay_signed_in_until(portal, due_at)
    clock_at(due_at)
    urgent = ask_after_search(browser, kind="with_me_now")
    page = steward.get(LIST).get_data(as_text=True)
    assert page.index(request_of(long_ago)) < page.index(request_of(urgent))
    assert main_part(page).count("This is overdue.") == 1
    sheet = main_part(steward.get(f"{LIST}/{request_of(long_ago)}").get_data(as_text=True))
    assert "Overdue: the person who asks should have been rung by" in sheet


def test_a_moment_before_the_deadline_nothing_is_overdue(
    portal: Flask, sign_in: SignIn, clock_at: ClockAt
) -> None:
    ask_about_child(portal, sign_in("health_visitor"), kind="with_me_now")
    steward = sign_in("data_steward")
    moment = kept(portal)[0].due_at - dt.timedelta(seconds=2)
    stay_signed_in_until(portal, moment)
    clock_at(moment)
    assert "This is overdue." not in main_part(steward.get(LIST).get_data(as_text=True))


def test_an_empty_list_says_so(sign_in: SignIn) -> None:
    page = sign_in("shield_officer").get(LIST).get_data(as_text=True)
    assert "Nobody has asked to be put in touch" in page


@pytest.mark.parametrize("key", ["data_steward", "shield_officer"])
def test_a_request_about_a_child_is_opened_and_logged(
    portal: Flask, sign_in: SignIn, key: str
) -> None:
    receipt = ask_about_child(portal, sign_in("health_visitor"), kind="with_me_now")
    words = main_part(sign_in(key).get(f"{LIST}/{request_of(receipt)}").get_data(as_text=True))
    born = CHILDREN.story.date_of_birth
    for part in (
        "Kaitlyn Rose Prendergast", f"{born.day} July {born.year}", CAST.health_visitor.name,
        "They were promised a call by", CAST.health_visitor.email,
    ):  # fmt: skip
        assert part in words
    (line,) = log_lines(portal, "contact_request:opened")
    assert line["reason"] == "contact_request"
    assert line["subject_id"] == id_of(portal, CHILDREN.story)
    assert line["details"]["request"] == request_of(receipt)


def test_a_request_after_a_search_shows_what_was_typed(portal: Flask, sign_in: SignIn) -> None:
    receipt = ask_after_search(sign_in("health_visitor"))
    words = main_part(
        sign_in("data_steward").get(f"{LIST}/{request_of(receipt)}").get_data(as_text=True)
    )
    for part in ("Quorlinda", "Vexmoor", "3 March 2018"):
        assert part in words
    (line,) = log_lines(portal, "contact_request:opened")
    assert line["reason"] == "contact_request"
    assert line["search_id"] is not None


def test_the_contact_that_was_chosen_stands_first(portal: Flask, sign_in: SignIn) -> None:
    receipt = ask_about_child(portal, sign_in("health_visitor"), ring_back="work_email")
    page = sign_in("data_steward").get(f"{LIST}/{request_of(receipt)}").get_data(as_text=True)
    assert page.index("mailto:") < page.index("tel:")


@pytest.mark.parametrize("state", ["nobody", "declined"])
@pytest.mark.parametrize("key", ["data_steward", "shield_officer"])
def test_a_request_is_closed_with_an_answer(
    portal: Flask, sign_in: SignIn, key: str, state: str
) -> None:
    address = f"{LIST}/{request_of(ask_about_child(portal, sign_in('health_visitor')))}"
    officer = sign_in(key)
    closed = officer.post(address, data={"state": state})
    assert (closed.status_code, closed.headers["Location"]) == (303, LIST)
    (row,) = kept(portal)
    assert (row.state, row.passed_on_by) == (state, None)
    assert row.settled_by is not None
    (line,) = log_lines(portal, "contact_request:settled")
    assert line["details"] == {"request": str(row.id), "state": state}
    page = officer.get(address).get_data(as_text=True)
    assert member(key).name in main_part(page)
    assert 'name="state"' not in page


@pytest.mark.parametrize("state", ["", "new", "nonsense", "answered", "taken"])
def test_what_cannot_become_of_it_is_refused(portal: Flask, sign_in: SignIn, state: str) -> None:
    address = f"{LIST}/{request_of(ask_about_child(portal, sign_in('health_visitor')))}"
    answer = sign_in("data_steward").post(address, data={"state": state})
    assert answer.status_code == 422
    assert "There is a problem" in answer.get_data(as_text=True)
    assert kept(portal)[0].state == "new"


def test_a_settled_request_stays_as_it_is(portal: Flask, sign_in: SignIn) -> None:
    receipt = ask_about_child(portal, sign_in("health_visitor"))
    address = f"{LIST}/{request_of(receipt)}"
    steward = sign_in("data_steward")
    steward.post(address, data={"state": "declined"})
    assert steward.post(address, data={"state": "nobody"}).status_code == 422
    assert pass_on(portal, steward, receipt, to="social_worker").status_code == 422
    assert kept(portal)[0].state == "declined"


def test_an_answer_to_what_has_changed_since_is_not_taken(portal: Flask, sign_in: SignIn) -> None:
    receipt = ask_about_child(portal, sign_in("health_visitor"))
    address = f"{LIST}/{request_of(receipt)}"
    steward = sign_in("data_steward")
    assert 'name="seen" type="hidden" value="new"' in steward.get(address).get_data(as_text=True)
    assert pass_on(portal, sign_in("shield_officer"), receipt, to="teacher").status_code == 303
    late = {"state": "nobody", "seen": "new"}
    assert steward.post(address, data=late).status_code == 409
    assert kept(portal)[0].state == "passed_on"
    assert steward.post(address, data={**late, "seen": "passed_on"}).status_code == 303


def test_another_authoritys_request_is_not_found(portal: Flask, sign_in: SignIn) -> None:
    address = f"{LIST}/{request_of(ask_about_child(portal, sign_in('health_visitor')))}"
    with portal.app_context():
        used = select(ContactRequest.authority_id)
        elsewhere = db.session.scalars(
            select(Authority.id).where(Authority.id.not_in(used))
        ).first()
        assert elsewhere is not None
        db.session.execute(update(ContactRequest).values(authority_id=elsewhere))
        db.session.commit()
    steward = sign_in("data_steward")
    assert steward.get(address).status_code == 404
    assert steward.post(address, data={"state": "nobody"}).status_code == 404
    assert "contact-request" not in main_part(steward.get(LIST).get_data(as_text=True))
    assert kept(portal)[0].state == "new"


@pytest.mark.parametrize("key", ["health_visitor", "helpdesk", "auditor", "authoriser"])
def test_those_who_do_not_broker_are_refused(portal: Flask, sign_in: SignIn, key: str) -> None:
    address = f"{LIST}/{request_of(ask_about_child(portal, sign_in('health_visitor')))}"
    browser = sign_in(key)
    assert browser.get(LIST).status_code == 403
    assert browser.get(address).status_code == 403
    assert browser.post(address, data={"state": "nobody"}).status_code == 403
    assert kept(portal)[0].state == "new"


def test_a_neighbours_request_goes_to_the_neighbours_team(portal: Flask, sign_in: SignIn) -> None:
    receipt = ask_about_child(portal, sign_in("neighbour"))
    steward = sign_in("data_steward")
    assert steward.get(f"{LIST}/{request_of(receipt)}").status_code == 404


def test_page_and_piece(portal: Flask, sign_in: SignIn) -> None:
    receipt = ask_about_child(portal, sign_in("health_visitor"))
    steward = sign_in("data_steward")
    for address in (LIST, f"{LIST}/{request_of(receipt)}"):
        piece = steward.get(address, headers={"HX-Request": "true"}).get_data(as_text=True)
        assert piece.lstrip().startswith("<title>")
        assert "<html" not in piece


def test_an_answer_does_not_cover_up_one_given_at_the_same_moment(
    portal: Flask, sign_in: SignIn
) -> None:
    asked = request_of(ask_about_child(portal, sign_in("health_visitor")))
    officer = sign_in("shield_officer")
    officer.form_token()
    with portal.app_context(), ThreadPoolExecutor(1) as hand:
        db.session.execute(
            update(ContactRequest).values(
                state="answered", settled_by=ContactRequest.account_id, settled_at=clock.now()
            )
        )
        pressed = hand.submit(officer.post, f"{LIST}/{asked}", data={"state": "declined"})
        time.sleep(1)
        db.session.commit()
        answer = pressed.result(30)
    assert answer.status_code in {409, 422}
    assert kept(portal)[0].state == "answered"
    assert log_lines(portal, "contact_request:settled") == []
