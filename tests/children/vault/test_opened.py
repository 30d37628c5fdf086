"""What is kept open between the batches of a feed is what the vault holds, whoever changed it."""

import datetime as dt
import uuid
from dataclasses import replace

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from portal.children import vault
from portal.children.actions import create_child, hide_child, unhide_child
from portal.children.rules import ChildDraft
from portal.children.vault import identity, opened, store
from portal.children.vault.opened import OpenedShelf
from portal.children.vault.probe import Watchlist
from portal.children.vault.store import Shelf
from portal.core.db import db
from tests.children.reporting import FEED, TODAY
from tests.house import PORTAL, sources

ONE, OTHER = uuid.UUID(int=1), uuid.UUID(int=2)
LONG = {"words": "x" * 9_000}
NEWCOMER = ChildDraft(
    source="mosaic", source_id="N-1", source_on=TODAY, given_names="Peregrine",
    family_name="Quillfeather", date_of_birth=dt.date(2015, 3, 14),
)  # fmt: skip
# The day of birth mistyped, under another number.
NEARLY = replace(NEWCOMER, source_id="N-2", date_of_birth=dt.date(2015, 3, 15))
DAYS = st.dates(dt.date(1999, 1, 1), dt.date(2030, 12, 31))


@pytest.fixture
def shelf(session: Session) -> OpenedShelf:
    """A shelf that was looked at once."""
    made = OpenedShelf(Shelf.IDENTITY)
    made.look()
    return made


def is_true_to_the_vault(shelf: OpenedShelf) -> bool:
    """Look again; say whether what is kept open is what the vault holds."""
    shelf.look()
    return list(shelf.contents().items()) == store.all_on(Shelf.IDENTITY)


def test_it_follows_what_is_written(session: Session, shelf: OpenedShelf) -> None:
    for content in ({"a": 1}, {"a": 1}, LONG, {"a": 2}):
        store.keep(Shelf.IDENTITY, ONE, content)
        store.keep(Shelf.RECORD, OTHER, content)
        assert is_true_to_the_vault(shelf)
        assert shelf.contents()[ONE] == content
        assert OTHER not in shelf.contents()
    store.remove(Shelf.IDENTITY, ONE)
    assert is_true_to_the_vault(shelf)
    assert ONE not in shelf.contents()


def test_it_follows_what_is_taken_back(session: Session, shelf: OpenedShelf) -> None:
    store.keep(Shelf.IDENTITY, ONE, {"a": 1})
    session.commit()
    trial = session.begin_nested()
    store.keep(Shelf.IDENTITY, ONE, {"a": 2})
    store.keep(Shelf.IDENTITY, OTHER, {"a": 3})
    assert is_true_to_the_vault(shelf)
    trial.rollback()
    assert is_true_to_the_vault(shelf)
    assert shelf.contents()[ONE] == {"a": 1}
    store.remove(Shelf.IDENTITY, ONE)
    assert is_true_to_the_vault(shelf)
    session.rollback()
    assert is_true_to_the_vault(shelf)
    assert shelf.contents()[ONE] == {"a": 1}


def test_it_follows_others(portal: Flask, session: Session, shelf: OpenedShelf) -> None:
    session.rollback()
    with portal.app_context():
        store.keep(Shelf.IDENTITY, ONE, {"a": 1})
        db.session.commit()
    assert is_true_to_the_vault(shelf)
    assert ONE in shelf.contents()


def test_what_has_not_changed_is_not_opened_again(
    session: Session, shelf: OpenedShelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.keep(Shelf.IDENTITY, ONE, {"a": 1})
    asked: list[int] = []
    open_them = store.opened
    monkeypatch.setattr(
        store, "opened", lambda some: [*map(asked.append, some)] and open_them(some)
    )
    assert shelf.look()
    assert len(asked) == 1
    assert not shelf.look()
    assert len(asked) == 1


def test_every_write_puts_other_bytes_first(session: Session, shelf: OpenedShelf) -> None:
    def beginnings() -> dict[int, bytes]:
        rows = session.connection().execute(opened._BEGINNINGS)
        return {number: bytes(first) for number, first in rows}

    store.keep(Shelf.IDENTITY, ONE, {"a": 1})
    (number,) = store.marked_slots(Shelf.IDENTITY, [store._own(ONE)], most=2)
    seen = [beginnings()[number]]
    store.keep(Shelf.IDENTITY, ONE, {"a": 1})
    seen.append(beginnings()[number])
    for _ in range(2):
        store._overwrite([number])
        seen.append(beginnings()[number])
    assert len(set(seen)) == len(seen)
    before = beginnings()
    store.stir()
    assert sum(first != before[one] for one, first in beginnings().items()) == 1


def test_only_the_store_writes_slots() -> None:
    naming = {
        path.relative_to(PORTAL / "children/vault").stem
        for path in sources("children/vault")
        if "SLOT." in path.read_text(encoding="utf-8")
    }
    # One reads; one overwrites a copy with random bytes, for nobody who runs.
    assert naming == {"store", "opened", "emptying"}


def test_a_watchlist_knows_who_was_hidden_meanwhile(portal: Flask, session: Session) -> None:
    child_id = create_child(draft=NEWCOMER, by=FEED)
    session.commit()
    assert Watchlist().met_by(NEWCOMER) is None
    session.rollback()
    with portal.app_context():
        hide_child(child_id=child_id, grade=vault.Grade.ABSENT, by=FEED)
        db.session.commit()
    assert Watchlist().met_by(NEWCOMER) == child_id
    assert Watchlist().met_by(NEARLY) == child_id
    session.rollback()
    with portal.app_context():
        unhide_child(child_id=child_id, by=FEED)
        db.session.commit()
    assert Watchlist().met_by(NEWCOMER) is None


@settings(deadline=None)
@given(DAYS, DAYS)
def test_one_day_is_near_another_when_that_is_near_the_first(one: dt.date, other: dt.date) -> None:
    assert (one in identity.days_near(other)) == (other in identity.days_near(one))
    for day in identity.days_near(one):
        assert one in identity.days_near(day)
