"""A data steward says that a record is about two children after it was hidden: an officer decides,
and the steward is told nothing."""

import uuid

import pytest
from flask import Flask
from sqlalchemy import select

from portal.children.models import ChildMerge
from portal.children.vault import Grade
from portal.core.db import db
from tests.children.looking import lines, plain, read
from tests.children.two_in_one import a_record_of_two, report, word_for
from tests.feeds.reviewing import reviews_in_index
from tests.shielding.shields import ASKED, SignIn, decide, document_ids, grade_of
from tests.shielding.shields import documents as documents_of


def hidden_meanwhile(
    portal: Flask, sign_in: SignIn, grade: Grade
) -> tuple[uuid.UUID, uuid.UUID, str]:
    """Hide a record while a data steward is about to split it; return the record's id, that of
    the one it would be split into, and the task of the shield officers."""
    child_id = a_record_of_two(portal)
    address = report(portal, sign_in("teacher"), child_id)
    steward, officer = sign_in("data_steward"), sign_in("shield_officer")
    word = word_for(steward, address, "council")
    officer.post(f"/children/{child_id}/reason", data={"reason": "referral"})
    asked = officer.post(f"/children/{child_id}/shield-request", data=ASKED)
    request_id = str(asked.headers["Location"]).rpartition("/")[2]
    assert decide(officer, request_id, grade.value).status_code == 303
    for _ in range(2):
        sent = steward.post("/feeds/splits", data={"word": word})
        assert "Your answer is saved." in plain(read(sent))
    made = {line.subject_id for line in lines(portal, "split:made")}
    (new_id,) = made - {child_id}
    assert new_id is not None
    assert len(lines(portal, "split:made")) == 2
    with portal.app_context():
        assert db.session.scalars(select(ChildMerge)).all() == []
        assert reviews_in_index() == []
    for _ in range(2):
        assert "maybe two children" in plain(read(officer.get("/shields")))
    (task,) = document_ids(portal, "task")
    return child_id, new_id, task


@pytest.mark.parametrize("grade", Grade)
def test_the_officer_splits_it_and_both_are_hidden_as_far(
    portal: Flask, sign_in: SignIn, grade: Grade
) -> None:
    child_id, new_id, task = hidden_meanwhile(portal, sign_in, grade)
    officer = sign_in("shield_officer")
    page = plain(read(officer.get(f"/shield-tasks/{task}")))
    for told in ("Odile", "Ottilie", "New record"):
        assert told in page
    assert officer.post(f"/shield-tasks/{task}/same").status_code == 404
    for _ in range(2):
        assert officer.post(f"/shield-tasks/{task}/split").status_code == 303
    assert [grade_of(portal, one) for one in (child_id, new_id)] == [grade, grade]
    shields = {one["child_id"]: one["grade"] for one in documents_of(portal, "shield")}
    assert shields == {str(child_id): grade.value, str(new_id): grade.value}
    with portal.app_context():
        assert reviews_in_index() == []
    assert "both are hidden" in plain(read(officer.get(f"/shield-tasks/{task}")))
    assert officer.post(f"/shield-tasks/{task}/one-child").status_code == 409


def test_the_officer_leaves_it_and_nobody_else_decides(portal: Flask, sign_in: SignIn) -> None:
    child_id, new_id, task = hidden_meanwhile(portal, sign_in, Grade.MASKED)
    for who in ("data_steward", "teacher"):
        for act in ("split", "one-child"):
            assert sign_in(who).post(f"/shield-tasks/{task}/{act}").status_code == 403
    officer = sign_in("shield_officer")
    assert officer.post(f"/shield-tasks/{task}/another").status_code == 404
    assert officer.post(f"/shield-tasks/{task}/one-child").status_code == 303
    assert officer.post(f"/shield-tasks/{task}/split").status_code == 409
    assert [grade_of(portal, one) for one in (child_id, new_id)] == [Grade.MASKED, None]
    assert "It is about one child" in plain(read(officer.get(f"/shield-tasks/{task}")))
