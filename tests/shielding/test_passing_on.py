"""Passing a call-back on: who can be asked, by whom, and what is written of it."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import select, update

from portal.accounts.models import Account
from portal.children.actions import merge_children, undo_merge
from portal.core.db import db
from portal.directory.models import Practitioner
from portal.shielding.models import ContactRequest
from tests.cast import CAST, CHILDREN
from tests.editor import Editor
from tests.search.asking import id_of, log_lines
from tests.shielding.asking import (
    LIST,
    SignIn,
    ask_about_child,
    call_backs_of,
    kept,
    pass_on,
    practitioner_of,
    request_of,
    text_of,
)
from tests.shielding.brokering import BY


@pytest.mark.parametrize("key", ["data_steward", "shield_officer"])
def test_the_team_chooses_among_those_who_work_with_the_child(
    portal: Flask, sign_in: SignIn, key: str
) -> None:
    receipt = ask_about_child(portal, sign_in("health_visitor"))
    page = sign_in(key).get(f"{LIST}/{request_of(receipt)}").get_data(as_text=True)
    for offered in ("social_worker", "teacher"):
        assert f'value="{practitioner_of(portal, offered)}"' in page
    assert f'value="{practitioner_of(portal, "health_visitor")}"' not in page, "the asker"
    assert f'value="{practitioner_of(portal, "police_officer")}"' not in page
    assert "In confidence" not in page


def test_a_call_back_is_passed_on_and_logged(
    portal: Flask, sign_in: SignIn, passed_on: str
) -> None:
    (row,) = kept(portal)
    assert (row.state, row.settled_at) == ("passed_on", None)
    words = text_of(sign_in("data_steward"), f"{LIST}/{row.id}")
    assert CAST.social_worker.name in words
    assert "No reply yet" in words
    assert f"Passed on by {CAST.data_steward.name}" in words
    (line,) = log_lines(portal, "contact_request:passed_on")
    assert line["subject_kind"] == "call_back"
    assert line["details"] == {
        "request": str(row.id), "practitioner": str(practitioner_of(portal, "social_worker"))
    }  # fmt: skip


def test_no_plain_table_says_who_was_asked(portal: Flask, passed_on: str) -> None:
    asked = practitioner_of(portal, "social_worker")
    with portal.app_context():
        account = select(Account.id).where(Account.practitioner_id == asked)
        known = {asked, db.session.scalars(account).one()}
        columns = ContactRequest.__table__.columns
        (row,) = db.session.execute(select(*columns)).all()
    assert not known & set(row)


def test_a_second_person_may_be_asked_and_the_same_only_once(
    portal: Flask, sign_in: SignIn, passed_on: str
) -> None:
    steward = sign_in("data_steward")
    assert pass_on(portal, steward, passed_on, to="social_worker").status_code == 303
    assert len(call_backs_of(sign_in("social_worker"))) == 1
    assert pass_on(portal, steward, passed_on, to="teacher").status_code == 303
    assert len(call_backs_of(sign_in("teacher"))) == 1
    assert len(log_lines(portal, "contact_request:passed_on")) == 2
    page = steward.get(f"{LIST}/{request_of(passed_on)}").get_data(as_text=True)
    assert page.count('data-testid="asked-to-ring"') == 2


@pytest.mark.parametrize("key", ["police_officer", "health_visitor"])
def test_who_does_not_work_with_the_child_cannot_be_asked(
    portal: Flask, sign_in: SignIn, key: str
) -> None:
    receipt = ask_about_child(portal, sign_in("health_visitor"))
    assert pass_on(portal, sign_in("data_steward"), receipt, to=key).status_code == 422
    assert kept(portal)[0].state == "new"


def test_who_left_cannot_be_asked(portal: Flask, sign_in: SignIn) -> None:
    receipt = ask_about_child(portal, sign_in("health_visitor"))
    with portal.app_context():
        gone = Practitioner.id == practitioner_of(portal, "social_worker")
        db.session.execute(update(Practitioner).where(gone).values(left_on=dt.date(2020, 1, 1)))
        db.session.commit()
    answer = pass_on(portal, sign_in("data_steward"), receipt, to="social_worker")
    assert answer.status_code == 422


def test_a_call_back_needs_somebody_to_ring(portal: Flask, sign_in: SignIn) -> None:
    receipt = ask_about_child(portal, sign_in("health_visitor"))
    answer = sign_in("data_steward").post(
        f"{LIST}/{request_of(receipt)}", data={"state": "passed_on"}
    )
    assert answer.status_code == 422
    assert "Choose who should be asked to ring" in answer.get_data(as_text=True)


def test_somebody_without_an_account_is_rung_by_the_team(portal: Flask, sign_in: SignIn) -> None:
    receipt = ask_about_child(portal, sign_in("health_visitor"))
    with portal.app_context():
        theirs = Account.practitioner_id == practitioner_of(portal, "social_worker")
        db.session.execute(update(Account).where(theirs).values(status="closed"))
        db.session.commit()
    words = text_of(sign_in("data_steward"), f"{LIST}/{request_of(receipt)}")
    assert words.count("They have no account here: ring them yourself on") == 1


def test_another_teams_request_can_be_neither_passed_on_nor_named(
    portal: Flask, sign_in: SignIn
) -> None:
    receipt = ask_about_child(portal, sign_in("neighbour"))
    steward = sign_in("data_steward")
    assert pass_on(portal, steward, receipt, to="social_worker").status_code == 404
    named = steward.post(f"{LIST}/{request_of(receipt)}/record", data={"number": "x"})
    assert named.status_code == 404


def test_pressed_four_times_at_once_somebody_is_asked_once(portal: Flask, sign_in: SignIn) -> None:
    receipt = ask_about_child(portal, sign_in("health_visitor"))
    officers = [sign_in(key) for key in ("data_steward", "shield_officer") * 2]
    ready = Barrier(len(officers))

    def press(officer: Editor) -> int:
        ready.wait()
        return pass_on(portal, officer, receipt, to="social_worker").status_code

    with ThreadPoolExecutor(len(officers)) as hands:
        assert set(hands.map(press, officers)) == {303}
    assert len(call_backs_of(sign_in("social_worker"))) == 1
    assert len(log_lines(portal, "contact_request:passed_on")) == 1


def test_a_request_follows_a_record_that_is_joined_to_another(
    portal: Flask, sign_in: SignIn
) -> None:
    """A steward finds two records of the child while somebody waits who has it with them."""
    receipt = ask_about_child(portal, sign_in("health_visitor"))
    steward, address = sign_in("data_steward"), f"{LIST}/{request_of(receipt)}"
    with portal.app_context():
        asked, other = id_of(portal, CHILDREN.story), id_of(portal, CHILDREN.one_name)
        merge_id = merge_children(kept_id=other, gone_id=asked, by=BY)
        db.session.commit()
    assert f'href="/children/{other}"' in steward.get(address).get_data(as_text=True)
    assert pass_on(portal, steward, receipt, to="social_worker").status_code == 303
    with portal.app_context():
        undo_merge(merge_id=merge_id, by=BY)
        db.session.commit()
    assert f'href="/children/{asked}"' in steward.get(address).get_data(as_text=True)
