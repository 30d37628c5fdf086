"""One's own requests and their receipts."""

from collections.abc import Callable

import pytest
from flask import Flask

from tests.editor import Editor
from tests.search.asking import main_part
from tests.shielding.asking import ask_about_child, ask_after_search, request_of

SignIn = Callable[[str], Editor]
MINE = "/contact-requests/mine"


def test_an_empty_list_says_how_to_ask(sign_in: SignIn) -> None:
    page = sign_in("health_visitor").get(MINE).get_data(as_text=True)
    assert "You have not asked to be put in touch with anybody" in page


def test_ones_own_requests_show_how_far_they_are(portal: Flask, sign_in: SignIn) -> None:
    browser = sign_in("health_visitor")
    receipt = ask_about_child(portal, browser)
    ask_after_search(browser)
    assert "Sent to the index team" in main_part(browser.get(MINE).get_data(as_text=True))
    sign_in("data_steward").post(
        f"/contact-requests/{request_of(receipt)}", data={"state": "declined"}
    )
    page = browser.get(MINE).get_data(as_text=True)
    assert page.count('data-testid="contact-request"') == 2
    assert "Closed without a contact" in page
    assert "Sent to the index team" in page


def test_no_child_is_named(portal: Flask, sign_in: SignIn) -> None:
    browser = sign_in("health_visitor")
    ask_about_child(portal, browser)
    ask_after_search(browser)
    page = browser.get(MINE).get_data(as_text=True)
    assert "Prendergast" not in page
    assert "Quorlinda" not in page


def test_others_requests_are_not_shown(portal: Flask, sign_in: SignIn) -> None:
    receipt = ask_about_child(portal, sign_in("health_visitor"))
    other = sign_in("teacher")
    assert "contact-request" not in main_part(other.get(MINE).get_data(as_text=True))
    assert other.get(receipt).status_code == 404


@pytest.mark.parametrize("key", ["data_steward", "helpdesk", "auditor"])
def test_those_who_cannot_ask_have_no_list(sign_in: SignIn, key: str) -> None:
    assert sign_in(key).get(MINE).status_code == 403


def test_lists_take_no_post(sign_in: SignIn) -> None:
    assert sign_in("health_visitor").post(MINE).status_code == 405
