"""The ledger goes with the commits: in their order, the safe side in doubt, nothing for nothing."""

import threading
import uuid
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import text

from portal.access.log import LogBroken
from portal.children import actions, vault
from portal.children.actions.replaying import replay_ledger
from portal.children.vault import ledger_file
from portal.children.vault.ledger import LedgerProblem, begin
from portal.children.vault.ledger_file import LINE_BYTES
from portal.children.vault.ledger_standing import Fault
from portal.core.db import db
from tests.children.vault.following import (
    OPERATOR,
    acts,
    agreement,
    commit,
    earlier_database,
    grade,
    hide,
    is_in_index,
    keys,
    replay,
    said,
    settings,
    show,
    some_children,
)
from tests.databases import Stage

ABSENT, MASKED = vault.Grade.ABSENT, vault.Grade.MASKED
HIDDEN, SHOWN = ["hide", "stands"], ["lift", "stands"]
THREADS = 6


@pytest.fixture
def child_id(portal: Flask) -> uuid.UUID:
    """A child of the town."""
    return some_children(portal, 1)[0]


def cut(app: Flask) -> list[bytes]:
    """The ledger, line by line."""
    return settings(app).ledger_path.read_bytes().splitlines(keepends=True)


def test_a_town_in_which_nobody_hides_has_a_ledger(portal: Flask) -> None:
    assert acts(portal) == ["begun"]
    assert agreement(portal).fault is Fault.NONE


def test_each_act_has_its_line_and_who_it_is_about(portal: Flask, child_id: uuid.UUID) -> None:
    with portal.app_context():
        before = vault.identity_of(child_id)
    assert before is None
    hide(portal, child_id, MASKED)
    with portal.app_context():
        identity = vault.identity_of(child_id)
    hide(portal, child_id, ABSENT)
    show(portal, child_id)
    assert acts(portal) == ["begun", *HIDDEN, *HIDDEN, *SHOWN]
    lines = said(portal)
    assert (lines[1]["child_id"], lines[1]["grade"]) == (child_id.hex, "masked")
    assert lines[1]["identity"] == identity
    assert lines[3]["grade"] == "absent"
    assert (lines[5]["child_id"], lines[5]["identity"]) == (child_id.hex, None)
    assert agreement(portal).fault is Fault.NONE


def test_several_in_one_transaction_stand_together(portal: Flask) -> None:
    children = some_children(portal, 3)

    def siblings() -> None:
        for one in children:
            actions.hide_child(child_id=one, grade=MASKED, by=OPERATOR)

    commit(portal, siblings)
    assert acts(portal) == ["begun", "hide", "hide", "hide", "stands"]
    assert [one.get("left") for one in said(portal)[1:4]] == [2, 1, 0]
    assert agreement(portal).fault is Fault.NONE


def test_what_is_not_committed_leaves_no_line(portal: Flask, child_id: uuid.UUID) -> None:
    with portal.app_context():
        actions.hide_child(child_id=child_id, grade=ABSENT, by=OPERATOR)
        db.session.rollback()
        db.session.execute(text("SELECT 1"))
        db.session.commit()
    assert acts(portal) == ["begun"]
    assert grade(portal, child_id) is None


def test_a_log_that_takes_no_line_leaves_the_ledger_alone(
    portal: Flask, child_id: uuid.UUID
) -> None:
    with portal.app_context():
        db.session.execute(text("UPDATE access_chain SET mac = 'by somebody else'"))
        db.session.commit()
    with pytest.raises(LogBroken):
        hide(portal, child_id)
    assert acts(portal) == ["begun"]
    assert agreement(portal).fault is Fault.NONE
    assert grade(portal, child_id) is None


def test_what_a_savepoint_takes_back_leaves_no_line(portal: Flask) -> None:
    first, second, third = some_children(portal, 3)
    with portal.app_context():
        for one in (first, second):
            trial = db.session.begin_nested()
            vault.move_in(one, ABSENT)
            if one == first:
                trial.rollback()
            else:
                trial.commit()
        vault.move_in(third, ABSENT)
        db.session.commit()
    told = [one["child_id"] for one in said(portal) if one["act"] == "hide"]
    assert told == [second.hex, third.hex]
    assert agreement(portal).fault is Fault.NONE


def gone(app: Flask) -> None:
    settings(app).ledger_path.unlink()


def older(app: Flask) -> None:
    settings(app).ledger_path.write_bytes(b"".join(cut(app)[:-2]))


def emptied(app: Flask) -> None:
    settings(app).ledger_path.write_bytes(b"")


def one_line_taken_out(app: Flask) -> None:
    lines = cut(app)
    settings(app).ledger_path.write_bytes(b"".join(lines[:2] + lines[3:]))


def one_letter_changed(app: Flask) -> None:
    lines = cut(app)
    lines[3] = lines[3].replace(lines[3][300:301], b"A" if lines[3][300:301] != b"A" else b"B")
    settings(app).ledger_path.write_bytes(b"".join(lines))


def of_another(app: Flask) -> None:
    path = settings(app).ledger_path
    many = len(cut(app))
    path.unlink()
    ledger_file.create(path, {"act": "begun"}, keys(app))
    with ledger_file.alone(path, keys(app)) as ledger:
        (last,) = ledger.tail(1)
        ledger.append(last, ledger_file.draft(last, [{"act": "stands"}] * many, keys(app))[0])


HARMS = [
    (gone, Fault.MISSING, "is missing"),
    (emptied, Fault.MISSING, "is missing"),
    (older, Fault.BEHIND, "older than the index"),
    (one_line_taken_out, Fault.DAMAGED, "Line 3 "),
    (one_letter_changed, Fault.DAMAGED, "Line 4 "),
    (of_another, Fault.FOREIGN, "not the one of this index"),
]


@pytest.mark.parametrize(("harm", "fault", "words"), HARMS)
def test_each_disagreement_is_named_and_nothing_more_is_written(
    portal: Flask, harm: Callable[[Flask], None], fault: Fault, words: str
) -> None:
    first, second, third = some_children(portal, 3)
    hide(portal, first)
    hide(portal, second)
    harm(portal)
    found = agreement(portal)
    assert found.fault is fault
    assert words in found.sentence
    assert found.remedy
    there = settings(portal).ledger_path
    before = there.read_bytes() if there.exists() else None
    if fault is Fault.DAMAGED:
        return  # Whoever appends looks at the end only; the next start proves every line.
    with pytest.raises(LedgerProblem):
        hide(portal, third)
    assert (there.read_bytes() if there.exists() else None) == before
    assert grade(portal, third) is None
    assert is_in_index(portal, third)


def test_an_earlier_database_is_noticed_and_nothing_is_hidden_on_it(
    stage: Stage, portal: Flask
) -> None:
    first, second = some_children(portal, 2)
    hide(portal, first)
    earlier_database(stage, portal)
    assert agreement(portal).fault is Fault.AHEAD
    assert "shielding replay-ledger" in agreement(portal).remedy
    before = acts(portal)
    with pytest.raises(LedgerProblem) as refused:
        hide(portal, second)
    assert "python -m portal doctor" in refused.value.sentence
    assert acts(portal) == before
    assert grade(portal, second) is None


def test_an_index_that_names_no_ledger_takes_no_line(portal: Flask) -> None:
    (child_id,) = some_children(portal, 1)
    commit(portal, lambda: db.session.execute(text("DELETE FROM vault_ledger")))
    assert agreement(portal).fault is Fault.UNBOUND
    assert "replay-ledger --vouch" in agreement(portal).remedy
    with pytest.raises(LedgerProblem):
        hide(portal, child_id)
    assert acts(portal) == ["begun"]
    with pytest.raises(LedgerProblem):
        replay(portal)
    commit(portal, lambda: replay_ledger(by=OPERATOR, vouched=True))
    assert agreement(portal).fault is Fault.NONE
    hide(portal, child_id)
    assert acts(portal) == ["begun", *HIDDEN]


def test_whoever_vouches_opens_nothing_beside_another_ledger(portal: Flask) -> None:
    settings(portal).ledger_path.unlink()
    assert begin(settings(portal), keys(portal))
    with pytest.raises(LedgerProblem) as refused:
        commit(portal, lambda: replay_ledger(by=OPERATOR, vouched=True))
    assert "not the one of this index" in refused.value.sentence
    assert agreement(portal).fault is Fault.FOREIGN


def test_many_at_once_leave_one_whole_chain(portal: Flask) -> None:
    children = some_children(portal, 2 * THREADS)
    together = threading.Barrier(THREADS)
    failures: list[BaseException] = []

    def work(mine: list[uuid.UUID]) -> None:
        together.wait()
        try:
            for one in mine:
                hide(portal, one)
            show(portal, mine[0])
        except BaseException as failure:
            failures.append(failure)

    threads = [
        threading.Thread(target=work, args=(children[number::THREADS],))
        for number in range(THREADS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert agreement(portal).fault is Fault.NONE
    lines = [one for one in said(portal) if one["act"] in {"hide", "lift"}]
    assert len(lines) == 3 * THREADS
    for one in children[:THREADS]:
        assert [line["act"] for line in lines if line["child_id"] == one.hex] == ["hide", "lift"]
    assert settings(portal).ledger_path.stat().st_size == LINE_BYTES * len(cut(portal))
