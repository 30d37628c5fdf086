"""The override: a rare right, a fresh code, shown once, officers told at that moment."""

import datetime as dt
import uuid
from collections.abc import Callable

import pyotp
import pytest
from flask import Flask
from playwright.sync_api import Error, Page, expect
from sqlalchemy import select

from portal.access.identity import operator
from portal.access.models import AccessEvent
from portal.access.room import in_steps
from portal.accounts import actions as accounts
from portal.accounts.queries import account_by_email
from portal.children import actions as children
from portal.children import vault
from portal.core import clock
from portal.core.db import db
from portal.shielding.queries.documents import waiting
from portal.shielding.rules.documents import DocumentKind
from tests.cast import CAST, CHILDREN
from tests.children.looking import id_of, say_why
from tests.editor import Editor
from tests.journeys.walking import heading, let_in, press

SignIn = Callable[[str], Editor]
OPERATOR = operator("a test of the override")
WHO = "health_visitor"
LINK = "Open what may be hidden"


def do(app: Flask, step: Callable[[], object]) -> None:
    """Do a step as a command does it."""
    with app.app_context():
        in_steps(step)()


def grant(app: Flask, *, until: dt.date | None = None) -> None:
    """Let the health visitor override until a day."""

    def step() -> None:
        found = account_by_email(getattr(CAST, WHO).email)
        assert found is not None
        last = until or clock.today()
        accounts.renew_dates(account_id=found.id, override_until=last, by=OPERATOR)

    do(app, step)


def masked(app: Flask) -> uuid.UUID:
    """Mask the child of the story; return its id."""
    child_id = id_of(app, CHILDREN.story)
    do(app, lambda: children.hide_child(
        child_id=child_id, grade=vault.Grade.MASKED, by=OPERATOR))  # fmt: skip
    return child_id


def code() -> str:
    """Return the health visitor's code of the moment."""
    return pyotp.TOTP(getattr(CAST, WHO).totp_secret).at(clock.now())


def cases(app: Flask) -> list[dict[str, object]]:
    """Return the cases that wait for a shield officer because of an override."""
    with app.app_context():
        found = [content for _, content in waiting(DocumentKind.ALERT)]
        return [one for one in found if one.get("what") == "override"]


def test_without_the_right_there_is_no_door(portal: Flask, sign_in: SignIn) -> None:
    child_id = masked(portal)
    for key in (WHO, "social_worker", "shield_officer", "data_steward"):
        browser = sign_in(key)
        say_why(browser, child_id)
        assert LINK not in browser.get(f"/children/{child_id}").get_data(as_text=True)
        assert browser.get(f"/children/{child_id}/override").status_code == 403
        answer = browser.post(f"/children/{child_id}/override", data={})
        assert answer.status_code == 403
    grant(portal, until=clock.today() - dt.timedelta(days=1))
    assert sign_in(WHO).get(f"/children/{child_id}/override").status_code == 403
    assert cases(portal) == []


def test_it_shows_once_what_is_hidden_and_tells_the_officers(
    portal: Flask, sign_in: SignIn
) -> None:
    child_id = masked(portal)
    hidden = CHILDREN.story.addresses[0].postcode
    grant(portal)
    browser = sign_in(WHO)
    address = f"/children/{child_id}/override"
    assert browser.get(address).status_code == 303, "a reason is needed first"
    say_why(browser, child_id)
    before = browser.get(f"/children/{child_id}").get_data(as_text=True)
    assert hidden not in before
    assert LINK in before
    warning = browser.get(address).get_data(as_text=True)
    assert "investigation begins at once" in warning
    sent = {"understood": "yes", "code": code()}
    assert browser.post(address, data={"code": sent["code"]}).status_code == 422
    assert browser.post(address, data={**sent, "code": "000000"}).status_code == 422
    assert cases(portal) == []
    answer = browser.post(address, data=sent)
    shown = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert hidden in shown
    assert CAST.social_worker.name in shown
    assert answer.headers["Cache-Control"] == "no-store"
    (case,) = cases(portal)
    assert case["child_id"] == str(child_id)
    assert browser.post(address, data=sent).status_code == 422, "a code works once"
    assert len(cases(portal)) == 1
    for key in (WHO, "social_worker"):
        other = sign_in(key)
        say_why(other, child_id)
        assert hidden not in other.get(f"/children/{child_id}").get_data(as_text=True)
    with portal.app_context():
        assert vault.grade_of(child_id) is vault.Grade.MASKED
        line = select(AccessEvent.subject_id).where(AccessEvent.event == "shield:overridden")
        assert db.session.scalars(line).one() != child_id


def test_wrong_codes_lock_as_at_the_door(portal: Flask, sign_in: SignIn) -> None:
    child_id = masked(portal)
    grant(portal)
    browser = sign_in(WHO)
    say_why(browser, child_id)
    wrong = {"understood": "yes", "code": "000000"}
    statuses = [
        browser.post(f"/children/{child_id}/override", data=wrong).status_code for _ in range(12)
    ]
    assert statuses[0] == 422
    assert statuses[-1] == 429
    right = {"understood": "yes", "code": code()}
    assert browser.post(f"/children/{child_id}/override", data=right).status_code == 429
    assert cases(portal) == []


def test_a_record_without_a_shield_is_the_same_record(portal: Flask, sign_in: SignIn) -> None:
    grant(portal)
    child_id = id_of(portal, CHILDREN.story)
    browser = sign_in(WHO)
    say_why(browser, child_id)
    answer = browser.post(
        f"/children/{child_id}/override", data={"understood": "yes", "code": code()}
    )
    assert CHILDREN.story.addresses[0].postcode in answer.get_data(as_text=True)
    assert len(cases(portal)) == 1


@pytest.mark.parametrize("stage", ["sqlcipher"], indirect=True)
@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_it_is_gone_on_leaving_and_on_back(
    portal: Flask, browser_page: Callable[..., Page], script: bool
) -> None:
    child_id = masked(portal)
    grant(portal)
    hidden = CHILDREN.story.addresses[0].postcode
    page = browser_page(script=script)
    let_in(page, portal, WHO)
    page.goto(f"/children/{child_id}")
    page.check("input[name=reason][value=referral]")
    press(page, "Continue to the record")
    heading(page, CHILDREN.story.name)
    page.get_by_role("link", name=LINK).click()
    heading(page, LINK)
    page.check("input[name=understood]")
    page.fill("input[name=code]", code())
    press(page, "Open the record")
    expect(page.get_by_text(hidden)).to_be_visible()
    page.get_by_role("button", name="Leave this page").click()
    heading(page, CHILDREN.story.name)
    expect(page.get_by_text(hidden)).to_have_count(0)
    # The browser kept nothing, and asks before it would send the used-up code again.
    with pytest.raises(Error, match="ERR_CACHE_MISS"):
        page.go_back()
    expect(page.get_by_text(hidden)).to_have_count(0)
