"""One's own requests and their receipts."""

import datetime as dt
import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import update

from portal.core.db import db
from portal.directory.models import Organisation
from portal.shielding.models import ContactRequest
from tests.editor import Editor
from tests.search.asking import main_part, stay_signed_in_until
from tests.shielding.asking import (
    ask_about_child,
    ask_after_search,
    call_backs_of,
    kept,
    pass_on,
    request_of,
)

SignIn = Callable[[str], Editor]
ClockAt = Callable[[dt.datetime], None]
MINE = "/contact-requests/mine"
MOMENT = dt.timedelta(seconds=1)
OUTCOMES = ["nobody", "declined", "passed_on", "rang", "through_team", "they_declined"]


def test_an_empty_list_says_how_to_ask(sign_in: SignIn) -> None:
    page = sign_in("health_visitor").get(MINE).get_data(as_text=True)
    assert "You have not asked to be put in touch with anybody" in page


def bring_about(portal: Flask, sign_in: SignIn, receipt: str, outcome: str) -> None:
    """Let the index team, and where it comes to that the other side, do this."""
    steward = sign_in("data_steward")
    if outcome in {"nobody", "declined"}:
        address = f"/contact-requests/{request_of(receipt)}"
        assert steward.post(address, data={"state": outcome}).status_code == 303
        return
    assert pass_on(portal, steward, receipt, to="social_worker").status_code == 303
    if outcome != "passed_on":
        other = sign_in("social_worker")
        (address,) = call_backs_of(other)
        reply = outcome.removeprefix("they_")
        assert other.post(address, data={"reply": reply}).status_code == 303


def pages(browser: Editor, receipt: str) -> list[str]:
    """Return what the asker reads, without what differs from page to page anyway."""
    read = [browser.get(address).get_data(as_text=True) for address in (MINE, receipt)]
    return [re.sub(r"[0-9A-Za-z_.-]{80,}|[0-9a-f]{32}|[0-9a-f-]{36}", "…", one) for one in read]


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_nothing_that_is_done_changes_what_the_asker_reads_until_the_deadline(
    portal: Flask, sign_in: SignIn, outcome: str
) -> None:
    browser = sign_in("health_visitor")
    receipt = ask_about_child(portal, browser)
    before = pages(browser, receipt)
    assert "With the index team" in main_part(before[0])
    bring_about(portal, sign_in, receipt, outcome)
    assert pages(browser, receipt) == before


def test_after_the_deadline_all_that_may_have_been_done_reads_the_same(
    portal: Flask, sign_in: SignIn, clock_at: ClockAt
) -> None:
    browser = sign_in("health_visitor")
    receipts = [ask_about_child(portal, browser, kind=kind) for kind in
                ("speak", "meeting", "moved_here")]  # fmt: skip
    for receipt, outcome in zip(receipts, ("nobody", "declined", "they_declined"), strict=True):
        bring_about(portal, sign_in, receipt, outcome)
    due_at = kept(portal)[0].due_at
    stay_signed_in_until(portal, due_at)
    clock_at(due_at)
    words = {re.sub(r"\d{5}-\d{5}", "…", main_part(pages(browser, one)[1])) for one in receipts}
    assert len(words) == 1
    assert "the index team has done what it can" in words.pop()
    assert main_part(pages(browser, receipts[0])[0]).count("Closed") == 3


@pytest.mark.parametrize(
    ("before", "words"),
    [(MOMENT, "rings you by"), (-MOMENT, "this is overdue. Ring your index team.")],
)
def test_the_receipt_turns_at_the_deadline(
    portal: Flask, sign_in: SignIn, clock_at: ClockAt, before: dt.timedelta, words: str
) -> None:
    with portal.app_context():
        db.session.execute(
            update(Organisation)
            .where(Organisation.kind == "index_team")
            .values(phone="01632 960 987")
        )
        db.session.commit()
    browser = sign_in("health_visitor")
    receipt = ask_about_child(portal, browser, kind="with_me_now")
    (row,) = kept(portal)
    assert row.due_at - row.made_at == dt.timedelta(hours=1)
    # The clock goes on while the page is made: half a second before and after.
    moment = row.due_at - before
    stay_signed_in_until(portal, moment)
    clock_at(moment)
    page = browser.get(receipt).get_data(as_text=True)
    assert words in main_part(page)
    assert 'href="tel:+44-1632-960987"' in page


def test_a_request_that_was_made_before_a_setting_changed_keeps_its_deadline(
    portal: Flask, sign_in: SignIn
) -> None:
    browser = sign_in("health_visitor")
    receipt = ask_about_child(portal, browser)
    with portal.app_context():
        promised = dt.datetime(2031, 3, 3, 17, tzinfo=dt.UTC)
        db.session.execute(update(ContactRequest).values(due_at=promised))
        db.session.commit()
    assert "3 March 2031 at 5:00pm" in main_part(browser.get(receipt).get_data(as_text=True))


def test_no_child_is_named(portal: Flask, sign_in: SignIn) -> None:
    browser = sign_in("health_visitor")
    ask_about_child(portal, browser)
    ask_after_search(browser)
    page = browser.get(MINE).get_data(as_text=True)
    assert page.count('data-testid="contact-request"') == 2
    assert "Prendergast" not in page
    assert "Quorlinda" not in page


def test_others_requests_are_not_shown(portal: Flask, sign_in: SignIn) -> None:
    receipt = ask_about_child(portal, sign_in("health_visitor"))
    other = sign_in("teacher")
    assert "You have not asked" in main_part(other.get(MINE).get_data(as_text=True))
    assert other.get(receipt).status_code == 404


@pytest.mark.parametrize("key", ["data_steward", "helpdesk", "auditor"])
def test_those_who_cannot_ask_have_no_list(sign_in: SignIn, key: str) -> None:
    assert sign_in(key).get(MINE).status_code == 403


def test_lists_take_no_post(sign_in: SignIn) -> None:
    assert sign_in("health_visitor").post(MINE).status_code == 405
