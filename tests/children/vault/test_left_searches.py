"""What every search leaves is as long whoever is in hiding, and is looked up later."""

import datetime as dt
import uuid
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from portal.children import actions, queries, vault
from portal.children.rules import Scheme
from portal.children.vault import store
from portal.children.vault.replaying import _erase
from portal.children.vault.tables import SEARCH, SEARCH_BYTES, SLOT
from portal.core import clock
from portal.core.db import db
from portal.lifecycle.doctor.findings import Level
from portal.lifecycle.doctor.tables import searches
from portal.matching import BirthWindow, age_window, year_window
from tests.children.vault.hiding import child_with_everything, rows_of
from tests.children.vault.searched import MANY, OPERATOR, met, search, waiting

ABSENT, MASKED = vault.Grade.ABSENT, vault.Grade.MASKED
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def child_id(session: Session) -> uuid.UUID:
    """Somebody who may be hidden."""
    return child_with_everything(session)


@pytest.fixture
def number(session: Session, child_id: uuid.UUID) -> str:
    """The record number of the child: whoever searches by it means nobody else."""
    return str(rows_of(session, child_id)["child"][0]["record_number"])


def hide(child_id: uuid.UUID, grade: vault.Grade) -> None:
    """Hide, as an officer does."""
    actions.hide_child(child_id=child_id, grade=grade, by=OPERATOR)
    db.session.commit()


def unhide(child_id: uuid.UUID) -> None:
    """Put back, as two officers do."""
    actions.unhide_child(child_id=child_id, by=OPERATOR)
    db.session.commit()


def children_met() -> list[uuid.UUID]:
    """Look up every search that waits; whom each met."""
    return [one.child_id for one in met()]


def sketches() -> int:
    """How many sketches the vault keeps, of those who came back too; one may fill several slots."""
    size = db.session.scalar(select(func.count()).select_from(SLOT)) or 0
    parts = store.opened(range(1, size + 1))
    return len({one.document_id for one in parts if one and one.shelf == vault.Shelf.SKETCH})


def test_a_row_is_as_long_whatever_was_typed(session: Session) -> None:
    for name in ("", "Ada", "\U0001d538" * 200, '\\"' * 100, "\x00" * 200):
        search(given_name=name, family_name=name, birth=age_window(7, dt.date(2026, 9, 23)),
               postcode="Z" * 200, gender="not_known", record_number="9" * 200,
               numbers={Scheme.NHS_NUMBER: "9990000018"})  # fmt: skip
    assert set(session.scalars(select(func.length(SEARCH.c.sealed)))) == {SEARCH_BYTES}
    assert len(waiting()) == 5


@pytest.mark.parametrize(
    "born", [None, dt.date(2015, 3, 4), year_window(2015), age_window(7, dt.date(2026, 9, 23))]
)
def test_what_was_asked_is_looked_up_as_it_was_typed(
    session: Session, born: dt.date | BirthWindow | None
) -> None:
    words: dict[str, Any] = {
        "given_name": "Zoë", "family_name": "O’Hara", "birth": born, "postcode": "ZZ1 1ZZ",
        "gender": "female",
    }  # fmt: skip
    search(**words, record_number="CP-7", numbers={Scheme.UPN: "Z999200000001"})
    (left,) = waiting()
    assert {word: getattr(left.criteria, word) for word in words} == words
    # The asker works neither in health nor in education: the other number would find nobody.
    assert left.numbers == {"record_number": "CP-7"}
    assert left.reason == "referral"


def test_who_went_into_hiding_later_was_in_the_open_then(child_id: uuid.UUID, number: str) -> None:
    with time_machine.travel(clock.now(), tick=False) as now:
        search(record_number=number)
        now.shift(MINUTE)
        hide(child_id, ABSENT)
        assert children_met() == []
        now.shift(MINUTE)
        search(record_number=number)
        now.shift(MINUTE)
        # Written down anew, as when more is learned of the child: hidden since before.
        document = vault.identity_of(child_id)
        assert document is not None
        vault.keep_identity(document)
        assert children_met() == [child_id]
        assert children_met() == []


def test_who_was_masked_then_could_be_found_then(child_id: uuid.UUID, number: str) -> None:
    with time_machine.travel(clock.now(), tick=False) as now:
        hide(child_id, MASKED)
        search(record_number=number)
        now.shift(MINUTE)
        hide(child_id, ABSENT)
        assert children_met() == []
        search(record_number=number)
        assert children_met() == [child_id]


@pytest.mark.parametrize("then", ["lifted", "masked", "lifted and hidden again"])
def test_who_was_absent_then_was_met_whatever_came_after(
    child_id: uuid.UUID, number: str, then: str
) -> None:
    with time_machine.travel(clock.now(), tick=False) as now:
        hide(child_id, ABSENT)
        now.shift(MINUTE)
        search(record_number=number)
        now.shift(MINUTE)
        hide(child_id, MASKED) if then == "masked" else unhide(child_id)
        now.shift(MINUTE)
        search(record_number=number)
        if then == "lifted and hidden again":
            now.shift(MINUTE)
            hide(child_id, ABSENT)
        assert children_met() == [child_id]
        # Nobody waits any more who searched before: what was kept for them is forgotten.
        vault.forget_parted(None)
        db.session.commit()
        assert sketches() == (then == "lifted and hidden again")


def test_who_came_back_is_kept_for_as_long_as_an_earlier_search_waits(
    child_id: uuid.UUID, number: str
) -> None:
    with time_machine.travel(clock.now(), tick=False) as now:
        hide(child_id, ABSENT)
        search(record_number=number)
        now.shift(MINUTE)
        unhide(child_id)
        now.shift(MINUTE)
        vault.forget_parted(waiting()[0].made_at)
        assert sketches() == 1
        vault.forget_parted(clock.now())
        assert sketches() == 0


def test_of_an_erased_child_nothing_is_kept_for_anybody(child_id: uuid.UUID, number: str) -> None:
    hide(child_id, ABSENT)
    search(record_number=number)
    unhide(child_id)
    hide(child_id, ABSENT)
    _erase(child_id)
    db.session.commit()
    assert sketches() == 0
    assert children_met() == []


def test_whoever_asks_now_meets_nobody_who_came_back(child_id: uuid.UUID, number: str) -> None:
    hide(child_id, ABSENT)
    numbers = {"record_number": number}
    assert vault.probe(queries.described(_nothing()), numbers=numbers) == vault.Met(child_id)
    unhide(child_id)
    assert vault.probe(queries.described(_nothing()), numbers=numbers) is None


def _nothing() -> Any:
    search(given_name="Nobody")
    return waiting()[0].criteria


def test_the_oldest_are_looked_up_first(session: Session) -> None:
    with time_machine.travel(clock.now(), tick=False) as now:
        for place in range(5):
            search(record_number=f"CP-{place}")
            now.shift(1)
    first = [one.search.numbers["record_number"] for one in queries.looked_up(most=2)]
    assert first == ["CP-0", "CP-1"]


def test_one_that_cannot_be_read_keeps_nobody_from_the_others(
    session: Session, child_id: uuid.UUID, number: str
) -> None:
    hide(child_id, ABSENT)
    for _ in range(3):
        search(record_number=number)
    damaged = waiting()[1].id
    session.execute(
        update(SEARCH).where(SEARCH.c.id == damaged).values(sealed=b"\0" * SEARCH_BYTES)
    )
    session.commit()
    found = queries.looked_up(most=MANY)
    assert [(one.is_readable, bool(one.met)) for one in found] == [
        (True, True), (False, False), (True, True),
    ]  # fmt: skip


def test_of_two_who_look_up_at_once_one_tells_of_each(session: Session) -> None:
    for _ in range(3):
        search(given_name="Nobody")
    ids = [one.id for one in waiting()]
    assert vault.take_searches(ids[:2]) == set(ids[:2])
    assert vault.take_searches(ids) == {ids[2]}


def test_what_only_measured_leaves_nothing(session: Session) -> None:
    search(given_name="Nobody")
    vault.forget_searches_of(uuid.UUID(int=5))
    assert len(waiting()) == 1
    vault.forget_searches_of(waiting()[0].account_id)
    assert waiting() == []


def test_the_doctor_says_when_nobody_looks_them_up(session: Session, portal: Flask) -> None:
    search(given_name="Nobody")
    assert searches(db.engine).level is Level.OK
    with time_machine.travel(clock.now() + dt.timedelta(days=1, minutes=1), tick=False):
        found = searches(db.engine)
        assert (found.level, "more than a day ago" in found.sentence) == (Level.WARN, True)
        assert "shielding look-up-searches" in found.remedy
        assert children_met() == []
        assert searches(db.engine).level is Level.OK
