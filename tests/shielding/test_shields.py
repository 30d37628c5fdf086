"""Deciding, reviewing and lifting: what each does to the record, and who may."""

import datetime as dt
import re
import uuid
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import delete, update

from portal.children.models import ChildAddress, ChildRecord
from portal.children.vault import Grade
from portal.core import clock
from portal.core.db import db
from portal.shielding.routes.shields import PAGE, SHOWN
from portal.shielding.rules.shields import latest_review
from tests.access.writing import break_log
from tests.cast import CHILDREN
from tests.editor import Editor
from tests.search.asking import about, id_of, log_lines, main_part, results
from tests.shielding.shields import (
    Clock,
    SignIn,
    ask,
    date_boxes,
    decide,
    document_ids,
    documents,
    grade_of,
    keep_shield,
    later,
    shield,
)

ONE_SHIELD = r'href="/shields/([0-9a-f-]{36})"'
NOWHERE = "0f0e0d0c-0b0a-0908-0706-050403020100"
DAY = dt.timedelta(days=1)
REFUSED = {"refusal": "no_risk"}


def propose(browser: Editor, shield_id: str) -> int:
    return browser.post(f"/shields/{shield_id}/lift", data={"reason": "risk_over"}).status_code


def confirm(browser: Editor, shield_id: str) -> int:
    return browser.post(f"/shields/{shield_id}/lift/confirm").status_code


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
        from portal.children import finding

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


def test_a_review_keeps_the_shield_and_sets_the_next(
    portal: Flask, sign_in: SignIn, clock_at: Clock
) -> None:
    shield_id = shield(portal, sign_in)
    officer = sign_in("second_shield_officer")
    assert "Due within 30 days" not in officer.get("/shields").get_data(as_text=True)
    later(portal, clock_at, 160 * DAY)
    officer = sign_in("second_shield_officer")
    assert "Due within 30 days" in officer.get("/shields").get_data(as_text=True)
    later(portal, clock_at, 30 * DAY)
    officer = sign_in("second_shield_officer")
    page = officer.get("/shields").get_data(as_text=True)
    assert "Overdue" in page
    assert "Due within 30 days" not in page
    assert grade_of(portal, id_of(portal, CHILDREN.story)) is Grade.MASKED, "time lifts nothing"
    address = f"/shields/{shield_id}/review"
    for days, status in ((0, 422), (200, 422), (170, 303)):
        boxes = date_boxes("review_on", clock.today() + days * DAY)
        assert officer.post(address, data=boxes).status_code == status
    assert officer.post(address, data={}).status_code == 422
    assert "Overdue" not in officer.get("/shields").get_data(as_text=True)
    (kept,) = documents(portal, "shield")
    assert kept["review_on"] == (clock.today() + 170 * DAY).isoformat()
    (line,) = log_lines(portal, "shield:reviewed")
    assert str(line["subject_id"]) == shield_id


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


@pytest.mark.parametrize("key", ["health_visitor", "data_steward", "auditor", "helpdesk"])
def test_nobody_else_reviews_lifts_or_reads(portal: Flask, sign_in: SignIn, key: str) -> None:
    shield_id = shield(portal, sign_in)
    browser = sign_in(key)
    for path in ("", "/review", "/lift", "/appeal", "/new-identity"):
        assert browser.get(f"/shields/{shield_id}{path}").status_code == 403
    for path in ("/review", "/lift", "/lift/withdraw", "/lift/confirm", "/appeal", "/new-identity"):
        assert browser.post(f"/shields/{shield_id}{path}").status_code == 403


def test_a_shield_that_is_not_there_is_not_found(portal: Flask, sign_in: SignIn) -> None:
    officer = sign_in("shield_officer")
    request_id = ask(portal, officer)
    for number in (NOWHERE, request_id):
        for path in ("", "/review", "/lift", "/appeal", "/new-identity"):
            assert officer.get(f"/shields/{number}{path}").status_code == 404
        for path in ("/lift/withdraw", "/lift/confirm"):
            assert officer.post(f"/shields/{number}{path}").status_code == 404
    shield_id = shield(portal, sign_in, CHILDREN.welsh)
    assert officer.get(f"/shield-requests/{shield_id}").status_code == 404


def test_an_appeal_is_noted_and_its_outcome_later(portal: Flask, sign_in: SignIn) -> None:
    shield_id = shield(portal, sign_in)
    officer = sign_in("shield_officer")
    address = f"/shields/{shield_id}/appeal"
    noted = {"appellant": "parent", **date_boxes("received_on", clock.today() - DAY)}
    assert officer.post(address, data=noted).status_code == 422
    tomorrow = date_boxes("received_on", clock.today() + 2 * DAY)
    posted = {**noted, **tomorrow, "outcome": "waiting"}
    assert officer.post(address, data=posted).status_code == 422
    assert officer.post(address, data={**noted, "outcome": "waiting"}).status_code == 303
    assert "Not decided yet" in officer.get(f"/shields/{shield_id}").get_data(as_text=True)
    assert officer.post(address, data={**noted, "outcome": "stays"}).status_code == 303
    other = {**noted, "appellant": "child", "outcome": "waiting"}
    assert officer.post(address, data=other).status_code == 303
    (kept,) = documents(portal, "shield")
    assert isinstance(kept["appeals"], list)
    assert [one["outcome"] for one in kept["appeals"]] == ["stays", "waiting"]
    assert grade_of(portal, id_of(portal, CHILDREN.story)) is Grade.MASKED
    assert len(log_lines(portal, "shield:appealed")) == 3


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


def tasks_of(portal: Flask) -> list[str]:
    """The children whom the tasks are about."""
    return [str(one["child_id"]) for one in documents(portal, "task") if not one["closed_at"]]


def test_the_twin_at_the_same_address_becomes_a_task(portal: Flask, sign_in: SignIn) -> None:
    twin = id_of(portal, CHILDREN.twin_two)
    shield(portal, sign_in, CHILDREN.twin_one)
    officer = sign_in("shield_officer")
    assert tasks_of(portal) == [str(twin)]
    assert "Zain Akhtar, beside Zayn Akhtar" in officer.get("/shields").get_data(as_text=True)
    (task_id,) = document_ids(portal, "task")
    answer = officer.post(f"/shield-tasks/{task_id}/request")
    assert answer.status_code == 303
    request_id = answer.headers["Location"].rpartition("/")[2]
    again = officer.post(f"/shield-tasks/{task_id}/request").headers["Location"]
    assert again.endswith(request_id)
    assert decide(officer, request_id, "masked").status_code == 303
    assert grade_of(portal, twin) is Grade.MASKED
    assert tasks_of(portal) == [], "the first twin is hidden: no task in return"
    assert officer.post(f"/shield-tasks/{task_id}/request").status_code == 409


def test_a_task_can_be_settled_otherwise(portal: Flask, sign_in: SignIn) -> None:
    shield(portal, sign_in, CHILDREN.twin_one, "absent")
    officer = sign_in("shield_officer")
    (task_id,) = document_ids(portal, "task")
    address = f"/shield-tasks/{task_id}"
    assert "Zain Akhtar" in officer.get(address).get_data(as_text=True)
    assert officer.post(address, data={}).status_code == 422
    assert officer.post(address, data={"outcome": "shielded"}).status_code == 422
    assert officer.post(address, data={"outcome": "left"}).status_code == 303
    assert officer.post(address, data={"outcome": "left"}).status_code == 303
    assert officer.post(address, data={"outcome": "not_together"}).status_code == 409
    assert tasks_of(portal) == []
    assert sign_in("health_visitor").get(address).status_code == 403


def test_an_address_alike_is_not_the_same(portal: Flask, sign_in: SignIn) -> None:
    with portal.app_context():
        other = id_of(portal, CHILDREN.twin_two)
        db.session.execute(
            update(ChildAddress)
            .where(ChildAddress.child_id == other)
            .values(address="7a Elsewhere")
        )
        db.session.commit()
    shield(portal, sign_in, CHILDREN.twin_one)
    assert tasks_of(portal) == []


def test_a_review_finds_who_has_come_since(portal: Flask, sign_in: SignIn, clock_at: Clock) -> None:
    with portal.app_context():
        other: uuid.UUID = id_of(portal, CHILDREN.twin_two)
        there = ChildAddress.child_id == other
        db.session.execute(update(ChildAddress).where(there).values(kind="last_known"))
        db.session.commit()
    shield_id = shield(portal, sign_in, CHILDREN.twin_one)
    assert tasks_of(portal) == []
    with portal.app_context():
        db.session.execute(update(ChildAddress).where(there).values(kind="current"))
        db.session.commit()
    boxes = date_boxes("review_on", clock.today() + 30 * DAY)
    officer = sign_in("shield_officer")
    for _ in range(2):
        assert officer.post(f"/shields/{shield_id}/review", data=boxes).status_code == 303
    assert tasks_of(portal) == [str(other)]


def test_no_child_at_the_address_no_task(portal: Flask, sign_in: SignIn) -> None:
    shield(portal, sign_in, CHILDREN.story)
    assert tasks_of(portal) == []


def test_many_shields_are_shown_in_pages_and_none_is_lost(portal: Flask, sign_in: SignIn) -> None:
    ids = [id_of(portal, child) for child in vars(CHILDREN).values()]
    with portal.app_context():
        for number in range(PAGE + SHOWN):
            keep_shield(ids[number % len(ids)], clock.today())
        db.session.commit()
    officer = sign_in("shield_officer")
    page = officer.get("/shields").get_data(as_text=True)
    assert len(re.findall(ONE_SHIELD, page)) == SHOWN
    assert f"{PAGE} more" in page
    first = officer.get("/shields/in-force").get_data(as_text=True)
    assert f"/shields/in-force?after={PAGE}" in first
    second = officer.get(f"/shields/in-force?after={PAGE}").get_data(as_text=True)
    assert "after=" not in second
    shown = re.findall(ONE_SHIELD, first) + re.findall(ONE_SHIELD, second)
    assert len(shown) == len(set(shown)) == PAGE + SHOWN
    for odd in ("x", "-1", "9" * 400, "%00"):
        assert officer.get(f"/shields/in-force?after={odd}").status_code == 200
