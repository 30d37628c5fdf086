"""Whoever records work with a hidden child of themselves is no proof that they work with them: an
officer reads when they did, and asks them to ring only after a check."""

import datetime as dt

import pytest
from flask import Flask

from portal.children import vault
from portal.core import clock
from portal.core.pages import day
from portal.shielding.forms import AnswerForm
from tests.cast import CAST
from tests.children.looking import parts, say_why
from tests.editor import Editor
from tests.search.asking import id_of, log_lines
from tests.shielding.asking import (
    LIST,
    SignIn,
    ask_about_child,
    call_backs_of,
    pass_on,
    practitioner_of,
    request_of,
    text_of,
)
from tests.shielding.brokering import STORY, World, texts
from tests.shielding.shields import Clock, ask, decide, later, shield

NEEDED = "Check that they work with this child, and say that you have"
BOX = 'name="is_checked"'


@pytest.fixture
def receipt(portal: Flask, sign_in: SignIn) -> str:
    """A request about a masked child with whom a police officer has recorded work since."""
    shield(portal, sign_in)
    record_work(portal, sign_in("police_officer"))
    return ask_about_child(portal, sign_in("health_visitor"))


def record_work(portal: Flask, browser: Editor, kind: str = "police_child_protection") -> None:
    """Record work with the child of the story, as anybody does who sees the stub."""
    child_id = id_of(portal, STORY)
    say_why(browser, child_id)
    began = parts("started_on", clock.today() - dt.timedelta(days=1))
    answer = browser.post(f"/children/{child_id}/involvements/new", data={"kind": kind, **began})
    assert answer.status_code == 303, answer.get_data(as_text=True)


def confide_work(portal: Flask, browser: Editor) -> None:
    """Record work with the child of the story in confidence."""
    child_id = id_of(portal, STORY)
    say_why(browser, child_id)
    began = parts("started_on", clock.today() - dt.timedelta(days=1))
    answer = browser.post(
        f"/children/{child_id}/involvements/in-confidence",
        data={"kind": "mental_health", "basis": "parental_consent", **began},
    )
    assert answer.status_code == 303, answer.get_data(as_text=True)


def test_the_officer_reads_who_came_since_and_finds_them_last(
    sign_in: SignIn, receipt: str
) -> None:
    page = sign_in("shield_officer").get(f"{LIST}/{request_of(receipt)}").get_data(as_text=True)
    since = f"Recorded by themselves on {day(clock.today())}, after the child was hidden."
    assert page.count(since) == 1
    named = (CAST.social_worker, CAST.teacher, CAST.police_officer)
    places = [page.index(one.name) for one in named]
    assert max(places) == places[-1] < page.index(since)
    assert page.count(BOX) == 1


def test_they_are_asked_only_after_a_check(portal: Flask, sign_in: SignIn, receipt: str) -> None:
    officer, other = sign_in("shield_officer"), sign_in("police_officer")
    answer = pass_on(portal, officer, receipt, to="police_officer")
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert page.count(NEEDED) == 2, "in the summary and beside the box"
    chosen = f'value="{practitioner_of(portal, "police_officer")}" checked'
    assert chosen in page
    assert call_backs_of(other) == []
    assert log_lines(portal, "shield:contact_passed_on") == []
    chosen_person = str(practitioner_of(portal, "police_officer"))
    boxes = {"state": "passed_on", "practitioner": chosen_person, "is_checked": "y"}
    assert officer.post(f"{LIST}/{request_of(receipt)}", data=boxes).status_code == 303
    assert len(call_backs_of(other)) == 1
    (line,) = log_lines(portal, "shield:contact_passed_on")
    assert line["details"]["checked"] is True


def test_whoever_worked_with_the_child_before_is_asked_without(
    portal: Flask, sign_in: SignIn, receipt: str
) -> None:
    officer = sign_in("shield_officer")
    assert pass_on(portal, officer, receipt, to="social_worker").status_code == 303
    assert len(call_backs_of(sign_in("social_worker"))) == 1
    (line,) = log_lines(portal, "shield:contact_passed_on")
    assert "checked" not in line["details"]


def test_more_work_of_somebody_known_is_no_doubt(portal: Flask, sign_in: SignIn) -> None:
    shield(portal, sign_in)
    record_work(portal, sign_in("social_worker"), "early_help")
    receipt = ask_about_child(portal, sign_in("health_visitor"))
    page = text_of(sign_in("shield_officer"), f"{LIST}/{request_of(receipt)}")
    assert CAST.social_worker.name in page
    assert "Recorded by themselves" not in page


def test_what_was_recorded_in_confidence_since_is_told_apart_too(
    portal: Flask, sign_in: SignIn
) -> None:
    confide_work(portal, sign_in("neighbour"))
    shield(portal, sign_in)
    confide_work(portal, sign_in("police_officer"))
    receipt = ask_about_child(portal, sign_in("health_visitor"))
    officer = sign_in("shield_officer")
    words = text_of(officer, f"{LIST}/{request_of(receipt)}")
    assert words.count("Recorded by themselves on") == 1
    assert words.index(CAST.neighbour.name) < words.index(CAST.police_officer.name)
    assert pass_on(portal, officer, receipt, to="police_officer").status_code == 422
    assert pass_on(portal, officer, receipt, to="neighbour").status_code == 303


def test_saying_that_a_contact_is_wrong_does_not_hide_that_it_came_since(
    portal: Flask, sign_in: SignIn
) -> None:
    shield(portal, sign_in)
    browser, child_id = sign_in("police_officer"), id_of(portal, STORY)
    record_work(portal, browser)
    with portal.app_context():
        person = practitioner_of(portal, "police_officer")
        (own,) = vault.own_withheld(child_id, person)
    path = f"/children/{child_id}/involvements/{own.id}/dispute"
    assert browser.post(path, data={"kind": "wrong_phone"}).status_code == 303
    receipt = ask_about_child(portal, sign_in("health_visitor"))
    assert "Recorded by themselves" in text_of(
        sign_in("shield_officer"), f"{LIST}/{request_of(receipt)}"
    )


def test_the_check_does_not_hang_on_the_form_alone(
    portal: Flask, sign_in: SignIn, receipt: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    officer = sign_in("shield_officer")
    monkeypatch.setattr(AnswerForm, "validate", lambda _form: True)
    answer = pass_on(portal, officer, receipt, to="police_officer")
    assert "Check first that they work with this child." in answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert call_backs_of(sign_in("police_officer")) == []


def test_nobody_else_reads_any_of_it(portal: Flask, sign_in: SignIn) -> None:
    shield(portal, sign_in)
    world = World(portal, sign_in("data_steward"), sign_in("health_visitor"))
    receipt = ask_about_child(portal, world.asker)
    before, row = world.ordinary(receipt), world.lines(receipt)
    record_work(portal, sign_in("police_officer"))
    assert world.ordinary(receipt) == before
    assert world.lines(receipt) == row
    assert BOX not in before[1]


def test_an_ordinary_childs_request_is_drawn_without_the_box(
    portal: Flask, sign_in: SignIn
) -> None:
    record_work(portal, sign_in("police_officer"))
    receipt = ask_about_child(portal, sign_in("health_visitor"))
    for key in ("data_steward", "shield_officer"):
        browser = sign_in(key)
        (page,) = texts(browser, [f"{LIST}/{request_of(receipt)}"])
        assert CAST.police_officer.name in page
        assert BOX not in page
        assert "Recorded by themselves" not in page
    assert pass_on(portal, browser, receipt, to="police_officer").status_code == 303


def test_the_shields_page_names_what_was_recorded_since(
    portal: Flask, sign_in: SignIn, clock_at: Clock
) -> None:
    shield_id, browser = shield(portal, sign_in), sign_in("police_officer")
    officer, path = sign_in("shield_officer"), f"/shields/{shield_id}"
    assert "Recorded since" not in text_of(officer, path)
    confide_work(portal, sign_in("teacher"))
    assert "Recorded since" not in text_of(officer, path), "nothing of what is in confidence"
    record_work(portal, browser)
    words = text_of(officer, path)
    assert "Recorded since the details were withheld" in words
    organisation = "Mereshire Police, Child Protection Unit"
    assert f"{CAST.police_officer.name}, {organisation} Police child protection, recorded" in words
    for known in (CAST.social_worker, CAST.teacher):
        assert known.name not in words
    officer.post(f"{path}/lift", data={"reason": "risk_over"})
    later(portal, clock_at, dt.timedelta(days=1, minutes=2))
    other = sign_in("second_shield_officer")
    assert other.post(f"{path}/lift/confirm").status_code == 303
    assert "Recorded since" not in text_of(other, path)


def test_a_stricter_grade_does_not_make_it_known(portal: Flask, sign_in: SignIn) -> None:
    officer, shield_id = sign_in("shield_officer"), shield(portal, sign_in)
    record_work(portal, sign_in("police_officer"))
    receipt = ask_about_child(portal, sign_in("health_visitor"))
    assert decide(officer, ask(portal, officer), "absent").status_code == 303
    assert CAST.police_officer.name in text_of(officer, f"/shields/{shield_id}")
    assert pass_on(portal, officer, receipt, to="police_officer").status_code == 422
    assert pass_on(portal, officer, receipt, to="social_worker").status_code == 303
