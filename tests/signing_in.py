"""Filling an installation with the invented town, and signing its people in."""

import datetime as dt
import secrets
from functools import cache

from flask import Flask
from sqlalchemy import insert, select

from portal import create_app
from portal.access.log import start_chain
from portal.accounts.models import Account, AccountSession
from portal.children.vault import ledger
from portal.core import clock
from portal.core.config import Config
from portal.core.db import db
from portal.core.keys import create_keys, token_mark
from portal.lifecycle.schema import migrate
from portal.sandbox import SEED, CastMember, town
from portal.sandbox.load import load
from tests.editor import Editor


def fill(config: Config, *, children: int) -> None:
    """Make keys, tables and a town of so many children (the cast's own included)."""
    keys = create_keys(config.key_path)
    ledger.begin(config, keys)
    migrate(config, keys)
    app = create_app(config)
    with app.app_context():
        start_chain(db.session, keys.log)
        load(town(on=clock.today(), seed=SEED, children=children))
        db.session.commit()
        db.engine.dispose()


def member(key: str) -> CastMember:
    """Return a member of the cast by key."""
    return _cast(clock.today())[key]


@cache
def _cast(today: dt.date) -> dict[str, CastMember]:
    return {one.key: one for one in town(on=today, children=0).cast}


def names_of_children() -> frozenset[str]:
    """Return every family name of the town's children, in lower case: none may stand in a URL."""
    children = town(on=clock.today(), seed=SEED, children=200).children
    return frozenset(child.family_name.lower() for child in children if len(child.family_name) > 4)


def browser_of(app: Flask, key: str) -> Editor:
    """Return a browser that holds the cookie of an open session of this member of the cast."""
    token = secrets.token_urlsafe(32)
    with app.app_context():
        db.session.execute(insert(AccountSession).values(**_session_of(key, token)))
        db.session.commit()
    browser = app.test_client()
    assert isinstance(browser, Editor)
    with browser.session_transaction(base_url="http://127.0.0.1:8000") as cookie:
        cookie["_user_id"] = token
        cookie["_fresh"] = True
    return browser


def _session_of(key: str, token: str) -> dict[str, object]:
    now: dt.datetime = clock.now()
    found = db.session.scalar(select(Account.id).where(Account.email == member(key).email))
    assert found is not None, f"{key} is not in the cast"
    return {
        "token_mark": token_mark(token), "account_id": found, "stage": "open",
        "began_at": now, "seen_at": now, "address": "127.0.0.1", "browser": "test",
    }  # fmt: skip
