"""Quality and the gate in a real browser: without script, on a narrow screen, for everybody.

One database is enough: the pages are the same on both.
"""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from tests.feeds.filing import run
from tests.feeds.test_quality import add_runs
from tests.journeys.walking import heading, let_in, press
from tests.lifecycle.preparing import prepare
from tests.shielding.test_in_browser import faults_of

Opener = Callable[..., Page]
PICTURE = "document.querySelector('img').naturalWidth"


def an_officer(page: Page, app: Flask) -> Iterator[str]:
    """Sign off that nothing waits."""
    let_in(page, app, "shield_officer")
    page.goto("/quarantine")
    page.get_by_role("link", name="Signing off before the portal goes live").click()
    heading(page, "Signing off before the portal goes live")
    yield "to sign off"
    press(page, "Sign off: nothing waits")
    expect(page.get_by_text("You have signed off.")).to_be_visible()
    yield "signed off"


def a_steward(page: Page, app: Flask) -> Iterator[str]:
    """Read what has to be so, and what a source sent."""
    let_in(page, app, "data_steward")
    page.goto("/")
    page.get_by_role("main").get_by_role("link", name="Quality").click()
    heading(page, "Quality")
    expect(page.get_by_text("holds until")).to_be_visible()
    yield "quality"
    page.get_by_role("link", name="mosaic").last.click()
    heading(page, "Quality of mosaic")
    page.wait_for_function(f"{PICTURE} > 0")
    assert page.evaluate(PICTURE) == 760
    yield "a source"


@pytest.mark.parametrize("stage", ["sqlcipher"], indirect=True)
def test_from_the_word_of_an_officer_to_the_stewards_page(
    portal: Flask, browser_page: Opener, session: Session
) -> None:
    add_runs(session, 500, 200, 19, 400)
    assert run(portal, "feeds", "count-quality").exit_code == 0
    prepare(portal)
    officer, steward = browser_page(script=False), browser_page()
    faults = faults_of(officer, an_officer(officer, portal), with_axe=False)
    faults += faults_of(steward, a_steward(steward, portal), with_axe=True)
    assert not faults, "\n".join(faults)
    let_in(steward, portal, "health_visitor")
    steward.goto("/search")
    expect(steward.get_by_text("This portal is being prepared")).to_be_visible()
