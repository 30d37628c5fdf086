"""The main job: a practitioner finds out how to reach those who work with a child.

Given a child whose name the health visitor heard over the telephone and whose birthday was written
the American way, when she searches, opens the child and reads, then three screens bring her to the
telephone numbers, and the log has one line for each thing that she did.
"""

import re
import time
from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests.cast import CAST, CHILDREN
from tests.journeys.walking import (
    choose_reason,
    events,
    fill_in_misspelt,
    heading,
    let_in,
    press,
    sign_in,
    tab_to,
)

Opener = Callable[..., Page]
STORY = CHILDREN.story


def card(page: Page, words: str) -> str:
    """Return the address behind the first telephone number of the contact with this heading."""
    named = page.get_by_role("heading", level=3, name=words)
    found = page.get_by_test_id("contact").filter(has=named)
    expect(found).to_have_count(1)
    return found.locator("a[href^='tel:']").first.get_attribute("href") or ""


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_from_a_misspelt_name_to_the_telephone(
    portal: Flask, browser_page: Opener, script: bool
) -> None:
    page = browser_page(script=script)
    before = events(portal)
    sign_in(page, "health_visitor")

    began = time.monotonic()
    page.goto("/search")
    fill_in_misspelt(page, STORY)
    choose_reason(page)
    press(page, "Search")

    heading(page, "could be the one you mean")
    assert re.search(r"/searches/[0-9a-f-]{36}$", page.url)
    offered = page.get_by_test_id("candidate")
    shown = offered.count()
    assert 1 <= shown <= 5
    right = offered.filter(has_text="Kaitlyn Rose Prendergast")
    expect(right).to_contain_text("day and month swapped")
    right.get_by_role("link").click()

    heading(page, "Kaitlyn Rose Prendergast")
    for words in (CAST.teacher.name, "Lantern Street Surgery", CAST.social_worker.name):
        assert re.fullmatch(r"tel:\+44[-0-9]{9,}", card(page, words)), words
    assert time.monotonic() - began < 30

    after = events(portal)
    assert after - before == {
        "account:signed_in": 1, "child:searched": 1, "child:offered": shown, "child:opened": 1,
    }  # fmt: skip


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_refresh_and_back_work(portal: Flask, browser_page: Opener, script: bool) -> None:
    page = browser_page(script=script)
    let_in(page, portal, "health_visitor")
    page.goto("/search")
    fill_in_misspelt(page, STORY)
    choose_reason(page)
    press(page, "Search")
    heading(page, "could be the one you mean")
    results = page.url
    page.reload()
    heading(page, "could be the one you mean")
    page.get_by_test_id("candidate").first.get_by_role("link").click()
    heading(page, "Kaitlyn Rose Prendergast")
    page.go_back()
    heading(page, "could be the one you mean")
    assert page.url == results
    page.get_by_role("link", name="Change the search").first.click()
    heading(page, "Find a child")
    assert page.input_value("#given_name") == "Katelin"


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_too_little_is_said_and_then_put_right(
    portal: Flask, browser_page: Opener, script: bool
) -> None:
    page = browser_page(script=script)
    let_in(page, portal, "teacher")
    page.goto("/search")
    page.fill("#given_name", "Quorlinda")
    press(page, "Search")
    page.get_by_role("link", name=re.compile("Enter a family name")).click()
    assert page.evaluate("document.activeElement.id") == "family_name" if script else True
    assert page.input_value("#given_name") == "Quorlinda"
    page.fill("#family_name", "Vexmoor")
    page.fill("#age", "7")
    choose_reason(page)
    press(page, "Search")
    heading(page, "No child found")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_other_reasons_ask_for_a_note(portal: Flask, browser_page: Opener, script: bool) -> None:
    page = browser_page(script=script)
    let_in(page, portal, "teacher")
    page.goto("/search")
    note = page.locator("#note")
    assert note.is_visible() is not script
    page.check("input[name=reason][value=other]")
    expect(note).to_be_visible()
    page.check("input[name=reason][value=assessment]")
    assert note.is_visible() is not script


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_somebody_not_found_is_asked_for_and_the_index_team_answers(
    portal: Flask, browser_page: Opener, script: bool
) -> None:
    page = browser_page(script=script)
    sign_in(page, "health_visitor")
    page.goto("/search")
    page.fill("#given_name", "Quorlinda")
    page.fill("#family_name", "Vexmoor")
    page.fill("#date_of_birth-year", "2018")
    choose_reason(page)
    press(page, "Search")
    heading(page, "No child found")
    press(page, "Ask to be put in touch")
    heading(page, "Ask to be put in touch")
    page.check("input[name=kind][value=with_me_now]")
    page.check("input[name=ring_back][value=work_phone]")
    press(page, "Send the request")
    heading(page, "Request sent")
    number = re.search(r"\d{5}-\d{5}", page.inner_text("#main-content"))
    assert number

    team = browser_page(script=script)
    let_in(team, portal, "data_steward")
    team.goto("/contact-requests")
    team.get_by_role("link", name=re.compile(number[0])).click()
    expect(team.locator("#main-content")).to_contain_text("Quorlinda")
    assert team.locator("#main-content a[href^='tel:']").count() >= 1
    team.check("input[name=state][value=nobody]")
    press(team, "Save")
    heading(team, "Requests for contact")

    page.goto("/contact-requests/mine")
    expect(page.get_by_test_id("contact-request")).to_contain_text("With the index team")
    assert events(portal)["contact_request:opened"] == 1


def test_the_keyboard_alone_is_enough(portal: Flask, browser_page: Opener) -> None:
    page = browser_page()
    let_in(page, portal, "health_visitor")
    page.goto("/search")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    born = STORY.date_of_birth
    walk = {
        "given_name": "Katelin", "family_name": "Pendergast", "date_of_birth-day": str(born.month),
        "date_of_birth-month": str(born.day), "date_of_birth-year": str(born.year),
    }  # fmt: skip
    for name, text in walk.items():
        tab_to(page, f"#{name}")
        page.keyboard.type(text)
    tab_to(page, "input[name=reason]")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    heading(page, "could be the one you mean")
    tab_to(page, "a:has-text('Kaitlyn')")
    page.keyboard.press("Enter")
    heading(page, "Kaitlyn Rose Prendergast")


def test_nothing_stays_in_the_browser(browser_page: Opener) -> None:
    page = browser_page()
    sign_in(page, "health_visitor")
    page.goto("/search")
    fill_in_misspelt(page, STORY)
    choose_reason(page)
    press(page, "Search")
    heading(page, "could be the one you mean")
    kept = page.evaluate("JSON.stringify([{...sessionStorage}, {...localStorage}])")
    assert "Prendergast" not in kept
    assert "Pendergast" not in kept
    assert "Prend" not in page.title()
