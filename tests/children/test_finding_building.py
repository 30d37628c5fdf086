"""Building the index in bulk writes what keeping it child by child writes, and can go on so."""

import uuid
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, delete, select, text, update
from sqlalchemy.orm import Session

from portal.children.finding import (
    Entry,
    building,
    check,
    entries_of,
    forget_child,
    index_children,
    rebuild,
)
from portal.children.finding.tables import ENTRY, TOKEN
from portal.children.models import ChildRecord
from tests.children.index_town import BORN, INDEX_TABLES, Town, portrait, write_children
from tests.children.small_town import Empty

GIVEN = ["Amina", "Anne-Marie", "Ann Marie", "A", "Baby", "Unknown", "Muhammad Ali", "Siân", "",
         "Łukasz", "محمد", "---", "Amina Amina", "x" * 120, "J P", "Hussain",
         "B/O Sarah"]  # fmt: skip
FAMILY = ["Hussain", "Smith-Jones", "O'Neill", "al-Hassan", "bin Qasim", "", "Not Known", "K",
          "van der Berg", "خان", "Hussain-Hussain", "y" * 120, "Amina", "🎉",
          "O Brien-OBrien", "Raman s/o Kumar"]  # fmt: skip
CODES = ["LS1 4AP", "ls14ap", "SA1 8EN", "ZZ99 3VZ", "nowhere", "M1", "EC1A 1BB", "B33 8TH",
         "CR2 6XH", "DN55 1PT", "W1A 0AX", "ZE1 0AA", "LS1 4AB"]  # fmt: skip
CHILD = st.fixed_dictionaries(
    {
        "given_names": st.sampled_from(GIVEN),
        "family_name": st.sampled_from(FAMILY),
        "born": st.sampled_from([BORN, date(2016, 4, 3), date(2008, 2, 29), date(1, 1, 1)]),
        "gender": st.sampled_from(["female", "male", "not_specified"]),
        "former_given_names": st.lists(st.sampled_from(GIVEN), max_size=6).map(tuple),
        "former_family_names": st.lists(st.sampled_from(FAMILY), max_size=6).map(tuple),
        "postcodes": st.lists(st.sampled_from(CODES), max_size=11).map(tuple),
    }
)
EVERY_NAME: list[dict[str, Any]] = [
    {"given_names": given_name, "family_name": family, "postcodes": tuple(CODES)}
    for given_name in GIVEN
    for family in FAMILY
]


def read_few_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let two children be a whole batch."""
    for reading in (building._reading, building._plain_reading):
        monkeypatch.setattr(reading, "children", reading.children.limit(2))


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@example(EVERY_NAME)
@example([])
@given(st.lists(CHILD, max_size=9))
def test_both_ways_write_the_same_rows(index: Town, children: list[dict[str, Any]]) -> None:
    with index.session.begin_nested() as moment:
        for facts in children:
            index.keep(**facts)
        records = index.session.scalars(select(ChildRecord)).all()
        index_children(index.session, entries_of(index.session, records))
        one_by_one = portrait(index.session)
        assert rebuild(index.session) == len(children)
        in_bulk = portrait(index.session)
        for table, rows in one_by_one.items():
            assert in_bulk[table] == rows, table
        assert in_bulk["entries"].total() == len(children)
        assert check(index.session) == []
        moment.rollback()


def test_batches_and_caches_make_no_difference(
    index: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    for place, facts in enumerate(EVERY_NAME):
        index.keep(**facts, former_family_names=(FAMILY[place % len(FAMILY)], "Ali"))
    rebuild(index.session)
    at_once = portrait(index.session)
    for constant, small in (("_WRITTEN", 20), ("_REMEMBERED", 3)):
        monkeypatch.setattr(building, constant, small)
    read_few_at_once(monkeypatch)
    told: list[int] = []
    assert rebuild(index.session, progress=told.append) == len(EVERY_NAME)
    assert portrait(index.session) == at_once
    assert told == sorted(set(told))
    assert told[-1] == len(EVERY_NAME)


def test_children_come_in_order_after_an_id(index: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = [index.keep("Amina", "Hussain", former_given_names=("Nadia",)) for _ in range(5)]
    gone = index.keep("Omar", "Hussain").child_id
    index.session.execute(
        update(ChildRecord).where(ChildRecord.id == gone).values(lifecycle="archived")
    )
    kept.append(index.keep("Zainab", "", postcodes=("LS1 4AP", "SA1 8EN")))
    read_few_at_once(monkeypatch)

    def after(number: int) -> list[uuid.UUID]:
        batches = building.children_in_order(index.session, after=uuid.UUID(int=number))
        return [entry.child_id for batch in batches for entry in batch]

    everybody = [entry.child_id for entry in kept]
    assert after(0) == everybody
    assert after(2) == everybody[2:]
    assert after(everybody[-1].int) == []
    (first, _), *_, (_, last) = building.children_in_order(index.session)
    assert first.former_given_names == ("Nadia",)
    assert sorted(last.postcodes) == ["LS1 4AP", "SA1 8EN"]


@pytest.mark.parametrize("in_bulk", [False, True])
def test_whose_child_one_is_is_understood_when_kept(index: Town, in_bulk: bool) -> None:
    baby = index.keep(
        "B/O Sarah",
        "Raman s/o Kumar",
        former_given_names=("b/o Joan",),
        former_family_names=("Devi D/O Pillai",),
    )
    if in_bulk:
        rebuild(index.session)
    else:
        index_children(index.session, [baby])
    words = set(index.session.scalars(select(TOKEN.c.token)))
    assert words == {"raman", "kumar", "devi", "pillai"}
    assert index.ids("", "Kumar", birth=BORN) == [baby.child_id]
    assert check(index.session) == []


def test_postgresql_knows_how_much_there_is_after_building(empty_database: Empty) -> None:
    sizes = text("SELECT relname, reltuples FROM pg_class WHERE relname LIKE 'name\\_%'")
    with empty_database("postgresql") as engine, Session(engine) as session:
        town = Town(session)
        for name in ("Amina", "Amira", "Zainab"):
            town.keep(name, "Hussain", postcodes=("LS1 4AP",))
        rebuild(session)
        known: dict[str, float] = dict(session.execute(sizes).all())
        assert {table.name: known[table.name] for table in INDEX_TABLES} == {
            table.name: town.count(table) for table in INDEX_TABLES
        }


def test_a_child_can_be_added_after_building(lasting: Engine) -> None:
    entries = [
        Entry(uuid.UUID(int=20_000 + place), name, "Hussain", BORN, "female")
        for place, name in enumerate(("Amina", "Amira", "Zainab"))
    ]
    with Session(lasting) as session:
        write_children(session, entries)
        rebuild(session)
        session.commit()
    with Session(lasting) as session:
        new = Entry(uuid.UUID(int=20_009), "Ottilie", "Quillfeather", BORN, "female")
        write_children(session, [new])
        index_children(session, [new])
        session.commit()
    with Session(lasting) as session:
        town = Town(session)
        assert town.ids("Otilie", "Quilfeather", birth=BORN) == [new.child_id]
        assert town.ids("Zaynab", "Husain", birth=BORN) == [entries[2].child_id]
        assert [town.count(ENTRY), town.count(TOKEN)] == [4, 6]
        assert check(session) == []


def test_building_for_nobody_leaves_an_index_that_can_grow(index: Town) -> None:
    index.child("Amina", "Hussain", postcodes=("LS1 4AP",))
    index.session.execute(update(ChildRecord).values(lifecycle="archived"))
    assert rebuild(index.session) == 0
    assert [index.count(table) for table in INDEX_TABLES] == [0] * len(INDEX_TABLES)
    child = index.child("Omar", "Khan")
    assert index.ids("Umar", "Kahn", birth=BORN) == [child]
    forget_child(index.session, child)
    index.session.execute(delete(ChildRecord).where(ChildRecord.id == child))
    assert check(index.session) == []
