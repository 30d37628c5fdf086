"""Ten pairs by keyboard in a real browser. One database is enough: the pages are the same."""

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from portal.children.models import ChildRecord
from portal.children.visibility import Job, everything
from portal.core.db import db
from tests.cast import CHILDREN
from tests.children.looking import lines
from tests.feeds.reviewing import ids_of, reviews_in_index, suspect
from tests.journeys.walking import heading, let_in
from tests.shielding.test_in_browser import faults_of

Opener = Callable[..., Page]
EVERY = [getattr(CHILDREN, name) for name in CHILDREN.__dataclass_fields__]
TEN = [(EVERY[place], EVERY[place + 1]) for place in range(10)]


def where(page: Page) -> str:
    """What the keyboard is at: the value of a field, or else the tag."""
    found: str = page.evaluate("document.activeElement.value || document.activeElement.tagName")
    return found


@pytest.mark.parametrize("stage", ["sqlcipher"], indirect=True)
def test_ten_pairs_by_keyboard_alone(portal: Flask, browser_page: Opener) -> None:
    suspect(portal, *TEN)
    page = browser_page(narrow=True)
    let_in(page, portal, "data_steward")
    page.goto("/feeds/review")
    heading(page, "Are these the same child?")
    assert not faults_of(page, iter(["a pair"]), with_axe=True)
    page.locator("h1").evaluate("one => { one.tabIndex = -1; one.focus() }")
    for left in range(len(TEN), 0, -1):
        expect(page.get_by_text(f"{left} pair")).to_be_visible()
        # The focus follows when the new pair has settled.
        expect(page.locator("h1")).to_be_focused()
        page.keyboard.press("Tab")
        assert where(page) == "same"
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
    heading(page, "No pair waits for you now")
    assert len(lines(portal, "review:settled")) == 2 * len(TEN)
    with portal.app_context():
        assert {row.outcome for row in reviews_in_index()} == {"different"}
        db.session.rollback()


@pytest.mark.parametrize("stage", ["sqlcipher"], indirect=True)
def test_joined_and_undone_without_script(portal: Flask, browser_page: Opener) -> None:
    suspect(portal, TEN[0])
    page = browser_page(script=False)
    let_in(page, portal, "data_steward")
    page.goto("/")
    page.get_by_role("link", name="Possible duplicates").first.click()
    page.check("input[name=answer][value=same]")
    page.get_by_role("button", name="Save and show the next pair").click()
    expect(page.get_by_text("Your answer is saved.")).to_be_visible()
    page.get_by_role("link", name="Records joined or split, to undo it").click()
    page.locator("main table a").click()
    heading(page, "Record made of two")
    page.get_by_role("button", name="Undo: make two records again").click()
    expect(page.get_by_text("It is undone")).to_be_visible()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
@pytest.mark.parametrize("stage", ["sqlcipher"], indirect=True)
def test_what_has_changed_since_is_shown_before_it_is_answered(
    portal: Flask, browser_page: Opener, script: bool
) -> None:
    suspect(portal, TEN[0])
    page = browser_page(script=script, narrow=True)
    let_in(page, portal, "data_steward")
    page.goto("/feeds/review")
    with portal.app_context():
        one = everything(Job.REVIEW).where(ChildRecord.id == ids_of(TEN[0][0])[0])
        db.session.scalars(one).one().family_name = "Vaughan"
        db.session.commit()
    for said in ("There is something else to see since you looked.", "Your answer is saved."):
        page.check("input[name=answer][value=different]")
        page.get_by_role("button", name="Save and show the next pair").click()
        expect(page.get_by_text(said)).to_be_visible()
        if said != "Your answer is saved.":
            expect(page.get_by_text("Vaughan").first).to_be_visible()
            expect(page.locator("input[name=answer]:checked")).to_have_count(0)
    assert len(lines(portal, "review:settled")) == 2
