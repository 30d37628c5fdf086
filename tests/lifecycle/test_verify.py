"""shielding verify: nobody who is hidden can be noticed, and a leak is told without a name."""

import fcntl
import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import Engine, func, select, text, update

from portal.access.identity import Identity, operator
from portal.access.log import Event, record
from portal.access.models import AccessEvent
from portal.accounts.models import Account
from portal.children import actions, queries, vault
from portal.children.models import ChildRecord
from portal.children.routes import records
from portal.children.rules import Criteria
from portal.children.visibility import Job, everything
from portal.core.config import Config
from portal.core.db import Base, db
from portal.core.keys import KeyProblem, Keys, unseal
from portal.feeds.rules import FileKind
from portal.lifecycle.doctor import Finding, tables
from portal.lifecycle.verifying import checking, copying
from portal.lifecycle.verifying.comparing import Pairing, Piece, first_difference
from tests.cast import CHILDREN
from tests.feeds.filing import Cells, feed, run, write
from tests.lifecycle.operating import KILL, Installation

BY = operator("a test of the check")
HIDDEN = {vault.Grade.ABSENT: CHILDREN.story, vault.Grade.MASKED: CHILDREN.former_name}


def hide(portal: Flask, *grades: vault.Grade) -> None:
    """Hide a child to each of these grades, with everything the index knew of them."""
    with portal.app_context():
        for grade in grades:
            child = HIDDEN[grade]
            wanted = everything(Job.VAULT).where(ChildRecord.source_id == child.key)
            row = db.session.scalars(wanted).one()
            actions.hide_child(child_id=row.id, grade=grade, by=BY)
            db.session.commit()


def quarantine(portal: Flask, folder: Path) -> None:
    """Let another source report the absent child: its row is held back."""
    child = CHILDREN.story
    row: Cells = {
        "source_id": "Z77", "given_names": child.given_names, "family_name": "Oakenthorpe",
        "date_of_birth": child.date_of_birth.isoformat(), "nhs_number": child.nhs_number,
    }  # fmt: skip
    kind = FileKind.CHILDREN
    done = feed(portal, write(folder / "some.csv", kind, [row]), kind, source="elsewhere")
    assert done.exit_code == 0, done.output


def folder_of(portal: Flask) -> Path:
    """Where the copies are while the check goes on."""
    config: Config = portal.extensions["portal_config"]
    return config.instance / copying.FOLDER


def verified(portal: Flask, probes: int = 40) -> Result:
    """Run the check as the operator does."""
    done = run(portal, "shielding", "verify", "--probes", probes)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done


def held(portal: Flask) -> dict[str, str]:
    """What every table of the index holds, as fingerprints; of the log how long it is."""
    found = {}
    with portal.app_context():
        for name, table in Base.metadata.tables.items():
            rows = sorted(map(repr, db.session.execute(select(*table.columns)).all()))
            found[name] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
        found["access_event"] = str(
            db.session.scalar(select(func.count()).select_from(AccessEvent))
        )
        db.session.rollback()
    return found


def test_nobody_hidden_nothing_differs(portal: Flask) -> None:
    done = verified(portal)
    assert done.output == "0 differing answers over 40 probes\n"
    assert done.exit_code == 0


def test_hidden_children_and_quarantined_rows_are_not_to_be_noticed(
    portal: Flask, tmp_path: Path
) -> None:
    hide(portal, *HIDDEN)
    quarantine(portal, tmp_path)
    with portal.app_context():
        assert len(queries.portraits_of_hidden()) == 3
        db.session.rollback()
    done = verified(portal, 200)
    assert done.output == "0 differing answers over 200 probes\n"
    assert done.exit_code == 0


def test_the_index_is_only_read_and_nothing_is_left(portal: Flask) -> None:
    hide(portal, *HIDDEN)
    folder = folder_of(portal).parent
    before, files = held(portal), {path.name for path in folder.iterdir()}
    verified(portal, 20)
    after = held(portal)
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"access_event", "access_chain"}
    assert int(after["access_event"]) == int(before["access_event"]) + 1
    with portal.app_context():
        last = db.session.scalars(select(AccessEvent).order_by(AccessEvent.line.desc())).first()
        assert last is not None
        assert last.event == Event.SHIELD_VERIFIED
        db.session.rollback()
    assert {path.name for path in folder.iterdir()} == files


@contextmanager
def a_word_on_the_record() -> Iterator[None]:
    """The record of a masked child says a word more."""
    page = vars(records)["page"]

    def changed(template: str, **context: Any) -> Any:
        answer = page(template, **context)
        sheet = context.get("sheet")
        if sheet is not None and vault.grade_of(sheet.child_id) is not None:
            answer.set_data(answer.get_data().replace(b"</h1>", b" (withheld)</h1>", 1))
        return answer

    with patch.object(records, "page", changed):
        yield


@contextmanager
def another_outcome() -> Iterator[None]:
    """A search that means an absent child comes to another end than one that means nobody."""
    find = queries.find

    def changed(criteria: Criteria, by: Identity) -> queries.Found:
        met = vault.probe(queries.described(criteria), numbers={})
        return queries.Found(outcome="too_many") if met else find(criteria, by)

    with patch.object(queries, "find", changed):
        yield


@contextmanager
def a_second_alert() -> Iterator[None]:
    """A search that meets an absent child leaves one row more than others."""
    leave = vault.leave_alert

    def changed(met: vault.Met | None, **words: Any) -> None:
        for _ in range(2 if met else 1):
            leave(met, **words)

    with patch.object(vault, "leave_alert", changed):
        yield


@contextmanager
def a_line_of_the_log() -> Iterator[None]:
    """A search that meets an absent child leaves a line of its own."""
    leave = vault.leave_alert

    def changed(met: vault.Met | None, **words: Any) -> None:
        leave(met, **words)
        if met:
            record(Event.CHILD_OFFERED, by=words["by"])

    with patch.object(vault, "leave_alert", changed):
        yield


LEAKS = [
    (a_word_on_the_record, vault.Grade.MASKED, "the page of GET /children/…"),
    (another_outcome, vault.Grade.ABSENT, "the page of GET /searches/…"),
    (a_second_alert, vault.Grade.ABSENT, "the number of rows of vault_alert"),
    (a_line_of_the_log, vault.Grade.ABSENT, "the number of rows of access_event"),
]


@pytest.mark.parametrize(("leak", "grade", "told"), LEAKS, ids=[leak[0].__name__ for leak in LEAKS])
def test_a_planted_leak_is_told_without_a_name(
    portal: Flask, leak: Any, grade: vault.Grade, told: str
) -> None:
    hide(portal, grade)
    with leak():
        done = verified(portal, 60)
    assert done.exit_code == 1, done.output
    assert "was answered differently" in done.output
    assert told in done.output
    assert " a child in hiding" in done.output
    child = HIDDEN[grade]
    for word in (*child.given_names.split(), child.family_name, child.nhs_number):
        assert not word or word not in done.output
    assert not folder_of(portal).exists()


def test_a_count_that_differs_is_told(portal: Flask) -> None:
    hide(portal, *HIDDEN)
    ledger = tables.ledger

    def changed(engine: Engine, config: Config, keys: Keys) -> Finding:
        found = ledger(engine, config, keys)
        return replace(found, sentence=f"{found.sentence} {full_slots(engine, keys)}")

    with patch.object(tables, "ledger", changed):
        done = verified(portal, 20)
    assert done.exit_code == 1
    assert "What differed: what the doctor says of ledger." in done.output


def full_slots(engine: Engine, keys: Keys) -> int:
    """Count the slots of a vault on which something is kept."""
    with engine.connect() as connection:
        slots = connection.execute(text("SELECT number, sealed FROM vault_slot")).all()
    key_id = hashlib.sha256(keys.vault).hexdigest()[:8]
    return sum(_opens(keys.vault, one.sealed, f"vault_slot|{one.number}|{key_id}") for one in slots)


def _opens(key: bytes, sealed: bytes, place: str) -> bool:
    try:
        unseal(key, sealed, place=place)
    except KeyProblem:
        return False
    return True


def test_the_copies_are_private_and_gone_after_an_error(portal: Flask) -> None:
    modes: dict[str, int] = {}

    def fail(*_: object) -> None:
        for path in (folder_of(portal), *folder_of(portal).rglob("*")):
            modes[path.name] = stat.S_IMODE(path.stat().st_mode)
        raise MemoryError

    with patch.object(checking, "begin_sessions", fail):
        done = run(portal, "shielding", "verify", "--probes", 20)
    assert isinstance(done.exception, MemoryError)
    assert modes["portal.db"] == modes["portal.ledger"] == 0o600
    assert modes[copying.FOLDER] == modes["whole"] == modes["emptied"] == 0o700
    assert not any(mode & 0o077 for mode in modes.values())
    assert not folder_of(portal).exists()


def test_one_check_at_a_time(portal: Flask) -> None:
    folder = folder_of(portal)
    folder.mkdir()
    held = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert copying.RUNNING in str(run(portal, "shielding", "verify").exception)
        assert folder.exists()
    finally:
        os.close(held)
        folder.rmdir()


def test_nobody_to_ask_as_is_not_a_success(portal: Flask) -> None:
    with portal.app_context():
        db.session.execute(update(Account).values(trained_until=None))
        db.session.commit()
    done = run(portal, "shielding", "verify")
    assert checking.NOBODY_ASKS in str(done.exception)
    assert not folder_of(portal).exists()


def test_what_a_killed_check_left_is_removed_by_the_next(demo: Installation) -> None:
    lines = demo.number("access_event")
    kill = KILL.format(module="portal.lifecycle.verifying.checking", name="_ask_all")
    assert demo.python("-c", kill, "shielding", "verify").returncode < 0
    folder = demo.folder / copying.FOLDER
    assert (folder / "whole" / "portal.db").exists()
    assert demo.number("access_event") == lines
    demo.right("shielding", "verify", "--probes", "20")
    assert not folder.exists()
    assert demo.number("access_event") == lines + 1


ONE, OTHER = "0f0e0d0c-0b0a-0908-0706-050403020100", "1f0e0d0c-0b0a-0908-0706-050403020100"


@pytest.mark.parametrize(
    ("here", "there", "is_same"),
    [
        (["a"], ["a"], True),
        (["a"], ["b"], False),
        ([ONE], [OTHER], True),
        ([ONE, ONE], [OTHER, OTHER], True),
        ([ONE, ONE], [OTHER, ONE], False),
        ([ONE, OTHER], [OTHER, OTHER], False),
        ([f"/{ONE[:8]}/"], [f"/{OTHER[:8]}/"], True),
        (["a"], ["a", "b"], False),
        (["12345-67890"], ["22345-67890"], True),
        (["1234-67890"], ["2234-67890"], False),
    ],
)
def test_drawn_words_stand_for_each_other_one_for_one(
    here: list[str], there: list[str], is_same: bool
) -> None:
    one, other = ([Piece("the page", text) for text in texts] for texts in (here, there))
    assert (first_difference(one, other, Pairing()) is None) is is_same


def test_a_difference_names_the_line_and_not_what_stands_there() -> None:
    here, there = ([Piece("the page", f"one\n{name}\nthree")] for name in ("Ada", "Eve"))
    assert first_difference(here, there, Pairing()) == "the page, line 2"


def test_failing_in_both_copies_is_no_success(portal: Flask) -> None:
    with patch.object(queries, "find", side_effect=ArithmeticError):
        done = verified(portal)
    assert done.exit_code == 1
    assert "What differed: nothing, but the status of POST /search is 500 in both." in done.output


def test_being_asked_to_sign_in_is_no_success(portal: Flask) -> None:
    with patch.object(checking, "begin_sessions"):
        done = verified(portal)
    assert done.exit_code == 1
    assert "leads to the sign-in page in both" in done.output
