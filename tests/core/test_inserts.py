"""Rows in bulk are what they would be one by one, and what is wrong with one is told."""

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.db import random_id
from portal.core.inserts import insert_rows
from portal.feeds.models import Feed, FeedUpload

FEED: Any = Feed.__table__
UPLOAD: Any = FeedUpload.__table__


def feed(name: str) -> dict[str, Any]:
    return {"id": random_id(), "name": name, "created_at": clock.now()}


def upload(of: dict[str, Any], **more: Any) -> dict[str, Any]:
    blank = dict.fromkeys(UPLOAD.columns.keys())
    said = {
        "id": random_id(), "feed_id": of["id"], "kind": "children", "is_rehearsal": True,
        "state": "waiting", "uploaded_at": dt.datetime(2026, 7, 1, 12, 0, 0, 5, dt.UTC),
        "uploaded_by": random_id(), "size": 7, "done": 0, "sealed": b"\0\xff",
        "is_full": False, "accepts_drop": True,
    }  # fmt: skip
    return {**blank, **said, **more}


def test_rows_come_back_as_they_were_given(session: Session) -> None:
    one, other = feed("bulk-one"), feed("bulk-other")
    insert_rows(session.connection(), FEED, [one, other])
    session.execute(insert(FEED), [third := feed("bulk-third")])
    found = session.execute(select(FEED).where(FEED.c.name.startswith("bulk-"))).mappings()
    assert {row["name"]: dict(row) for row in found} == {
        row["name"]: row for row in (one, other, third)
    }


def test_every_kind_of_value(session: Session) -> None:
    named = feed("bulk-one")
    insert_rows(session.connection(), FEED, [named])
    rows = [upload(named), upload(named, is_rehearsal=False, sealed=None, by_map=b"[columns]")]
    insert_rows(session.connection(), UPLOAD, rows)
    wanted = select(UPLOAD).where(UPLOAD.c.feed_id == named["id"])
    found = {row["id"]: dict(row) for row in session.execute(wanted).mappings()}
    assert found == {row["id"]: row for row in rows}


def test_an_insert_may_say_what_becomes_of_a_row_that_is_there(session: Session) -> None:
    one, other = feed("bulk-one"), feed("bulk-other")
    insert_rows(session.connection(), FEED, [one])
    upsert: Any = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
    new = upsert[session.get_bind().dialect.name](FEED)
    anew = new.on_conflict_do_update(index_elements=["name"], set_={"id": new.excluded.id})
    insert_rows(session.connection(), anew, [feed("bulk-one") | {"id": other["id"]}])
    found = select(FEED.c.id, FEED.c.created_at).where(FEED.c.name == "bulk-one")
    assert session.execute(found).one() == (other["id"], one["created_at"])


def test_no_rows_are_no_statement(session: Session) -> None:
    insert_rows(session.connection(), FEED, [])


def test_what_the_database_refuses(session: Session) -> None:
    with pytest.raises(IntegrityError):
        insert_rows(session.connection(), FEED, [feed("bulk-twice"), feed("bulk-twice")])


def test_a_row_that_lacks_a_column_is_a_mistake(session: Session) -> None:
    lacking = feed("bulk-one")
    del lacking["created_at"]
    with pytest.raises(KeyError):
        insert_rows(session.connection(), FEED, [lacking])


@pytest.mark.parametrize("count", [1, 3, 4, 7])
def test_rows_that_are_written_together(session: Session, count: int) -> None:
    """Also where the last statement has fewer than the others."""
    rows = [feed(f"bulk-{number}") for number in range(count)]
    insert_rows(session.connection(), FEED, rows, together=3)
    found = session.execute(select(FEED).where(FEED.c.name.startswith("bulk-"))).mappings()
    assert {row["name"]: dict(row) for row in found} == {row["name"]: row for row in rows}


def test_one_of_many_together_is_refused_and_none_stays(session: Session) -> None:
    rows = [feed("bulk-one"), feed("bulk-other"), feed("bulk-one")]
    with pytest.raises(IntegrityError), session.begin_nested():
        insert_rows(session.connection(), FEED, rows, together=3)
    assert not session.scalars(select(FEED.c.name).where(FEED.c.name.startswith("bulk-"))).all()
