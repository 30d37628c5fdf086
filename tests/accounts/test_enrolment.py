"""Enrolment: a link that works once, for half an hour, and what is chosen with it."""

import datetime as dt
import re
from collections.abc import Callable

import pyotp
import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from portal.access.identity import operator
from portal.access.log import Event
from portal.accounts import actions
from portal.accounts.models import EnrolmentLink
from portal.accounts.rules.factors import step_of
from portal.core import clock
from portal.core.db import db
from tests.accounts.acts import (
    account_of,
    change,
    code_of,
    cookie_of,
    enter,
    give_code,
    give_passphrase,
    is_in,
    lines,
    steps,
)  # fmt: skip
from tests.cast import CAST
from tests.editor import Editor

WHO = CAST.teacher
NEW = "velvet harbour ninety oranges"
Clock = Callable[[dt.datetime], None]


def link_for(app: Flask) -> str:
    """Issue a link as the operator; return its token."""
    with app.app_context():
        own = account_of(app, WHO).id
        token = actions.issue_link(account_id=own, by=operator("accounts link"))
        db.session.commit()
        return token


def choose(browser: Editor, passphrase: str = NEW) -> TestResponse:
    """Send the first page."""
    return browser.post("/enrol/passphrase", data={"passphrase": passphrase})


def secret_on(browser: Editor) -> str:
    """The secret that the second page shows as text."""
    found = re.search(
        r'data-testid="secret">([A-Z2-7 ]+)<', browser.get("/enrol/second-factor").text
    )
    assert found is not None
    return found[1].replace(" ", "")


def finish(browser: Editor, secret: str, at: int = 0) -> TestResponse:
    """Send the second page."""
    code = pyotp.TOTP(secret).generate_otp(step_of(clock.now()) + at)
    return browser.post("/enrol/second-factor", data={"code": code})


def test_from_link_to_sign_in(client: Editor, portal: Flask) -> None:
    token = link_for(portal)
    assert client.get(f"/enrol/{token}").location == "/enrol/passphrase"
    assert WHO.name in client.get("/enrol/passphrase").text
    assert choose(client).location == "/enrol/second-factor"
    secret = secret_on(client)
    page = client.get("/enrol/second-factor").text
    assert "<svg" in page
    assert "style=" not in page
    assert finish(client, secret, -1).location == "/sign-in?enrolled=1"
    assert "set up" in client.get("/sign-in?enrolled=1").text
    assert give_passphrase(client, WHO.email, NEW).status_code == 303
    assert give_code(client, pyotp.TOTP(secret).at(clock.now())).location == "/account"
    assert "A passphrase and a second factor were chosen" in client.get("/account").text
    assert len(lines(portal, Event.ACCOUNT_ENROLLED)) == 1


def test_the_code_that_confirmed_does_not_open(client: Editor, portal: Flask) -> None:
    client.get(f"/enrol/{link_for(portal)}")
    choose(client)
    secret = secret_on(client)
    code = pyotp.TOTP(secret).now()
    assert client.post("/enrol/second-factor", data={"code": code}).status_code == 303
    give_passphrase(client, WHO.email, NEW)
    assert give_code(client, code).status_code == 422


def test_issuing_ends_everything_that_was(
    client: Editor, portal: Flask, sign_in: Callable[[str], Editor]
) -> None:
    signed_in = sign_in("teacher")
    enter(client, WHO)
    link_for(portal)
    assert not is_in(signed_in)
    assert not is_in(client)
    other = portal.test_client()
    assert isinstance(other, Editor)
    assert give_passphrase(other, WHO.email, WHO.passphrase).status_code == 422
    kept = account_of(portal, WHO)
    assert kept.passphrase_hash == ""
    assert kept.sealed_factor is None


def test_a_half_open_sign_in_does_not_survive_the_link(client: Editor, portal: Flask) -> None:
    give_passphrase(client, WHO.email, WHO.passphrase)
    link_for(portal)
    assert give_code(client, code_of(WHO)).location == "/sign-in?again=1"


def test_a_link_works_once(client: Editor, portal: Flask) -> None:
    token = link_for(portal)
    client.get(f"/enrol/{token}")
    choose(client)
    assert finish(client, secret_on(client)).status_code == 303
    dead = client.get(f"/enrol/{token}")
    assert dead.status_code == 410
    assert "This link does not work any more" in dead.text
    assert "help desk" in dead.text


def test_two_browsers_with_one_link(client: Editor, portal: Flask) -> None:
    token, other = link_for(portal), portal.test_client()
    assert isinstance(other, Editor)
    for browser in (client, other):
        browser.get(f"/enrol/{token}")
        choose(browser)
    secret = secret_on(client)
    assert finish(other, secret).status_code == 303
    assert finish(client, secret).status_code == 410
    assert choose(client).status_code == 410
    assert client.get("/enrol/second-factor").status_code == 410


def test_a_link_lasts_half_an_hour(client: Editor, portal: Flask, clock_at: Clock) -> None:
    token, start = link_for(portal), clock.now()
    client.get(f"/enrol/{token}")
    clock_at(start + dt.timedelta(minutes=29))
    assert choose(client).status_code == 303
    clock_at(start + dt.timedelta(minutes=31))
    assert client.get("/enrol/second-factor").status_code == 410
    assert client.get(f"/enrol/{token}").status_code == 410


def test_a_newer_link_replaces_it(client: Editor, portal: Flask) -> None:
    first = link_for(portal)
    client.get(f"/enrol/{first}")
    second = link_for(portal)
    assert choose(client).status_code == 410
    assert client.get(f"/enrol/{first}").status_code == 410
    assert client.get(f"/enrol/{second}").status_code == 303


@pytest.mark.parametrize("token", ["x" * 43, "%00" * 43, "é" * 43, "'--" + "x" * 40])
def test_a_link_that_never_was(client: Editor, token: str) -> None:
    assert client.get(f"/enrol/{token}").status_code == 410


def test_no_link_no_page(client: Editor) -> None:
    assert client.get("/enrol/short").status_code == 404
    for address in ("/enrol/passphrase", "/enrol/second-factor"):
        assert client.get(address).status_code == 410
        assert client.post(address, data={"passphrase": NEW, "code": "123456"}).status_code == 410


def test_opening_the_link_uses_nothing_up(client: Editor, portal: Flask) -> None:
    token = link_for(portal)
    for _ in range(3):
        assert client.head(f"/enrol/{token}").status_code == 303
    assert client.get(f"/enrol/{token}").status_code == 303


def test_only_the_fingerprint_is_kept_and_the_token_leaves_the_address(
    client: Editor, portal: Flask
) -> None:
    token = link_for(portal)
    with portal.app_context():
        held = db.session.scalars(select(EnrolmentLink)).one()
        assert token not in repr(vars(held))
        assert held.expires_at - held.issued_at == dt.timedelta(minutes=30)
    client.get(f"/enrol/{token}")
    assert token not in client.get("/enrol/passphrase").text


def test_nothing_holds_until_both_are_there(client: Editor, portal: Flask) -> None:
    client.get(f"/enrol/{link_for(portal)}")
    assert client.get("/enrol/second-factor").location == "/enrol/passphrase"
    choose(client)
    assert account_of(portal, WHO).passphrase_hash == ""
    assert give_passphrase(client, WHO.email, NEW).status_code == 422
    assert client.post("/enrol/second-factor", data={"code": "000000"}).status_code == 422
    assert account_of(portal, WHO).sealed_factor is None
    finish(client, secret_on(client))
    with portal.app_context():
        held = db.session.scalars(select(EnrolmentLink)).one()
        assert held.passphrase_hash == ""
        assert held.sealed_factor is None


@pytest.mark.parametrize(
    ("passphrase", "message"),
    [
        ("", "Enter a new passphrase"),
        ("short", "12 characters or more"),
        ("aaaaaaaaaaaaaaaa", "harder to guess"),
        ("password1234", "harder to guess"),
        (WHO.name + "1", "harder to guess"),
        ("contactpoint2026", "harder to guess"),
        ("x" * 257, "256 characters or fewer"),
        ("velvet harbour\0ninety oranges", "cannot be shown"),
    ],
)
def test_a_passphrase_must_be_hard_to_guess(
    client: Editor, portal: Flask, passphrase: str, message: str
) -> None:
    client.get(f"/enrol/{link_for(portal)}")
    answer = choose(client, passphrase)
    assert answer.status_code == 422
    assert message in answer.text


@pytest.mark.parametrize(
    "passphrase",
    [
        "tamble orvick sundle",
        "gwên-a-halen-mewn-dŵr",
        "日本語のながいあいことば十二",
        "q8vTzR2mWx4L",
    ],
)
def test_any_other_is_taken(client: Editor, portal: Flask, passphrase: str) -> None:
    client.get(f"/enrol/{link_for(portal)}")
    assert choose(client, passphrase).status_code == 303


def test_a_suspended_account_cannot_be_enrolled(client: Editor, portal: Flask) -> None:
    token = link_for(portal)
    change(portal, WHO, status="suspended")
    assert client.get(f"/enrol/{token}").status_code == 410


def test_enrolment_lifts_a_lock_and_is_told(client: Editor, portal: Flask) -> None:
    for _ in range(5):
        give_passphrase(client, WHO.email, "wrong-wrong-wrong")
    client.get(f"/enrol/{link_for(portal)}")
    choose(client)
    finish(client, secret_on(client))
    assert give_passphrase(client, WHO.email, NEW).status_code == 303
    assert steps(portal, WHO) == ["linked", "enrolled"]


def test_the_cookie_forgets_the_link_when_done(client: Editor, portal: Flask) -> None:
    client.get(f"/enrol/{link_for(portal)}")
    assert "enrolment" in cookie_of(client)
    choose(client)
    finish(client, secret_on(client))
    assert "enrolment" not in cookie_of(client)
