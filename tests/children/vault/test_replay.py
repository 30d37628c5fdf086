"""An earlier database follows the ledger: nobody who went into hiding since can be seen."""

import threading
import uuid
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select, update

from portal.access.models import AccessEvent
from portal.children import actions, vault
from portal.children.models import ChildRecord, ChildSource
from portal.children.rules import ChildDraft, Gender
from portal.children.vault import ledger
from portal.children.vault.ledger import Act, Entry, LedgerProblem
from portal.children.vault.ledger_file import LINE_BYTES
from portal.children.vault.ledger_standing import Fault
from portal.children.vault.store import Shelf
from portal.core.db import db
from portal.core.errors import NotFound
from portal.lifecycle.serving import application_for_people
from tests.children.vault.following import (
    ABSENT,
    MASKED,
    OPERATOR,
    acts,
    agreement,
    commit,
    earlier_database,
    grade,
    hide,
    is_in_index,
    refused_start,
    replay,
    settings,
    show,
    some_children,
)
from tests.databases import Stage, let_go

NEWCOMER = ChildDraft(
    source="school-records", source_id="S1", source_on=date(2025, 9, 1),
    given_names="Ottilie", family_name="Quillfeather", date_of_birth=date(2016, 3, 5),
    gender=Gender.FEMALE, numbers={},
)  # fmt: skip


def replays_logged(app: Flask) -> int:
    """How many replays the log knows of."""
    with app.app_context():
        lines = select(AccessEvent.line).where(AccessEvent.event == "shield:ledger_replayed")
        return len(list(db.session.scalars(lines)))


def test_everybody_is_hidden_again_as_far_as_they_were(stage: Stage, portal: Flask) -> None:
    absent, masked, back, deeper = some_children(portal, 4)
    hide(portal, absent, ABSENT)
    hide(portal, masked, MASKED)
    hide(portal, back, ABSENT)
    hide(portal, deeper, MASKED)
    show(portal, back)
    hide(portal, deeper, ABSENT)
    written = acts(portal)
    earlier_database(stage, portal)
    assert is_in_index(portal, absent)
    assert "shielding replay-ledger" in refused_start(portal)
    replay(portal)
    assert [grade(portal, one) for one in (absent, masked, back, deeper)] == [
        ABSENT, MASKED, None, ABSENT,
    ]  # fmt: skip
    assert [is_in_index(portal, one) for one in (absent, masked, back, deeper)] == [
        False, True, True, False,
    ]  # fmt: skip
    assert acts(portal) == written
    assert replays_logged(portal) == 1
    let_go(application_for_people(settings(portal)))
    show(portal, absent)
    assert is_in_index(portal, absent)
    assert agreement(portal).fault is Fault.NONE


def test_who_the_ledger_knows_better_is_known_by_both(stage: Stage, portal: Flask) -> None:
    (child_id,) = some_children(portal, 1)

    def rename() -> None:
        row = db.session.get(ChildRecord, child_id)
        assert row is not None
        row.family_name = "Quillfeather"

    with portal.app_context():
        document = _document(child_id)
    commit(portal, rename)
    hide(portal, child_id)
    earlier_database(stage, portal)
    replay(portal)
    with portal.app_context():
        known = vault.identity_of(child_id)
    assert known is not None
    assert known["family_name"] == "Quillfeather"
    assert [document["given_names"], document["family_name"]] in known["former"]
    assert known["sources"] == document["sources"]
    assert known["numbers"] == document["numbers"]


@pytest.mark.parametrize("other_half", [None, MASKED], ids=["open", "masked"])
def test_a_record_that_was_split_since_is_hidden_as_long_as_it_is_one(
    stage: Stage, portal: Flask, other_half: vault.Grade | None
) -> None:
    """The back-up holds what is hidden in the record of another child, and maybe its name."""
    (whole,) = some_children(portal, 1)
    made: list[uuid.UUID] = []

    def split() -> None:
        made.append(actions.create_child(draft=NEWCOMER, by=OPERATOR))
        number = ChildSource.child_id == whole
        db.session.execute(update(ChildSource).where(number).values(child_id=made[0]))

    commit(portal, split)
    if other_half:
        hide(portal, whole, other_half)
    hide(portal, made[0])
    earlier_database(stage, portal)
    assert is_in_index(portal, whole)
    replay(portal)
    assert [grade(portal, one) for one in (whole, made[0])] == [ABSENT, ABSENT]
    assert not is_in_index(portal, whole)
    show(portal, whole)
    assert is_in_index(portal, whole)
    assert agreement(portal).fault is Fault.NONE


def _document(child_id: uuid.UUID) -> dict[str, object]:
    """Who a child is, before anything happens to it."""
    vault.move_in(child_id, ABSENT)
    found = vault.identity_of(child_id)
    db.session.rollback()
    assert found is not None
    return found


def test_a_child_whom_the_index_does_not_know_is_guarded(stage: Stage, portal: Flask) -> None:
    made: list[uuid.UUID] = []
    commit(portal, lambda: made.append(actions.create_child(draft=NEWCOMER, by=OPERATOR)))
    hide(portal, made[0], MASKED)
    hide(portal, made[0], ABSENT)
    earlier_database(stage, portal)
    replay(portal)
    assert grade(portal, made[0]) is ABSENT
    with portal.app_context():
        assert vault.resembles(NEWCOMER) == made[0]
        assert vault.hidden_by_source(NEWCOMER.source, [NEWCOMER.source_id]) == {
            NEWCOMER.source_id: made[0]
        }


def test_a_child_whom_only_the_ledger_knew_can_be_let_go(stage: Stage, portal: Flask) -> None:
    made: list[uuid.UUID] = []
    commit(portal, lambda: made.append(actions.create_child(draft=NEWCOMER, by=OPERATOR)))
    hide(portal, made[0])
    earlier_database(stage, portal)
    replay(portal)
    show(portal, made[0])
    assert grade(portal, made[0]) is None
    assert not is_in_index(portal, made[0])
    assert acts(portal) == ["begun", "hide", "stands", "lift", "stands"]
    with pytest.raises(NotFound):
        show(portal, made[0])


def test_a_child_whom_the_index_does_not_know_is_let_go(stage: Stage, portal: Flask) -> None:
    made: list[uuid.UUID] = []
    commit(portal, lambda: made.append(actions.create_child(draft=NEWCOMER, by=OPERATOR)))
    hide(portal, made[0])
    show(portal, made[0])
    earlier_database(stage, portal)
    replay(portal)
    assert grade(portal, made[0]) is None
    with portal.app_context():
        assert vault.resembles(NEWCOMER) is None


def test_who_was_erased_is_forgotten_again(stage: Stage, portal: Flask) -> None:
    (child_id,) = some_children(portal, 1)
    hide(portal, child_id)

    def erase() -> None:
        vault.remove(Shelf.RECORD, child_id)
        vault.remove(Shelf.IDENTITY, child_id)
        ledger.append(Entry(act=Act.ERASE, child_id=child_id))

    commit(portal, erase)
    earlier_database(stage, portal)
    replay(portal)
    assert grade(portal, child_id) is None
    assert not is_in_index(portal, child_id)
    with portal.app_context():
        assert vault.record_of(child_id) is None


def test_after_a_restore_nobody_is_served_whatever_the_ledger_holds(portal: Flask) -> None:
    """Otherwise the refusal itself would tell that somebody went into hiding since."""
    commit(portal, ledger.await_replay)
    told = refused_start(portal)
    replay(portal)
    let_go(application_for_people(settings(portal)))
    (child_id,) = some_children(portal, 1)
    hide(portal, child_id)
    commit(portal, ledger.await_replay)
    assert refused_start(portal) == told
    with pytest.raises(LedgerProblem):
        show(portal, child_id)
    replay(portal)
    assert acts(portal) == ["begun", "hide", "stands"]
    assert replays_logged(portal) == 2
    show(portal, child_id)


def test_replaying_what_was_followed_changes_nothing(portal: Flask) -> None:
    first, second = some_children(portal, 2)
    hide(portal, first, MASKED)
    written = acts(portal)
    replay(portal)
    assert (acts(portal), grade(portal, first)) == (written, MASKED)
    hide(portal, second)


def cut_off(app: Flask) -> None:
    path = settings(app).ledger_path
    path.write_bytes(path.read_bytes()[:-LINE_BYTES])


def missing(app: Flask) -> None:
    settings(app).ledger_path.unlink()


def changed(app: Flask) -> None:
    path = settings(app).ledger_path
    content = bytearray(path.read_bytes())
    content[200] ^= 1
    path.write_bytes(bytes(content))


@pytest.mark.parametrize(
    ("harm", "words"), [(missing, "is missing"), (cut_off, "older"), (changed, "Line 1 ")]
)
def test_what_cannot_be_followed_is_neither_replayed_nor_served(
    portal: Flask, harm: Callable[[Flask], None], words: str
) -> None:
    for one in some_children(portal, 1):
        hide(portal, one)
    commit(portal, lambda: None)
    if harm is cut_off:
        cut_off(portal)  # The line that says it stands; the next is the one that counts.
    harm(portal)
    assert words in refused_start(portal)
    with pytest.raises(LedgerProblem) as refused:
        replay(portal)
    assert words in refused.value.sentence
    assert replays_logged(portal) == 0


def test_two_replays_at_once_do_it_once(stage: Stage, portal: Flask) -> None:
    children = some_children(portal, 5)
    for one in children:
        hide(portal, one)
    earlier_database(stage, portal)
    together, failures = threading.Barrier(2), []

    def work() -> None:
        together.wait()
        try:
            replay(portal)
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert agreement(portal).fault is Fault.NONE
    assert [grade(portal, one) for one in children] == [ABSENT] * 5
