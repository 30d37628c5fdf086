"""Recording an involvement in confidence, as a practitioner does."""

import datetime as dt
import uuid

from flask import Flask

from portal.children import vault
from portal.core import clock
from portal.sandbox import Child
from tests.cast import CHILDREN
from tests.children.looking import SignIn, id_of, parts, say_why
from tests.editor import Editor

YESTERDAY = clock.today() - dt.timedelta(days=1)
YOUNG, GROWN = CHILDREN.twin_one, CHILDREN.former_involvements
SHELF = vault.Shelf.INVOLVEMENT


def boxes(basis: str = "own_consent", kind: str = "mental_health", **more: str) -> dict[str, str]:
    """Fill the form; on a suspicion of harm with the word that one works for the service."""
    told = {"says_provider": "y"} if basis == "significant_harm" else {}
    return {"kind": kind, "basis": basis, **told, **parts("started_on", YESTERDAY), **more}


def path_of(app: Flask, child: Child) -> str:
    return f"/children/{id_of(app, child)}/involvements/in-confidence"


def kept(app: Flask) -> list[tuple[uuid.UUID, dict[str, object]]]:
    """Return all that the vault holds of involvements."""
    with app.app_context():
        return vault.all_on(SHELF)


def confide(app: Flask, sign_in: SignIn, who: str = "health_visitor") -> tuple[Editor, str]:
    """Record in confidence; return the browser and the address of what was recorded."""
    browser = sign_in(who)
    say_why(browser, id_of(app, GROWN))
    sent = browser.post(path_of(app, GROWN), data=boxes())
    assert sent.status_code == 303
    (document_id, _), *others = kept(app)
    assert not others
    return browser, f"/in-confidence/{document_id}"
