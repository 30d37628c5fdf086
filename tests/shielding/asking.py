"""Asking to be put in touch, as a person does."""

import re
import uuid
from collections.abc import Callable

from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from portal.accounts.models import Account
from portal.core.db import db
from portal.shielding.models import ContactRequest
from tests import signing_in
from tests.cast import CHILDREN
from tests.editor import Editor
from tests.search.asking import about, address_of_results, boxes, id_of, main_part

SignIn = Callable[[str], Editor]
LIST = "/contact-requests"
ASKED = "/call-backs"
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


def practitioner_of(portal: Flask, key: str) -> uuid.UUID:
    """Return the entry of a member of the cast in the directory."""
    email = signing_in.member(key).email
    with portal.app_context():
        wanted = select(Account.practitioner_id).where(Account.email == email)
        found = db.session.scalars(wanted).one()
    assert found is not None
    return found


def pass_on(portal: Flask, browser: Editor, receipt: str, *, to: str) -> TestResponse:
    """Pass a call-back on to a member of the cast, as somebody of the index team."""
    chosen = {"state": "passed_on", "practitioner": str(practitioner_of(portal, to))}
    return browser.post(f"{LIST}/{request_of(receipt)}", data=chosen)


def call_backs_of(browser: Editor) -> list[str]:
    """Return the addresses of what was asked of somebody, as their list shows them."""
    page = browser.get(ASKED).get_data(as_text=True)
    return re.findall(r'href="(/call-backs/[0-9a-f-]{36})"', page)


def text_of(browser: Editor, address: str) -> str:
    """Return what a page says."""
    return main_part(browser.get(address).get_data(as_text=True))


def kept(portal: Flask) -> list[ContactRequest]:
    """Return every request that is kept, the oldest first."""
    with portal.app_context():
        return list(db.session.scalars(select(ContactRequest).order_by(ContactRequest.made_at)))
