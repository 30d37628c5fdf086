"""shielding verify: a leak planted in the portal is told, and without a name."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from typing import Any
from unittest.mock import patch

import pytest
from flask import Flask
from sqlalchemy import Engine, text

from portal.access.identity import Identity
from portal.access.log import Event, record
from portal.children import queries, vault
from portal.children.routes import records
from portal.children.rules import Criteria
from portal.core.config import Config
from portal.core.keys import KeyProblem, Keys, unseal
from portal.lifecycle.doctor import Finding, tables
from tests.lifecycle.verified import HIDDEN, folder_of, hide, verified


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
def when_met(do: Callable[[Identity], object]) -> Iterator[None]:
    """Every search looks up at once whom it would have met, and does something when it met."""
    leave = vault.leave_search

    def looked_up(criteria: Criteria, *, by: Identity, **words: Any) -> None:
        leave(criteria, by=by, **words)
        if vault.probe(queries.described(criteria), numbers={}):
            do(by)

    with patch.object(vault, "leave_search", looked_up):
        yield


def a_second_row() -> AbstractContextManager[None]:
    """A search that meets an absent child leaves one row more than others."""
    leave = vault.leave_search
    return when_met(lambda by: leave(Criteria(), numbers={}, reason="referral", by=by))


def a_line_of_the_log() -> AbstractContextManager[None]:
    """A search that meets an absent child leaves a line of its own."""
    return when_met(lambda by: record(Event.CHILD_OFFERED, by=by))


LEAKS = [
    (a_word_on_the_record, vault.Grade.MASKED, "the page of GET /children/…"),
    (another_outcome, vault.Grade.ABSENT, "the page of GET /searches/…"),
    (a_second_row, vault.Grade.ABSENT, "the number of rows of vault_search"),
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
