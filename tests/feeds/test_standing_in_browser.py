"""Pausing and resuming in a real browser: without script, by keyboard, for everybody who reads.

One database is enough: the pages are the same on both.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from portal.children import queries, vault
from portal.children.actions import hide_child
from portal.core.db import db
from portal.feeds.rules import FileKind
from tests.children.reporting import FEED
from tests.feeds.filing import child, feed, write
from tests.feeds.pausing import known, rehearse
from tests.journeys.walking import heading, let_in, press, tab_to
from tests.shielding.test_2009_replayed import MOVED, ZOE
from tests.shielding.test_in_browser import faults_of

Opener = Callable[..., Page]
CHILDREN = FileKind.CHILDREN


@pytest.fixture
def held_back(portal: Flask, session: Session, tmp_path: Path) -> None:
    """A source that has just said something new of a hidden child."""
    known(portal, tmp_path, ZOE)
    child_id = queries.child_ids("mosaic", ["K1"])["K1"]
    hide_child(child_id=child_id, grade=vault.Grade.MASKED, by=FEED)
    db.session.commit()
    feed(portal, write(tmp_path / "moved.csv", CHILDREN, [MOVED]), CHILDREN)


def a_steward(page: Page, app: Flask, tmp_path: Path) -> Iterator[str]:
    """Pause the source, wait for a dry run, propose to resume."""
    let_in(page, app, "data_steward")
    page.goto("/")
    page.get_by_role("main").get_by_role("link", name="Sources").click()
    heading(page, "Sources")
    yield "sources"
    page.get_by_role("link", name="mosaic").click()
    heading(page, "mosaic")
    yield "a source"
    press(page, "Pause this source")
    expect(page.get_by_text("There is a problem")).to_be_visible()
    yield "a source with errors"
    page.check("input[name=cause][value=wrong_rows]")
    press(page, "Pause this source")
    expect(page.get_by_text("first have a dry run made")).to_be_visible()
    yield "paused"
    rehearse(app, tmp_path, child(2))
    page.reload()
    yield "after a dry run"
    press(page, "Propose to resume")
    expect(page.get_by_text("Resuming waits for the second person")).to_be_visible()
    yield "proposed"


def an_officer(page: Page, app: Flask) -> Iterator[str]:
    """Read what waits, decide it, confirm."""
    let_in(page, app, "shield_officer")
    page.goto("/shields")
    page.get_by_role("link", name="Sources that wait to be resumed").click()
    heading(page, "Sources that wait to be resumed")
    yield "proposals"
    page.get_by_role("link", name="mosaic").click()
    heading(page, "Resume mosaic?")
    expect(page.get_by_role("button", name="Confirm: resume the source")).to_have_count(0)
    yield "something waits"
    page.get_by_role("link", name="Zoë Quillfeather").click()
    heading(page, "Is this Zoë Quillfeather?")
    page.check("input[name=decision][value=same]")
    press(page, "Save the decision")
    heading(page, "Held back")
    page.goto("/feeds/proposals")
    page.get_by_role("link", name="mosaic").click()
    expect(page.get_by_text("Nothing of this source waits.")).to_be_visible()
    yield "nothing waits"
    press(page, "Confirm: resume the source")
    heading(page, "Sources that wait to be resumed")
    expect(page.get_by_text("The source is resumed.")).to_be_visible()
    yield "resumed"


@pytest.mark.parametrize("stage", ["sqlcipher"], indirect=True)
@pytest.mark.parametrize("script", [True, False])
@pytest.mark.usefixtures("held_back")
def test_from_the_pause_to_the_second_person(
    portal: Flask, browser_page: Opener, tmp_path: Path, script: bool
) -> None:
    steward, officer = browser_page(script=script), browser_page(script=script)
    faults = faults_of(steward, a_steward(steward, portal, tmp_path), with_axe=script)
    faults += faults_of(officer, an_officer(officer, portal), with_axe=script)
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("stage", ["sqlcipher"], indirect=True)
def test_a_pause_by_keyboard_alone(portal: Flask, browser_page: Opener, tmp_path: Path) -> None:
    known(portal, tmp_path)
    page = browser_page()
    let_in(page, portal, "data_steward")
    page.goto("/feeds")
    page.get_by_role("link", name="mosaic").focus()
    page.keyboard.press("Enter")
    heading(page, "mosaic")
    tab_to(page, "input[name=cause]")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.get_by_text("The source is paused.")).to_be_visible()
