"""Shield work, as people do it."""

import datetime as dt
import uuid
from collections.abc import Callable

from flask import Flask
from sqlalchemy import update
from werkzeug.test import TestResponse

from portal.accounts.models import Account
from portal.children import vault
from portal.children.vault import Grade, Shelf
from portal.core import clock
from portal.core.db import db
from portal.directory.models import Organisation
from portal.sandbox import Child
from portal.shielding.rules.documents import marks_of
from portal.shielding.rules.shields import latest_review
from tests.cast import CHILDREN
from tests.editor import Editor
from tests.search.asking import about, address_of_results, id_of, stay_signed_in_until

SignIn = Callable[[str], Editor]
Clock = Callable[[dt.datetime], None]
Document = dict[str, object]
DAY = dt.timedelta(days=1)
ASKED = {"asked_for": "own", "ground": "harm"}


def date_boxes(name: str, day: dt.date) -> dict[str, str]:
    """Fill the three boxes of a date."""
    parts = {"day": day.day, "month": day.month, "year": day.year}
    return {f"{name}-{part}": str(number) for part, number in parts.items()}


def look_at(portal: Flask, browser: Editor, child: Child = CHILDREN.story) -> uuid.UUID:
    """Search for a child and be offered it; return its id."""
    browser.get(address_of_results(browser, about(child)))
    return id_of(portal, child)


def ask(portal: Flask, browser: Editor, child: Child = CHILDREN.story, **changes: str) -> str:
    """Ask from a record that whereabouts be withheld; return the request's id."""
    child_id = look_at(portal, browser, child)
    answer = browser.post(f"/children/{child_id}/shield-request", data={**ASKED, **changes})
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return str(answer.headers["Location"]).rpartition("/")[2]


def decide(browser: Editor, request_id: str, decision: str, **changes: str) -> TestResponse:
    """Decide a request; the review is six months on unless something else is said."""
    boxes = date_boxes("review_on", latest_review(clock.today()))
    data = {"decision": decision, **boxes, **changes}
    return browser.post(f"/shield-requests/{request_id}", data=data)


def shield(
    portal: Flask, sign_in: SignIn, child: Child = CHILDREN.story, decision: str = "masked"
) -> str:
    """Let the shield officer hide a child; return the shield's id."""
    officer = sign_in("shield_officer")
    answer = decide(officer, ask(portal, officer, child), decision)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return str(answer.headers["Location"]).rpartition("/")[2].partition("?")[0]


def documents(portal: Flask, kind: str) -> list[Document]:
    """Return every document of a kind of the shelf, the oldest first."""
    with portal.app_context():
        held = [content for _, content in vault.all_on(Shelf.SHIELD) if content["kind"] == kind]
    return sorted(held, key=lambda one: str(one.get("made_at", "")))


def document_ids(portal: Flask, kind: str) -> list[str]:
    """Return the ids of the documents of a kind."""
    with portal.app_context():
        held = vault.all_on(Shelf.SHIELD)
    return [str(one) for one, content in held if content["kind"] == kind]


def keep_shield(child_id: uuid.UUID, review_on: dt.date) -> None:
    """Keep the document of a shield, as it is kept when one is granted."""
    content: Document = {
        "kind": "shield", "child_id": str(child_id), "request_id": None, "grade": "masked",
        "ground": "harm", "made_by": str(uuid.uuid4()), "made_at": clock.now().isoformat(),
        "review_on": review_on.isoformat(), "reviews": [], "appeals": [], "lift": None,
        "closed_at": None, "closed_by": [],
    }  # fmt: skip
    vault.keep(Shelf.SHIELD, uuid.uuid4(), content, marks=marks_of(content))


def grade_of(portal: Flask, child_id: uuid.UUID) -> Grade | None:
    """Return how far a child is hidden."""
    with portal.app_context():
        return vault.grade_of(child_id)


def later(portal: Flask, clock_at: Clock, after: dt.timedelta) -> None:
    """Let time pass; whoever is signed in stays so and in good standing."""
    moment = clock.now() + after
    until = moment.date() + dt.timedelta(days=1)
    with portal.app_context():
        accounts = update(Account).where(Account.vetted_until > clock.today())
        lasting = {"trained_until": until, "vetted_until": until, "reviewed_until": until}
        db.session.execute(accounts.values(**lasting))
        db.session.execute(update(Organisation).values(accredited_until=until))
        db.session.commit()
    stay_signed_in_until(portal, moment)
    clock_at(moment)
