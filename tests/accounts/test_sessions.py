"""How long a session holds, and how it ends at once."""

import datetime as dt
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select, update

from portal.access.log import Event
from portal.access.models import PortalState
from portal.accounts.models import AccountSession
from portal.accounts.queries import identity_of_session
from portal.core import clock
from portal.core.db import db
from tests.accounts.acts import (
    change,
    code_of,
    enter,
    give_code,
    give_passphrase,
    is_in,
    lines,
    open_rows,
)  # fmt: skip
from tests.cast import CAST
from tests.editor import Editor

WHO = CAST.health_visitor
Clock = Callable[[dt.datetime], None]
SignIn = Callable[[str], Editor]


def test_identity_holds_everything_that_the_policy_asks(client: Editor, portal: Flask) -> None:
    enter(client, WHO)
    with client.session_transaction(base_url="http://127.0.0.1:8000") as cookie:
        token = cookie["_user_id"]
    with portal.app_context():
        who = identity_of_session(token)
        assert who is not None
        assert who.name == WHO.name
        assert who.roles == {"practitioner"}
        assert who.organisation_sector == "health"
        assert who.authority_id is not None
        assert who.practitioner_id is not None
        assert who.trained_until == WHO.trained_until
        assert who.vetted_until == WHO.vetted_until
        assert who.reviewed_until == WHO.review_due_on
        assert who.accredited_until is not None
        assert who.has_second_factor
        assert who.portal_is_open
        assert who.session_mark == (who.session_mark.lower())[:16]
        assert len(who.session_mark) == 16
        assert identity_of_session(token[:-1]) is None
        assert identity_of_session("") is None


def test_idle_for_a_quarter_of_an_hour(sign_in: SignIn, clock_at: Clock) -> None:
    browser, start = sign_in("health_visitor"), clock.now()
    for minutes in (14, 28, 42):
        clock_at(start + dt.timedelta(minutes=minutes))
        assert is_in(browser), "each page begins the time anew"
    clock_at(start + dt.timedelta(minutes=42 + 15, seconds=1))
    answer = browser.get("/account")
    assert answer.location == "/sign-in?ended=1&next=/account"
    assert "signed out" in browser.get("/sign-in?ended=1").text


def test_no_longer_than_eight_hours(sign_in: SignIn, clock_at: Clock) -> None:
    browser, start = sign_in("health_visitor"), clock.now()
    for minutes in range(10, 8 * 60, 10):
        clock_at(start + dt.timedelta(minutes=minutes))
        assert is_in(browser)
    clock_at(start + dt.timedelta(hours=8, seconds=1))
    assert not is_in(browser)


def test_seen_is_written_once_a_minute(sign_in: SignIn, portal: Flask, clock_at: Clock) -> None:
    browser, start = sign_in("health_visitor"), clock.now()

    def seen() -> dt.datetime:
        with portal.app_context():
            moment: dt.datetime = db.session.scalars(select(AccountSession.seen_at)).one()
            return moment

    first = seen()
    clock_at(start + dt.timedelta(seconds=50))
    browser.get("/account")
    assert seen() == first
    clock_at(start + dt.timedelta(seconds=61))
    browser.get("/account")
    assert seen() > first


def test_stay_signed_in(sign_in: SignIn, clock_at: Clock) -> None:
    browser, start = sign_in("health_visitor"), clock.now()
    clock_at(start + dt.timedelta(minutes=14))
    answer = browser.post("/stay")
    assert answer.status_code == 204
    assert 890 <= int(answer.headers["X-Session-Seconds"]) <= 900
    clock_at(start + dt.timedelta(minutes=28))
    assert is_in(browser)


def test_staying_does_not_reach_beyond_the_longest_time(
    sign_in: SignIn, portal: Flask, clock_at: Clock
) -> None:
    browser, start = sign_in("health_visitor"), clock.now()
    with portal.app_context():
        near = start + dt.timedelta(hours=7, minutes=50)
        db.session.execute(update(AccountSession).values(seen_at=near))
        db.session.commit()
    clock_at(start + dt.timedelta(hours=7, minutes=55))
    answer = browser.post("/stay")
    assert 290 <= int(answer.headers["X-Session-Seconds"]) <= 300


def test_nobody_can_stay_after_the_end(sign_in: SignIn, clock_at: Clock) -> None:
    browser = sign_in("health_visitor")
    clock_at(clock.now() + dt.timedelta(minutes=16))
    assert browser.post("/stay").status_code == 303
    answer = browser.post("/stay", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (401, "/sign-in?ended=1")


def test_signing_out(sign_in: SignIn, portal: Flask) -> None:
    browser, other = sign_in("health_visitor"), sign_in("health_visitor")
    kept = browser.get_cookie("portal", domain="127.0.0.1")
    assert kept is not None
    answer = browser.post("/sign-out")
    assert answer.location == "/sign-in?left=1"
    assert answer.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert not is_in(browser)
    browser.set_cookie("portal", kept.value, domain="127.0.0.1")
    assert not is_in(browser), "a stolen cookie is worth nothing after signing out"
    assert is_in(other), "the other browser goes on"
    assert len(lines(portal, Event.ACCOUNT_SIGNED_OUT)) == 1


def test_signing_out_needs_the_form_token(sign_in: SignIn) -> None:
    browser = sign_in("health_visitor")
    assert browser.post("/sign-out", token=False).status_code == 400
    assert is_in(browser)


def test_signing_out_everywhere(sign_in: SignIn, portal: Flask) -> None:
    browsers = [sign_in("health_visitor") for _ in range(3)]
    colleague = sign_in("teacher")
    waiting = portal.test_client()
    assert isinstance(waiting, Editor)
    give_passphrase(waiting, WHO.email, WHO.passphrase)
    answer = browsers[0].post("/account/sign-out-everywhere")
    assert answer.location == "/sign-in?left=1"
    assert not any(is_in(one) for one in browsers)
    assert give_code(waiting, code_of(WHO)).location == "/sign-in?again=1"
    assert is_in(colleague)
    assert open_rows(portal, WHO) == 0


def test_ending_one_of_ones_own_sessions(sign_in: SignIn, portal: Flask) -> None:
    here, there = sign_in("health_visitor"), sign_in("health_visitor")
    colleague = sign_in("teacher")
    page = here.get("/account").text
    assert page.count("/end") == 1, "the present one has no button of its own"
    address = page.split('action="/account/sessions/')[1].split('"')[0]
    assert colleague.post(f"/account/sessions/{address}").status_code == 404
    assert is_in(there)
    assert here.post(f"/account/sessions/{address}").status_code == 303
    assert not is_in(there)
    assert is_in(here)
    assert here.post(f"/account/sessions/{address}").status_code == 404, "it is over already"


def test_a_leaver_is_out_at_once(sign_in: SignIn, portal: Flask) -> None:
    browser = sign_in("health_visitor")
    change(portal, WHO, status="closed")
    assert not is_in(browser)


@pytest.mark.parametrize("field", ["trained_until", "vetted_until", "reviewed_until"])
def test_a_condition_that_lapses_counts_at_once(sign_in: SignIn, portal: Flask, field: str) -> None:
    browser = sign_in("health_visitor")
    assert browser.get("/search").status_code == 200
    change(portal, WHO, **{field: clock.today() - dt.timedelta(days=1)})
    assert browser.get("/search").status_code == 403
    change(portal, WHO, **{field: clock.today()})
    assert browser.get("/search").status_code == 200, "the last day still counts"


def test_a_stopped_portal_lets_nobody_search(sign_in: SignIn, portal: Flask) -> None:
    browser = sign_in("health_visitor")
    with portal.app_context():
        db.session.execute(update(PortalState).values(state="stopped"))
        db.session.commit()
    assert browser.get("/search").status_code == 403
    assert "The portal is closed at the moment." in browser.get("/").text
