"""The start page, and what people see of their own account."""

import datetime as dt
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import delete, insert

from portal.access.log import Event
from portal.accounts.models import AccountRole
from portal.core import clock
from portal.core.db import db
from tests.accounts.acts import account_of, change, enter, lines
from tests.cast import CAST
from tests.editor import Editor

SignIn = Callable[[str], Editor]


@pytest.mark.parametrize(
    ("key", "start"),
    [
        ("health_visitor", "/search"),
        ("helpdesk", "/accounts"),
        ("authoriser", "/access-reviews"),
        ("shield_officer", "/shields"),
        ("auditor", "/log"),
    ],
)
def test_each_role_begins_at_its_own_page(sign_in: SignIn, key: str, start: str) -> None:
    browser = sign_in(key)
    answer = browser.get("/")
    assert answer.status_code == 303
    assert answer.location == start
    assert browser.get(start).status_code == 200


def test_a_steward_chooses(sign_in: SignIn) -> None:
    page = sign_in("data_steward").get("/")
    assert page.status_code == 200
    for address in ("/corrections", "/contact-requests", "/search"):
        assert f'href="{address}"' in page.text


def test_two_roles_choose(sign_in: SignIn, portal: Flask) -> None:
    with portal.app_context():
        own = account_of(portal, CAST.auditor).id
        db.session.execute(insert(AccountRole).values(account_id=own, role="helpdesk"))
        db.session.commit()
    page = sign_in("auditor").get("/")
    assert page.status_code == 200
    assert 'href="/accounts"' in page.text


def test_no_role_at_all(sign_in: SignIn, portal: Flask) -> None:
    with portal.app_context():
        own = account_of(portal, CAST.auditor).id
        db.session.execute(delete(AccountRole).where(AccountRole.account_id == own))
        db.session.commit()
    page = sign_in("auditor").get("/")
    assert page.status_code == 200
    assert "There is nothing here for you yet" in page.text


@pytest.mark.parametrize(
    ("key", "sentence"),
    [
        ("untrained", "Your training is not in date"),
        ("unaccredited", "accreditation is not in date"),
        ("unvetted_helpdesk", "Your vetting is not in date"),
    ],
)
def test_whoever_is_not_in_good_standing_reads_why(
    sign_in: SignIn, key: str, sentence: str
) -> None:
    browser = sign_in(key)
    for address in ("/", "/account"):
        page = browser.get(address)
        assert page.status_code == 200
        assert sentence in page.text


def test_nobody_is_sent_to_sign_in(client: Editor) -> None:
    assert client.get("/").location == "/sign-in"
    assert client.get("/account").location == "/sign-in?next=/account"


def test_own_account_shows_what_is_held(sign_in: SignIn) -> None:
    page = sign_in("health_visitor").get("/account").text
    for words in (CAST.health_visitor.name, CAST.health_visitor.email, "Practitioner",
                  "Training in date until", CAST.authoriser.name, "this one"):  # fmt: skip
        assert words in page
    assert CAST.health_visitor.totp_secret not in page
    assert "argon2" not in page


def test_as_a_piece_for_htmx(sign_in: SignIn) -> None:
    browser = sign_in("health_visitor")
    piece = browser.get("/account", headers={"HX-Request": "true"})
    assert "<html" not in piece.text
    assert "<title>" in piece.text
    assert piece.headers["Vary"]


def test_steps_of_others_greet_the_owner_until_they_are_seen(
    sign_in: SignIn, client: Editor, portal: Flask
) -> None:
    clerk, own = sign_in("helpdesk"), account_of(portal, CAST.teacher).id
    clerk.get(f"/accounts/{own}")
    assert enter(client, CAST.teacher).location == "/account"
    page = client.get("/account").text
    assert "Somebody has done something to your account" in page
    assert "The account was looked at" in page
    assert CAST.helpdesk.name in page
    assert client.post("/account/steps/acknowledge").status_code == 303
    assert "Somebody has done something" not in client.get("/account").text
    assert "The account was looked at" in client.get("/account").text
    assert len(lines(portal, Event.ACCOUNT_TOLD)) == 1
    client.post("/sign-out")
    assert enter(client, CAST.teacher, steps=1).location == "/"


def test_being_in_a_list_is_told_but_does_not_stand_in_the_way(
    sign_in: SignIn, client: Editor
) -> None:
    sign_in("helpdesk").post("/accounts", data={"text": CAST.teacher.email})
    assert enter(client, CAST.teacher).location == "/"
    assert "was in a list that somebody searched for" in client.get("/account").text


def test_dates_that_lapsed_are_pointed_out(sign_in: SignIn, portal: Flask) -> None:
    change(portal, CAST.teacher, reviewed_until=clock.today() - dt.timedelta(days=1))
    assert "Your access has not been confirmed lately" in sign_in("teacher").get("/account").text
