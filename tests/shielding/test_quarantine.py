"""What the guard of feeds held back, on the shield officer's pages, and each decision."""

import datetime as dt
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.children import finding, queries, vault
from portal.children.actions import hide_child, unhide_child
from portal.children.models import ChildRecord, Involvement
from portal.children.queries.quarantined import quarantine_lines
from portal.children.visibility import Job, everything
from portal.core.db import db
from portal.feeds.rules import FileKind
from portal.matching import describe
from tests.children.reporting import FEED
from tests.editor import Editor
from tests.feeds.filing import Cells, child, counts, feed, holdings, involvement, write
from tests.shielding.held import addresses, judge

SignIn = Callable[[str], Editor]
CHILDREN, INVOLVEMENTS = FileKind.CHILDREN, FileKind.INVOLVEMENTS
GRADES = list(vault.Grade)
ZOE = child(
    1, given_names="Zoë", family_name="Quillfeather", former_family_names="Wolstenholme",
    date_of_birth="2015-03-04",
)  # fmt: skip
MOVED = {**ZOE, "family_name": "Brackenbury", "address": "9 Weavers Close", "postcode": "QH2 2BB"}
ELSEWHERE = {**MOVED, "source_id": "E9", "nhs_number": "", "upn": ""}


@pytest.fixture
def tell(portal: Flask, tmp_path: Path) -> Callable[..., tuple[int, ...]]:
    """tell(row, source="emis") imports rows and returns the counts of the receipt."""

    def send(*rows: Cells, kind: FileKind = CHILDREN, source: str = "mosaic") -> tuple[int, ...]:
        result = feed(portal, write(tmp_path / "some.csv", kind, rows), kind, source=source)
        assert result.exit_code == 0, result.exception
        return counts(result)

    return send


Tell = Callable[..., tuple[int, ...]]


def hidden(tell: Tell, grade: vault.Grade) -> uuid.UUID:
    """Report a child and hide it."""
    tell(ZOE)
    child_id = queries.child_ids("mosaic", ["K1"])["K1"]
    hide_child(child_id=child_id, grade=grade, by=FEED)
    db.session.commit()
    return child_id


def decide(officer: Editor, decision: str) -> int:
    """Decide the only row of the work list; return the status of the answer."""
    (address,) = addresses(officer)
    return judge(officer, address, decision).status_code


def in_the_open(source: str, source_id: str) -> list[object]:
    """Return what the index says under a source's number; a stub bears a made-up one, and may
    name this source."""
    return [row for row in holdings(source) if row[1] == source_id]


def found(family_name: str) -> int:
    """Return how many children the name index offers for Zoë's day and this name."""
    asked = describe(given_names="Zoë", family_name=family_name, birth=dt.date(2015, 3, 4))
    return len(finding.candidates(db.session(), asked).candidates)


@pytest.mark.parametrize("grade", GRADES)
def test_the_same_child_stays_hidden_and_the_record_learns(
    tell: Tell, sign_in: SignIn, session: Session, grade: vault.Grade
) -> None:
    child_id = hidden(tell, grade)
    assert tell(MOVED) == (1, 0, 1, 0, 0)
    assert tell(involvement(1), kind=INVOLVEMENTS) == (1, 1, 0, 0, 0)
    officer = sign_in("shield_officer")
    (address,) = addresses(officer)
    text = officer.get(address).get_data(as_text=True)
    for word in ("Brackenbury", "Quillfeather", "9 Weavers Close", "1 Tannery Lane"):
        assert word in text
    assert str(child_id) not in address
    assert decide(officer, "same") == 303
    session.rollback()
    record = vault.record_of(child_id) or {}
    assert record["child"][0]["family_name"] == "Brackenbury"
    assert {one["family_name"] for one in record["child_name"]} == {"Wolstenholme", "Quillfeather"}
    assert [one["postcode"] for one in record["child_address"]] == ["QH2 2BB"]
    assert len(record["involvement"]) == 1
    assert vault.grade_of(child_id) is grade
    shown = everything(Job.FEED).where(ChildRecord.id == child_id)
    stub = session.scalars(shown.with_only_columns(ChildRecord.family_name)).all()
    assert stub == (["Quillfeather"] if grade is vault.Grade.MASKED else [])
    assert not in_the_open("mosaic", "K1")
    session.rollback()
    assert tell(MOVED) == (1, 0, 0, 1, 0)
    assert tell(involvement(1), kind=INVOLVEMENTS) == (1, 0, 0, 1, 0)
    assert tell(ZOE) == (1, 0, 1, 0, 0)


@pytest.mark.parametrize("grade", GRADES)
def test_another_source_is_bound_to_the_child(
    tell: Tell, sign_in: SignIn, session: Session, grade: vault.Grade
) -> None:
    child_id = hidden(tell, grade)
    assert tell(ELSEWHERE, source="emis") == (1, 1, 0, 0, 0)
    assert decide(sign_in("shield_officer"), "same") == 303
    session.rollback()
    assert vault.hidden_by_source("emis", ["E9"]) == {"E9": child_id}
    record = vault.record_of(child_id) or {}
    assert record["child"][0]["family_name"] == "Quillfeather"
    assert {one["postcode"] for one in record["child_address"]} == {"QH1 1AA", "QH2 2BB"}
    session.rollback()
    far = {
        **ELSEWHERE,
        "given_names": "Other",
        "family_name": "Name",
        "date_of_birth": "2011-11-11",
    }
    assert tell(far, source="emis") == (1, 0, 1, 0, 0)
    assert tell(far, source="emis") == (1, 0, 0, 1, 0)
    assert not in_the_open("emis", "E9")


@pytest.mark.parametrize("grade", GRADES)
def test_another_child_comes_into_the_index_without_a_link(
    tell: Tell, sign_in: SignIn, session: Session, grade: vault.Grade
) -> None:
    child_id = hidden(tell, grade)
    adopted = {**ELSEWHERE, "former_family_names": "Quillfeather;Pettigrew"}
    assert tell(adopted, source="emis") == (1, 1, 0, 0, 0)
    contact = {**involvement(1), "child_source_id": "E9", "is_lead": "yes"}
    assert tell(contact, kind=INVOLVEMENTS, source="emis") == (1, 1, 0, 0, 0)
    officer = sign_in("shield_officer")
    assert decide(officer, "another") == 303
    session.rollback()
    names = {row[3] for row in holdings("emis") if row[0] == "child_name"}
    assert names == {"Pettigrew"}
    assert found("Brackenbury") == 1
    assert [row[8] for row in holdings("emis") if row[0] == "involvement"] == [True]
    assert addresses(officer) == []
    session.rollback()
    # From now on the number is an ordinary one; the link stays out, and the source hears nothing.
    assert tell(adopted, source="emis") == (1, 0, 0, 1, 0)
    again = {**adopted, "former_family_names": "Pettigrew"}
    assert tell(again, source="emis") == (1, 0, 1, 0, 0)
    assert tell({**adopted, "address": "3 Mill Row"}, source="emis") == (1, 0, 1, 0, 0)
    assert tell(contact, kind=INVOLVEMENTS, source="emis") == (1, 0, 0, 1, 0)
    held = holdings("emis")
    assert {row[3] for row in held if row[0] == "child_name"} == {"Pettigrew"}
    assert {row[3] for row in held if row[0] == "child_address"} == {"3 Mill Row"}
    assert vault.grade_of(child_id) is grade
    assert quarantine_lines() == []


def test_what_is_left_waits_again_when_it_changes(
    tell: Tell, sign_in: SignIn, session: Session
) -> None:
    hidden(tell, vault.Grade.ABSENT)
    tell(ELSEWHERE, source="emis")
    officer = sign_in("shield_officer")
    assert decide(officer, "left") == 303
    tell(ELSEWHERE, source="emis")
    assert [line.standing.value for line in quarantine_lines()] == ["left"]
    session.rollback()
    tell({**ELSEWHERE, "address": "3 Mill Row"}, source="emis")
    assert [line.standing.value for line in quarantine_lines()] == ["waiting"]


@pytest.mark.parametrize("grade", GRADES)
def test_an_open_record_of_the_same_child_is_hidden_too(
    tell: Tell, sign_in: SignIn, session: Session, grade: vault.Grade
) -> None:
    tell(ELSEWHERE, source="emis")
    hidden(tell, grade)
    open_id = queries.child_ids("emis", ["E9"])["E9"]
    session.rollback()
    assert tell({**ELSEWHERE, "address": "3 Mill Row"}, source="emis") == (1, 0, 1, 0, 0)
    assert any(row[3] == "9 Weavers Close" for row in holdings("emis"))
    session.rollback()
    assert decide(sign_in("shield_officer"), "same") == 303
    session.rollback()
    assert vault.grade_of(open_id) is grade
    assert not in_the_open("emis", "E9")
    session.rollback()
    assert tell({**ELSEWHERE, "address": "3 Mill Row"}, source="emis") == (1, 0, 0, 1, 0)


@pytest.mark.parametrize("decision", ["same", "another", "left"])
def test_no_decision_lowers_how_far_an_open_record_was_hidden_since(
    tell: Tell, sign_in: SignIn, session: Session, decision: str
) -> None:
    tell(ELSEWHERE, source="emis")
    hidden(tell, vault.Grade.MASKED)
    tell({**ELSEWHERE, "address": "3 Mill Row"}, source="emis")
    open_id = queries.child_ids("emis", ["E9"])["E9"]
    hide_child(child_id=open_id, grade=vault.Grade.ABSENT, by=FEED)
    db.session.commit()
    assert decide(sign_in("shield_officer"), decision) == (422 if decision == "another" else 303)
    session.rollback()
    assert vault.grade_of(open_id) is vault.Grade.ABSENT
    assert not in_the_open("emis", "E9")
    session.rollback()
    assert tell(ELSEWHERE, source="emis") == (1, 0, 1, 0, 0)
    unhide_child(child_id=queries.child_ids("mosaic", ["K1"])["K1"], by=FEED)
    db.session.commit()
    assert not in_the_open("emis", "E9")


def test_the_childs_own_number_cannot_be_another_child(
    tell: Tell, sign_in: SignIn, session: Session
) -> None:
    hidden(tell, vault.Grade.ABSENT)
    tell(MOVED)
    officer = sign_in("shield_officer")
    assert decide(officer, "another") == 422
    assert decide(officer, "same") == 303
    assert decide(officer, "left") == 409


def test_nothing_is_kept_back_once_the_child_is_not_hidden(tell: Tell, session: Session) -> None:
    child_id = hidden(tell, vault.Grade.ABSENT)
    tell(MOVED)
    tell(ELSEWHERE, source="emis")
    tell(involvement(1), kind=INVOLVEMENTS)
    unhide_child(child_id=child_id, by=FEED)
    db.session.commit()
    assert quarantine_lines() == []
    named = everything(Job.FEED).where(ChildRecord.family_name == "Brackenbury")
    (row,) = session.scalars(named).all()
    assert (row.source, row.source_id) == ("mosaic", "K1")
    assert queries.child_ids("emis", ["E9"]) == {"E9": child_id}, "joined as any row would be"
    assert session.scalars(select(Involvement).where(Involvement.child_id == child_id)).one()
    session.rollback()
    assert tell(MOVED) == (1, 0, 0, 1, 0)
    assert tell(ELSEWHERE, source="emis") == (1, 0, 0, 1, 0)
    assert tell(involvement(1), kind=INVOLVEMENTS) == (1, 0, 0, 1, 0)


@pytest.mark.parametrize("key", ["health_visitor", "data_steward", "auditor", "helpdesk"])
def test_nobody_else_sees_what_was_held_back(
    tell: Tell, sign_in: SignIn, session: Session, key: str
) -> None:
    hidden(tell, vault.Grade.ABSENT)
    tell(MOVED)
    (line,) = quarantine_lines()
    db.session.rollback()
    browser = sign_in(key)
    for address in ("/quarantine", f"/quarantine/{line.key}"):
        assert browser.get(address).status_code == 403
    assert browser.post(f"/quarantine/{line.key}", data={"decision": "same"}).status_code == 403
