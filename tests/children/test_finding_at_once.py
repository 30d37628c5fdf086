"""Several who write into the name index at once: a building and changes, and changes of two."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import Engine, event, select, text, update
from sqlalchemy.orm import Session

from portal.children.actions import rebuild_name_index
from portal.children.finding import Entry, check, forget_child, index_children, rebuild
from portal.children.finding.tables import TOKEN
from portal.children.models import ChildRecord
from portal.children.queries import faults_of_name_index
from portal.children.rules import ChildDraft, Gender
from portal.core.db import db
from tests.children import web_process
from tests.children.index_town import BORN, Town, write_children
from tests.children.small_town import Empty
from tests.waiting import until

AMINA, OMAR, LATE = (
    Entry(UUID(int=30_000 + place), given, family, BORN, "female")
    for place, (given, family) in enumerate(
        (("Amina", "Hussain"), ("Omar", "Khan"), ("Ottilie", "Quillfeather"))
    )
)


def somebody_waits(engine: Engine) -> bool:
    """True once a transaction waits for a lock of another. SQLite cannot say: whoever writes there
    waits before it has read anything."""
    if engine.dialect.name == "sqlite":
        return True
    with engine.connect() as connection:
        return bool(connection.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")))


def keep(engine: Engine, *entries: Entry) -> None:
    """Keep children whom the index knows."""
    with Session(engine) as session:
        write_children(session, list(entries))
        index_children(session, entries)
        session.commit()


def put_away(session: Session) -> None:
    whom = update(ChildRecord).where(ChildRecord.id == AMINA.child_id)
    session.execute(whom.values(lifecycle="archived"))
    forget_child(session, AMINA.child_id)


def rename(session: Session) -> None:
    whom = update(ChildRecord).where(ChildRecord.id == AMINA.child_id)
    session.execute(whom.values(family_name="Thornton"))
    index_children(session, [replace(AMINA, family_name="Thornton")])


def come_late(session: Session) -> None:
    write_children(session, [LATE])
    index_children(session, [LATE])


@pytest.mark.parametrize(
    ("act", "found"),
    [
        (put_away, {OMAR.child_id}),
        (rename, {AMINA.child_id, OMAR.child_id}),
        (come_late, {AMINA.child_id, OMAR.child_id, LATE.child_id}),
    ],
)
def test_whoever_changes_a_child_waits_until_the_index_is_built(
    lasting: Engine, act: Callable[[Session], None], found: set[UUID]
) -> None:
    keep(lasting, AMINA, OMAR)

    def change() -> None:
        with Session(lasting) as session:
            act(session)
            session.commit()

    with ThreadPoolExecutor(1) as others, Session(lasting) as session:
        changes: list[Future[None]] = []

        def meanwhile(_count: int) -> None:
            changes.append(others.submit(change))
            until(lambda: changes[0].done() or somebody_waits(lasting))

        rebuild(session, progress=meanwhile)
        session.commit()
        changes[0].result(60)
    with Session(lasting) as session:
        assert check(session) == []
        town = Town(session)
        everybody = (AMINA, replace(AMINA, family_name="Thornton"), OMAR, LATE)
        assert found == {
            child
            for one in everybody
            for child in town.ids(one.given_names, one.family_name, birth=BORN)
        }


def test_a_feed_that_changes_a_child_while_the_index_is_built(portal: Flask) -> None:
    """It has locked the child's row, which the index is about to refer to."""
    draft = ChildDraft(
        source="school-records", source_id="S1", source_on=date(2025, 9, 1),
        given_names="Ottilie", family_name="Quillfeather", date_of_birth=BORN,
        gender=Gender.FEMALE, numbers={},
    )  # fmt: skip
    with portal.app_context():
        child_id = web_process.create(draft)

    def change() -> None:
        with portal.app_context():
            web_process.change(child_id, replace(draft, family_name="Wolstenholme"))

    with ThreadPoolExecutor(1) as others, portal.app_context():
        changes: list[Future[None]] = []

        def meanwhile(_count: int) -> None:
            changes.append(others.submit(change))
            until(lambda: changes[0].done() or somebody_waits(db.engine))

        rebuild_name_index(by=web_process.FEED, progress=meanwhile)
        db.session.commit()
        changes[0].result(60)
        assert web_process.find("Ottilie", "Wolstenholme", BORN) == [child_id]
        assert faults_of_name_index() == 0


def test_nobody_else_waits_on_postgresql(empty_database: Empty) -> None:
    """Who searches does not wait for a building, nor one writer for one of another child."""
    with empty_database("postgresql") as engine:
        keep(engine, AMINA)
        with Session(engine) as one, Session(engine) as other, Session(engine) as reader:
            for session in (other, reader):
                session.execute(text("SET lock_timeout = '20s'"))
            found: list[list[UUID]] = []

            def search(_count: int) -> None:
                found.append(Town(reader).ids("Amina", "Hussain", birth=BORN))

            rebuild(one, progress=search)
            one.commit()
            assert found == [[AMINA.child_id]]
            for session, new in ((one, LATE), (other, OMAR)):
                write_children(session, [new])
                index_children(session, [new])
            other.commit()
            one.commit()
            assert check(one) == []


def test_two_whose_names_are_swapped_wait_for_one_another(lasting: Engine) -> None:
    """Each gives up the words that the other takes on."""
    keep(lasting, AMINA, OMAR)
    swapped = (
        replace(AMINA, given_names=OMAR.given_names, family_name=OMAR.family_name),
        replace(OMAR, given_names=AMINA.given_names, family_name=AMINA.family_name),
    )
    locked: set[int] = set()

    def pause(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if "FROM name_token" in statement and "FOR UPDATE" in statement:
            locked.add(threading.get_ident())
            until(lambda: len(locked) == 2 or somebody_waits(lasting))

    def swap(entry: Entry) -> None:
        names = {"given_names": entry.given_names, "family_name": entry.family_name}
        with Session(lasting) as session:
            session.execute(
                update(ChildRecord).where(ChildRecord.id == entry.child_id).values(names)
            )
            index_children(session, [entry])
            session.commit()

    event.listen(lasting, "after_cursor_execute", pause)
    try:
        with ThreadPoolExecutor(2) as both:
            list(both.map(swap, swapped))
    finally:
        event.remove(lasting, "after_cursor_execute", pause)
    with Session(lasting) as session:
        counts = session.execute(select(TOKEN.c.token, TOKEN.c.frequency)).all()
        assert dict(counts) == dict.fromkeys(("amina", "hussain", "omar", "khan"), 1)
        assert check(session) == []
