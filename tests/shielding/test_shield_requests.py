"""Asking for a shield: who may, what is kept, and that nobody learns what became of it."""

import re
import uuid
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask

from tests.access.writing import break_log
from tests.cast import CAST, CHILDREN
from tests.search.asking import id_of, log_lines, main_part
from tests.shielding.shields import (
    ASKED,
    SignIn,
    ask,
    decide,
    document_ids,
    documents,
    grade_of,
    look_at,
    shield,
)

MINE = "/shield-requests/mine"
NOWHERE = "0f0e0d0c-0b0a-0908-0706-050403020100"


@pytest.mark.parametrize("key", ["health_visitor", "data_steward", "shield_officer"])
def test_who_works_with_children_may_ask(portal: Flask, sign_in: SignIn, key: str) -> None:
    browser = sign_in(key)
    child = look_at(portal, browser)
    page = browser.get(f"/children/{child}/shield-request").get_data(as_text=True)
    assert "Prendergast" not in main_part(page)
    assert page.count('name="ground"') == 4
    assert ('name="wish"' in page) is (key == "shield_officer")
    request_id = ask(portal, browser, ground="refuge", asked_for="parent", wish="absent")
    (kept,) = documents(portal, "request")
    assert kept["child_id"] == str(child)
    assert (kept["ground"], kept["asked_for"]) == ("refuge", "parent")
    assert kept["wish"] == ("absent" if key == "shield_officer" else None)
    (line,) = log_lines(portal, "shield:requested")
    assert (line["subject_kind"], str(line["subject_id"])) == ("shield", request_id)
    assert line["search_id"] is None
    assert line["details"]["child"] == str(child)


@pytest.mark.parametrize("key", ["helpdesk", "auditor", "authoriser", "untrained", "unaccredited"])
def test_others_may_not(portal: Flask, sign_in: SignIn, key: str) -> None:
    child = id_of(portal, CHILDREN.story)
    browser = sign_in(key)
    assert browser.get(f"/children/{child}/shield-request").status_code == 403
    assert browser.post(f"/children/{child}/shield-request", data=ASKED).status_code == 403
    assert browser.get(MINE).status_code == 403
    assert documents(portal, "request") == []


def test_the_link_stands_on_every_record_and_says_nothing(portal: Flask, sign_in: SignIn) -> None:
    browser = sign_in("health_visitor")
    links = []
    for child in (CHILDREN.story, CHILDREN.no_contact, CHILDREN.nobody_now):
        page = browser.get(f"/children/{look_at(portal, browser, child)}").get_data(as_text=True)
        links.append(
            re.sub(r"[0-9a-f-]{36}", "", re.findall(r"<a[^>]*shield-request[^<]*", page)[0])
        )
    shield(portal, sign_in)
    page = browser.get(f"/children/{id_of(portal, CHILDREN.story)}").get_data(as_text=True)
    links.append(re.sub(r"[0-9a-f-]{36}", "", re.findall(r"<a[^>]*shield-request[^<]*", page)[0]))
    assert len(set(links)) == 1


def test_a_record_needs_a_reason_first(portal: Flask, sign_in: SignIn) -> None:
    child = id_of(portal, CHILDREN.story)
    browser = sign_in("health_visitor")
    for answer in (
        browser.get(f"/children/{child}/shield-request"),
        browser.post(f"/children/{child}/shield-request", data=ASKED),
        browser.post(f"/children/{child}/shield-request", data={}),
    ):
        assert answer.status_code == 303
        assert answer.headers["Location"] == f"/children/{child}/reason"
    assert documents(portal, "request") == []


def test_a_child_that_is_not_there_and_one_who_is_absent_are_the_same(
    portal: Flask, sign_in: SignIn
) -> None:
    shield(portal, sign_in, decision="absent")
    browser = sign_in("health_visitor")
    with portal.app_context():
        hidden = documents(portal, "shield")[0]["child_id"]
    pages = []
    for child in (hidden, NOWHERE):
        browser.post(f"/children/{child}/reason", data={"reason": "referral"})
        for answer in (
            browser.get(f"/children/{child}/shield-request"),
            browser.post(f"/children/{child}/shield-request", data=ASKED),
        ):
            assert answer.status_code == 404
            pages.append(main_part(answer.get_data(as_text=True)))
    assert pages[:2] == pages[2:]


@pytest.mark.parametrize(
    ("posted", "message"),
    [
        ({}, "Choose who asks"),
        ({"asked_for": "own"}, "Choose what the risk is"),
        ({"asked_for": "own", "ground": "public_figure"}, "Choose one of the answers shown"),
        ({"asked_for": "own", "ground": "x" * 5000}, "Choose one of the answers shown"),
    ],
)
def test_what_is_missing_is_said(
    portal: Flask, sign_in: SignIn, posted: dict[str, str], message: str
) -> None:
    browser = sign_in("health_visitor")
    child = look_at(portal, browser)
    answer = browser.post(f"/children/{child}/shield-request", data=posted)
    assert answer.status_code == 422
    assert message in answer.get_data(as_text=True)
    assert documents(portal, "request") == []


def test_asking_again_while_it_is_open_gives_the_same_receipt(
    portal: Flask, sign_in: SignIn
) -> None:
    browser = sign_in("health_visitor")
    assert ask(portal, browser) == ask(portal, browser, ground="witness")
    assert len(documents(portal, "request")) == 1
    assert len(log_lines(portal, "shield:requested")) == 2
    assert ask(portal, sign_in("teacher")) != ask(portal, browser)


def test_the_receipt_and_the_list_say_the_same_whatever_becomes_of_it(
    portal: Flask, sign_in: SignIn
) -> None:
    browser, officer = sign_in("health_visitor"), sign_in("shield_officer")
    children = (CHILDREN.story, CHILDREN.twin_one, CHILDREN.welsh)
    requests = [ask(portal, browser, child) for child in children]
    decisions: list[tuple[str, dict[str, str]]] = [
        ("masked", {}), ("absent", {}), ("refuse", {"refusal": "no_risk"})
    ]  # fmt: skip
    assert page_of(browser.get(MINE)).count("Received") == 3
    for request_id, (decision, more) in zip(requests, decisions, strict=True):
        assert decide(officer, request_id, decision, **more).status_code == 303
    receipts = {page_of(browser.get(f"{MINE}/{one}")) for one in requests}
    assert len(receipts) == 1
    listed = page_of(browser.get(MINE))
    assert listed.count("Dealt with") == 3
    assert "Received" not in listed
    for word in ("Granted", "Refused", "Masked", "Absent", "Prendergast", "Akhtar"):
        assert word not in listed + receipts.copy().pop()


def page_of(answer: object) -> str:
    """Return the main part of a page without its number."""
    text = main_part(answer.get_data(as_text=True))  # type: ignore[attr-defined]
    return re.sub(r"\d{5}-\d{5}", "…", text)


def test_one_sees_ones_own_requests_only(portal: Flask, sign_in: SignIn) -> None:
    request_id = ask(portal, sign_in("health_visitor"))
    other = sign_in("teacher")
    assert other.get(f"{MINE}/{request_id}").status_code == 404
    assert other.get(f"{MINE}/{NOWHERE}").status_code == 404
    assert "You have not asked" in other.get(MINE).get_data(as_text=True)
    shield_id = shield(portal, sign_in)
    assert sign_in("shield_officer").get(f"{MINE}/{shield_id}").status_code == 404


def test_the_officers_see_who_asks_and_how_to_ring_them(portal: Flask, sign_in: SignIn) -> None:
    request_id = ask(portal, sign_in("health_visitor"))
    officer = sign_in("second_shield_officer")
    assert request_id in officer.get("/shields").get_data(as_text=True)
    page = officer.get(f"/shield-requests/{request_id}").get_data(as_text=True)
    for words in (
        CAST.health_visitor.name,
        CAST.health_visitor.email,
        "Kaitlyn Rose Prendergast",
        "Not hidden: that there is a record",
        "Absent hides that there is a record",
    ):
        assert words in page
    assert page.count("tel:") >= 1
    (line,) = log_lines(portal, "shield:opened")
    assert str(line["subject_id"]) == request_id


@pytest.mark.parametrize("key", ["health_visitor", "data_steward", "helpdesk", "auditor"])
def test_only_shield_officers_decide(portal: Flask, sign_in: SignIn, key: str) -> None:
    request_id = ask(portal, sign_in("teacher"))
    browser = sign_in(key)
    for address in ("/shields", "/shields/in-force", "/shields/counts", "/alerts", "/kept-apart",
                    f"/shield-requests/{request_id}"):  # fmt: skip
        assert browser.get(address).status_code == 403
    assert decide(browser, request_id, "masked").status_code == 403
    assert grade_of(portal, id_of(portal, CHILDREN.story)) is None


def test_a_button_pressed_at_once_makes_one_request(portal: Flask, sign_in: SignIn) -> None:
    browsers = [sign_in("health_visitor") for _ in range(3)]
    (child,) = {look_at(portal, browser) for browser in browsers}
    ready = Barrier(len(browsers))

    def press(place: int) -> str:
        ready.wait()
        answer = browsers[place].post(f"/children/{child}/shield-request", data=ASKED)
        return f"{answer.status_code} {answer.headers.get('Location')}"

    with ThreadPoolExecutor(len(browsers)) as hands:
        answers = set(hands.map(press, range(len(browsers))))
    (request_id,) = document_ids(portal, "request")
    assert answers == {f"303 {MINE}/{request_id}"}


def test_where_the_log_takes_no_line_nothing_is_asked(portal: Flask, sign_in: SignIn) -> None:
    browser = sign_in("health_visitor")
    child = look_at(portal, browser)
    break_log(portal)
    assert browser.post(f"/children/{child}/shield-request", data=ASKED).status_code == 500
    assert documents(portal, "request") == []


def test_page_and_piece(portal: Flask, sign_in: SignIn) -> None:
    browser = sign_in("shield_officer")
    child = look_at(portal, browser)
    request_id = ask(portal, browser)
    for address in (f"/children/{child}/shield-request", MINE, f"{MINE}/{request_id}", "/shields",
                    f"/shield-requests/{request_id}", "/alerts", "/kept-apart"):  # fmt: skip
        piece = browser.get(address, headers={"HX-Request": "true"}).get_data(as_text=True)
        assert piece.lstrip().startswith("<title>")
        assert "<html" not in piece


def test_ids_in_the_log_are_never_the_childs(portal: Flask, sign_in: SignIn) -> None:
    shield(portal, sign_in)
    child = uuid.UUID(str(documents(portal, "shield")[0]["child_id"]))
    for event in ("shield:requested", "shield:decided", "shield:hidden"):
        for line in log_lines(portal, event):
            assert line["subject_id"] != child
            assert line["search_id"] is None
