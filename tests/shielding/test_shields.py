"""Reviewing shields, appeals against them, and who may: the list and the page of each."""

import re

import pytest
from flask import Flask

from portal.children.vault import Grade
from portal.core import clock
from portal.core.db import db
from portal.shielding.routes.shields import PAGE, SHOWN
from tests.cast import CHILDREN
from tests.search.asking import id_of, log_lines
from tests.shielding.shields import (
    DAY,
    Clock,
    SignIn,
    ask,
    date_boxes,
    documents,
    grade_of,
    keep_shield,
    later,
    shield,
)

ONE_SHIELD = r'href="/shields/([0-9a-f-]{36})"'
NOWHERE = "0f0e0d0c-0b0a-0908-0706-050403020100"


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
