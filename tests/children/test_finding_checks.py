"""What the name index may have wrong is named, and mended by building it anew."""

import uuid
from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask_babel import Babel
from sqlalchemy import delete, insert, update

from portal.children.finding import (
    Problem,
    check,
    forget_child,
    is_missing,
    is_small,
    rebuild,
    repair,
    spot_check,
)
from portal.children.finding.repair import Trouble
from portal.children.finding.tables import DAY, ENTRY, PAIR, POSTCODE, TOKEN, TOKEN_KEY
from portal.children.models import ChildAddress, ChildName, ChildRecord
from portal.children.queries import faults_of_name_index, sampled_faults_of_name_index
from tests.children.index_town import BORN, Town
from tests.children.test_finding_plans import listening, plan

NOBODY_BEFORE = uuid.UUID(int=0)


def test_a_sound_index_has_no_problem(index: Town) -> None:
    index.child("Amina", "Hussain-Khan", former_family_names=("Ali",), postcodes=("LS1 4AP",))
    index.child("Zainab", "")
    assert check(index.session) == []


@pytest.mark.parametrize(
    ("harm", "trouble"),
    [
        (delete(PAIR), Trouble.NARROW),
        (delete(DAY), Trouble.NARROW),
        (delete(POSTCODE), Trouble.NARROW),
        (delete(TOKEN_KEY), Trouble.VOCABULARY),
        (update(TOKEN).values(frequency=7), Trouble.VOCABULARY),
        (delete(ENTRY), Trouble.MISSING),
        (update(ChildRecord).values(family_name="Thornton"), Trouble.OUTDATED),
        (update(ChildAddress).values(postcode="SA1 8EN"), Trouble.OUTDATED),
        (update(ChildRecord).values(lifecycle="archived"), Trouble.STRAY),
        (insert(TOKEN).values(token="nobody", initial="n", frequency=0), Trouble.VOCABULARY),
        (insert(PAIR).values(pair=1, birth_day=1, entry_id=999_999), Trouble.NARROW),
    ],
)
def test_what_is_wrong_is_named_and_mended(index: Town, harm: Any, trouble: Trouble) -> None:
    index.child("Amina", "Hussain", postcodes=("LS1 4AP",))
    index.session.execute(harm)
    index.session.expire_all()
    assert trouble in {problem.trouble for problem in check(index.session)}
    rebuild(index.session)
    assert check(index.session) == []


def test_problems_are_said_in_words_that_name_nobody() -> None:
    app = Flask(__name__)
    Babel(app)
    with app.app_context():
        said = [str(Problem(trouble, number)) for trouble in Trouble for number in (1, 3)]
    assert said[:2] == ["1 child cannot be found by name", "3 children cannot be found by name"]
    assert len(set(said)) == 2 * len(Trouble)


def test_rebuilding_finds_everybody_again(index: Town) -> None:
    child = index.keep("Amina", "Hussain", former_family_names=("Ali",), postcodes=("LS1 4AP",))
    archived = index.keep("Omar", "Hussain")
    index.session.execute(
        update(ChildRecord).where(ChildRecord.id == archived.child_id).values(lifecycle="archived")
    )
    assert rebuild(index.session) == 1
    assert index.ids("Amina", "Ali", birth=BORN) == [child.child_id]
    assert index.ids("Omar", "Hussain", birth=BORN) == [child.child_id]


def troubles(index: Town, start: uuid.UUID = NOBODY_BEFORE) -> set[Trouble]:
    """What looking at some children from an id on finds wrong."""
    return {problem.trouble for problem in spot_check(index.session, start=start)}


@pytest.mark.parametrize(
    ("harm", "trouble"),
    [
        (delete(PAIR), Trouble.NARROW),
        (delete(DAY), Trouble.NARROW),
        (delete(POSTCODE), Trouble.NARROW),
        (delete(TOKEN_KEY), Trouble.NARROW),
        (delete(TOKEN), Trouble.NARROW),
        (update(DAY).values(entry_id=999_999), Trouble.NARROW),
        (delete(ENTRY), Trouble.MISSING),
        (update(ChildRecord).values(family_name="Thornton"), Trouble.OUTDATED),
        (update(ChildRecord).values(date_of_birth=date(2016, 3, 5)), Trouble.OUTDATED),
        (delete(ChildName), Trouble.OUTDATED),
        (update(ChildAddress).values(postcode="SA1 8EN"), Trouble.OUTDATED),
        (update(ChildRecord).values(lifecycle="archived"), Trouble.STRAY),
    ],
)
def test_looking_at_some_children_finds_what_is_wrong(
    index: Town, harm: Any, trouble: Trouble
) -> None:
    index.child("Amina", "Hussain", former_family_names=("Ali",), postcodes=("LS1 4AP",))
    assert troubles(index) == set()
    index.session.execute(harm)
    index.session.expire_all()
    assert troubles(index) == {trouble}
    rebuild(index.session)
    assert troubles(index) == set()


@pytest.mark.parametrize("start", [NOBODY_BEFORE, uuid.UUID(int=3), uuid.UUID(int=2**128 - 1)])
def test_wherever_looking_begins_each_child_is_looked_at_once(
    index: Town, start: uuid.UUID
) -> None:
    """An id by chance may be past nearly everybody: then those at the beginning are looked at."""
    for name in ("Amina", "Amira", "Zainab", "Omar", "Yusuf"):
        index.child(name, "Hussain")
    assert troubles(index, start) == set()
    index.session.execute(update(ChildRecord).values(gender="male"))
    assert spot_check(index.session, start=start) == [Problem(Trouble.OUTDATED, 5)]


def test_no_more_are_looked_at_than_wanted(index: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(4):
        index.child("Amina", "Hussain")
    index.session.execute(update(ChildRecord).values(gender="male"))
    monkeypatch.setattr(repair, "_SPOT", 3)
    for start in (0, 1, 3, 4):
        said = spot_check(index.session, start=uuid.UUID(int=start))
        assert said == [Problem(Trouble.OUTDATED, 3)]


def test_everybody_archived_is_looked_at(index: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also past the thousand; who was taken out of the index properly is in order."""
    for _ in range(6):
        index.child("Amina", "Hussain")
    monkeypatch.setattr(repair, "_SPOT", 1)
    archive = update(ChildRecord).values(lifecycle="archived")
    index.session.execute(archive.where(ChildRecord.id > uuid.UUID(int=2)))
    assert spot_check(index.session, start=NOBODY_BEFORE) == [Problem(Trouble.STRAY, 4)]
    for number in (5, 6):
        forget_child(index.session, uuid.UUID(int=number))
    assert spot_check(index.session, start=NOBODY_BEFORE) == [Problem(Trouble.STRAY, 2)]
    for number in (3, 4):
        forget_child(index.session, uuid.UUID(int=number))
    assert spot_check(index.session, start=NOBODY_BEFORE) == []


def test_looking_for_the_archived_reads_no_entry(index: Town) -> None:
    """SQLite looks up those few by the key; PostgreSQL reads at most all keys in their order."""
    index.child("Amina", "Hussain")
    connection = index.session.connection()
    with listening(connection) as said:
        spot_check(index.session, start=NOBODY_BEFORE)
    (counting,) = [one for one in said if "count(" in one[0]]
    if connection.dialect.name == "postgresql":
        # Tables of one row are always read whole unless that is forbidden.
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        connection.exec_driver_sql("SET LOCAL enable_bitmapscan = off")
    steps = plan(connection, *counting)
    (looking,) = [step for step in steps if "name_entry" in step and "Cond" not in step]
    assert "SEARCH name_entry" in looking or "Index Only Scan" in looking


def test_rows_of_a_child_are_looked_up_together_and_by_their_keys(index: Town) -> None:
    index.child("Amina", "Hussain", former_family_names=("Ali",), postcodes=("LS1 4AP",))
    connection = index.session.connection()
    with listening(connection) as said:
        spot_check(index.session, start=NOBODY_BEFORE)
    tables = {table.name for table in (PAIR, DAY, POSTCODE, TOKEN_KEY)}
    looked_up = [one for one in said if tables & set(one[0].split())]
    # The keys of each of the three words are looked up by themselves.
    assert len(looked_up) == len(tables) - 1 + 3
    if connection.dialect.name == "postgresql":
        # Of a table of a few rows the whole is read, or its whole index, unless that is forbidden.
        for way in ("seqscan", "indexscan", "indexonlyscan"):
            connection.exec_driver_sql(f"SET LOCAL enable_{way} = off")
    for statement in looked_up:
        steps = " ".join(plan(connection, *statement))
        assert "SCAN name" not in steps, steps
        assert "Seq Scan" not in steps, steps
        assert "SEARCH" in steps or "Index Cond" in steps, steps


def test_an_index_is_small_until_it_is_not(index: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    assert is_small(index.session)
    assert sampled_faults_of_name_index(index.session) is None
    index.child("Amina", "Hussain")
    assert sampled_faults_of_name_index(index.session) is None
    monkeypatch.setattr(repair, "_SMALL", 0)
    assert not is_small(index.session)
    assert sampled_faults_of_name_index(index.session) == 0
    index.session.execute(delete(DAY))
    assert sampled_faults_of_name_index(index.session) == faults_of_name_index(index.session) == 2


def test_an_index_is_missing_when_it_knows_none_of_some_children(index: Town) -> None:
    assert not is_missing(index.session)
    index.keep("Amina", "Hussain")
    assert is_missing(index.session)
    rebuild(index.session)
    assert not is_missing(index.session)
    index.session.execute(delete(ENTRY))
    assert is_missing(index.session)
    index.session.execute(update(ChildRecord).values(lifecycle="archived"))
    assert not is_missing(index.session)
