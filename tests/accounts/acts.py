"""What the tests of this room do again and again, through the pages as people do."""

import re
from collections.abc import Sequence

import pyotp
from flask import Flask
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from portal.access.log import Event
from portal.access.models import AccessEvent
from portal.accounts.models import Account, AccountSession, AccountStep
from portal.accounts.rules.factors import step_of
from portal.core import clock
from portal.core.db import db
from portal.sandbox import CastMember
from tests.databases import URL
from tests.editor import Editor

ELSEWHERE = {"REMOTE_ADDR": "198.51.100.7"}
OFFICE = {"REMOTE_ADDR": "203.0.113.5"}
WRONG = "wrong-wrong-wrong-wrong"


def code_of(member: CastMember, steps: int = 0) -> str:
    """The code of a member of the cast, now or so many half minutes later."""
    return pyotp.TOTP(member.totp_secret).generate_otp(step_of(clock.now()) + steps)


def give_passphrase(
    browser: Editor, email: str, passphrase: str, place: dict[str, str] | None = None
) -> TestResponse:
    """Send the first page."""
    return browser.post(
        "/sign-in", data={"email": email, "passphrase": passphrase}, environ_overrides=place or {}
    )


def give_code(browser: Editor, code: str, place: dict[str, str] | None = None) -> TestResponse:
    """Send the second page."""
    return browser.post("/sign-in/code", data={"code": code}, environ_overrides=place or {})


def enter(
    browser: Editor, member: CastMember, place: dict[str, str] | None = None, steps: int = 0
) -> TestResponse:
    """Sign a member of the cast in by both pages."""
    first = give_passphrase(browser, member.email, member.passphrase, place)
    assert first.status_code == 303, first.text
    return give_code(browser, code_of(member, steps), place)


def is_in(browser: Editor) -> bool:
    """True when this browser is signed in."""
    return browser.get("/account").status_code == 200


def account_of(app: Flask, member: CastMember) -> Account:
    """The row of a member of the cast as it is now, detached."""
    with app.app_context():
        found = db.session.scalars(select(Account).where(Account.email == member.email)).one()
        db.session.expunge(found)
        return found


def change(app: Flask, member: CastMember, **values: object) -> None:
    """Change the row of a member of the cast."""
    with app.app_context():
        db.session.execute(update(Account).where(Account.email == member.email).values(**values))
        db.session.commit()


def lines(app: Flask, *events: Event) -> Sequence[AccessEvent]:
    """The lines of the log with these words, in their order."""
    with app.app_context():
        found = select(AccessEvent).where(AccessEvent.event.in_([str(e) for e in events]))
        rows = db.session.scalars(found.order_by(AccessEvent.line)).all()
        db.session.expunge_all()
        return rows


def steps(app: Flask, member: CastMember) -> list[str]:
    """The words of the steps that a member of the cast will read of, oldest first."""
    with app.app_context():
        own = select(Account.id).where(Account.email == member.email).scalar_subquery()
        found = select(AccountStep.kind).where(AccountStep.account_id == own)
        return list(db.session.scalars(found.order_by(AccountStep.taken_at)))


def open_rows(app: Flask, member: CastMember) -> int:
    """How many sessions of a member of the cast have not been ended."""
    with app.app_context():
        own = select(Account.id).where(Account.email == member.email).scalar_subquery()
        found = select(AccountSession.id).where(
            AccountSession.account_id == own, AccountSession.ended_at.is_(None)
        )
        return len(db.session.scalars(found).all())


def cookie_of(browser: Editor) -> dict[str, object]:
    """What the signed cookie holds."""
    with browser.session_transaction(base_url=URL) as cookie:
        return dict(cookie)


def without_tokens(answer: TestResponse) -> str:
    """A page without what differs from one request to the next."""
    text = re.sub(r'(name="csrf_token" value=")[^"]+', r"\1", answer.text)
    return re.sub(r"(X-CSRFToken[^:]*: ?[^:]{0,10}?)[A-Za-z0-9._-]{40,}", r"\1", text)
