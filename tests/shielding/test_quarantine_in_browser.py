"""What was held back, in a real browser: without script, by keyboard, for everybody who reads.

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
from tests.feeds.filing import feed, involvement, write
from tests.journeys.walking import heading, let_in, press, tab_to
from tests.shielding.test_2009_replayed import ELSEWHERE, MOVED, ZOE
from tests.shielding.test_in_browser import faults_of

Opener = Callable[..., Page]
CHILDREN, INVOLVEMENTS = FileKind.CHILDREN, FileKind.INVOLVEMENTS


@pytest.fixture
def held_back(portal: Flask, session: Session, tmp_path: Path) -> None:
    """A hidden child, of whom two sources report something new."""
    file = write(tmp_path / "some.csv", CHILDREN, [ZOE])
    feed(portal, file, CHILDREN)
    child_id = queries.child_ids("mosaic", ["K1"])["K1"]
    hide_child(child_id=child_id, grade=vault.Grade.MASKED, by=FEED)
    db.session.commit()
    elsewhere = {**ELSEWHERE, "nhs_number": ""}
    for source, row in (("mosaic", MOVED), ("emis", elsewhere)):
        feed(portal, write(tmp_path / "some.csv", CHILDREN, [row]), CHILDREN, source=source)
    rows = [{**involvement(1), "child_source_id": "E9"}]
    feed(portal, write(tmp_path / "some.csv", INVOLVEMENTS, rows), INVOLVEMENTS, source="emis")


def an_officer(page: Page, app: Flask) -> Iterator[str]:
    """Look at the list, at each side by side, and decide."""
    let_in(page, app, "shield_officer")
    page.goto("/shields")
    page.get_by_role("link", name="Rows of feeds that were held back").click()
    heading(page, "Held back")
    yield "list"
    page.get_by_role("link", name="Zoë Quillfeather").first.click()
    heading(page, "Is this Zoë Quillfeather?")
    expect(page.get_by_text("It is another child")).to_have_count(0)
    yield "its own number"
    press(page, "Save the decision")
    expect(page.get_by_text("There is a problem")).to_be_visible()
    yield "with errors"
    page.check("input[name=decision][value=same]")
    press(page, "Save the decision")
    heading(page, "Held back")
    page.get_by_role("row", name="emis").get_by_role("link").click()
    heading_of_contacts = "Contacts that the source told of"
    expect(page.get_by_role("heading", name=heading_of_contacts)).to_be_visible()
    yield "another number"
    page.check("input[name=decision][value=another]")
    press(page, "Save the decision")
    heading(page, "Held back")
    expect(page.get_by_role("row", name="emis")).to_have_count(0)
    page.get_by_role("link", name="Zoë Brackenbury").click()
    expect(page.get_by_text("The same child.")).to_be_visible()
    expect(page.get_by_role("button", name="Save the decision")).to_have_count(0)
    yield "decided"


@pytest.mark.parametrize("stage", ["sqlcipher"], indirect=True)
@pytest.mark.parametrize("script", [True, False])
@pytest.mark.usefixtures("held_back")
def test_from_the_list_to_the_decision(portal: Flask, browser_page: Opener, script: bool) -> None:
    page = browser_page(script=script)
    faults = faults_of(page, an_officer(page, portal), with_axe=script)
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("stage", ["sqlcipher"], indirect=True)
@pytest.mark.usefixtures("held_back")
def test_a_decision_by_keyboard_alone(portal: Flask, browser_page: Opener) -> None:
    page = browser_page()
    let_in(page, portal, "shield_officer")
    page.goto("/quarantine")
    page.get_by_role("link", name="Zoë Quillfeather").first.focus()
    page.keyboard.press("Enter")
    heading(page, "Is this Zoë Quillfeather?")
    tab_to(page, "input[name=decision]")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    heading(page, "Held back")
    expect(page.get_by_role("row", name="The same child")).to_have_count(1)
