"""Asking to be put in touch, from a record and after a search."""

import datetime as dt
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask

from portal.core import clock
from tests.cast import CAST, CHILDREN
from tests.editor import Editor
from tests.search.asking import (
    about,
    address_of_results,
    boxes,
    id_of,
    log_lines,
    main_part,
    stay_signed_in_until,
)
from tests.search.similar import YEAR, add_similar_children
from tests.shielding.asking import (
    CHOSEN,
    NOBODY,
    ask_about_child,
    ask_after_search,
    kept,
    looked_at,
    pass_on,
    request_of,
)

SignIn = Callable[[str], Editor]
NOWHERE = "0f0e0d0c-0b0a-0908-0706-050403020100"


def test_the_form_offers_ones_own_contacts_and_names_no_child(
    portal: Flask, sign_in: SignIn
) -> None:
    browser = sign_in("health_visitor")
    child = looked_at(portal, browser)
    page = browser.get(f"/children/{child}/contact-request").get_data(as_text=True)
    assert CAST.health_visitor.email in page
    assert page.count('name="ring_back"') >= 2
    assert page.count('name="kind"') == 4
    assert "Prendergast" not in page


def test_a_record_needs_a_reason_first(portal: Flask, sign_in: SignIn) -> None:
    child = id_of(portal, CHILDREN.story)
    browser = sign_in("health_visitor")
    for answer in (
        browser.get(f"/children/{child}/contact-request"),
        browser.post(f"/children/{child}/contact-request", data=CHOSEN),
    ):
        assert answer.status_code == 303
        assert answer.headers["Location"] == f"/children/{child}/reason"
    assert kept(portal) == []


def test_a_request_about_a_child_is_kept_and_logged(portal: Flask, sign_in: SignIn) -> None:
    browser = sign_in("health_visitor")
    receipt = ask_about_child(portal, browser, kind="with_me_now", ring_back="team_phone")
    assert re.fullmatch(r"/contact-requests/mine/[0-9a-f-]{36}", receipt)
    (row,) = kept(portal)
    assert (row.kind, row.ring_back, row.state) == ("with_me_now", "team_phone", "new")
    assert (row.child_id, row.search_id) == (id_of(portal, CHILDREN.story), None)
    (line,) = log_lines(portal, "contact:requested")
    assert (line["subject_kind"], line["subject_id"]) == ("child", row.child_id)
    assert line["reason"] == "referral"


def test_a_request_after_an_empty_search_keeps_what_was_typed_sealed(
    portal: Flask, sign_in: SignIn
) -> None:
    ask_after_search(sign_in("health_visitor"))
    (row,) = kept(portal)
    assert row.child_id is None
    assert row.search_id is not None
    assert row.sealed_typed
    assert b"Quorlinda" not in row.sealed_typed
    (line,) = log_lines(portal, "contact:requested")
    assert (line["subject_kind"], line["search_id"]) == ("search", row.search_id)


def test_the_receipt_is_the_same_for_everybody(portal: Flask, sign_in: SignIn) -> None:
    browser = sign_in("health_visitor")
    receipts = [ask_about_child(portal, browser), ask_after_search(browser)]
    pages = [
        re.sub(r"\d{5}-\d{5}", "…", main_part(browser.get(one).get_data(as_text=True)))
        for one in receipts
    ]
    assert pages[0] == pages[1]
    assert "What happens next" in pages[0]


def test_asking_the_same_again_gives_the_same_receipt(portal: Flask, sign_in: SignIn) -> None:
    browser = sign_in("health_visitor")
    assert ask_about_child(portal, browser) == ask_about_child(portal, browser)
    assert ask_after_search(browser) == ask_after_search(browser)
    assert ask_about_child(portal, browser) != ask_about_child(portal, browser, kind="meeting")
    assert len(kept(portal)) == 3
    assert len(log_lines(portal, "contact:requested")) == 6


def test_two_people_who_ask_get_a_receipt_each(portal: Flask, sign_in: SignIn) -> None:
    one = ask_about_child(portal, sign_in("health_visitor"))
    other = ask_about_child(portal, sign_in("teacher"))
    assert one != other


@pytest.mark.parametrize("answer", [None, "nobody", "declined", "passed_on", "answered"])
def test_until_the_deadline_who_asks_again_cannot_tell_what_was_answered(
    portal: Flask, sign_in: SignIn, answer: str | None
) -> None:
    browser = sign_in("health_visitor")
    first = ask_about_child(portal, browser)
    settle(portal, sign_in("data_steward"), first, answer)
    assert ask_about_child(portal, browser) == first


@pytest.mark.parametrize("answer", ["nobody", "declined", "passed_on", "answered"])
def test_after_the_deadline_whatever_was_answered_may_be_asked_anew(
    portal: Flask, sign_in: SignIn, clock_at: Callable[[dt.datetime], None], answer: str
) -> None:
    browser = sign_in("health_visitor")
    first = ask_about_child(portal, browser, kind="with_me_now")
    settle(portal, sign_in("data_steward"), first, answer)
    later = clock.now() + dt.timedelta(minutes=61)
    stay_signed_in_until(portal, later)
    clock_at(later)
    assert ask_about_child(portal, browser, kind="with_me_now") != first


def test_a_request_nobody_answered_stays_the_same_one(
    portal: Flask, sign_in: SignIn, clock_at: Callable[[dt.datetime], None]
) -> None:
    browser = sign_in("health_visitor")
    first = ask_about_child(portal, browser, kind="with_me_now")
    later = clock.now() + dt.timedelta(minutes=61)
    stay_signed_in_until(portal, later)
    clock_at(later)
    assert ask_about_child(portal, browser, kind="with_me_now") == first


def settle(portal: Flask, steward: Editor, receipt: str, answer: str | None) -> None:
    """Let the index team give this answer."""
    if answer in {"passed_on", "answered"}:
        assert pass_on(portal, steward, receipt, to="social_worker").status_code == 303
    if answer not in {None, "passed_on"}:
        address = f"/contact-requests/{request_of(receipt)}"
        assert steward.post(address, data={"state": answer}).status_code == 303


@pytest.mark.parametrize(
    ("posted", "message"),
    [
        ({}, "Choose why you want to be put in touch"),
        ({"kind": "speak"}, "Choose how we should reach you"),
        ({"kind": "nonsense", "ring_back": "work_phone"}, "Choose one of the answers shown"),
        ({"kind": "speak", "ring_back": "07700 900123"}, "Choose one of the answers shown"),
        ({"kind": ["speak", "meeting"], "ring_back": "work_phone"}, "one answer"),
    ],
)
def test_what_is_missing_is_said(
    portal: Flask, sign_in: SignIn, posted: dict[str, str], message: str
) -> None:
    browser = sign_in("health_visitor")
    child = looked_at(portal, browser)
    search = address_of_results(browser, NOBODY)
    for address in (f"/children/{child}/contact-request", f"{search}/contact-request"):
        answer = browser.post(address, data=posted)
        assert answer.status_code == 422
        assert message in answer.get_data(as_text=True)
    assert kept(portal) == []


def test_a_child_that_is_not_there_is_not_found(portal: Flask, sign_in: SignIn) -> None:
    browser = sign_in("health_visitor")
    browser.post(f"/children/{NOWHERE}/reason", data={"reason": "referral"})
    for answer in (
        browser.get(f"/children/{NOWHERE}/contact-request"),
        browser.post(f"/children/{NOWHERE}/contact-request", data=CHOSEN),
    ):
        assert answer.status_code == 404
    assert kept(portal) == []


@pytest.mark.parametrize("key", ["health_visitor", "teacher"])
def test_after_anothers_search_nobody_may_ask(portal: Flask, sign_in: SignIn, key: str) -> None:
    search = address_of_results(sign_in("health_visitor"), NOBODY)
    browser = sign_in(key)
    for address in (f"{search}/contact-request", f"/searches/{NOWHERE}/contact-request"):
        assert browser.get(address).status_code == 404
        assert browser.post(address, data=CHOSEN).status_code == 404
        assert browser.post(address, data={}).status_code == 404
    assert kept(portal) == []


def test_after_two_hours_the_search_counts_no_more(
    portal: Flask, sign_in: SignIn, clock_at: Callable[[dt.datetime], None]
) -> None:
    browser = sign_in("health_visitor")
    search = address_of_results(browser, NOBODY)
    later = clock.now() + dt.timedelta(hours=2, minutes=1)
    stay_signed_in_until(portal, later)
    clock_at(later)
    assert browser.get(f"{search}/contact-request").status_code == 404


@pytest.mark.parametrize("key", ["data_steward", "helpdesk", "auditor", "untrained"])
def test_those_who_may_not_ask_are_refused(portal: Flask, sign_in: SignIn, key: str) -> None:
    child = id_of(portal, CHILDREN.story)
    browser = sign_in(key)
    assert browser.get(f"/children/{child}/contact-request").status_code == 403
    assert browser.post(f"/children/{child}/contact-request", data=CHOSEN).status_code == 403
    assert browser.post(f"/searches/{NOWHERE}/contact-request", data=CHOSEN).status_code == 403
    assert len(log_lines(portal, "door:refused")) == 3
    assert kept(portal) == []


def test_a_search_with_candidates_has_the_button_too(portal: Flask, sign_in: SignIn) -> None:
    browser = sign_in("health_visitor")
    ask_after_search(browser, about(CHILDREN.story))
    assert len(kept(portal)) == 1


def test_too_many_candidates_have_the_button_too(portal: Flask, sign_in: SignIn) -> None:
    add_similar_children(portal)
    browser = sign_in("health_visitor")
    typed = boxes("Rosenwyn", "Trevanion", f"- - {YEAR}")
    search = address_of_results(browser, typed)
    page = browser.get(search).get_data(as_text=True)
    assert "Too many children match" in page
    assert f'href="{search}/contact-request"' in page
    ask_after_search(browser, typed)
    assert len(kept(portal)) == 1


def test_page_and_piece(portal: Flask, sign_in: SignIn) -> None:
    browser = sign_in("health_visitor")
    child = looked_at(portal, browser)
    piece = browser.get(f"/children/{child}/contact-request", headers={"HX-Request": "true"})
    assert "<html" not in piece.get_data(as_text=True)
    assert piece.get_data(as_text=True).lstrip().startswith("<title>")


def test_a_button_pressed_four_times_at_once_makes_one_request(
    portal: Flask, sign_in: SignIn
) -> None:
    browsers = [sign_in("health_visitor") for _ in range(4)]
    (child,) = {looked_at(portal, browser) for browser in browsers}
    ready = Barrier(len(browsers))

    def press(browser: Editor) -> str:
        ready.wait()
        answer = browser.post(f"/children/{child}/contact-request", data=CHOSEN)
        return f"{answer.status_code} {answer.headers.get('Location')}"

    with ThreadPoolExecutor(len(browsers)) as hands:
        answers = set(hands.map(press, browsers))
    (row,) = kept(portal)
    assert answers == {f"303 /contact-requests/mine/{row.id}"}
