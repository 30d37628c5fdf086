"""Being put in touch, from the button to the call.

Given a health visitor with a child in front of her, when she asks to be put in touch, the index
team passes a call-back on to the social worker, who reads whom to ring and says that she did; the
health visitor's own page says the same before and after, and the log has a line for each step.
"""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from portal.access.identity import operator
from portal.children.actions import hide_child
from portal.children.vault import Grade
from portal.core.db import db
from tests import browsing
from tests.cast import CAST, CHILDREN
from tests.journeys.walking import choose_reason, events, fill_in_misspelt, heading, let_in, press
from tests.search.asking import id_of

Opener = Callable[..., Page]
STORY = CHILDREN.story


def in_confidence(portal: Flask, page: Page) -> Page:
    """Let the child go into hiding; return a shield officer's window with their list."""
    child_id = id_of(portal, STORY)
    with portal.app_context():
        hide_child(child_id=child_id, grade=Grade.ABSENT, by=operator("test"))
        db.session.commit()
    let_in(page, portal, "shield_officer")
    page.goto("/contact-requests")
    return page


def ask(page: Page) -> str:
    """Find the child and ask to be put in touch; return the number of the request."""
    page.goto("/search")
    fill_in_misspelt(page, STORY)
    choose_reason(page)
    press(page, "Search")
    heading(page, "could be the one you mean")
    page.get_by_role("link", name=STORY.name).click()
    heading(page, STORY.name)
    press(page, "Ask to be put in touch")
    heading(page, "Ask to be put in touch")
    page.check("input[name=kind][value=with_me_now]")
    page.check("input[name=ring_back][value=work_phone]")
    press(page, "Send the request")
    heading(page, "Request sent")
    found = re.search(r"\d{5}-\d{5}", page.inner_text("#main-content"))
    assert found
    return found[0]


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_from_the_button_to_the_call(portal: Flask, browser_page: Opener, script: bool) -> None:
    asker, team, other = (browser_page(script=script) for _ in range(3))
    for page, key in ((asker, "health_visitor"), (team, "data_steward"), (other, "social_worker")):
        let_in(page, portal, key)
    number = ask(asker)
    receipt = asker.inner_text("#main-content")
    assert "rings you by" in receipt

    team.goto("/contact-requests")
    team.get_by_role("link", name=re.compile(number)).click()
    team.check("input[name=state][value=passed_on]")
    chosen = team.get_by_label(re.compile(CAST.social_worker.name))
    expect(chosen).to_be_visible()
    chosen.check()
    press(team, "Save")
    expect(team.get_by_test_id("asked-to-ring")).to_contain_text("No reply yet")

    other.goto("/search")
    other.get_by_role("link", name="Call-backs", exact=True).click()
    heading(other, "Call-backs asked of you")
    other.get_by_role("link", name=f"Ring {CAST.health_visitor.name}").click()
    heading(other, f"Ring {CAST.health_visitor.name}")
    expect(other.locator("#main-content")).to_contain_text("Kaitlyn Rose Prendergast")
    assert other.locator("#main-content a[href^='tel:']").count() >= 1
    other.check("input[name=reply][value=rang]")
    press(other, "Save")
    expect(other.get_by_test_id("call-back")).to_contain_text("You rang them")

    team.goto("/contact-requests")
    expect(team.get_by_test_id("contact-request")).to_contain_text("They rang")
    asker.reload()
    assert asker.inner_text("#main-content") == receipt
    logged = events(portal)
    for word in ("contact:requested", "contact_request:opened", "contact_request:passed_on",
                 "call_back:opened", "call_back:replied"):  # fmt: skip
        assert logged[word] >= 1, word


def test_the_keyboard_alone_is_enough(portal: Flask, browser_page: Opener) -> None:
    asker, team, other = (browser_page() for _ in range(3))
    for page, key in ((asker, "health_visitor"), (team, "data_steward"), (other, "social_worker")):
        let_in(page, portal, key)
    number = ask(asker)
    team.goto("/contact-requests")
    team.get_by_role("link", name=re.compile(number)).press("Enter")
    heading(team, number)
    team.locator("input[name=state][value=passed_on]").press("Space")
    team.keyboard.press("Tab")
    assert team.evaluate("document.activeElement.name") == "practitioner"
    team.keyboard.press("Space")
    team.keyboard.press("Tab")
    assert team.evaluate("document.activeElement.innerText").strip() == "Save"
    team.keyboard.press("Enter")
    expect(team.get_by_test_id("asked-to-ring")).to_have_count(1)


@pytest.mark.parametrize("stage", ["sqlcipher"], indirect=True)
def test_every_state_of_it_can_be_read_by_everybody(portal: Flask, browser_page: Opener) -> None:
    asker, team, other = (browser_page() for _ in range(3))
    for page, key in ((asker, "health_visitor"), (team, "data_steward"), (other, "social_worker")):
        let_in(page, portal, key)
    faults: list[str] = []

    def look(page: Page, state: str) -> None:
        faults.extend(f"{state}: {one}" for one in browsing.violations(page))
        page.set_viewport_size({"width": 320, "height": 640})
        if browsing.scrolls_sideways(page):
            faults.append(f"{state}: wider than 320 pixels")
        page.set_viewport_size({"width": 1280, "height": 900})

    other.goto("/call-backs")
    look(other, "nobody asked")
    number = ask(asker)
    look(asker, "receipt")
    team.goto("/contact-requests")
    team.get_by_role("link", name=re.compile(number)).click()
    heading(team, number)
    look(team, "request with people to ask")
    team.check("input[name=state][value=passed_on]")
    press(team, "Save")
    expect(team.get_by_text("There is a problem")).to_be_visible()
    look(team, "nobody chosen")
    team.get_by_label(re.compile(CAST.social_worker.name)).check()
    press(team, "Save")
    expect(team.get_by_test_id("asked-to-ring")).to_have_count(1)
    look(team, "passed on")
    other.goto("/call-backs")
    look(other, "somebody asked")
    other.get_by_role("link", name=re.compile("Ring ")).click()
    heading(other, "Ring ")
    look(other, "call-back")
    press(other, "Save")
    expect(other.get_by_text("There is a problem")).to_be_visible()
    look(other, "call-back with errors")
    other.check("input[name=reply][value=through_team]")
    press(other, "Save")
    expect(other.get_by_test_id("call-back")).to_contain_text("through the index team")
    look(other, "replied")
    team.goto("/contact-requests")
    look(team, "the team's list")
    officer = in_confidence(portal, browser_page())
    look(officer, "the officer's list")
    officer.get_by_role("link", name=re.compile(number)).click()
    heading(officer, number)
    look(officer, "a request in confidence")
    assert not faults, "\n".join(faults)
