"""One's own involvement from beginning to end, corrections and paper, in a real browser.

One database is enough: the pages are the same on both.
"""

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from portal.core import clock
from tests import browsing
from tests.cast import CAST, CHILDREN
from tests.children.looking import id_of
from tests.journeys.walking import events, heading, let_in, press, tab_to

Opener = Callable[..., Page]
pytestmark = pytest.mark.parametrize("stage", ["sqlcipher"], indirect=True)


def open_record(page: Page, app: Flask, key: str) -> str:
    """Say why, open a record, and return its address."""
    child = getattr(CHILDREN, key)
    path = f"/children/{id_of(app, child)}"
    page.goto(path)
    heading(page, "Why do you need to see this record?")
    page.check("input[name=reason][value=referral]")
    press(page, "Continue to the record")
    heading(page, child.name)
    return path


def own_card(page: Page, key: str) -> str:
    """Return the text of one's own card."""
    name = getattr(CAST, key).name
    return page.get_by_test_id("contact").filter(has_text=name).inner_text()


def type_day(page: Page, name: str, year: int | None = None) -> None:
    """Fill a date with today, or with its day in another year."""
    today = clock.today()
    page.fill(f"#{name}-day", str(today.day))
    page.fill(f"#{name}-month", str(today.month))
    page.fill(f"#{name}-year", str(year or today.year))


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_an_involvement_from_beginning_to_end(
    portal: Flask, browser_page: Opener, script: bool
) -> None:
    page = browser_page(script=script)
    let_in(page, portal, "health_visitor")
    open_record(page, portal, "twin_one")
    press(page, "I work with this child")
    heading(page, "Record that you work with this child")
    page.check("input[name=kind][value=health_visiting]")
    type_day(page, "started_on", 2999)
    press(page, "Record my involvement")
    expect(page.get_by_text("There is a problem")).to_be_visible()
    assert page.is_checked("input[name=kind][value=health_visiting]")
    assert page.input_value("#started_on-year") == "2999"
    type_day(page, "started_on")
    press(page, "Record my involvement")
    expect(page.get_by_text("Your involvement is recorded")).to_be_visible()
    press(page, "This is still right")
    expect(page.get_by_text("confirmed as still right")).to_be_visible()
    expect(page.get_by_text(f"{CAST.untrained.name} is the lead now")).to_be_visible()
    press(page, "I am the lead")
    expect(page.get_by_text("The former lead is no longer marked")).to_be_visible()
    assert "Is the lead" in own_card(page, "health_visitor")
    assert "Was the lead until" in own_card(page, "untrained")
    page.get_by_role("link", name="End my involvement").click()
    heading(page, "End your involvement")
    type_day(page, "ended_on")
    press(page, "End my involvement")
    expect(page.get_by_text("Your involvement has ended")).to_be_visible()
    assert "Was the lead" in own_card(page, "health_visitor")
    counted = events(portal)
    for word in ("recorded", "confirmed", "lead_changed", "ended"):
        assert counted[f"involvement:{word}"] >= 1, word


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_something_wrong_is_told_checked_and_settled(
    portal: Flask, browser_page: Opener, script: bool
) -> None:
    page = browser_page(script=script)
    let_in(page, portal, "teacher")
    record = open_record(page, portal, "story")
    contact = page.get_by_test_id("contact").filter(has_text=CAST.social_worker.name).first
    contact.get_by_role("link", name="This is wrong").click()
    heading(page, "Something is wrong with a contact")
    page.check("input[name=kind][value=person_left]")
    press(page, "Tell the index team")
    expect(page.get_by_text("The index team will look into it")).to_be_visible()
    page.locator("summary").click()
    press(page, "Tell the index team")
    page.wait_for_url("**/children/*?done=disputed")
    steward = browser_page(script=script)
    let_in(steward, portal, "data_steward")
    steward.goto("/corrections")
    steward.get_by_role("link", name="The person has left").click()
    heading(steward, "Correction")
    press(steward, "Open the record")
    heading(steward, CHILDREN.story.name)
    assert steward.url.endswith(record)
    steward.go_back()
    heading(steward, "Correction")
    steward.check("input[name=outcome][value=fixed]")
    press(steward, "Keep how it ended")
    expect(steward.get_by_text("Your answer is saved.")).to_be_visible()
    heading(steward, "Correction")
    assert steward.get_by_label("Given names").input_value() == CHILDREN.story.given_names
    faults = read(steward, "the child's own details") if script else []
    steward.get_by_label("Family name").fill("Thornbury")
    tab_to(steward, "main button:has-text('Put it right')")
    steward.keyboard.press("Enter")
    heading(steward, "Corrections")
    expect(steward.get_by_text("No correction waits")).to_be_visible()
    faults += read(steward, "corrections that were settled") if script else []
    steward.get_by_role("link", name="The name or date of birth is wrong").click()
    press(steward, "Take it back")
    expect(steward.get_by_text("It waits again.")).to_be_visible()
    assert steward.get_by_label("Family name").input_value() == CHILDREN.story.family_name
    assert not faults, "\n".join(faults)


def test_states_that_errors_and_acts_leave_behind(portal: Flask, browser_page: Opener) -> None:
    page = browser_page()
    let_in(page, portal, "health_visitor")
    record, faults = open_record(page, portal, "story"), []
    own = page.locator("a[href$='/end']").get_attribute("href") or ""
    for address, button in (
        (f"{record}/involvements/new", "Record my involvement"),
        (own, "End my involvement"),
        (own.replace("/end", "/dispute"), "Tell the index team"),
    ):
        page.goto(address)
        press(page, button)
        expect(page.get_by_text("There is a problem")).to_be_visible()
        faults += read(page, button)
    page.check("input[name=kind][value=wrong_phone]")
    press(page, "Tell the index team")
    expect(page.get_by_text("The index team will look into it")).to_be_visible()
    faults += read(page, "told")
    for key in ("no_contact", "nobody_now", "former_involvements", "former_name", "one_name"):
        open_record(page, portal, key)
        faults += read(page, key)
    steward = browser_page()
    let_in(steward, portal, "data_steward")
    steward.goto("/corrections")
    faults += read(steward, "corrections")
    steward.get_by_role("link", name="The phone number is wrong").click()
    heading(steward, "Correction")
    faults += read(steward, "correction")
    press(steward, "Keep how it ended")
    expect(steward.get_by_text("There is a problem")).to_be_visible()
    faults += read(steward, "correction with errors")
    assert not faults, "\n".join(faults)


def read(page: Page, state: str) -> list[str]:
    """Return what is wrong with the page as it stands, wide and narrow."""
    faults = [f"{state}: {one}" for one in browsing.violations(page)]
    page.set_viewport_size(browsing.NARROW)  # type: ignore[arg-type]
    if browsing.scrolls_sideways(page):
        faults.append(f"{state}: wider than 320 pixels")
    page.set_viewport_size(browsing.WIDE)  # type: ignore[arg-type]
    return faults


def test_paper_holds_the_contacts_only(portal: Flask, browser_page: Opener) -> None:
    page = browser_page()
    let_in(page, portal, "health_visitor")
    open_record(page, portal, "story")
    expect(page.get_by_text("Printed by")).to_be_hidden()
    page.emulate_media(media="print")
    expect(page.get_by_text(f"Printed by {CAST.health_visitor.name}")).to_be_visible()
    expect(page.get_by_test_id("contact")).to_have_count(4)
    for unwanted in ("This is wrong", "This is still right", "Sign out", "Date of birth",
                     "Leanne Prendergast", "Ask to be put in touch"):  # fmt: skip
        assert unwanted not in page.locator("body").inner_text(), unwanted


def test_the_keyboard_alone_is_enough(portal: Flask, browser_page: Opener) -> None:
    page = browser_page()
    let_in(page, portal, "health_visitor")
    page.goto(f"/children/{id_of(portal, CHILDREN.no_contact)}")
    tab_to(page, "input[name=reason]")
    page.keyboard.press("Space")
    tab_to(page, "main button[type=submit]")
    page.keyboard.press("Enter")
    heading(page, CHILDREN.no_contact.name)
    tab_to(page, "a[href$='/involvements/new']")
    page.keyboard.press("Enter")
    heading(page, "Record that you work with this child")
