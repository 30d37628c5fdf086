"""Deciding a request for a shield: what a grant or a refusal does to the record."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import delete

from portal.children import finding
from portal.children.models import ChildRecord
from portal.children.vault import Grade
from portal.core import clock
from portal.core.db import db
from portal.shielding.rules.shields import latest_review
from tests.access.writing import break_log
from tests.cast import CHILDREN
from tests.editor import Editor
from tests.search.asking import about, id_of, log_lines, main_part, results
from tests.shielding.shields import DAY, SignIn, ask, date_boxes, decide, documents, grade_of

REFUSED = {"refusal": "no_risk"}


@pytest.mark.parametrize("decision", list(Grade))
def test_a_granted_shield_hides_the_child(portal: Flask, sign_in: SignIn, decision: Grade) -> None:
    child = id_of(portal, CHILDREN.story)
    browser = sign_in("health_visitor")
    assert "Prendergast" in main_part(results(browser, about(CHILDREN.story)))
    request_id = ask(portal, browser)
    officer = sign_in("shield_officer")
    answer = decide(officer, request_id, decision)
    assert answer.status_code == 303
    page = officer.get(answer.headers["Location"]).get_data(as_text=True)
    assert "The details are withheld from now on." in page
    assert "Kaitlyn Rose Prendergast" in page
    assert grade_of(portal, child) is decision
    (kept,) = documents(portal, "shield")
    assert kept["review_on"] == latest_review(clock.today()).isoformat()
    assert (kept["ground"], kept["grade"]) == ("harm", decision.value)
    (line,) = log_lines(portal, "shield:decided")
    assert line["details"]["grade"] == decision.value
    record = browser.get(f"/children/{child}")
    if decision is Grade.ABSENT:
        assert record.status_code == 404
        assert "No child found" in results(browser, about(CHILDREN.story))
    else:
        text = main_part(record.get_data(as_text=True))
        assert "Prendergast" in text
        assert "Hornbeam" not in text


def test_a_refused_request_hides_nobody(portal: Flask, sign_in: SignIn) -> None:
    request_id = ask(portal, sign_in("health_visitor"))
    officer = sign_in("shield_officer")
    assert decide(officer, request_id, "refuse").status_code == 422
    assert decide(officer, request_id, "refuse", **REFUSED).status_code == 303
    assert grade_of(portal, id_of(portal, CHILDREN.story)) is None
    page = officer.get(f"/shield-requests/{request_id}").get_data(as_text=True)
    assert "The risk is not of this kind" in page
    assert 'name="decision"' not in page


@pytest.mark.parametrize(
    ("days", "is_taken"), [(-1, False), (0, False), (1, True), (181, True), (190, False)]
)
def test_a_review_within_six_months_always(
    portal: Flask, sign_in: SignIn, days: int, is_taken: bool
) -> None:
    officer = sign_in("shield_officer")
    boxes = date_boxes("review_on", clock.today() + days * DAY)
    answer = decide(officer, ask(portal, officer), "masked", **boxes)
    assert answer.status_code == (303 if is_taken else 422)
    assert (grade_of(portal, id_of(portal, CHILDREN.story)) is not None) is is_taken
    if not is_taken:
        assert "at most six months on" in answer.get_data(as_text=True)


def test_what_is_decided_stays_decided(portal: Flask, sign_in: SignIn) -> None:
    officer, other = sign_in("shield_officer"), sign_in("second_shield_officer")
    request_id = ask(portal, officer)
    first, again = (decide(officer, request_id, "masked") for _ in range(2))
    assert first.headers["Location"] == again.headers["Location"]
    assert len(documents(portal, "shield")) == 1
    assert decide(other, request_id, "masked").status_code == 422
    assert decide(other, request_id, "refuse", **REFUSED).status_code == 422
    assert decide(officer, request_id, "refuse", **REFUSED).status_code == 422


def test_masked_can_become_absent_and_never_the_other_way(portal: Flask, sign_in: SignIn) -> None:
    child = id_of(portal, CHILDREN.story)
    first = ask(portal, sign_in("health_visitor"))
    second = ask(portal, sign_in("teacher"))
    third = ask(portal, sign_in("social_worker"))
    officer = sign_in("shield_officer")
    decide(officer, first, "masked")
    assert "withheld already" in decide(officer, second, "masked").get_data(as_text=True)
    assert decide(officer, second, "absent").status_code == 303
    assert grade_of(portal, child) is Grade.ABSENT
    assert decide(officer, third, "masked").status_code == 422
    assert grade_of(portal, child) is Grade.ABSENT
    (kept,) = documents(portal, "shield")
    assert kept["grade"] == "absent"


def test_a_request_for_a_record_that_is_gone_can_only_be_refused(
    portal: Flask, sign_in: SignIn
) -> None:
    request_id = ask(portal, sign_in("health_visitor"), CHILDREN.no_contact)
    with portal.app_context():
        gone = id_of(portal, CHILDREN.no_contact)
        finding.forget_child(db.session(), gone)
        db.session.execute(delete(ChildRecord).where(ChildRecord.id == gone))
        db.session.commit()
    officer = sign_in("shield_officer")
    page = officer.get(f"/shield-requests/{request_id}").get_data(as_text=True)
    assert "can only be refused" in page
    assert decide(officer, request_id, "masked").status_code == 404
    assert decide(officer, request_id, "refuse", **REFUSED).status_code == 303


def test_where_the_log_takes_no_line_nobody_is_hidden(portal: Flask, sign_in: SignIn) -> None:
    officer = sign_in("shield_officer")
    request_id = ask(portal, officer)
    break_log(portal)
    assert decide(officer, request_id, "absent").status_code == 500
    assert grade_of(portal, id_of(portal, CHILDREN.story)) is None
    assert documents(portal, "shield") == []
    assert documents(portal, "request")[0]["closed_at"] is None


def test_two_officers_at_once_make_one_shield(portal: Flask, sign_in: SignIn) -> None:
    officers = [sign_in("shield_officer"), sign_in("second_shield_officer")]
    request_id = ask(portal, officers[0])
    ready = Barrier(2)

    def press(officer: Editor) -> int:
        ready.wait()
        return decide(officer, request_id, "masked").status_code

    with ThreadPoolExecutor(2) as hands:
        assert sorted(hands.map(press, officers)) == [303, 422]
    assert len(documents(portal, "shield")) == 1
    assert len(log_lines(portal, "shield:decided")) == 1
