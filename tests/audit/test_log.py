"""The auditor's page: what it shows, to whom, and that reading it is a line too."""

import datetime as dt
import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from portal.access.identity import operator
from portal.access.log import Event, record
from portal.access.models import AccessEvent
from portal.access.reasons import LABELS, Reason
from portal.accounts.models import Account
from portal.audit.rules import EVENTS, PAGE
from portal.core.db import db, random_id
from tests.cast import CAST, CHILDREN
from tests.editor import Editor
from tests.search.asking import about, log_lines, results

SignIn = Callable[[str], Editor]
Clock = Callable[[dt.datetime], None]
LINE = re.compile(r'data-testid="log-line">(.*?)</tr>', re.DOTALL)


def lines_on(page: str) -> list[str]:
    """Return what the lines say, in the order of the page."""
    return [re.sub(r"<[^>]*>|\s+", " ", line) for line in LINE.findall(page)]


def add_lines(portal: Flask, event: Event, count: int = 1, **details: object) -> None:
    """Add lines of an operator to the log."""
    with portal.app_context():
        for _ in range(count):
            record(event, by=operator("tests"), subject_id=random_id(), details=details)
        db.session.commit()


def test_it_says_who_did_what_when_and_why_newest_first(portal: Flask, sign_in: SignIn) -> None:
    results(sign_in("health_visitor"), about(CHILDREN.story, reason="assessment"))
    page = sign_in("auditor").get("/log").get_data(as_text=True)
    said = ["Candidate shown", "Search made"]
    shown = [word for line in lines_on(page) for word in said if word in line]
    assert shown[-1] == "Search made"
    assert set(shown) == set(said)
    for words in (CAST.health_visitor.name, "Search made", "Candidate shown", "Practitioner"):
        assert words in page
    with portal.test_request_context():
        assert str(LABELS[Reason.ASSESSMENT]) in page


def test_no_child_is_named_and_no_number_opens_one(portal: Flask, sign_in: SignIn) -> None:
    child = CHILDREN.story
    results(sign_in("health_visitor"), about(child))
    add_lines(portal, Event.CHILD_OPENED, name=child.family_name)
    page = sign_in("auditor").get("/log").get_data(as_text=True)
    assert child.family_name not in page
    assert child.given_names not in page
    with portal.app_context():
        subjects = db.session.scalars(
            select(AccessEvent.subject_id).where(AccessEvent.subject_id.is_not(None))
        ).all()
        accounts = set(db.session.scalars(select(Account.id)))
    for subject in set(subjects) - accounts:
        assert str(subject) not in page


def test_the_auditor_opens_no_child(portal: Flask, sign_in: SignIn) -> None:
    assert sign_in("auditor").get(f"/children/{random_id()}").status_code == 403
    assert sign_in("auditor").get("/search").status_code == 403


@pytest.mark.parametrize("key", ["health_visitor", "helpdesk", "authoriser", "data_steward"])
def test_others_are_refused_and_that_is_logged(portal: Flask, sign_in: SignIn, key: str) -> None:
    answer = sign_in(key).get("/log")
    assert answer.status_code == 403
    assert "log-line" not in answer.get_data(as_text=True)
    (line,) = log_lines(portal, "door:refused")
    assert line["details"]["door"] == "audit.log"


def test_nobody_is_sent_to_sign_in(client: Editor) -> None:
    answer = client.get("/log")
    assert answer.status_code == 303
    assert "/sign-in" in answer.headers["Location"]


def test_reading_leaves_a_line_with_what_was_asked(portal: Flask, sign_in: SignIn) -> None:
    sign_in("auditor").get("/log?event=child:opened")
    (line,) = log_lines(portal, "log:read")
    assert line["details"]["event"] == "child:opened"
    again = sign_in("auditor").get("/log").get_data(as_text=True)
    assert "Access log read" in again


def test_one_event_one_account_one_day(portal: Flask, sign_in: SignIn, clock_at: Clock) -> None:
    moment = dt.datetime.now(dt.UTC)
    results(sign_in("health_visitor"), about(CHILDREN.story))
    results(sign_in("teacher"), about(CHILDREN.story))
    clock_at(moment + dt.timedelta(days=3))
    add_lines(portal, Event.PORTAL_BACKED_UP)
    auditor = sign_in("auditor")
    page = auditor.get("/log?event=portal:backed_up").get_data(as_text=True)
    assert len(lines_on(page)) == 1
    with portal.app_context():
        teacher = db.session.scalar(select(Account.id).where(Account.email == CAST.teacher.email))
    page = auditor.get(f"/log?account={teacher}").get_data(as_text=True)
    assert lines_on(page)
    assert f"Only what {CAST.teacher.name} did." in page
    assert CAST.health_visitor.name not in page
    day = moment + dt.timedelta(days=3)
    address = f"/log?day-day={day.day}&day-month={day.month}&day-year={day.year}"
    page = auditor.get(address).get_data(as_text=True)
    rows = page[page.index("<tbody") :]
    assert "Back-up made" in rows
    assert "Search made" not in rows


def test_fifty_a_page_and_older_ones_behind(portal: Flask, sign_in: SignIn) -> None:
    add_lines(portal, Event.PORTAL_BACKED_UP, 2 * PAGE + 3)
    auditor = sign_in("auditor")
    address = "/log?event=portal:backed_up"
    seen: list[str] = []
    for expected in (PAGE, PAGE, 3):
        page = auditor.get(address).get_data(as_text=True)
        assert len(lines_on(page)) == expected
        seen += lines_on(page)
        link = re.search(r'href="(/log\?[^"]*before=[^"]*)"', page)
        address = link[1].replace("&amp;", "&") if link else ""
    assert address == ""
    assert len(set(seen)) == 2 * PAGE + 3
    with portal.app_context():
        newest_first = (
            select(AccessEvent.subject_id)
            .where(AccessEvent.event == Event.PORTAL_BACKED_UP.value)
            .order_by(AccessEvent.line.desc())
        )
        subjects = db.session.scalars(newest_first).all()
    wanted = [subject.hex[:8] for subject in subjects if subject]
    assert [line.split()[-1] for line in seen] == wanted


def test_lines_about_shields_are_not_there_to_be_read_or_counted(
    portal: Flask, sign_in: SignIn
) -> None:
    hidden = [event for event in Event if event.startswith("shield:")]
    assert len(hidden) > 15
    add_lines(portal, Event.PORTAL_BACKED_UP)
    auditor = sign_in("auditor")
    before = lines_on(auditor.get("/log").get_data(as_text=True))
    for event in hidden:
        add_lines(portal, event, 3)
    page = auditor.get("/log").get_data(as_text=True)
    assert "Access log read" in lines_on(page)[0], "the line of the first look came to it"
    assert lines_on(page)[1:] == before[:-1]
    for event in hidden:
        with portal.test_request_context():
            assert str(EVENTS[event]) not in page
        assert auditor.get(f"/log?event={event}").status_code == 422


def test_no_line_has_a_number_that_would_show_a_gap(portal: Flask, sign_in: SignIn) -> None:
    pages = []
    for hidden in (0, 5):
        add_lines(portal, Event.SHIELD_DECIDED, hidden)
        add_lines(portal, Event.PORTAL_UPGRADED)
        pages.append(sign_in("auditor").get("/log?event=portal:upgraded").get_data(as_text=True))
    (first,), (_, same) = map(lines_on, pages)
    assert first == same


@pytest.mark.parametrize(
    "query",
    [
        "day-day=31&day-month=2&day-year=2026",
        "day-day=31&day-month=12&day-year=9999",
        "day-day=1",
        "event=nonsense",
        "event=%00",
    ],
)
def test_what_cannot_be_read_is_said_and_kept(sign_in: SignIn, query: str) -> None:
    answer = sign_in("auditor").get(f"/log?{query}")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "There is a problem" in page
    assert "log-line" not in page


@pytest.mark.parametrize(
    "query",
    ["account=nobody", "before=-1", "before=%00", "before=" + "9" * 400, "before=1", "x=<b>"],
)
def test_odd_addresses_do_no_harm(sign_in: SignIn, query: str) -> None:
    answer = sign_in("auditor").get(f"/log?{query}")
    assert answer.status_code == 200
    assert "<b>" not in answer.get_data(as_text=True)


def test_a_piece_for_htmx_and_no_other_method(sign_in: SignIn) -> None:
    auditor = sign_in("auditor")
    piece = auditor.get("/log", headers={"HX-Request": "true"}).get_data(as_text=True)
    assert piece.lstrip().startswith("<title>")
    assert "<html" not in piece
    assert auditor.post("/log").status_code == 405


def test_every_event_has_words() -> None:
    assert set(EVENTS) == set(Event)
