"""From a practitioner's word to two records in a real browser, by keyboard, script on and off.
One database is enough: the pages are the same."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Locator, Page, expect

from tests.children.looking import lines
from tests.children.two_in_one import a_record_of_two
from tests.journeys.walking import heading, let_in
from tests.shielding.test_in_browser import faults_of

Opener = Callable[..., Page]
SHOTS = os.environ.get("SHOTS", "")


def press(place: Locator, key: str) -> None:
    """Press a key where the keyboard has come to."""
    place.focus()
    place.press(key)


def look(page: Page, name: str, *, script: bool) -> None:
    """Ask axe and the width of the page; keep a picture where one is asked for."""
    if script:
        assert not faults_of(page, iter([name]), with_axe=True)
    if SHOTS:
        page.set_viewport_size({"width": 320 if script else 1280, "height": 800})
        page.screenshot(path=Path(SHOTS) / f"{name}-{script}.png", full_page=True)


@pytest.mark.parametrize("stage", ["sqlcipher"], indirect=True)
@pytest.mark.parametrize("script", [True, False])
def test_split_by_keyboard(portal: Flask, browser_page: Opener, script: bool) -> None:
    child_id = a_record_of_two(portal)
    teacher = browser_page(script=script)
    let_in(teacher, portal, "teacher")
    teacher.goto(f"/children/{child_id}/reason")
    teacher.check("input[name=reason][value=referral]")
    teacher.locator("main button[type=submit]").last.click()
    press(teacher.locator("summary").first, "Enter")
    look(teacher, "record", script=script)
    press(teacher.get_by_role("button", name="Tell them that it is about two children"), "Enter")
    expect(teacher.get_by_text("The index team will look into it.")).to_be_visible()
    page = browser_page(script=script, narrow=script)
    let_in(page, portal, "data_steward")
    page.goto("/corrections")
    press(page.get_by_role("link", name="This record is about two children"), "Enter")
    press(page.get_by_role("link", name="Is this record about two children?"), "Enter")
    heading(page, "Is this record about two children?")
    look(page, "choose", script=script)
    press(page.get_by_role("button", name="Show both records"), "Enter")
    expect(page.get_by_role("alert").get_by_text("leave one at least")).to_be_visible()
    press(page.get_by_role("checkbox", name="council: Odile"), "Space")
    press(page.get_by_role("button", name="Show both records"), "Enter")
    heading(page, "Two records")
    look(page, "sides", script=script)
    press(page.get_by_role("button", name="Split: make two records"), "Enter")
    heading(page, "Your answer is saved.")
    assert len(lines(portal, "split:made")) == 2
    press(page.get_by_role("link", name="Records joined or split"), "Enter")
    heading(page, "Records joined or split")
    look(page, "list", script=script)
