"""A child moves into the vault and back: what stays, what is found, what comes back."""

import uuid

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.access.identity import operator
from portal.children import actions, finding, vault
from portal.children.models import ChildRecord, Correction
from portal.children.vault.tables import MARK, SLOT
from portal.children.visibility import Job, everything
from portal.core import clock
from portal.core.db import random_id
from portal.core.errors import NotFound
from portal.matching import Description, describe
from tests.children.vault.hiding import child_with_everything, rows_of

OPERATOR = operator("a test of the vault")
GRADES = list(vault.Grade)


def described(session: Session, child_id: uuid.UUID) -> Description:
    """Return what somebody would type who knows a child's names and day of birth."""
    row = session.scalars(everything(Job.VAULT).where(ChildRecord.id == child_id)).one()
    return describe(
        given_names=row.given_names, family_name=row.family_name, birth=row.date_of_birth
    )


def found(session: Session, asked: Description) -> set[uuid.UUID]:
    """Return whom the name index offers."""
    return {one.child_id for one in finding.candidates(session, asked).candidates}


@pytest.mark.parametrize("grade", GRADES)
def test_a_child_comes_back_as_it_was(session: Session, grade: vault.Grade) -> None:
    child_id = child_with_everything(session)
    before, asked = rows_of(session, child_id), described(session, child_id)
    empty = {"child_merge", "correction", "local_correction"}
    assert all(rows for table, rows in before.items() if table not in empty)
    actions.hide_child(child_id=child_id, grade=grade, by=OPERATOR)
    assert rows_of(session, child_id) != before
    actions.unhide_child(child_id=child_id, by=OPERATOR)
    assert rows_of(session, child_id) == before
    assert child_id in found(session, asked)
    assert vault.grade_of(child_id) is None
    assert vault.record_of(child_id) is None
    assert not finding.check(session)


def test_of_an_absent_child_nothing_stays(session: Session) -> None:
    child_id = child_with_everything(session)
    asked = described(session, child_id)
    assert child_id in found(session, asked)
    actions.hide_child(child_id=child_id, grade=vault.Grade.ABSENT, by=OPERATOR)
    assert not any(rows_of(session, child_id).values())
    assert child_id not in found(session, asked)
    assert vault.grade_of(child_id) is vault.Grade.ABSENT
    assert not finding.check(session)


def test_of_a_masked_child_a_stub_stays(session: Session) -> None:
    child_id = child_with_everything(session)
    asked, before = described(session, child_id), rows_of(session, child_id)
    actions.hide_child(child_id=child_id, grade=vault.Grade.MASKED, by=OPERATOR)
    stub = rows_of(session, child_id)
    (kept,), (whole,) = stub.pop("child"), before["child"]
    (number,), (known,) = stub.pop("child_source"), before["child_source"]
    assert (number["source"], number["source_id"]) == (kept["source"], kept["source_id"])
    mark, *others = number["said"].split()
    assert len(mark) == len(known["said"].split()[0]), "a mark of its own length would tell"
    assert (others, mark in known["said"]) == (["-"] * 4, False)
    assert not any(stub.values())
    shown = ("record_number", "given_names", "family_name", "date_of_birth", "gender", "lifecycle")
    assert {word: kept[word] for word in shown} == {word: whole[word] for word in shown}
    others = everything(Job.VAULT).where(ChildRecord.id != child_id)
    columns = others.with_only_columns(ChildRecord.source, ChildRecord.authority_id)
    origins = {tuple(row) for row in session.execute(columns)}
    assert (kept["source"], kept["authority_id"]) in origins, "words of its own would tell"
    assert kept["source_id"] != whole["source_id"]
    assert child_id in found(session, asked)
    former = before["child_name"][0]["family_name"]
    by_former = describe(family_name=former, birth=whole["date_of_birth"])
    assert child_id not in found(session, by_former)
    assert not finding.check(session)


def test_the_grade_can_change_both_ways(session: Session) -> None:
    child_id = child_with_everything(session)
    before, asked = rows_of(session, child_id), described(session, child_id)
    for grade in (*GRADES, *GRADES, *reversed(GRADES)):
        actions.hide_child(child_id=child_id, grade=grade, by=OPERATOR)
        assert vault.grade_of(child_id) is grade
        assert (child_id in found(session, asked)) is (grade is vault.Grade.MASKED)
    actions.unhide_child(child_id=child_id, by=OPERATOR)
    assert rows_of(session, child_id) == before


def test_nobody_can_be_hidden_who_is_not_there(session: Session) -> None:
    with pytest.raises(NotFound):
        actions.hide_child(child_id=random_id(), grade=vault.Grade.ABSENT, by=OPERATOR)
    with pytest.raises(NotFound):
        actions.unhide_child(child_id=child_with_everything(session), by=OPERATOR)


def test_the_vault_looks_the_same_full_and_empty(session: Session) -> None:
    size = (
        select(func.count(), func.sum(func.length(SLOT.c.sealed))).select_from(SLOT),
        select(func.count(), func.sum(func.length(MARK.c.mark))).select_from(MARK),
    )
    empty = [session.execute(one).one() for one in size]
    actions.hide_child(
        child_id=child_with_everything(session), grade=vault.Grade.ABSENT, by=OPERATOR
    )
    assert [session.execute(one).one() for one in size] == empty


def test_a_search_leaves_an_alert_only_of_an_absent_child(session: Session, portal: Flask) -> None:
    child_id = child_with_everything(session)
    asked = described(session, child_id)
    assert vault.probe(asked, numbers={}) is None
    actions.hide_child(child_id=child_id, grade=vault.Grade.MASKED, by=OPERATOR)
    assert vault.probe(asked, numbers={}) is None
    number = vault.identity_of(child_id)["numbers"]["record_number"]  # type: ignore[index]
    actions.hide_child(child_id=child_id, grade=vault.Grade.ABSENT, by=OPERATOR)
    assert vault.probe(asked, numbers={}) == vault.Met(child_id)
    nobody = describe()
    assert vault.probe(nobody, numbers={"record_number": number}) == vault.Met(child_id)
    stranger = describe(given_names="Quintus", family_name="Zweig", birth=asked.birth)
    assert vault.probe(stranger, numbers={}) is None


def test_an_archived_child_is_found_by_nobody_before_and_after(session: Session) -> None:
    child_id = child_with_everything(session)
    asked = described(session, child_id)
    row = session.scalars(everything(Job.VAULT).where(ChildRecord.id == child_id)).one()
    row.lifecycle = "archived"
    finding.forget_child(session, child_id)
    actions.hide_child(child_id=child_id, grade=vault.Grade.MASKED, by=OPERATOR)
    assert child_id not in found(session, asked)
    actions.unhide_child(child_id=child_id, by=OPERATOR)
    assert child_id not in found(session, asked)
    assert not finding.check(session)


def correction_about(session: Session, child_id: uuid.UUID, contact: uuid.UUID | None) -> uuid.UUID:
    """Let somebody say that something is wrong; return the id of what they said."""
    row = Correction(
        id=random_id(), child_id=child_id, involvement_id=contact, kind="other",
        reported_by=random_id(), reported_at=clock.now(),
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row.id


def test_what_was_said_to_be_wrong_stays_with_the_stub_and_is_never_lost(session: Session) -> None:
    child_id = child_with_everything(session)
    contact = rows_of(session, child_id)["involvement"][0]["id"]
    own = correction_about(session, child_id, None)
    of_contact = correction_about(session, child_id, contact)

    def here() -> set[uuid.UUID]:
        return {row["id"] for row in rows_of(session, child_id)["correction"]}

    actions.hide_child(child_id=child_id, grade=vault.Grade.MASKED, by=OPERATOR)
    assert here() == {own}
    later = correction_about(session, child_id, None)
    actions.hide_child(child_id=child_id, grade=vault.Grade.ABSENT, by=OPERATOR)
    assert here() == set()
    actions.hide_child(child_id=child_id, grade=vault.Grade.MASKED, by=OPERATOR)
    assert here() == {own, later}
    actions.unhide_child(child_id=child_id, by=OPERATOR)
    assert here() == {own, later, of_contact}
