"""Lifting a shield: two officers and a day, and the record as it was."""

import datetime as dt
import re
import uuid

import pytest
from flask import Flask

from portal.children.vault import Grade
from portal.core import clock
from tests.cast import CHILDREN
from tests.editor import Editor
from tests.search.asking import about, id_of, log_lines, main_part, results
from tests.shielding.shields import (
    DAY,
    Clock,
    SignIn,
    ask,
    date_boxes,
    decide,
    documents,
    grade_of,
    later,
    shield,
)


def propose(browser: Editor, shield_id: str) -> int:
    return browser.post(f"/shields/{shield_id}/lift", data={"reason": "risk_over"}).status_code


def confirm(browser: Editor, shield_id: str) -> int:
    return browser.post(f"/shields/{shield_id}/lift/confirm").status_code


@pytest.mark.parametrize("decision", ["masked", "absent"])
def test_a_lift_takes_two_officers_and_a_day(
    portal: Flask, sign_in: SignIn, clock_at: Clock, decision: str
) -> None:
    browser = sign_in("health_visitor")
    child = id_of(portal, CHILDREN.story)
    results(browser, about(CHILDREN.story))
    before = record_of(browser, child)
    shield_id = shield(portal, sign_in, decision=decision)
    one, other = sign_in("shield_officer"), sign_in("second_shield_officer")
    assert confirm(other, shield_id) == 409, "nobody has proposed it"
    assert propose(one, shield_id) == 303
    proposed = documents(portal, "shield")[0]["lift"]
    assert propose(one, shield_id) == 303, "a button pressed twice"
    assert documents(portal, "shield")[0]["lift"] == proposed
    assert propose(other, shield_id) == 409
    early = other.post(f"/shields/{shield_id}/lift/confirm")
    assert early.status_code == 409
    assert "A day must pass first" in early.get_data(as_text=True)
    assert "You can try again on" in early.get_data(as_text=True)
    later(portal, clock_at, DAY - dt.timedelta(minutes=2))
    assert confirm(other, shield_id) == 409
    later(portal, clock_at, dt.timedelta(minutes=4))
    assert confirm(one, shield_id) == 409, "the same person"
    assert "another shield officer must confirm" in one.get(f"/shields/{shield_id}").get_data(
        as_text=True
    )
    assert grade_of(portal, child) is Grade(decision)
    assert confirm(other, shield_id) == 303
    assert grade_of(portal, child) is None
    assert confirm(other, shield_id) == 409
    browser = sign_in("health_visitor")
    results(browser, about(CHILDREN.story))
    assert record_of(browser, child) == before
    page = other.get(f"/shields/{shield_id}").get_data(as_text=True)
    assert "Judith Amoah, Martin Okonjo" in page
    lines = [line for line in log_lines(portal, "shield:lifted") if line["subject_id"]]
    assert [str(line["subject_id"]) for line in lines] == [shield_id]


@pytest.mark.parametrize("key", ["shield_officer", "second_shield_officer"])
def test_either_can_withdraw(portal: Flask, sign_in: SignIn, clock_at: Clock, key: str) -> None:
    shield_id = shield(portal, sign_in)
    propose(sign_in("shield_officer"), shield_id)
    assert sign_in(key).post(f"/shields/{shield_id}/lift/withdraw").status_code == 303
    later(portal, clock_at, 2 * DAY)
    assert confirm(sign_in("second_shield_officer"), shield_id) == 409
    assert grade_of(portal, id_of(portal, CHILDREN.story)) is Grade.MASKED
    assert propose(sign_in("second_shield_officer"), shield_id) == 303


def test_a_lifted_shield_takes_no_more(portal: Flask, sign_in: SignIn, clock_at: Clock) -> None:
    shield_id = shield(portal, sign_in)
    propose(sign_in("shield_officer"), shield_id)
    later(portal, clock_at, 2 * DAY)
    officer = sign_in("second_shield_officer")
    assert confirm(officer, shield_id) == 303
    boxes = date_boxes("review_on", clock.today() + DAY)
    assert officer.post(f"/shields/{shield_id}/review", data=boxes).status_code == 409
    assert propose(officer, shield_id) == 409
    assert officer.post(f"/shields/{shield_id}/lift/withdraw").status_code == 409
    page = officer.get("/shields/in-force").get_data(as_text=True)
    assert "No shield is in force." in page
    assert "Lifted, the newest first" in page
    shield(portal, sign_in)
    assert len(documents(portal, "shield")) == 2


def record_of(browser: Editor, child: uuid.UUID) -> str:
    """Return what a record says, without who printed it when."""
    text = main_part(browser.get(f"/children/{child}").get_data(as_text=True))
    return re.sub(r"Printed by .*?\. ", "", text)


def test_a_stricter_grade_ends_the_proposal_and_takes_the_new_ground(
    portal: Flask, sign_in: SignIn, clock_at: Clock
) -> None:
    child = id_of(portal, CHILDREN.story)
    shield_id = shield(portal, sign_in)
    one, other = sign_in("shield_officer"), sign_in("second_shield_officer")
    assert propose(one, shield_id) == 303
    later(portal, clock_at, DAY + dt.timedelta(minutes=2))
    stricter = ask(portal, other, ground="witness")
    assert decide(other, stricter, "absent").status_code == 303
    (kept,) = documents(portal, "shield")
    assert (kept["grade"], kept["ground"], kept["lift"]) == ("absent", "witness", None)
    assert confirm(other, shield_id) == 409, "nobody has proposed to show an absent child"
    assert grade_of(portal, child) is Grade.ABSENT
    assert propose(one, shield_id) == 303
    assert confirm(other, shield_id) == 409, "the day begins anew"


def test_a_new_identity_ends_the_proposal(portal: Flask, sign_in: SignIn, clock_at: Clock) -> None:
    shield_id = shield(portal, sign_in)
    one, other = sign_in("shield_officer"), sign_in("second_shield_officer")
    assert propose(one, shield_id) == 303
    new = {"given_names": "Oona", "family_name": "Vexworth", "gender": "male"}
    born = date_boxes("date_of_birth", CHILDREN.story.date_of_birth + 400 * DAY)
    assert other.post(f"/shields/{shield_id}/new-identity", data={**new, **born}).status_code == 303
    assert documents(portal, "shield")[0]["lift"] is None
