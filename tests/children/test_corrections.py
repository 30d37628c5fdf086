"""/corrections: what waits for the data steward, and how each ends."""

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal.access.identity import operator
from portal.children.actions import put_involvement
from portal.children.models import Correction, Involvement
from portal.children.rules import InvolvementDraft, Kind
from portal.core import clock
from portal.core.db import db
from tests.access.writing import break_log
from tests.cast import CAST, CHILDREN
from tests.children.looking import (
    NOBODY,
    PIECE,
    id_of,
    involvement_of,
    lines,
    plain,
    read,
    say_why,
)  # fmt: skip
from tests.editor import Editor

SignIn = Callable[[str], Editor]


@pytest.fixture
def told(portal: Flask, sign_in: SignIn) -> uuid.UUID:
    """The teacher has said that the social worker left; the id of the correction."""
    return said_wrong(portal, sign_in("teacher"), "person_left")


def said_wrong(app: Flask, browser: Editor, kind: str) -> uuid.UUID:
    """Say what is wrong with the social worker's contact; the id of the correction."""
    child_id = id_of(app, CHILDREN.story)
    say_why(browser, child_id)
    contact = involvement_of(app, CHILDREN.story, who="social_worker")
    browser.post(f"/children/{child_id}/involvements/{contact}/dispute", data={"kind": kind})
    with app.app_context():
        return db.session.scalars(select(Correction.id)).one()


def settled(app: Flask, correction_id: uuid.UUID) -> str | None:
    with app.app_context():
        return db.session.get_one(Correction, correction_id).outcome


def test_an_empty_list_says_what_it_is_for(portal: Flask, sign_in: SignIn) -> None:
    page = plain(read(sign_in("data_steward").get("/corrections")))
    assert "No correction waits" in page
    (line,) = lines(portal, "correction:listed")
    assert line.details == {"count": 0}


def test_lists_what_is_wrong_and_no_child(portal: Flask, sign_in: SignIn, told: uuid.UUID) -> None:
    page = read(sign_in("data_steward").get("/corrections"))
    assert "1 correction waits." in plain(page)
    assert "The person has left" in page
    assert "Children&#39;s Social Care, North Team" in page
    assert CAST.teacher.name in page
    assert f"/corrections/{told}" in page
    for secret in (CHILDREN.story.family_name, str(id_of(portal, CHILDREN.story))):
        assert secret not in page


def test_one_correction_names_no_child_either(
    portal: Flask, sign_in: SignIn, told: uuid.UUID
) -> None:
    page = read(sign_in("data_steward").get(f"/corrections/{told}"))
    assert "The person has left" in page
    for secret in (CHILDREN.story.family_name, str(id_of(portal, CHILDREN.story))):
        assert secret not in page
    assert lines(portal, "correction:listed")[-1].subject_id == told


def test_checking_opens_the_record_with_its_own_reason(
    portal: Flask, sign_in: SignIn, told: uuid.UUID
) -> None:
    browser, child_id = sign_in("data_steward"), id_of(portal, CHILDREN.story)
    assert browser.get(f"/children/{child_id}").status_code == 303
    sent = browser.post(f"/corrections/{told}/check")
    assert sent.status_code == 303
    assert sent.headers["Location"] == f"/children/{child_id}"
    assert CHILDREN.story.name in read(browser.get(f"/children/{child_id}"))
    (stated,) = [line for line in lines(portal, "reason:stated") if line.reason == "data_quality"]
    assert stated.subject_id == child_id
    assert lines(portal, "child:opened")[-1].reason == "data_quality"


@pytest.mark.parametrize("outcome", ["fixed", "not_wrong", "duplicate"])
def test_settles(portal: Flask, sign_in: SignIn, told: uuid.UUID, outcome: str) -> None:
    browser = sign_in("data_steward")
    sent = browser.post(f"/corrections/{told}", data={"outcome": outcome})
    assert sent.status_code == 303
    assert "No correction waits" in read(browser.get(sent.headers["Location"]))
    assert settled(portal, told) == outcome
    (line,) = lines(portal, "correction:settled")
    assert line.details == {"correction": str(told), "outcome": outcome}
    page = read(browser.get(f"/corrections/{told}"))
    assert "Settled on" in page
    assert "<form" not in page.split("<main")[1].split("</main>")[0]


def test_twice_the_same_is_once_and_otherwise_is_refused(
    portal: Flask, sign_in: SignIn, told: uuid.UUID
) -> None:
    browser = sign_in("data_steward")
    for _ in range(2):
        sent = browser.post(f"/corrections/{told}", data={"outcome": "fixed"})
        assert sent.status_code == 303
    assert len(lines(portal, "correction:settled")) == 1
    assert browser.post(f"/corrections/{told}", data={"outcome": "duplicate"}).status_code == 409
    assert settled(portal, told) == "fixed"


def test_once_settled_the_same_can_be_told_again(
    portal: Flask, sign_in: SignIn, told: uuid.UUID
) -> None:
    sign_in("data_steward").post(f"/corrections/{told}", data={"outcome": "fixed"})
    browser, child_id = sign_in("teacher"), id_of(portal, CHILDREN.story)
    say_why(browser, child_id)
    contact = involvement_of(portal, CHILDREN.story, who="social_worker")
    path = f"/children/{child_id}/involvements/{contact}/dispute"
    sent = browser.post(path, data={"kind": "person_left"})
    assert sent.headers["Location"].endswith("?done=disputed")


@pytest.mark.parametrize(
    ("typed", "message"), [("", "Choose how it ended"), ("forgotten", "Choose one of the answers")]
)
def test_bad_input_is_explained(
    portal: Flask, sign_in: SignIn, told: uuid.UUID, typed: str, message: str
) -> None:
    answer = sign_in("data_steward").post(f"/corrections/{told}", data={"outcome": typed})
    assert answer.status_code == 422
    assert message in answer.get_data(as_text=True)
    assert settled(portal, told) is None


def test_one_that_is_not_there(sign_in: SignIn) -> None:
    browser = sign_in("data_steward")
    assert browser.get(f"/corrections/{NOBODY}").status_code == 404
    assert browser.post(f"/corrections/{NOBODY}/check").status_code == 404
    sent = browser.post(f"/corrections/{NOBODY}", data={"outcome": "fixed"})
    assert sent.status_code == 404
    assert browser.post(f"/corrections/{NOBODY}").status_code == 404


@pytest.mark.parametrize("who", ["teacher", "helpdesk", "auditor", "shield_officer", "untrained"])
def test_refuses_the_wrong_person(
    portal: Flask, sign_in: SignIn, told: uuid.UUID, who: str
) -> None:
    browser = sign_in(who)
    assert browser.get("/corrections").status_code == 403
    assert browser.get(f"/corrections/{told}").status_code == 403
    assert browser.post(f"/corrections/{told}/check").status_code == 403
    sent = browser.post(f"/corrections/{told}", data={"outcome": "fixed"})
    assert sent.status_code == 403
    assert len(lines(portal, "door:refused")) == 4
    assert settled(portal, told) is None


def test_a_failing_log_undoes_the_act(portal: Flask, sign_in: SignIn, told: uuid.UUID) -> None:
    browser, child_id = sign_in("data_steward"), id_of(portal, CHILDREN.story)
    break_log(portal)
    assert browser.get("/corrections").status_code == 500
    sent = browser.post(f"/corrections/{told}", data={"outcome": "fixed"})
    assert sent.status_code == 500
    assert settled(portal, told) is None
    assert browser.post(f"/corrections/{told}/check").status_code == 500
    assert browser.get(f"/children/{child_id}").status_code == 303


@pytest.mark.parametrize("path", ["/corrections", "/corrections/{}"])
def test_gives_page_and_piece(sign_in: SignIn, told: uuid.UUID, path: str) -> None:
    browser = sign_in("data_steward")
    assert read(browser.get(path.format(told))).lstrip().startswith("<!DOCTYPE")
    piece = read(browser.get(path.format(told), headers=PIECE))
    assert piece.lstrip().startswith("<title>")


def test_rejects_other_methods(sign_in: SignIn, told: uuid.UUID) -> None:
    browser = sign_in("data_steward")
    assert browser.post("/corrections").status_code == 405
    assert browser.get(f"/corrections/{told}/check").status_code == 405


@pytest.fixture
def ended(portal: Flask, sign_in: SignIn) -> uuid.UUID:
    """The teacher has said that the social worker is no longer involved; the correction's id."""
    return said_wrong(portal, sign_in("teacher"), "no_longer_involved")


def work_of(app: Flask) -> Involvement:
    """What the index holds of the social worker's work."""
    contact = involvement_of(app, CHILDREN.story, who="social_worker")
    with app.app_context():
        row = db.session.get_one(Involvement, contact)
        db.session.expunge(row)
        return row


def report(app: Flask, work: Involvement, source: str, **said: Any) -> None:
    """A source says that this work goes on."""
    with app.app_context():
        draft = InvolvementDraft(
            child_id=work.child_id, organisation_id=work.organisation_id,
            practitioner_id=work.practitioner_id, kind=Kind(work.kind), source=source,
            source_on=clock.today(), **{"started_on": work.started_on, **said},
        )  # fmt: skip
        put_involvement(draft=draft, by=operator("feeds import"))
        db.session.commit()


def on(day: dt.date) -> dict[str, str]:
    """A day as the form sends it."""
    parts = {"day": day.day, "month": day.month, "year": day.year}
    return {f"ended_on-{part}": str(value) for part, value in parts.items()}


def test_work_that_has_ended_is_ended_whatever_its_source_goes_on_saying(
    portal: Flask, sign_in: SignIn, ended: uuid.UUID
) -> None:
    steward, before = sign_in("data_steward"), work_of(portal)
    assert before.ended_on is None
    with portal.app_context():
        db.session.get_one(Involvement, before.id).source = "hr"
        db.session.commit()
    assert f"/corrections/{ended}/end" in steward.get(f"/corrections/{ended}").text
    day = clock.today() - dt.timedelta(days=3)
    for _ in range(2):
        answer = steward.post(f"/corrections/{ended}/end", data=on(day))
        assert (answer.status_code, answer.location) == (303, "/corrections?done=saved")
    assert (work_of(portal).ended_on, settled(portal, ended)) == (day, "fixed")
    (line,) = lines(portal, "involvement:ended")
    assert (line.reason, line.details["correction"]) == ("data_quality", str(ended))
    report(portal, before, "hr")
    assert work_of(portal).ended_on == day
    other = steward.post(f"/corrections/{ended}/end", data=on(day - dt.timedelta(days=1)))
    assert other.status_code == 409


def test_what_two_sources_tell_of_the_same_work_ends_at_once(
    portal: Flask, sign_in: SignIn, ended: uuid.UUID
) -> None:
    """It is one contact on the record; and whichever says so afterwards begins it anew."""
    before, steward = work_of(portal), sign_in("data_steward")
    with portal.app_context():
        row = db.session.get_one(Involvement, before.id)
        row.source = "hr"
        db.session.commit()
    for source in ("mosaic", "hr"):
        report(portal, before, source)
    assert steward.post(f"/corrections/{ended}/end", data=on(clock.today())).status_code == 303
    for source in ("mosaic", "hr"):
        report(portal, before, source)
    with portal.app_context():
        same = Involvement.practitioner_id == before.practitioner_id
        of_them = select(Involvement.ended_on).where(same, Involvement.child_id == before.child_id)
        assert db.session.scalars(of_them).all() == [clock.today()] * 2


def test_what_began_after_the_end_is_other_work(
    portal: Flask, sign_in: SignIn, ended: uuid.UUID
) -> None:
    before, steward, today = work_of(portal), sign_in("data_steward"), clock.today()
    with portal.app_context():
        db.session.get_one(Involvement, before.id).source = "hr"
        db.session.commit()
    report(portal, before, "mosaic", started_on=today)
    day = today - dt.timedelta(days=3)
    assert steward.post(f"/corrections/{ended}/end", data=on(day)).status_code == 303
    with portal.app_context():
        same = Involvement.practitioner_id == before.practitioner_id
        of_them = select(Involvement).where(same, Involvement.child_id == before.child_id)
        found = {row.source: row.ended_on for row in db.session.scalars(of_them)}
    assert found == {"practitioner": day, "mosaic": None}


@pytest.mark.parametrize("days", [-10_000, 2])
def test_a_day_that_cannot_be_is_asked_again(
    portal: Flask, sign_in: SignIn, ended: uuid.UUID, days: int
) -> None:
    steward, day = sign_in("data_steward"), clock.today() + dt.timedelta(days=days)
    answer = steward.post(f"/corrections/{ended}/end", data=on(day))
    assert answer.status_code == 422
    assert f'value="{day.year}"' in answer.text
    assert (work_of(portal).ended_on, settled(portal, ended)) == (None, None)
    assert steward.post(f"/corrections/{ended}/end", data={}).status_code == 422


def test_only_a_report_that_work_has_ended_ends_it(
    portal: Flask, sign_in: SignIn, told: uuid.UUID
) -> None:
    """A person who left is put right in the directory, and works with no child any more."""
    steward = sign_in("data_steward")
    assert f"/corrections/{told}/end" not in steward.get(f"/corrections/{told}").text
    day = clock.today() - dt.timedelta(days=3)
    assert steward.post(f"/corrections/{told}/end", data=on(day)).status_code == 404
    assert sign_in("teacher").post(f"/corrections/{told}/end", data=on(day)).status_code == 403
    assert (work_of(portal).ended_on, settled(portal, told)) == (None, None)
