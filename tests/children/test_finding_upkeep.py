"""The name index is kept in the transaction of the child, by one writer or by many."""

import threading
import uuid
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import Engine, delete, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.children.finding import (
    Entry,
    check,
    forget_child,
    index_child,
    index_children,
    rebuild,
)
from portal.children.finding.tables import DAY, ENTRY, PAIR, POSTCODE, TOKEN, TOKEN_KEY
from portal.children.models import ChildRecord
from tests.children.index_town import BORN, INDEX_TABLES, Town, portrait, write_children


def test_what_is_rolled_back_was_never_there(index: Town) -> None:
    with index.session.begin_nested() as moment:
        index.child("Amina", "Hussain")
        assert index.ids("Amina", "Hussain", birth=BORN)
        moment.rollback()
    assert not index.ids("Amina", "Hussain", birth=BORN)
    assert [index.count(table) for table in INDEX_TABLES] == [0] * len(INDEX_TABLES)


def test_forgetting_leaves_nothing_behind(index: Town) -> None:
    child = index.child(
        "Amina", "Hussain-Khan", former_family_names=("Ali",), postcodes=("LS1 4AP",)
    )
    assert all(index.count(table) for table in INDEX_TABLES)
    forget_child(index.session, child)
    assert not index.ids("Amina", "Hussain", birth=BORN, postcodes=["LS1 4AP"])
    assert [index.count(table) for table in INDEX_TABLES] == [0] * len(INDEX_TABLES)
    forget_child(index.session, child)


def test_a_change_replaces_what_was_known(index: Town) -> None:
    child = index.child("Amina", "Hussain", postcodes=("LS1 4AP",))
    index_child(
        index.session,
        child_id=child,
        given_names="Amina",
        family_name="Thornton",
        date_of_birth=date(2015, 9, 27),
        gender="female",
    )
    assert index.ids("Amina", "Thornton", birth=date(2015, 9, 27)) == [child]
    assert not index.ids("Amina", "Hussain", birth=BORN, postcodes=["LS1 4AP"])
    assert index.count(ENTRY) == 1
    assert index.count(POSTCODE) == 0


def test_a_child_indexed_again_keeps_its_number(index: Town) -> None:
    """The highest number stands for how many children there are when names are weighed."""
    one = index.keep("Amina", "Hussain-Khan", postcodes=("LS1 4AP",))
    two = index.keep("Omar", "Khan", former_family_names=("Ali",))
    mistaken = replace(one, given_names="Zainab", family_name="Thornton")
    index_children(index.session, [replace(mistaken, postcodes=("SA1 8EN",))])
    last = index.child("Yusuf", "Ali")
    by_number = select(ENTRY.c.child_id, ENTRY.c.id).order_by(ENTRY.c.id)
    numbers = dict(index.session.execute(by_number).all())
    for _change in range(3):
        index_children(index.session, [two, mistaken])
        index_children(index.session, [one, two])
    (_, first), (_, second), (_, third) = index.session.execute(by_number).all()
    assert dict(index.session.execute(by_number).all()) == numbers | {two.child_id: third}
    assert numbers == {one.child_id: first, last: second}
    assert third == second + 1
    kept = portrait(index.session)
    rebuild(index.session)
    assert portrait(index.session) == kept


def test_an_index_in_disorder_is_put_right_by_indexing_again(index: Town) -> None:
    child = index.keep("Amina", "Hussain", postcodes=("LS1 4AP",))
    index_children(index.session, [child])
    for table in (PAIR, DAY, POSTCODE):
        index.session.execute(delete(table))
        index_children(index.session, [child])
        assert check(index.session) == []
    index.session.execute(delete(TOKEN))
    index_children(index.session, [child])
    assert frequencies(index) == {"amina": 1, "hussain": 1}
    index.session.execute(delete(TOKEN))
    forget_child(index.session, child.child_id)
    assert [index.count(table) for table in (ENTRY, TOKEN)] == [0, 0]


def frequencies(index: Town) -> dict[str, int]:
    """How many children bear each word."""
    return dict(index.session.execute(select(TOKEN.c.token, TOKEN.c.frequency)).all())


def test_the_vocabulary_counts_children(index: Town) -> None:
    first = index.child("Amina", "Amina-Khan")
    second = index.child("Amina", "Thornton")

    assert frequencies(index) == {"amina": 2, "khan": 1, "thornton": 1}
    forget_child(index.session, first)
    assert frequencies(index) == {"amina": 1, "thornton": 1}
    forget_child(index.session, second)
    assert frequencies(index) == {}
    assert index.count(TOKEN_KEY) == 0


def test_a_child_in_the_index_cannot_be_deleted_first(index: Town) -> None:
    child = index.child("Amina", "Hussain")
    gone = delete(ChildRecord).where(ChildRecord.id == child)
    with pytest.raises(IntegrityError), index.session.begin_nested():
        index.session.execute(gone)
    forget_child(index.session, child)
    index.session.execute(gone)
    assert not index.ids("Amina", "Hussain", birth=BORN)


def test_writers_of_the_same_new_names_do_not_collide(lasting: Engine) -> None:
    entries = [
        Entry(uuid.UUID(int=10_000 + place), "Amina", "Hussain", BORN, "female")
        for place in range(6)
    ]
    with Session(lasting) as session:
        write_children(session, entries)
        session.commit()
    failures: list[BaseException] = []
    together = threading.Barrier(len(entries))

    def write(entry: Entry) -> None:
        try:
            together.wait()
            for _round in range(3):
                with Session(lasting) as session:
                    index_children(session, [entry])
                    session.commit()
                with Session(lasting) as session:
                    forget_child(session, entry.child_id)
                    session.commit()
            with Session(lasting) as session:
                index_children(session, [entry])
                session.commit()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=write, args=(entry,)) for entry in entries]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not failures
    with Session(lasting) as session:
        assert session.execute(
            text("SELECT token, frequency FROM name_token ORDER BY token")
        ).all() == [
            ("amina", 6),
            ("hussain", 6),
        ]
        assert check(session) == []
