"""Killed between the ledger and the commit, or in the middle of a replay: nobody is shown."""

import uuid
from collections.abc import Callable
from itertools import count

import pytest
from flask import Flask

from portal.children import actions
from portal.children.actions.replaying import replay_ledger
from portal.children.vault import ledger, ledger_head
from portal.children.vault.ledger import LedgerProblem
from portal.children.vault.ledger_standing import Fault
from portal.core.db import db
from tests.children.vault.following import (
    ABSENT,
    OPERATOR,
    acts,
    after_commit_of_database,
    agreement,
    before_commit_of_database,
    before_the_line,
    commit,
    die,
    earlier_database,
    grade,
    hide,
    is_in_index,
    killed,
    refused_start,
    replay,
    said,
    show,
    some_children,
)
from tests.databases import Stage


def test_killed_between_line_and_commit_the_child_is_hidden_at_the_replay(portal: Flask) -> None:
    child_id, other = some_children(portal, 2)

    def step() -> None:
        actions.hide_child(child_id=child_id, grade=ABSENT, by=OPERATOR)

    assert killed(portal, step, at=before_the_line)
    assert (acts(portal), agreement(portal).fault) == (["begun"], Fault.NONE)
    assert killed(portal, step, at=before_commit_of_database)
    assert (acts(portal), agreement(portal).fault) == (["begun", "hide"], Fault.AHEAD)
    assert is_in_index(portal, child_id)
    assert "replay-ledger" in refused_start(portal)
    with pytest.raises(LedgerProblem):
        hide(portal, other)
    replay(portal)
    assert (grade(portal, child_id), is_in_index(portal, child_id)) == (ABSENT, False)
    hide(portal, other)
    assert agreement(portal).fault is Fault.NONE


def test_killed_after_the_commit_it_stands(stage: Stage, portal: Flask) -> None:
    child_id, other = some_children(portal, 2)
    assert killed(portal, lambda: _hide(child_id), at=after_commit_of_database)
    assert (acts(portal), agreement(portal).fault) == (["begun", "hide"], Fault.NONE)
    assert grade(portal, child_id) is ABSENT
    assert killed(portal, lambda: _show(child_id), at=after_commit_of_database)
    assert (acts(portal), agreement(portal).fault) == (["begun", "hide", "lift"], Fault.NONE)
    assert grade(portal, child_id) is None
    hide(portal, other)
    earlier_database(stage, portal)
    replay(portal)
    assert (grade(portal, child_id), grade(portal, other)) == (None, ABSENT)


def _hide(child_id: uuid.UUID) -> None:
    actions.hide_child(child_id=child_id, grade=ABSENT, by=OPERATOR)


def _show(child_id: uuid.UUID) -> None:
    actions.unhide_child(child_id=child_id, by=OPERATOR)


@pytest.mark.parametrize("at", [before_commit_of_database, after_commit_of_database])
def test_a_lift_in_doubt_shows_nobody(stage: Stage, portal: Flask, at: Callable[[], None]) -> None:
    """The last line says that a child may be seen, and nothing says that it was committed."""
    child_id, other = some_children(portal, 2)
    hide(portal, child_id)
    assert killed(portal, lambda: _show(child_id), at=at)
    if at is after_commit_of_database:
        earlier_database(stage, portal)
    assert agreement(portal).fault is Fault.AHEAD
    replay(portal)
    assert grade(portal, child_id) is ABSENT
    assert acts(portal) == ["begun", "hide", "stands", "lift", "void", "stands"]
    assert said(portal)[4]["from"] == 4
    # What was taken back stays so, whatever is written later.
    hide(portal, other)
    earlier_database(stage, portal)
    replay(portal)
    assert (grade(portal, child_id), grade(portal, other)) == (ABSENT, ABSENT)
    show(portal, child_id)
    earlier_database(stage, portal)
    replay(portal)
    assert (grade(portal, child_id), grade(portal, other)) == (None, ABSENT)


def test_a_replay_killed_again_and_again_goes_on_where_it_was(stage: Stage, portal: Flask) -> None:
    children = some_children(portal, 4)
    for one in children:
        hide(portal, one)
    show(portal, children[0])
    earlier_database(stage, portal)
    commit(portal, ledger.await_replay)

    def step() -> None:
        for _ in replay_ledger(by=OPERATOR):
            db.session.commit()

    left = count()
    while killed(portal, step, at=at_the_second_line):
        assert agreement(portal).fault is Fault.AHEAD
        assert next(left) < 30
    assert next(left) > 5
    assert agreement(portal).fault is Fault.NONE
    hidden = [grade(portal, one) for one in children]
    assert hidden == [None, ABSENT, ABSENT, ABSENT]


def at_the_second_line() -> None:
    """A trap: a line was followed and committed, of the next all is done but the commit."""
    move, times = ledger_head.move_head, count()

    def second(head: ledger_head.Head) -> None:
        move(head)
        if next(times):
            die()

    setattr(ledger_head, "move_head", second)  # noqa: B010
