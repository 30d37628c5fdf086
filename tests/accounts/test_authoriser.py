"""The authoriser confirms, suspends and lifts, for the people they answer for and nobody else."""

import datetime as dt
import uuid
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import update

from portal.access.log import Event
from portal.accounts.rules.review import next_review
from portal.core import clock
from portal.core.db import db
from portal.directory.models import Practitioner
from tests.accounts.acts import account_of, change, enter, give_passphrase, is_in, lines, steps
from tests.cast import CAST
from tests.editor import Editor

WHO = CAST.teacher
ACTS = ("confirm", "suspend", "resume")
SignIn = Callable[[str], Editor]


@pytest.fixture
def authoriser(sign_in: SignIn) -> Editor:
    """A browser in which the authoriser is signed in."""
    return sign_in("authoriser")


@pytest.fixture
def there(portal: Flask) -> str:
    """The address of the teacher's review."""
    return f"/access-reviews/{account_of(portal, WHO).id}"


def test_the_list_holds_those_they_answer_for(authoriser: Editor, portal: Flask) -> None:
    change(portal, CAST.social_worker, sponsor_id=account_of(portal, CAST.helpdesk).id)
    change(portal, WHO, reviewed_until=clock.today() - dt.timedelta(days=1))
    page = authoriser.get("/access-reviews").text
    assert WHO.name in page
    assert page.count("Out of date") == 3, "this review, one training, one vetting"
    assert CAST.social_worker.name not in page
    main = page.split("<main")[1]
    assert CAST.authoriser.name not in main, "nobody answers for themselves"


def test_nobody_yet(authoriser: Editor, portal: Flask) -> None:
    for member in vars(CAST).values():
        change(portal, member, sponsor_id=None)
    assert "There are none yet" in authoriser.get("/access-reviews").text


def test_confirming_gives_four_months(authoriser: Editor, portal: Flask, there: str) -> None:
    change(portal, WHO, reviewed_until=clock.today() - dt.timedelta(days=1))
    assert "has not confirmed access lately" in authoriser.get(there).text
    assert authoriser.post(f"{there}/confirm").status_code == 303
    assert account_of(portal, WHO).reviewed_until == next_review(clock.today())
    assert len(lines(portal, Event.ACCOUNT_REVIEWED)) == 1
    assert steps(portal, WHO) == ["reviewed"]


def test_suspending_works_at_once_and_can_be_lifted(
    authoriser: Editor, portal: Flask, there: str, sign_in: SignIn, client: Editor
) -> None:
    owner = sign_in("teacher")
    assert authoriser.post(f"{there}/suspend").status_code == 303
    assert not is_in(owner)
    assert give_passphrase(client, WHO.email, WHO.passphrase).status_code == 422
    page = authoriser.get(there).text
    assert "Suspended. Nobody can sign in to it." in page
    assert f"{there}/confirm" not in page
    assert authoriser.post(f"{there}/resume").status_code == 303
    assert enter(client, WHO).location == "/account"
    assert "The suspension was lifted" in client.get("/account").text
    assert not is_in(owner), "the sessions of before stay ended"
    assert steps(portal, WHO) == ["suspended", "resumed"]
    assert len(lines(portal, Event.ACCOUNT_SUSPENDED, Event.ACCOUNT_RESUMED)) == 2


@pytest.mark.parametrize("stage", ["sqlcipher"], indirect=True)
def test_what_was_done_is_said_at_the_top(authoriser: Editor, there: str) -> None:
    for act, words in (
        ("confirm", "Access was confirmed for another period."),
        ("suspend", "The account was suspended, and every session was ended."),
        ("resume", "The suspension was lifted."),
    ):
        answer = authoriser.post(f"{there}/{act}")
        banner = authoriser.get(answer.location).text.split("<h1")[0]
        assert words in banner
    assert "Success" not in authoriser.get(f"{there}?done=linked").text


def test_the_steps_of_the_help_desk_are_told_here_too(
    authoriser: Editor, there: str, sign_in: SignIn
) -> None:
    sign_in("helpdesk").get(there.replace("access-reviews", "accounts"))
    page = authoriser.get(there).text
    assert "The account was looked at" in page
    assert CAST.helpdesk.name in page


def test_accounts_of_others_are_not_there(authoriser: Editor, portal: Flask) -> None:
    change(portal, WHO, sponsor_id=account_of(portal, CAST.helpdesk).id)
    change(portal, CAST.neighbour, status="closed")
    missing = authoriser.get(f"/access-reviews/{uuid.uuid4()}")
    for member in (WHO, CAST.authoriser, CAST.neighbour):
        before = account_of(portal, member)
        address = f"/access-reviews/{before.id}"
        answer = authoriser.get(address)
        assert answer.status_code == missing.status_code == 404
        for act in ACTS:
            assert authoriser.post(f"{address}/{act}").status_code == 404
        after = account_of(portal, member)
        assert (after.status, after.reviewed_until) == (before.status, before.reviewed_until)
    assert not lines(portal, Event.ACCOUNT_REVIEWED, Event.ACCOUNT_SUSPENDED)


@pytest.mark.parametrize(
    "key", ["health_visitor", "helpdesk", "data_steward", "shield_officer", "auditor"]
)
def test_nobody_else_reviews(sign_in: SignIn, there: str, key: str) -> None:
    browser = sign_in(key)
    assert browser.get("/access-reviews").status_code == 403
    assert browser.get(there).status_code == 403
    for act in ACTS:
        assert browser.post(f"{there}/{act}").status_code == 403


def test_the_authoriser_sees_no_child(authoriser: Editor) -> None:
    for address in ("/search", f"/children/{uuid.uuid4()}", "/corrections", "/accounts", "/log"):
        assert authoriser.get(address).status_code == 403, address


def test_acts_need_the_form_token(authoriser: Editor, portal: Flask, there: str) -> None:
    for act in ACTS:
        assert authoriser.post(f"{there}/{act}", token=False).status_code == 400
        assert authoriser.get(f"{there}/{act}").status_code == 405
    assert account_of(portal, WHO).status == "active"


def test_pieces_for_htmx(authoriser: Editor, there: str) -> None:
    for address in ("/access-reviews", there):
        answer = authoriser.get(address, headers={"HX-Request": "true"})
        assert "<html" not in answer.text
        assert "<title>" in answer.text


def test_who_has_left_is_told_to_those_who_can_shut_the_door(
    authoriser: Editor, portal: Flask, sign_in: SignIn, there: str
) -> None:
    account = there.replace("access-reviews", "accounts")
    asked = [(authoriser, "/access-reviews"), (authoriser, there), (sign_in("helpdesk"), account)]
    assert not any("left on" in browser.get(address).text.lower() for browser, address in asked)
    with portal.app_context():
        left = update(Practitioner).where(Practitioner.work_email == WHO.email)
        db.session.execute(left.values(left_on=dt.date(2026, 1, 5)))
        db.session.commit()
    for browser, address in asked:
        assert "left on 5 January 2026" in browser.get(address).text.replace("Left", "left")
    authoriser.post(f"{there}/suspend")
    assert "Left on" not in authoriser.get("/access-reviews").text
