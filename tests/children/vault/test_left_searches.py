"""What every search leaves is as long whoever is in hiding, and is looked up later."""

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.children import actions, vault
from portal.children.rules import Scheme
from portal.children.vault.tables import SEARCH, SEARCH_BYTES
from portal.children.vault.watching import OPENED
from portal.core import clock
from portal.core.db import db
from portal.lifecycle.doctor.findings import Level
from portal.lifecycle.doctor.tables import searches
from portal.matching import BirthWindow, age_window, year_window
from tests.children.vault.hiding import child_with_everything, rows_of
from tests.children.vault.searched import MANY, OPERATOR, alerts, search

ABSENT, MASKED = vault.Grade.ABSENT, vault.Grade.MASKED
Hide = Callable[..., uuid.UUID]


def sizes(session: Session) -> dict[bool, set[int]]:
    """Return the lengths of the rows, of those looked up and of the others."""
    found: dict[bool, set[int]] = {}
    rows = select(SEARCH.c.is_looked_up, func.length(SEARCH.c.sealed))
    for is_looked_up, size in session.execute(rows):
        found.setdefault(is_looked_up, set()).add(size)
    return found


def test_a_row_is_as_long_whatever_was_typed_and_whomever_it_met(session: Session) -> None:
    for name in ("", "Ada", "\U0001d538" * 120, '\\"' * 60):
        search(given_name=name, family_name=name, birth=age_window(7, dt.date(2026, 9, 23)),
               postcode="ZZ99 9ZZ", gender="not_known", record_number="CP-" + "9" * 20,
               numbers={Scheme.NHS_NUMBER: "9990000018"})  # fmt: skip
    assert sizes(session) == {False: {SEARCH_BYTES}}
    many = [uuid.UUID(int=2**127 + place) for place in range(OPENED)]
    met = [None, vault.Met(many[0]), vault.Met(many[0], tuple(many[1:]))]
    for left, one in zip(vault.left_searches(most=3), met, strict=True):
        vault.note_met(left, one)
    assert sizes(session) == {True: {SEARCH_BYTES}, False: {SEARCH_BYTES}}
    found, is_all = vault.take_alerts(most=MANY)
    assert is_all
    assert [(one.child_id, *one.others) for one in found] == [(many[0],), tuple(many)]


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
    (left,) = vault.left_searches(most=MANY)
    assert {word: getattr(left.criteria, word) for word in words} == words
    # The asker works neither in health nor in education: the other number would find nobody.
    assert left.numbers == {"record_number": "CP-7"}
    assert left.reason == "referral"


def test_who_went_into_hiding_later_was_in_the_open_then(session: Session) -> None:
    record_number = _record_number(session, child_id := child_with_everything(session))
    with time_machine.travel(clock.now(), tick=False) as now:
        search(record_number=record_number)
        now.shift(1)
        actions.hide_child(child_id=child_id, grade=ABSENT, by=OPERATOR)
        assert alerts() == []
        search(record_number=record_number)
        now.shift(1)
        # Written down anew, as when more is learned of the child: hidden since before.
        document = vault.identity_of(child_id)
        assert document is not None
        vault.keep_identity(document)
        assert [one.child_id for one in alerts()] == [child_id]
        assert alerts() == []


def test_who_was_masked_then_could_be_found_then(session: Session) -> None:
    record_number = _record_number(session, child_id := child_with_everything(session))
    with time_machine.travel(clock.now(), tick=False) as now:
        actions.hide_child(child_id=child_id, grade=MASKED, by=OPERATOR)
        search(record_number=record_number)
        now.shift(1)
        actions.hide_child(child_id=child_id, grade=ABSENT, by=OPERATOR)
        assert alerts() == []
        now.shift(1)
        search(record_number=record_number)
        assert len(alerts()) == 1


def test_the_oldest_are_looked_up_first_and_none_twice(session: Session) -> None:
    with time_machine.travel(clock.now(), tick=False) as now:
        for place in range(5):
            search(record_number=f"CP-{place}")
            now.shift(1)
    assert actions.look_up_searches(most=2, by=OPERATOR) == 2
    waiting = [one.criteria.record_number for one in vault.left_searches(most=MANY)]
    assert waiting == [""] * 3
    assert [one.numbers for one in vault.left_searches(most=MANY)] == [
        {"record_number": f"CP-{place}"} for place in (2, 3, 4)
    ]
    assert [actions.look_up_searches(most=2, by=OPERATOR) for _ in range(3)] == [2, 1, 0]


def test_a_look_that_is_broken_off_leaves_the_searches_as_they_were(
    session: Session, portal: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    child_id = child_with_everything(session)
    record_number = _record_number(session, child_id)
    actions.hide_child(child_id=child_id, grade=ABSENT, by=OPERATOR)
    search(given_name="Nobody")
    search(record_number=record_number)
    db.session.commit()
    note, noted = vault.note_met, list[None]()

    def fail_at_the_second(*args: Any) -> None:
        if noted:
            raise KeyboardInterrupt
        noted.append(note(*args))

    monkeypatch.setattr(vault, "note_met", fail_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        actions.look_up_searches(most=MANY, by=OPERATOR)
    db.session.rollback()
    monkeypatch.undo()
    assert len(vault.left_searches(most=MANY)) == 2
    assert [one.child_id for one in alerts()] == [child_id]


def test_the_doctor_says_when_nobody_looks_them_up(session: Session, portal: Flask) -> None:
    search(given_name="Nobody")
    db.session.commit()
    assert searches(db.engine).level is Level.OK
    with time_machine.travel(clock.now() + dt.timedelta(days=1, minutes=1), tick=False):
        found = searches(db.engine)
        assert (found.level, "more than a day ago" in found.sentence) == (Level.WARN, True)
        assert "shielding look-up-searches" in found.remedy
        assert alerts() == []
        db.session.commit()
        assert searches(db.engine).level is Level.OK


def _record_number(session: Session, child_id: uuid.UUID) -> str:
    return str(rows_of(session, child_id)["child"][0]["record_number"])
