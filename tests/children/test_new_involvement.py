"""GET and POST /children/<id>/involvements/new: one's own involvement."""

import datetime as dt
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.children.models import Involvement
from portal.children.rules import ABOUT, Kind
from portal.core import clock
from portal.core.db import db
from portal.directory.models import Organisation, Practitioner
from tests.access.writing import break_log
from tests.cast import CAST, CHILDREN
from tests.children.looking import (
    NOBODY,
    PIECE,
    archive,
    cards,
    id_of,
    involvement_of,
    lines,
    open_record,
    parts,
    read,
    row_of,
    say_why,
    tell_of_a_sensitive_service,
)  # fmt: skip
from tests.editor import Editor

SignIn = Callable[[str], Editor]
YESTERDAY = clock.today() - dt.timedelta(days=1)


def count(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(Involvement)) or 0


def boxes(kind: str = "health_visiting", day: dt.date = YESTERDAY, **more: str) -> dict[str, str]:
    return {"kind": kind, **parts("started_on", day), **more}


def test_offers_what_fits_the_persons_sector(portal: Flask, sign_in: SignIn) -> None:
    browser, child_id = sign_in("health_visitor"), id_of(portal, CHILDREN.twin_one)
    say_why(browser, child_id)
    page = read(browser.get(f"/children/{child_id}/involvements/new"))
    assert 'value="health_visiting"' in page
    assert 'value="social_work"' not in page
    assert CHILDREN.twin_one.name in page


def test_records_the_persons_own_involvement(portal: Flask, sign_in: SignIn) -> None:
    browser, child_id = sign_in("health_visitor"), id_of(portal, CHILDREN.twin_one)
    say_why(browser, child_id)
    sent = browser.post(
        f"/children/{child_id}/involvements/new", data=boxes(has_early_help_assessment="y")
    )
    assert sent.status_code == 303
    assert sent.headers["Location"] == f"/children/{child_id}?done=recorded"
    page = read(browser.get(sent.headers["Location"]))
    assert "Your involvement is recorded" in page
    (own,) = [card for card in cards(page) if CAST.health_visitor.name in card]
    assert "Early help assessment There is one" in own
    row = row_of(portal, involvement_of(portal, CHILDREN.twin_one, who="health_visitor"))
    assert (row.tier, row.source, row.is_lead) == ("universal", "practitioner", False)
    assert (row.started_on, row.last_confirmed_on) == (YESTERDAY, clock.today())


def test_leaves_its_line(portal: Flask, sign_in: SignIn) -> None:
    browser, child_id = sign_in("health_visitor"), id_of(portal, CHILDREN.twin_one)
    say_why(browser, child_id)
    browser.post(f"/children/{child_id}/involvements/new", data=boxes(is_lead="y"))
    (line,) = lines(portal, "involvement:recorded")
    assert (line.subject_id, line.reason) == (child_id, "referral")
    assert line.details["kind"] == "health_visiting"
    (lead,) = lines(portal, "involvement:lead_changed")
    former = involvement_of(portal, CHILDREN.twin_one, who="untrained")
    assert lead.details["former_lead"] == str(former)


def test_saying_it_twice_changes_nothing(portal: Flask, sign_in: SignIn) -> None:
    browser, child_id = sign_in("health_visitor"), id_of(portal, CHILDREN.twin_one)
    say_why(browser, child_id)
    before = count(portal)
    for _ in range(2):
        sent = browser.post(f"/children/{child_id}/involvements/new", data=boxes())
        assert sent.status_code == 303
    assert count(portal) == before + 1
    assert len(lines(portal, "involvement:recorded")) == 1
    other = browser.post(
        f"/children/{child_id}/involvements/new",
        data=boxes(day=YESTERDAY - dt.timedelta(days=9)),
    )
    assert other.status_code == 422
    assert "already recorded as involved" in other.get_data(as_text=True)


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({}, "Choose what you do for this child"),
        ({**boxes(), "kind": "social_work"}, "Choose one of the answers shown"),
        ({**boxes(), "kind": "camhs"}, "Choose one of the answers shown"),
        ({"kind": "health_visiting"}, "Enter the date when you started"),
        (boxes(day=dt.date(2999, 1, 1)), "The start date must be today or in the past"),
        (boxes(day=dt.date(1990, 1, 1)), "long before the child was born"),
        ({**boxes(), "started_on-month": "13"}, "must be a real date"),
        ({**boxes(), "started_on-day": ""}, "must include a day"),
        ({**boxes(), "started_on-day": "\ud800"}, ""),
        ({**boxes(), "is_lead": "perhaps"}, "Choose from the answers shown"),
    ],
)
def test_bad_input_is_explained(
    portal: Flask, sign_in: SignIn, typed: dict[str, str], message: str
) -> None:
    browser, child_id = sign_in("health_visitor"), id_of(portal, CHILDREN.twin_one)
    say_why(browser, child_id)
    before = count(portal)
    sent = {k: v.encode("utf-8", "surrogatepass") for k, v in typed.items()}
    answer = browser.post(f"/children/{child_id}/involvements/new", data=sent)
    assert answer.status_code in ({422} if message else {400, 422})
    assert message in answer.get_data(as_text=True)
    assert count(portal) == before
    assert not lines(portal, "involvement:recorded")


def test_what_was_typed_is_kept(portal: Flask, sign_in: SignIn) -> None:
    browser, child_id = sign_in("health_visitor"), id_of(portal, CHILDREN.twin_one)
    say_why(browser, child_id)
    typed = {**boxes("school_nursing"), "started_on-month": "Xyz", "is_lead": "y"}
    page = browser.post(f"/children/{child_id}/involvements/new", data=typed).get_data(as_text=True)
    assert 'value="Xyz"' in page
    assert page.count(" checked") == 2


@pytest.mark.parametrize(
    "told",
    [
        (Organisation, {"name": "Harrowmere CAMHS"}),
        (Organisation, {"kind": "drug and alcohol team"}),
        (Organisation, {"email": "duty@camhs.harrowmere.example"}),
        (Practitioner, {"role_title": "Sexual health nurse"}),
    ],
    ids=["organisation", "kind", "address", "post"],
)
def test_whoever_works_for_a_sensitive_service_is_led_to_its_form(
    portal: Flask, sign_in: SignIn, told: tuple[type, dict[str, str]]
) -> None:
    browser, child_id = sign_in("health_visitor"), id_of(portal, CHILDREN.twin_one)
    say_why(browser, child_id)
    tell_of_a_sensitive_service(portal, "health_visitor", *told)
    before, path = count(portal), f"/children/{child_id}/involvements"
    for answer in (browser.get(f"{path}/new"), browser.post(f"{path}/new", data=boxes())):
        assert answer.status_code == 303
        assert answer.headers["Location"] == f"{path}/in-confidence"
    assert read(browser.get(f"{path}/in-confidence")).count(" checked") == 1
    assert count(portal) == before
    assert not lines(portal, "involvement:recorded")


def test_a_sensitive_kind_leads_to_its_form(portal: Flask, sign_in: SignIn) -> None:
    browser, child_id = sign_in("health_visitor"), id_of(portal, CHILDREN.twin_one)
    say_why(browser, child_id)
    path = f"/children/{child_id}/involvements"
    assert "Sexual health, mental health or substance misuse" in read(browser.get(f"{path}/new"))
    before = count(portal)
    for typed in (boxes("in_confidence"), {"kind": "in_confidence"}):
        answer = browser.post(f"{path}/new", data=typed)
        assert answer.status_code == 303
        assert answer.headers["Location"] == f"{path}/in-confidence"
    assert read(browser.get(f"{path}/in-confidence")).count(" checked") == 0
    assert count(portal) == before


def test_asks_for_a_reason_first(portal: Flask, sign_in: SignIn) -> None:
    browser, child_id = sign_in("health_visitor"), id_of(portal, CHILDREN.twin_one)
    path = f"/children/{child_id}/involvements/new"
    before = count(portal)
    for answer in (browser.get(path), browser.post(path, data=boxes()), browser.post(path)):
        assert answer.status_code == 303
        assert answer.headers["Location"] == f"/children/{child_id}/reason"
    assert count(portal) == before


@pytest.mark.parametrize(
    "who", ["helpdesk", "data_steward", "shield_officer", "auditor", "untrained", "unaccredited"]
)
def test_refuses_the_wrong_person(portal: Flask, sign_in: SignIn, who: str) -> None:
    browser, child_id = sign_in(who), id_of(portal, CHILDREN.twin_one)
    path = f"/children/{child_id}/involvements/new"
    before = count(portal)
    assert browser.get(path).status_code == 403
    assert browser.post(path, data=boxes()).status_code == 403
    assert len(lines(portal, "door:refused")) == 2
    assert count(portal) == before


def test_a_child_that_is_not_there(portal: Flask, sign_in: SignIn) -> None:
    browser, child_id = sign_in("health_visitor"), id_of(portal, CHILDREN.twin_one)
    archive(portal, child_id)
    for one in (child_id, NOBODY):
        say_why(browser, one)
        assert browser.get(f"/children/{one}/involvements/new").status_code == 404
        sent = browser.post(f"/children/{one}/involvements/new", data=boxes())
        assert sent.status_code == 404
        assert browser.post(f"/children/{one}/involvements/new").status_code == 404


def test_a_failing_log_undoes_the_act(portal: Flask, sign_in: SignIn) -> None:
    browser, child_id = sign_in("health_visitor"), id_of(portal, CHILDREN.twin_one)
    say_why(browser, child_id)
    before = count(portal)
    break_log(portal)
    sent = browser.post(f"/children/{child_id}/involvements/new", data=boxes())
    assert sent.status_code == 500
    assert count(portal) == before


def test_gives_page_and_piece(portal: Flask, sign_in: SignIn) -> None:
    browser, child_id = sign_in("health_visitor"), id_of(portal, CHILDREN.twin_one)
    say_why(browser, child_id)
    path = f"/children/{child_id}/involvements/new"
    assert read(browser.get(path)).lstrip().startswith("<!DOCTYPE")
    assert read(browser.get(path, headers=PIECE)).lstrip().startswith("<title>")
    again = browser.post(path, headers=PIECE)
    assert again.status_code == 422
    assert again.get_data(as_text=True).lstrip().startswith("<title>Error: ")


def test_the_link_stands_on_the_record(portal: Flask, sign_in: SignIn) -> None:
    child_id = id_of(portal, CHILDREN.no_contact)
    assert f"/children/{child_id}/involvements/new" in open_record(sign_in("teacher"), child_id)
    assert "/involvements/new" not in open_record(sign_in("data_steward"), child_id)


def test_every_kind_has_its_words() -> None:
    assert set(ABOUT) == set(Kind)
