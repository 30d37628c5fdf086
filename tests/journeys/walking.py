"""Walking through the portal in a real browser."""

import re
from collections import Counter

import pyotp
from flask import Flask
from playwright.sync_api import Page
from sqlalchemy import select

from portal.access.models import AccessEvent
from portal.core.db import db
from portal.sandbox import Child
from portal.sandbox.cast import STORY_TYPED
from tests import browsing, signing_in
from tests.databases import URL


def sign_in(page: Page, key: str) -> None:
    """Sign in with e-mail, passphrase and the code that the authenticator app shows now."""
    secret = signing_in.member(key).totp_secret
    browsing.sign_in_as(page, key, pyotp.TOTP(secret).now())
    page.wait_for_url(re.compile(r"/(?!sign-in)"))


def let_in(page: Page, app: Flask, key: str) -> None:
    """Give the window an open session of a member of the cast, without the walk."""
    kept = signing_in.browser_of(app, key).get_cookie("portal", domain="127.0.0.1")
    assert kept is not None
    page.context.add_cookies([
        {"name": "portal", "value": kept.value, "domain": "127.0.0.1", "path": "/"}
    ])  # fmt: skip


def fill_in_misspelt(page: Page, child: Child) -> None:
    """Fill the search as in the story: both names misspelt, day and month swapped."""
    born = child.date_of_birth
    page.fill("#given_name", STORY_TYPED.given_names)
    page.fill("#family_name", STORY_TYPED.family_name)
    page.fill("#date_of_birth-day", str(born.month))
    page.fill("#date_of_birth-month", str(born.day))
    page.fill("#date_of_birth-year", str(born.year))


def fill_in(page: Page, given: str, family: str, year: int) -> None:
    """Fill the search with names and a year, and say why."""
    page.fill("#given_name", given)
    page.fill("#family_name", family)
    page.fill("#date_of_birth-year", str(year))
    choose_reason(page)


def choose_reason(page: Page) -> None:
    """Say why."""
    page.check("input[name=reason][value=assessment]")


def press(page: Page, text: str) -> None:
    """Press the button with these words in the main part of the page."""
    page.locator("#main-content").get_by_role("button", name=text, exact=True).click()


def heading(page: Page, words: str) -> None:
    """Wait until the page says this in its heading, and has loaded: keys are lost before."""
    page.get_by_role("heading", level=1, name=words).wait_for()
    page.wait_for_load_state()


def tab_to(page: Page, selector: str) -> None:
    """Press the tab key until the focus is there; the page as a whole never counts."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.locator(f"{selector}:focus").count():
            return
    raise AssertionError(f"the tab key does not reach {selector}")


def events(app: Flask) -> Counter[str]:
    """Count the lines of the log by their word."""
    with app.app_context():
        return Counter(db.session.scalars(select(AccessEvent.event)))


__all__ = [
    "URL", "choose_reason", "events", "fill_in", "fill_in_misspelt", "heading", "let_in", "press",
    "sign_in", "tab_to",
]  # fmt: skip
