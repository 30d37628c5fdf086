"""A reset from the first ring to the new sign-in, in a real browser, with and without script.

One database is enough: the pages are the same on both.
"""

import re
from collections.abc import Callable

import pyotp
import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from portal.accounts.rules.factors import step_of
from portal.core import clock
from tests import browsing
from tests.accounts.acts import give_passphrase
from tests.cast import CAST
from tests.editor import Editor
from tests.journeys.walking import heading, let_in, press

WHO = CAST.teacher
NEW = "velvet harbour ninety oranges"
Opener = Callable[..., Page]


class Reader:
    """Looks at every state of a page on the way; axe needs script."""

    def __init__(self, script: bool) -> None:
        self.script = script
        self.faults: list[str] = []

    def look(self, page: Page, state: str) -> None:
        """Hold the page against axe, and against a window of 320 pixels."""
        if not self.script:
            return
        self.faults += [f"{state}: {one}" for one in browsing.violations(page)]
        page.set_viewport_size({"width": 320, "height": 640})
        if browsing.scrolls_sideways(page):
            self.faults.append(f"{state}: wider than 320 pixels")
        page.set_viewport_size({"width": 1280, "height": 900})


@pytest.mark.parametrize("stage", ["sqlcipher"], indirect=True)
@pytest.mark.parametrize("script", [True, False])
def test_a_reset_from_the_first_ring_to_the_new_sign_in(
    portal: Flask, browser_page: Opener, client: Editor, script: bool
) -> None:
    reader = Reader(script)
    for _ in range(5):
        give_passphrase(client, WHO.email, "wrong-wrong-wrong", {"REMOTE_ADDR": "127.0.0.1"})
    clerk = browser_page(script=script)
    let_in(clerk, portal, "helpdesk")
    link = the_clerk(clerk, reader)
    owner = browser_page(script=script)
    the_owner(owner, link, reader)
    authoriser = browser_page(script=script)
    let_in(authoriser, portal, "authoriser")
    the_authoriser(authoriser, reader)
    assert not reader.faults, "\n".join(reader.faults)


def the_clerk(page: Page, reader: Reader) -> str:
    """Find, look, check, issue; return the link."""
    page.goto("/")
    heading(page, "Find an account")
    press(page, "Find")
    expect(page.get_by_text("There is a problem")).to_be_visible()
    reader.look(page, "find with errors")
    page.fill("#text", "zzz nobody")
    press(page, "Find")
    expect(page.get_by_text("No account fits")).to_be_visible()
    page.fill("#text", "owen pritchard")
    press(page, "Find")
    expect(page.get_by_test_id("account")).to_have_count(1)
    reader.look(page, "found")
    page.get_by_role("link", name=WHO.name).click()
    heading(page, f"Account of {WHO.name}")
    expect(page.get_by_text("Locked after too many failed tries")).to_be_visible()
    reader.look(page, "account")
    press(page, "I have checked who is calling")
    expect(page.get_by_text("There is a problem")).to_be_visible()
    reader.look(page, "checklist with errors")
    for box in page.locator("input[name=checks]").all():
        box.check()
    press(page, "I have checked who is calling")
    expect(page.get_by_text("What do they need?")).to_be_visible()
    reader.look(page, "checked")
    press(page, "Issue an enrolment link")
    heading(page, "Enrolment link for")
    reader.look(page, "link issued")
    return re.sub(r"^https?://[^/]+", "", page.get_by_test_id("link").inner_text())


def the_owner(page: Page, link: str, reader: Reader) -> None:
    """Choose passphrase and app, sign in, read what was done."""
    page.goto(link)
    heading(page, "Choose a passphrase")
    assert link not in page.url
    page.fill("#passphrase", "short")
    press(page, "Continue")
    expect(page.get_by_text("There is a problem")).to_be_visible()
    reader.look(page, "passphrase with errors")
    page.fill("#passphrase", NEW)
    press(page, "Continue")
    heading(page, "Set up your authenticator app")
    expect(page.get_by_role("img", name="QR code for your authenticator app")).to_be_visible()
    reader.look(page, "second factor")
    codes = pyotp.TOTP(page.get_by_test_id("secret").inner_text().replace(" ", ""))
    page.fill("#code", codes.generate_otp(step_of(clock.now())))
    press(page, "Finish")
    heading(page, "Sign in")
    reader.look(page, "enrolled")
    page.fill("#email", WHO.email)
    page.fill("#passphrase", NEW)
    press(page, "Continue")
    heading(page, "Enter your one-time code")
    page.fill("#code", codes.generate_otp(step_of(clock.now()) + 1))
    press(page, "Sign in")
    heading(page, "Your account")
    expect(page.get_by_text("An enrolment link was issued")).to_be_visible()
    reader.look(page, "news")
    press(page, "I have seen this")
    expect(page.get_by_text("Somebody has done something")).to_have_count(0)
    page.get_by_role("button", name="Sign out", exact=True).click()
    expect(page.get_by_text("You have signed out.")).to_be_visible()
    page.goto(link)
    heading(page, "This link does not work any more")
    reader.look(page, "dead link")


def the_authoriser(page: Page, reader: Reader) -> None:
    """See it, suspend the account, lift that again."""
    page.goto("/")
    heading(page, "Access reviews")
    reader.look(page, "reviews")
    page.get_by_role("link", name=WHO.name).click()
    heading(page, f"Access of {WHO.name}")
    reader.look(page, "review")
    press(page, "Suspend the account")
    expect(page.get_by_text("Suspended. Nobody can sign in to it.")).to_be_visible()
    reader.look(page, "suspended")
    press(page, "Lift the suspension")
    expect(page.get_by_role("button", name="Confirm access")).to_be_visible()
    press(page, "Confirm access")
    expect(
        page.get_by_role("alert").get_by_text("Access was confirmed for another period")
    ).to_be_visible()
