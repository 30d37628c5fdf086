"""Shield work in a real browser: without script, by keyboard, for everybody who reads.

One database is enough: the pages are the same on both.
"""

import re
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from portal.core import clock
from tests import browsing
from tests.cast import CHILDREN
from tests.journeys.walking import choose_reason, fill_in, heading, let_in, press, tab_to
from tests.search.asking import about, results
from tests.shielding.shields import SignIn, ask, shield

Opener = Callable[..., Page]
ASK_LINK = "It would be dangerous if somebody knew where this child is"


def a_practitioner(page: Page, app: Flask) -> Iterator[str]:
    """Ask from a record, read the receipt and one's own list."""
    let_in(page, app, "health_visitor")
    page.goto("/shield-requests/mine")
    yield "no own requests"
    page.goto("/search")
    fill_in(page, "Zayn", "Akhtar", CHILDREN.twin_one.date_of_birth.year)
    choose_reason(page)
    press(page, "Search")
    page.get_by_role("link", name=CHILDREN.twin_one.name).click()
    page.get_by_role("link", name=ASK_LINK).click()
    heading(page, "Ask for a child’s whereabouts to be withheld")
    yield "ask"
    press(page, "Send the request")
    expect(page.get_by_text("There is a problem")).to_be_visible()
    yield "ask with errors"
    page.check("input[name=asked_for][value=parent]")
    page.check("input[name=ground][value=harm]")
    press(page, "Send the request")
    heading(page, "Request received")
    yield "receipt"
    page.goto("/shield-requests/mine")
    yield "own requests"


def an_officer(page: Page, app: Flask) -> Iterator[str]:
    """Decide the request, then everything that follows a shield."""
    let_in(page, app, "shield_officer")
    page.goto("/")
    heading(page, "Shield work")
    yield "work list"
    page.get_by_role("link", name=re.compile(r"^\d{5}-\d{5}$")).click()
    heading(page, "for a shield")
    page.get_by_text("What masked and absent hide, and what they do not").click()
    yield "request"
    press(page, "Save the decision")
    expect(page.get_by_text("There is a problem")).to_be_visible()
    page.check("input[name=decision][value=refuse]")
    yield "request with errors"
    page.check("input[name=decision][value=masked]")
    press(page, "Save the decision")
    heading(page, "Zayn Akhtar")
    yield "shield"
    yield from _what_follows(page)


def _what_follows(page: Page) -> Iterator[str]:
    shield_page = page.url.partition("?")[0]
    for path, button in (("review", "Keep the shield"), ("appeal", "Note the appeal"),
                         ("new-identity", "Begin the new identity"),
                         ("lift", "Propose to lift")):  # fmt: skip
        page.goto(f"{shield_page}/{path}")
        yield path
        if path == "review":
            page.fill("#review_on-day", "")
        press(page, button)
        expect(page.get_by_text("There is a problem")).to_be_visible()
        yield f"{path} with errors"
    page.check("input[name=reason][value=mistake]")
    press(page, "Propose to lift")
    page.get_by_text("The lift is proposed.").wait_for()
    yield "proposed to be lifted"
    page.goto("/shields")
    page.get_by_role("link", name="Zain Akhtar, maybe the same child as Zayn Akhtar").click()
    heading(page, "Is it the same child?")
    yield "task"
    press(page, "It is another child: leave the record as it is")
    expect(page.get_by_text("There is a problem")).to_be_visible()
    yield "task with errors"
    page.check("input[name=outcome][value=left]")
    press(page, "It is another child: leave the record as it is")
    heading(page, "Shield work")
    for address in ("/shields", "/shields/in-force", "/shields/counts", "/alerts", "/kept-apart"):
        page.goto(address)
        yield address


def alerts_and_identities(page: Page, app: Flask) -> Iterator[str]:
    """An alert, and two records that are kept apart."""
    let_in(page, app, "second_shield_officer")
    page.goto("/alerts")
    yield "an alert"
    page.get_by_role("link", name=str(clock.today().year)).first.click()
    heading(page, "Alert of")
    yield "alert"
    press(page, "Mark as dealt with")
    expect(page.get_by_text("There is a problem")).to_be_visible()
    yield "alert with errors"
    page.check("input[name=outcome][value=not_reached]")
    press(page, "Mark as dealt with")
    heading(page, "Alerts")
    yield "alert dealt with"
    page.goto("/shields/in-force")
    page.get_by_role("link", name="Kaitlyn Rose Prendergast").click()
    page.get_by_role("link", name="Begin a new identity").click()
    page.fill("#given_names", "Rosalind")
    page.fill("#family_name", "Quennell")
    page.check("input[name=gender][value=female]")
    press(page, "Begin the new identity")
    heading(page, "Records that are kept apart")
    yield "a pair"
    press(page, "Propose to end the pair (Rosalind Quennell)")
    page.get_by_text("proposed to end it").wait_for()
    yield "a pair that may end"


def faults_of(page: Page, states: Iterator[str], *, with_axe: bool) -> list[str]:
    """Walk, and return what is wrong in which state."""
    faults = []
    for state in states:
        if with_axe:
            faults += [f"{state}: {one}" for one in browsing.violations(page)]
        page.set_viewport_size(browsing.NARROW)  # type: ignore[arg-type]
        if browsing.scrolls_sideways(page):
            faults.append(f"{state}: wider than 320 pixels")
        page.set_viewport_size(browsing.WIDE)  # type: ignore[arg-type]
    return faults


@pytest.mark.parametrize("stage", ["sqlcipher"], indirect=True)
@pytest.mark.parametrize("script", [True, False])
def test_from_the_request_to_the_lift(portal: Flask, browser_page: Opener, script: bool) -> None:
    asker, officer = browser_page(script=script), browser_page(script=script)
    faults = faults_of(asker, a_practitioner(asker, portal), with_axe=script)
    faults += faults_of(officer, an_officer(officer, portal), with_axe=script)
    asker.goto("/shield-requests/mine")
    expect(asker.get_by_text("Dealt with")).to_be_visible()
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("stage", ["sqlcipher"], indirect=True)
def test_alerts_and_pairs(portal: Flask, sign_in: SignIn, browser_page: Opener) -> None:
    shield(portal, sign_in, decision="absent")
    results(sign_in("health_visitor"), about(CHILDREN.story))
    page = browser_page()
    faults = faults_of(page, alerts_and_identities(page, portal), with_axe=True)
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("stage", ["sqlcipher"], indirect=True)
def test_a_decision_by_keyboard_alone(portal: Flask, sign_in: SignIn, browser_page: Opener) -> None:
    request_id = ask(portal, sign_in("health_visitor"))
    page = browser_page()
    let_in(page, portal, "shield_officer")
    page.goto(f"/shield-requests/{request_id}")
    tab_to(page, "input[name=decision]")
    page.keyboard.press("Space")
    assert page.evaluate("document.activeElement.value") == "masked"
    page.keyboard.press("Enter")
    heading(page, "Kaitlyn Rose Prendergast")
    page.get_by_text("The details are withheld from now on.").wait_for()
