"""POST …/confirm and …/lead: what one says of one's own involvement with one press."""

import datetime as dt
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.children.models import Involvement
from portal.core import clock
from tests.access.writing import break_log
from tests.cast import CAST, CHILDREN
from tests.children.looking import (
    NOBODY,
    cards,
    change_involvement,
    id_of,
    involvement_of,
    lines,
    open_record,
    read,
    row_of,
    say_why,
)  # fmt: skip
from tests.editor import Editor

SignIn = Callable[[str], Editor]
ACTS = ("confirm", "lead")
EVENTS = ("involvement:confirmed", "involvement:lead_changed")


@pytest.fixture
def path(portal: Flask) -> str:
    """The address of the health visitor's involvement with the child of the story."""
    own = involvement_of(portal, CHILDREN.story, who="health_visitor")
    return f"/children/{id_of(portal, CHILDREN.story)}/involvements/{own}"


@pytest.fixture
def visitor(portal: Flask, sign_in: SignIn) -> Editor:
    """The health visitor, with a reason."""
    browser = sign_in("health_visitor")
    say_why(browser, id_of(portal, CHILDREN.story))
    return browser


def test_confirming_moves_the_day(portal: Flask, visitor: Editor, path: str) -> None:
    own = involvement_of(portal, CHILDREN.story, who="health_visitor")
    assert row_of(portal, own).last_confirmed_on != clock.today()
    sent = visitor.post(f"{path}/confirm")
    assert sent.status_code == 303
    assert "confirmed as still right" in read(visitor.get(sent.headers["Location"]))
    assert row_of(portal, own).last_confirmed_on == clock.today()
    (line,) = lines(portal, "involvement:confirmed")
    assert line.details == {"involvement": str(own)}


def test_a_new_lead_takes_over_and_is_told(portal: Flask, visitor: Editor, path: str) -> None:
    former = involvement_of(portal, CHILDREN.story, who="social_worker")
    own = involvement_of(portal, CHILDREN.story, who="health_visitor")
    page = read(visitor.get(f"/children/{id_of(portal, CHILDREN.story)}"))
    assert f"{CAST.social_worker.name} is the lead now. If you say" in page
    sent = visitor.post(f"{path}/lead")
    assert sent.headers["Location"].endswith("?done=lead-taken")
    page = read(visitor.get(sent.headers["Location"]))
    assert "The former lead is no longer marked" in page
    first, *others = cards(page)
    assert CAST.health_visitor.name in first
    assert "Is the lead" in first
    assert not any("Is the lead" in card for card in others)
    assert any("Was the lead until" in c for c in others if CAST.social_worker.name in c)
    assert row_of(portal, former).lead_ended_on == clock.today()
    (line,) = lines(portal, "involvement:lead_changed")
    assert line.details == {"involvement": str(own), "former_lead": str(former)}


def test_the_first_lead_takes_from_nobody(
    portal: Flask, visitor: Editor, path: str, session: Session
) -> None:
    former = involvement_of(portal, CHILDREN.story, who="social_worker")
    change_involvement(session, former, is_lead=False)
    sent = visitor.post(f"{path}/lead")
    assert sent.headers["Location"].endswith("?done=lead")
    again = visitor.post(f"{path}/lead")
    assert again.status_code == 303
    assert len(lines(portal, "involvement:lead_changed")) == 1


def test_the_former_lead_reads_it_on_the_record(
    portal: Flask, sign_in: SignIn, visitor: Editor, path: str
) -> None:
    visitor.post(f"{path}/lead")
    page = open_record(sign_in("social_worker"), id_of(portal, CHILDREN.story))
    (own,) = [card for card in cards(page) if CAST.social_worker.name in card]
    assert "Was the lead until" in own
    assert "I am the lead" in own


def test_the_database_allows_one_lead_only(portal: Flask, session: Session) -> None:
    child_id = id_of(portal, CHILDREN.story)
    rows = session.scalars(select(Involvement).where(Involvement.child_id == child_id)).all()
    for row in rows:
        row.is_lead = True
    with pytest.raises(IntegrityError):
        session.flush()
    session.rollback()


@pytest.mark.parametrize("act", ACTS)
def test_what_has_ended_stays_as_it_is(
    portal: Flask, visitor: Editor, path: str, session: Session, act: str
) -> None:
    own = involvement_of(portal, CHILDREN.story, who="health_visitor")
    change_involvement(session, own, ended_on=clock.today() - dt.timedelta(days=1))
    answer = visitor.post(f"{path}/{act}")
    assert answer.status_code == 409
    assert "has ended already" in answer.get_data(as_text=True)
    assert not lines(portal, *EVENTS)


@pytest.mark.parametrize("act", ACTS)
def test_somebody_elses_is_not_there(portal: Flask, visitor: Editor, act: str) -> None:
    child_id = id_of(portal, CHILDREN.story)
    others = involvement_of(portal, CHILDREN.story, who="teacher")
    for one in (others, NOBODY):
        assert visitor.post(f"/children/{child_id}/involvements/{one}/{act}").status_code == 404
    assert not lines(portal, *EVENTS)


@pytest.mark.parametrize("act", ACTS)
def test_asks_for_a_reason_first(portal: Flask, sign_in: SignIn, path: str, act: str) -> None:
    answer = sign_in("health_visitor").post(f"{path}/{act}")
    assert answer.status_code == 303
    assert answer.headers["Location"].endswith("/reason")
    assert not lines(portal, *EVENTS)


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("who", ["helpdesk", "data_steward", "untrained", "unaccredited"])
def test_refuses_the_wrong_person(
    portal: Flask, sign_in: SignIn, path: str, act: str, who: str
) -> None:
    assert sign_in(who).post(f"{path}/{act}").status_code == 403
    assert len(lines(portal, "door:refused")) == 1


@pytest.mark.parametrize("act", ACTS)
def test_a_failing_log_undoes_the_act(portal: Flask, visitor: Editor, path: str, act: str) -> None:
    own = involvement_of(portal, CHILDREN.story, who="health_visitor")
    before = row_of(portal, own)
    break_log(portal)
    assert visitor.post(f"{path}/{act}").status_code == 500
    after = row_of(portal, own)
    assert (after.is_lead, after.last_confirmed_on) == (before.is_lead, before.last_confirmed_on)
    assert row_of(portal, involvement_of(portal, CHILDREN.story, who="social_worker")).is_lead


@pytest.mark.parametrize("act", ACTS)
def test_reading_is_no_act(visitor: Editor, path: str, act: str) -> None:
    assert visitor.get(f"{path}/{act}").status_code == 405
