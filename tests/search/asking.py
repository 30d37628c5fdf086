"""Searching as a person does: filling the form, sending it, reading what comes back."""

import datetime as dt
import json
import re
import uuid
from typing import Any

from flask import Flask
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from portal.access.models import AccessEvent
from portal.accounts.models import AccountSession
from portal.children.models import ChildRecord
from portal.core.db import db
from portal.core.keys import unseal
from portal.sandbox import Child
from tests.editor import Editor

Boxes = dict[str, str]


def boxes(
    given: str = "", family: str = "", born: str = "", *, reason: str = "referral", **more: str
) -> Boxes:
    """Fill the form; born is "day month year", with a dash for an empty box."""
    day, month, year = (part.strip("-") for part in (born or "- - -").split())
    return {
        "given_name": given, "family_name": family, "date_of_birth-day": day,
        "date_of_birth-month": month, "date_of_birth-year": year, "reason": reason, **more,
    }  # fmt: skip


def about(child: Child, **more: str) -> Boxes:
    """Fill the form with what is known of a child of the town."""
    born = child.date_of_birth
    return boxes(
        child.given_names, child.family_name, f"{born.day} {born.month} {born.year}", **more
    )


def send(browser: Editor, typed: Boxes) -> TestResponse:
    """Send the form."""
    return browser.post("/search", data=typed)


def address_of_results(browser: Editor, typed: Boxes) -> str:
    """Send the form, and return the address to which the search leads."""
    answer = send(browser, typed)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return str(answer.headers["Location"])


def results(browser: Editor, typed: Boxes) -> str:
    """Send the form, and return the page of results."""
    answer = browser.get(address_of_results(browser, typed))
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def candidates(text: str) -> list[str]:
    """Return the candidates of a page of results, each without its tags."""
    parts = re.split(r'data-testid="candidate"', text)[1:]
    return [_plain(part.split("</li>")[0]) for part in parts]


def main_part(text: str) -> str:
    """Return what stands in the main part of a page, without tags."""
    found = re.search(r"<main.*?</main>", text, re.DOTALL)
    return _plain(found[0] if found else text)


def _plain(markup: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>|^[^<]*>", " ", markup)).strip()


def id_of(app: Flask, child: Child) -> uuid.UUID:
    """Return the id under which a child of the town is kept."""
    with app.app_context():
        found = db.session.scalars(
            select(ChildRecord.id).where(
                ChildRecord.given_names == child.given_names,
                ChildRecord.family_name == child.family_name,
                ChildRecord.date_of_birth == child.date_of_birth,
            )
        ).all()
    assert found, "the child is not in the index"
    return found[0]


def log_lines(app: Flask, event: str) -> list[dict[str, Any]]:
    """Return the lines of the log with this word, their details opened."""
    with app.app_context():
        rows = db.session.scalars(
            select(AccessEvent).where(AccessEvent.event == event).order_by(AccessEvent.line)
        ).all()
        key = app.extensions["portal_keys"].log
        return [
            {
                **{
                    column.name: getattr(row, column.name)
                    for column in AccessEvent.__table__.columns
                },
                "details": json.loads(
                    unseal(key, row.sealed, place=f"access_event|sealed|{row.line}")
                )
                if row.sealed
                else {},
            }
            for row in rows
        ]


def stay_signed_in_until(app: Flask, moment: dt.datetime) -> None:
    """Let every open session count as used a moment ago at that time."""
    seen = moment - dt.timedelta(minutes=1)
    with app.app_context():
        db.session.execute(update(AccountSession).values(began_at=seen, seen_at=seen))
        db.session.commit()
