"""Every page in every state: axe finds nothing wrong, and nothing is wider than 320 pixels.

One database is enough: the pages are the same on both.
"""

import re
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import update

from portal.core import clock
from portal.core.db import db
from portal.search.models import Search
from tests import browsing
from tests.access.writing import break_log
from tests.cast import CAST, CHILDREN
from tests.journeys.walking import choose_reason, fill_in, fill_in_misspelt, heading, let_in, press
from tests.search.breaking import spend
from tests.search.similar import add_similar_children

Opener = Callable[..., Page]
Walk = Callable[[Page, Flask], Iterator[str]]
STORY = CHILDREN.story
NOWHERE = "0f0e0d0c-0b0a-0908-0706-050403020100"


def at(page: Page, address: str, state: str) -> str:
    """Go to an address; return the name of the state."""
    page.goto(address)
    return state


def a_stranger(page: Page, _app: Flask) -> Iterator[str]:
    """Nobody is signed in."""
    for address in ("/sign-in", "/sign-in?ended=1", "/search", "/nowhere", f"/enrol/{'x' * 43}",
                    "/help/accessibility", "/help/cookies", "/help/what-is-held"):  # fmt: skip
        yield at(page, address, address)
    page.goto("/sign-in")
    press(page, "Continue")
    expect(page.get_by_text("There is a problem")).to_be_visible()
    yield "sign-in with errors"
    page.fill("#email", CAST.teacher.email)
    page.fill("#passphrase", CAST.teacher.passphrase)
    press(page, "Continue")
    heading(page, "Enter your one-time code")
    yield "code"
    page.fill("#code", "x")
    press(page, "Sign in")
    expect(page.get_by_text("There is a problem")).to_be_visible()
    yield "code with errors"


def somebody_locked_out(page: Page, _app: Flask) -> Iterator[str]:
    """The wrong passphrase, again and again."""
    for _ in range(20):
        page.goto("/sign-in")
        page.fill("#email", CAST.police_officer.email)
        page.fill("#passphrase", "not the passphrase at all")
        press(page, "Continue")
        page.wait_for_load_state()
        if not page.locator("#passphrase").count():
            break
    heading(page, "Too many tries")
    yield "locked"


def somebody_unlucky(page: Page, app: Flask) -> Iterator[str]:
    """Too many searches, and a portal that cannot write its log."""
    let_in(page, app, "teacher")
    _last_results(page)
    spend(app)
    page.goto("/search")
    fill_in(page, "Quorlinda", "Vexmoor", clock.today().year - 8)
    press(page, "Search")
    heading(page, "No more searches for now")
    yield "too many searches"
    break_log(app)
    page.goto("/contact-requests")
    heading(page, "Sorry, there is a problem")
    yield "our own fault"


def a_health_visitor(page: Page, app: Flask) -> Iterator[str]:
    """Search in all its states, the record and what can be done there."""
    add_similar_children(app)
    let_in(page, app, "health_visitor")
    for address in ("/", "/search", "/account", "/contact-requests/mine", "/corrections",
                    f"/children/{NOWHERE}", f"/searches/{NOWHERE}"):  # fmt: skip
        yield at(page, address, address)
    page.goto("/search")
    press(page, "Search")
    expect(page.get_by_text("There is a problem")).to_be_visible()
    yield "search with errors"
    page.check("input[name=reason][value=other]")
    yield "search with a note"
    for given, family, words in (("Quorlinda", "Vexmoor", "No child found"),
                                 ("Rosenwyn", "Trevanion", "Too many children match")):  # fmt: skip
        page.goto("/search")
        fill_in(page, given, family, clock.today().year - 8)
        press(page, "Search")
        heading(page, words)
        yield words
    yield from _twins_and_one_found(page)
    yield from _record(page)
    yield from _put_in_touch(page)
    with app.app_context():
        db.session.execute(update(Search).values(expires_at=clock.now()))
        db.session.commit()
    yield at(page, _last_results(page), "results no longer kept")


def _twins_and_one_found(page: Page) -> Iterator[str]:
    page.goto("/search")
    fill_in(page, "Zayn", "Akhtar", CHILDREN.twin_one.date_of_birth.year)
    press(page, "Search")
    heading(page, "could be the one you mean")
    yield "twins"
    page.goto("/search")
    fill_in_misspelt(page, STORY)
    choose_reason(page)
    press(page, "Search")
    heading(page, "could be the one you mean")
    yield "candidates"
    page.get_by_role("link", name="Change the search").first.click()
    heading(page, "Find a child")
    yield "search filled again"
    page.go_back()
    page.get_by_role("link", name=STORY.name).click()
    heading(page, STORY.name)


def _record(page: Page) -> Iterator[str]:
    record = page.url
    yield "record"
    page.get_by_role("link", name="This is wrong").first.click()
    page.wait_for_url(re.compile("/dispute$"))
    yield "this is wrong"
    yield at(page, f"{record}/reason", "reason")
    page.get_by_role("button", name="Continue").or_(
        page.get_by_role("button", name="Open")
    ).first.click()
    expect(page.get_by_text("There is a problem")).to_be_visible()
    yield "reason with errors"
    yield at(page, f"{record}/involvements/new", "new involvement")
    page.goto(record)
    page.locator("a[href$='/end']").first.click()
    page.wait_for_url(re.compile("/end$"))
    yield "ending"
    page.goto(record)


def _put_in_touch(page: Page) -> Iterator[str]:
    press(page, "Ask to be put in touch")
    heading(page, "Ask to be put in touch")
    yield "ask to be put in touch"
    press(page, "Send the request")
    expect(page.get_by_text("There is a problem")).to_be_visible()
    yield "ask to be put in touch with errors"
    page.check("input[name=kind][value=with_me_now]")
    page.check("input[name=ring_back][value=team_phone]")
    press(page, "Send the request")
    heading(page, "Request sent")
    yield "receipt"
    yield at(page, "/contact-requests/mine", "own requests")


def _last_results(page: Page) -> str:
    page.goto("/search")
    fill_in(page, "Quorlinda", "Vexmoor", clock.today().year - 8)
    press(page, "Search")
    heading(page, "No child found")
    return page.url


def the_index_team(page: Page, app: Flask) -> Iterator[str]:
    """Requests for contact, and corrections."""
    let_in(page, app, "data_steward")
    yield at(page, "/", "start of the index team")
    yield at(page, "/contact-requests", "no requests")
    yield at(page, "/corrections", "no corrections")
    asker = page.context.browser.new_context(base_url=_base(page)).new_page()  # type: ignore[union-attr]
    let_in(asker, app, "health_visitor")
    for _ in a_request(asker):
        pass
    asker.context.close()
    yield at(page, "/contact-requests", "requests")
    page.get_by_role("link", name=re.compile("Request")).last.click()
    heading(page, "Request")
    yield "request"
    press(page, "Save")
    expect(page.get_by_text("There is a problem")).to_be_visible()
    yield "request with errors"
    page.check("input[name=state][value=declined]")
    press(page, "Save")
    heading(page, "Requests for contact")
    yield "settled request"


def a_request(page: Page) -> Iterator[str]:
    """Search in vain and ask to be put in touch."""
    _last_results(page)
    press(page, "Ask to be put in touch")
    heading(page, "Ask to be put in touch")
    page.check("input[name=kind][value=with_me_now]")
    page.check("input[name=ring_back][value=team_phone]")
    press(page, "Send the request")
    heading(page, "Request sent")
    yield "receipt"


def others(key: str, *addresses: str) -> Walk:
    """Walk through these addresses as a member of the cast."""

    def walk(page: Page, app: Flask) -> Iterator[str]:
        let_in(page, app, key)
        for address in addresses:
            yield at(page, address, f"{key} {address}")

    return walk


def _base(page: Page) -> str:
    return "/".join(page.url.split("/")[:3])


WALKS: dict[str, Walk] = {
    "stranger": a_stranger,
    "locked_out": somebody_locked_out,
    "unlucky": somebody_unlucky,
    "health_visitor": a_health_visitor,
    "index_team": the_index_team,
    "helpdesk": others("helpdesk", "/", "/accounts", "/search", "/account"),
    "authoriser": others("authoriser", "/", "/access-reviews"),
    "auditor": others("auditor", "/", "/log"),
    "untrained": others("untrained", "/", "/search", "/account"),
}


@pytest.mark.parametrize("stage", ["sqlcipher"], indirect=True)
@pytest.mark.parametrize("walk", WALKS)
def test_every_state_can_be_read_by_everybody(
    portal: Flask, browser_page: Opener, walk: str
) -> None:
    page = browser_page()
    faults = []
    for state in WALKS[walk](page, portal):
        faults += [f"{state}: {one}" for one in browsing.violations(page)]
        page.set_viewport_size({"width": 320, "height": 640})
        if browsing.scrolls_sideways(page):
            faults.append(f"{state}: wider than 320 pixels")
        page.set_viewport_size({"width": 1280, "height": 900})
    assert not faults, "\n".join(faults)
