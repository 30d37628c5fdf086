"""Looking at records as a person does: saying why, opening, reading; and what the log holds."""

import datetime as dt
import json
import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.access.identity import Identity
from portal.access.models import AccessEvent
from portal.accounts import queries as accounts
from portal.children import queries
from portal.children.models import ChildRecord, Involvement
from portal.core.db import db
from portal.core.keys import unseal
from portal.directory.models import Organisation, Practitioner
from portal.sandbox import Child
from portal.sandbox.rows import SOURCE
from tests.cast import CAST
from tests.editor import Editor

SignIn = Callable[[str], Editor]
NOBODY = uuid.UUID("00000000-0000-4000-8000-000000000000")
PIECE = {"HX-Request": "true", "HX-Target": "main-content"}


def id_of(app: Flask, child: Child) -> uuid.UUID:
    """Return the id under which a child of the town is kept."""
    with app.app_context():
        return queries.child_ids(SOURCE, [child.key])[child.key]


def involvement_of(app: Flask, child: Child, *, who: str = "", organisation: str = "") -> uuid.UUID:
    """Return the involvement of a member of the cast, or of an organisation, with a child."""
    child_id = id_of(app, child)
    wanted = select(Involvement.id).where(Involvement.child_id == child_id)
    if who:
        email = getattr(CAST, who).email
        wanted = wanted.join(Practitioner).where(Practitioner.work_email == email)
    else:
        wanted = wanted.join(Organisation).where(Organisation.name == organisation)
    with app.app_context():
        return db.session.scalars(wanted).one()


def row_of(app: Flask, involvement_id: uuid.UUID) -> Involvement:
    """Return an involvement as it is kept, detached."""
    with app.app_context():
        row = db.session.get_one(Involvement, involvement_id)
        db.session.expunge(row)
        return row


def say_why(browser: Editor, child_id: uuid.UUID, why: str = "referral", note: str = "") -> None:
    """State a reason for opening a record."""
    answer = browser.post(f"/children/{child_id}/reason", data={"reason": why, "note": note})
    assert answer.status_code == 303, answer.get_data(as_text=True)
    assert answer.headers["Location"] == f"/children/{child_id}"


def open_record(browser: Editor, child_id: uuid.UUID) -> str:
    """State a reason, open the record, and return the page."""
    say_why(browser, child_id)
    return read(browser.get(f"/children/{child_id}"))


def read(answer: TestResponse) -> str:
    """Return the text of an answer that must be a page."""
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return str(answer.get_data(as_text=True))


def cards(text: str) -> list[str]:
    """Return the contacts of a page, each without its tags, in order."""
    parts = re.findall(r'<article[^>]*data-testid="contact".*?</article>', text, re.DOTALL)
    return [plain(part) for part in parts]


def plain(markup: str) -> str:
    """Return a piece of a page without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", markup)).strip()


def without_tokens(text: str) -> str:
    """Return a page without what differs each time: form token, nonce, request reference."""
    text = re.sub(r'(nonce|value)="[^"]*"', "", text)
    text = re.sub(r"X-CSRFToken[^}]*}", "", text)
    return re.sub(r"[0-9a-f]{8,}", "", text)


@dataclass(frozen=True)
class Line:
    """One line of the log, with its sealed words opened."""

    event: str
    outcome: str
    reason: str
    subject_id: uuid.UUID | None
    search_id: uuid.UUID | None
    details: dict[str, Any]


def lines(app: Flask, *events: str) -> list[Line]:
    """Return the lines of these events that carry an account, in order."""
    with app.app_context():
        key = app.extensions["portal_keys"].log
        rows = db.session.scalars(
            select(AccessEvent)
            .where(AccessEvent.event.in_(events), AccessEvent.account_id.is_not(None))
            .order_by(AccessEvent.line)
        ).all()
        return [
            Line(r.event, r.outcome, r.reason, r.subject_id, r.search_id, _opened(r, key))
            for r in rows
        ]


def _opened(row: AccessEvent, key: bytes) -> dict[str, Any]:
    if row.sealed is None:
        return {}
    place = f"access_event|sealed|{row.line}"
    opened: dict[str, Any] = json.loads(unseal(key, row.sealed, place=place))
    return opened


def identity(browser: Editor) -> Identity:
    """Return who is signed in to a browser. Needs an application context."""
    with browser.session_transaction(base_url="http://127.0.0.1:8000") as cookie:
        token = cookie["_user_id"]
    found = accounts.identity_of_session(token)
    assert found is not None
    return found


def archive(app: Flask, child_id: uuid.UUID) -> None:
    """Archive a child."""
    with app.app_context():
        db.session.execute(
            update(ChildRecord).where(ChildRecord.id == child_id).values(lifecycle="archived")
        )
        db.session.commit()


def change_involvement(session: Session, involvement_id: uuid.UUID, **values: object) -> None:
    """Write values into an involvement, and commit."""
    session.execute(update(Involvement).where(Involvement.id == involvement_id).values(**values))
    session.commit()


def tell_of_a_sensitive_service(
    app: Flask, who: str, model: type[Organisation | Practitioner], values: dict[str, str]
) -> None:
    """Let a word of the directory say that a member of the cast works for a sensitive service."""
    person = select(Practitioner).where(Practitioner.work_email == getattr(CAST, who).email)
    with app.app_context():
        found = db.session.scalars(person).one()
        row_id = found.id if model is Practitioner else found.organisation_id
        db.session.execute(update(model).where(model.id == row_id).values(**values))
        db.session.commit()


def parts(name: str, day: dt.date) -> dict[str, str]:
    """Return a date as the three boxes of a form."""
    return {f"{name}-day": str(day.day), f"{name}-month": str(day.month),
            f"{name}-year": str(day.year)}  # fmt: skip
