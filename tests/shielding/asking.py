"""Asking to be put in touch, as a person does."""

import uuid
from collections.abc import Callable

from flask import Flask
from sqlalchemy import select

from portal.core.db import db
from portal.shielding.models import ContactRequest
from tests.cast import CHILDREN
from tests.editor import Editor
from tests.search.asking import about, address_of_results, boxes, id_of

SignIn = Callable[[str], Editor]
CHOSEN = {"kind": "speak", "ring_back": "work_phone"}
NOBODY = boxes("Quorlinda", "Vexmoor", "3 3 2018")


def looked_at(portal: Flask, browser: Editor) -> uuid.UUID:
    """Search for the child of the story and be offered them; return the child's id."""
    browser.get(address_of_results(browser, about(CHILDREN.story)))
    return id_of(portal, CHILDREN.story)


def ask_about_child(portal: Flask, browser: Editor, **changes: str) -> str:
    """Ask from a record; return the address of the receipt."""
    child = looked_at(portal, browser)
    answer = browser.post(f"/children/{child}/contact-request", data={**CHOSEN, **changes})
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return str(answer.headers["Location"])


def ask_after_search(browser: Editor, typed: dict[str, str] = NOBODY, **changes: str) -> str:
    """Ask after a search; return the address of the receipt."""
    search = address_of_results(browser, typed)
    answer = browser.post(f"{search}/contact-request", data={**CHOSEN, **changes})
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return str(answer.headers["Location"])


def request_of(receipt: str) -> str:
    """Return the id in the address of a receipt."""
    return receipt.rpartition("/")[2]


def kept(portal: Flask) -> list[ContactRequest]:
    """Return every request that is kept, the oldest first."""
    with portal.app_context():
        return list(db.session.scalars(select(ContactRequest).order_by(ContactRequest.made_at)))
