"""Recording in confidence and withdrawing, in a real browser.

One database is enough: the pages are the same on both.
"""

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests.cast import CHILDREN
from tests.children.test_in_browser import Opener, open_record, read, type_day
from tests.journeys.walking import events, heading, let_in, press, tab_to

pytestmark = pytest.mark.parametrize("stage", ["sqlcipher"], indirect=True)
CHILD = "former_involvements"
Walk = Callable[[Page, Flask], None]


def to_the_form(page: Page, app: Flask) -> None:
    """Say why, open the record, and choose a sensitive service."""
    let_in(page, app, "health_visitor")
    open_record(page, app, CHILD)
    press(page, "I work with this child")
    page.check("input[name=kind][value=in_confidence]")
    press(page, "Record my involvement")
    heading(page, "Record in confidence that you work with this child")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_recorded_with_consent_and_withdrawn(
    portal: Flask, browser_page: Opener, script: bool
) -> None:
    page = browser_page(script=script)
    to_the_form(page, portal)
    page.check("input[name=kind][value=sexual_health]")
    page.check("input[name=basis][value=parental_consent]")
    type_day(page, "started_on")
    press(page, "Record my involvement")
    expect(page.get_by_role("link", name="the young person alone decides")).to_be_visible()
    assert page.is_checked("input[name=kind][value=sexual_health]")
    page.check("input[name=basis][value=own_consent]")
    press(page, "Record my involvement")
    expect(page.get_by_text("Your involvement is recorded")).to_be_visible()
    heading(page, getattr(CHILDREN, CHILD).name)
    expect(page.get_by_text("Sexual health")).to_have_count(0)
    page.goto("/account")
    page.get_by_role("link", name="What you have recorded in confidence").click()
    heading(page, "What you have recorded in confidence")
    page.get_by_role("link", name="Look at it").click()
    heading(page, getattr(CHILDREN, CHILD).name)
    press(page, "Withdraw and delete")
    expect(page.get_by_text("Nothing of it is kept.")).to_be_visible()
    expect(page.get_by_text("You have recorded nothing in confidence")).to_be_visible()
    counted = events(portal)
    assert counted["shield:sensitive_recorded"] == counted["shield:sensitive_withdrawn"] == 1


def test_every_state_is_easy_to_use(portal: Flask, browser_page: Opener) -> None:
    page = browser_page()
    to_the_form(page, portal)
    form, faults = page.url, read(page, "the form")
    press(page, "Record my involvement")
    expect(page.get_by_text("There is a problem")).to_be_visible()
    faults += read(page, "the form with errors")
    for kind in ("mental_health", "substance_misuse"):
        page.goto(form)
        page.check(f"input[name=kind][value={kind}]")
        page.check("input[name=basis][value=significant_harm]")
        if kind == "mental_health":
            press(page, "Record my involvement")
            expect(page.get_by_text("Say that you work for the service").first).to_be_visible()
            faults += read(page, "the form without the word that one works there")
        page.check("input[name=says_provider]")
        type_day(page, "started_on")
        press(page, "Record my involvement")
        expect(page.get_by_text("Your involvement is recorded")).to_be_visible()
    page.goto(form)
    expect(page.get_by_text("What you have recorded already")).to_be_visible()
    faults += read(page, "the form once more")
    page.goto("/in-confidence")
    faults += read(page, "the list")
    page.get_by_role("link", name="Look at it").first.click()
    expect(page.get_by_text("deletes this at once")).to_be_visible()
    faults += read(page, "one of them")
    press(page, "Withdraw and delete")
    expect(page.get_by_text("Nothing of it is kept.")).to_be_visible()
    faults += read(page, "the list afterwards")
    assert not faults, "\n".join(faults)


def test_the_keyboard_alone_is_enough(portal: Flask, browser_page: Opener) -> None:
    page = browser_page()
    to_the_form(page, portal)
    for name in ("kind", "basis"):
        tab_to(page, f"input[name={name}]")
        page.keyboard.press("Space")
    type_day(page, "started_on")
    tab_to(page, "main button[type=submit]")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Your involvement is recorded")).to_be_visible()
