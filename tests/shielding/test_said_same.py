"""A data steward says that two records are one child after one of them was hidden: an officer
decides, and the steward is told nothing."""

import pytest
from flask import Flask

from portal.children.vault import Grade
from tests.cast import CHILDREN
from tests.children.looking import id_of, plain, read
from tests.feeds.reviewing import answer, suspect
from tests.shielding.shields import SignIn, document_ids, grade_of, shield

HIDDEN, OPEN, THIRD = CHILDREN.welsh, CHILDREN.former_name, CHILDREN.nobody_now
PAIR = (HIDDEN, OPEN)


@pytest.mark.parametrize("grade", Grade)
def test_the_officer_is_asked_and_hides_the_open_side_as_far(
    portal: Flask, sign_in: SignIn, grade: Grade
) -> None:
    (review_id,) = suspect(portal, PAIR)
    officer = sign_in("shield_officer")
    shield(portal, sign_in, HIDDEN, grade.value)
    assert document_ids(portal, "task") == []
    sent = answer(sign_in("data_steward"), review_id, "same")
    assert "Your answer is saved." in read(sent)
    ids = [id_of(portal, child) for child in PAIR]
    assert [grade_of(portal, one) for one in ids] == [grade, None]
    page = plain(read(officer.get("/shields")))
    assert f"{OPEN.name}, maybe the same child as {HIDDEN.name}" in page
    read(officer.get("/shields"))
    (task,) = document_ids(portal, "task")
    assert officer.post(f"/shield-tasks/{task}/same").status_code == 303
    assert [grade_of(portal, one) for one in ids] == [grade, grade]


def test_nobody_is_asked_of_two_who_are_hidden_alike_or_told_apart(
    portal: Flask, sign_in: SignIn
) -> None:
    first, second = suspect(portal, PAIR, (HIDDEN, THIRD))
    shield(portal, sign_in, HIDDEN)
    shield(portal, sign_in, OPEN)
    steward = sign_in("data_steward")
    answer(steward, first, "same")
    answer(steward, second, "different")
    read(sign_in("shield_officer").get("/shields"))
    assert document_ids(portal, "task") == []
