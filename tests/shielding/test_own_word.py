"""What people say of their own work outlasts what a source said before, hidden or not."""

import re
import uuid
from collections.abc import Callable

import pytest
from flask import Flask, g
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.children import queries, vault
from portal.children.actions import unhide_child
from portal.children.models import Involvement
from portal.core import clock
from portal.core.db import db
from tests.cast import CAST
from tests.children.looking import parts, say_why
from tests.children.reporting import FEED
from tests.editor import Editor
from tests.feeds.filing import Cells, involvement
from tests.shielding.test_quarantine import (
    ELSEWHERE,
    INVOLVEMENTS,
    ZOE,
    Tell,
    decide,
    hidden,
    tell,
)

__all__ = ["tell"]
SignIn = Callable[[str], Editor]
MASKED = [False, True]
STILL, CHANGED = (1, 0, 0, 1, 0), (1, 0, 1, 0, 0)


def named(number: int = 1, **more: str) -> Cells:
    """Return a row that names the teacher."""
    person = CAST.teacher
    own = {
        "organisation_code": person.organisation_code, "practitioner_email": person.email,
        "service": "school",
    }  # fmt: skip
    return involvement(number, **own, **more)


@pytest.fixture
def teacher(sign_in: SignIn) -> Editor:
    """The teacher's browser."""
    return sign_in("teacher")


def own_address(teacher: Editor, child_id: uuid.UUID, act: str) -> str:
    """Return where the teacher says something of their own involvement; "" where nothing can be."""
    g.pop("csrf_token", None)
    say_why(teacher, child_id)
    page = teacher.get(f"/children/{child_id}").get_data(as_text=True)
    found = re.search(rf'/children/{child_id}/involvements/[0-9a-f-]{{36}}/{act}(?=")', page)
    return found[0] if found else ""


def end(teacher: Editor, child_id: uuid.UUID) -> None:
    """Let the teacher end their work today."""
    address = own_address(teacher, child_id, "end")
    assert teacher.post(address, data=parts("ended_on", clock.today())).status_code == 303


def decided(portal: Flask, sign_in: SignIn, decision: str) -> None:
    """Let the shield officer decide what waits. In a context apart: nobody else is signed in."""
    with portal.app_context():
        assert decide(sign_in("shield_officer"), decision) == 303


def rows_of(child_id: uuid.UUID, session: Session) -> list[Involvement]:
    """Return what the index holds."""
    session.rollback()
    return list(session.scalars(select(Involvement).where(Involvement.child_id == child_id)))


def reported(tell: Tell, is_masked: bool) -> uuid.UUID:
    """Report Zoë, and hide her or not."""
    if is_masked:
        return hidden(tell, vault.Grade.MASKED)
    tell(ZOE)
    child_id = queries.child_ids("mosaic", ["K1"])["K1"]
    db.session.rollback()
    return child_id


@pytest.mark.parametrize("is_masked", MASKED)
def test_a_source_hears_the_same_and_undoes_no_end(
    tell: Tell, teacher: Editor, session: Session, is_masked: bool
) -> None:
    child_id = reported(tell, is_masked)
    assert tell(named(), kind=INVOLVEMENTS) == (1, 1, 0, 0, 0)
    end(teacher, child_id)
    today = clock.today().isoformat()
    assert tell(named(), kind=INVOLVEMENTS) == STILL
    assert tell(named(ended_on=today), kind=INVOLVEMENTS) == STILL
    assert tell(named(has_early_help_assessment="yes"), kind=INVOLVEMENTS) == CHANGED
    assert own_address(teacher, child_id, "end") == ""
    assert tell(named(has_early_help_assessment="yes"), kind=INVOLVEMENTS) == STILL
    if is_masked:
        unhide_child(child_id=child_id, by=FEED)
        db.session.commit()
    (row,) = rows_of(child_id, session)
    assert (row.ended_on, row.source) == (clock.today(), "practitioner")
    assert row.has_early_help_assessment


@pytest.mark.parametrize("is_masked", MASKED)
def test_an_end_that_a_source_told_it_can_take_back(
    tell: Tell, teacher: Editor, session: Session, is_masked: bool
) -> None:
    child_id = reported(tell, is_masked)
    tell(named(), kind=INVOLVEMENTS)
    assert teacher.post(own_address(teacher, child_id, "lead")).status_code == 303
    assert tell(named(ended_on=clock.today().isoformat()), kind=INVOLVEMENTS) == CHANGED
    assert own_address(teacher, child_id, "end") == ""
    assert tell(named(), kind=INVOLVEMENTS) == CHANGED
    assert own_address(teacher, child_id, "end") != ""
    if is_masked:
        unhide_child(child_id=child_id, by=FEED)
        db.session.commit()
    (row,) = rows_of(child_id, session)
    assert row.ended_on is None


@pytest.mark.parametrize("is_masked", MASKED)
def test_what_is_still_right_stays_confirmed(
    tell: Tell, teacher: Editor, session: Session, is_masked: bool
) -> None:
    child_id = reported(tell, is_masked)
    assert tell(named(), kind=INVOLVEMENTS) == (1, 1, 0, 0, 0)
    assert teacher.post(own_address(teacher, child_id, "confirm")).status_code == 303
    assert tell(named(), kind=INVOLVEMENTS) == STILL
    assert teacher.post(own_address(teacher, child_id, "lead")).status_code == 303
    assert tell(named(is_lead="yes"), kind=INVOLVEMENTS) == STILL
    assert tell(named(), kind=INVOLVEMENTS) == STILL
    if is_masked:
        unhide_child(child_id=child_id, by=FEED)
        db.session.commit()
    (row,) = rows_of(child_id, session)
    assert (row.last_confirmed_on, row.is_lead) == (clock.today(), True)


@pytest.fixture
def look_alike(tell: Tell) -> uuid.UUID:
    """The open record of a child like a hidden one, about whom a new word is held back."""
    tell(ELSEWHERE, source="emis")
    hidden(tell, vault.Grade.ABSENT)
    open_id = queries.child_ids("emis", ["E9"])["E9"]
    assert tell(named(9) | {"child_source_id": "E9"}, kind=INVOLVEMENTS, source="emis") == (
        1,
        1,
        0,
        0,
        0,
    )
    assert tell({**ELSEWHERE, "address": "3 Mill Row"}, source="emis") == CHANGED
    return open_id


@pytest.mark.parametrize("decision", ["another", "lifted"])
def test_a_word_held_back_joins_what_was_said_of_the_open_record_since(
    portal: Flask,
    tell: Tell,
    teacher: Editor,
    sign_in: SignIn,
    session: Session,
    look_alike: uuid.UUID,
    decision: str,
) -> None:
    more = named(9, has_early_help_assessment="yes", started_on="2023-09-01")
    assert tell(more | {"child_source_id": "E9"}, kind=INVOLVEMENTS, source="emis") == CHANGED
    (row,) = rows_of(look_alike, session)
    assert not row.has_early_help_assessment
    end(teacher, look_alike)
    assert tell(more | {"child_source_id": "E9"}, kind=INVOLVEMENTS, source="emis")[2:4] == (0, 1)
    if decision == "another":
        decided(portal, sign_in, decision)
    else:
        unhide_child(child_id=queries.child_ids("mosaic", ["K1"])["K1"], by=FEED)
        db.session.commit()
    (row,) = rows_of(look_alike, session)
    assert (row.ended_on, row.source) == (clock.today(), "practitioner")
    assert row.has_early_help_assessment


def test_of_two_leads_whoever_said_so_last_is_it(
    portal: Flask,
    tell: Tell,
    teacher: Editor,
    sign_in: SignIn,
    session: Session,
    look_alike: uuid.UUID,
) -> None:
    practice = involvement(9, is_lead="yes") | {"child_source_id": "E9"}
    assert tell(practice, kind=INVOLVEMENTS, source="emis") == (1, 1, 0, 0, 0)
    assert teacher.post(own_address(teacher, look_alike, "lead")).status_code == 303
    assert tell(practice, kind=INVOLVEMENTS, source="emis") == STILL
    decided(portal, sign_in, "another")
    leads = {row.source: row.is_lead for row in rows_of(look_alike, session)}
    assert leads == {"practitioner": True, "emis": False}


def test_an_end_held_back_ends_what_was_confirmed_meanwhile(
    portal: Flask,
    tell: Tell,
    teacher: Editor,
    sign_in: SignIn,
    session: Session,
    look_alike: uuid.UUID,
) -> None:
    """As in an index that was told: whoever confirms says nothing of an end they did not see."""
    ended = named(9, ended_on="2025-06-30") | {"child_source_id": "E9"}
    assert tell(ended, kind=INVOLVEMENTS, source="emis") == CHANGED
    assert teacher.post(own_address(teacher, look_alike, "confirm")).status_code == 303
    assert tell(ended, kind=INVOLVEMENTS, source="emis") == STILL
    decided(portal, sign_in, "another")
    (row,) = rows_of(look_alike, session)
    assert str(row.ended_on) == "2025-06-30"
    assert row.last_confirmed_on == clock.today()


def test_who_is_hidden_as_the_same_child_keeps_what_was_said_of_both(
    portal: Flask,
    tell: Tell,
    teacher: Editor,
    sign_in: SignIn,
    session: Session,
    look_alike: uuid.UUID,
) -> None:
    more = named(9, has_early_help_assessment="yes") | {"child_source_id": "E9"}
    assert tell(more, kind=INVOLVEMENTS, source="emis") == CHANGED
    end(teacher, look_alike)
    decided(portal, sign_in, "same")
    assert tell(more, kind=INVOLVEMENTS, source="emis") == STILL
    unhide_child(child_id=look_alike, by=FEED)
    db.session.commit()
    (row,) = rows_of(look_alike, session)
    assert (row.ended_on, row.source) == (clock.today(), "practitioner")
    assert row.has_early_help_assessment


def settle(portal: Flask, sign_in: SignIn) -> int:
    """Let the data steward settle all that waits; return how many there were."""
    with portal.app_context():
        steward = sign_in("data_steward")
        text = steward.get("/corrections").get_data(as_text=True)
        waiting = set(re.findall(r'href="(/corrections/[0-9a-f-]{36})"', text))
        for address in waiting:
            assert steward.post(address, data={"outcome": "fixed"}).status_code == 303
        return len(waiting)


@pytest.mark.parametrize("is_masked", MASKED)
def test_what_is_wrong_with_ones_own_contact_is_answered_alike(
    portal: Flask, tell: Tell, teacher: Editor, sign_in: SignIn, session: Session, is_masked: bool
) -> None:
    """Whatever the data steward does meanwhile: of a masked child there is nothing to settle."""
    child_id = reported(tell, is_masked)
    assert tell(named(), kind=INVOLVEMENTS) == (1, 1, 0, 0, 0)
    session.rollback()
    address = own_address(teacher, child_id, "dispute")

    def dispute() -> str:
        with portal.app_context():
            sent = teacher.post(address, data={"kind": "wrong_phone"})
            return sent.headers["Location"].rpartition("?")[2]

    assert [dispute(), dispute()] == ["done=disputed"] * 2
    assert settle(portal, sign_in) == (0 if is_masked else 1)
    assert dispute() == "done=disputed"
    assert settle(portal, sign_in) == (0 if is_masked else 1)
    if is_masked:
        unhide_child(child_id=child_id, by=FEED)
        db.session.commit()
        assert settle(portal, sign_in) == 1
