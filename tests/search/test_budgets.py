"""How many searches there may be: for a person, a team and an organisation, an hour and a day."""

import dataclasses
import datetime as dt
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select, update

from portal.accounts.models import Account
from portal.core import clock
from portal.core.db import db
from portal.core.pages import day_time
from portal.search.models import Search, SearchBudget
from portal.search.rules import Holder, Span
from tests.access.writing import break_log
from tests.cast import CHILDREN
from tests.editor import Editor
from tests.search.asking import (
    about,
    address_of_results,
    log_lines,
    main_part,
    send,
    stay_signed_in_until,
)
from tests.search.breaking import spend
from tests.signing_in import member

SignIn = Callable[[str], Editor]
ClockAt = Callable[[dt.datetime], None]
STORY = CHILDREN.story
EVERY_BUDGET = [(holder, span) for holder in Holder for span in Span]
WHOSE = {
    Holder.PERSON: "You have made as many searches as one person may make in",
    Holder.TEAM: "Your team has made as many searches as a team may make in",
    Holder.ORGANISATION: "Your organisation has made as many searches as it may make in",
}


@pytest.fixture
def half_past_ten(clock_at: ClockAt) -> dt.datetime:
    """Make it half past ten, so that no hour and no day ends while the test runs."""
    moment = clock.now().replace(hour=10, minute=30, second=0)
    clock_at(moment)
    return moment


def used(app: Flask) -> dict[tuple[str, str], int]:
    """Return how much of the budgets is used, by whose they are and for how long they hold."""
    with app.app_context():
        rows = db.session.scalars(select(SearchBudget)).all()
        return {(row.holder_kind, row.span): row.used for row in rows}


def searches(app: Flask) -> int:
    """Return how many searches are kept."""
    with app.app_context():
        return len(db.session.scalars(select(Search.id)).all())


@pytest.mark.usefixtures("half_past_ten")
def test_a_search_is_counted_six_times_and_a_look_at_its_results_is_not(
    portal: Flask, sign_in: SignIn
) -> None:
    browser = sign_in("health_visitor")
    for _ in range(2):
        browser.get(address_of_results(browser, about(STORY)))
    assert used(portal) == {(holder.value, span.value): 2 for holder, span in EVERY_BUDGET}


@pytest.mark.parametrize(("holder", "span"), EVERY_BUDGET)
def test_each_budget_lets_the_last_search_through_and_stops_the_next(
    portal: Flask, sign_in: SignIn, half_past_ten: dt.datetime, holder: Holder, span: Span
) -> None:
    browser = sign_in("health_visitor")
    address_of_results(browser, about(STORY))
    spend(portal, holder, span, left=1)
    assert send(browser, about(STORY)).status_code == 303
    before = used(portal)
    stopped = send(browser, about(STORY))
    words = main_part(stopped.get_data(as_text=True))
    lifts_at = span.first_moment(half_past_ten) + span.length
    assert stopped.status_code == 429
    assert f"{WHOSE[holder]} {'an hour' if span is Span.HOUR else 'a day'}." in words
    with portal.test_request_context():
        assert f"You can search again on {day_time(lifts_at)}." in words
    wait = (lifts_at - clock.now()).total_seconds()
    assert abs(int(stopped.headers["Retry-After"]) - wait) < 60
    assert used(portal) == before, "a refused search was counted"
    assert searches(portal) == len(log_lines(portal, "child:searched")) == 2
    (refused,) = log_lines(portal, "door:refused")
    assert (refused["outcome"], refused["details"]) == (
        "4", {"door": "search.run_search", "question": f"{holder}_budget"},
    )  # fmt: skip


@pytest.mark.usefixtures("half_past_ten")
def test_the_refusal_says_whom_to_ring_when_a_child_is_at_risk(
    portal: Flask, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = sign_in("health_visitor")
    address_of_results(browser, about(STORY))
    spend(portal)
    config = portal.extensions["portal_config"]
    for phone in ("01632 960 777", ""):
        told = dataclasses.replace(config, index_team_phone=phone)
        monkeypatch.setitem(portal.extensions, "portal_config", told)
        page = send(browser, about(STORY)).get_data(as_text=True)
        assert "If a child is at risk now" in main_part(page)
        assert "ring the index team" in main_part(page)
        assert ("tel:+44-1632-960777" in page) == bool(phone)
    piece = browser.post("/search", data=about(STORY), headers={"HX-Request": "true"})
    text = piece.get_data(as_text=True)
    assert piece.status_code == 429
    assert text.lstrip().startswith("<title>No more searches for now")
    assert piece.headers["HX-Retarget"] == "#main-content"


@pytest.mark.parametrize(
    ("holder", "colleague", "answer"),
    [
        (Holder.PERSON, "teacher", 303),
        (Holder.TEAM, "teacher", 429),
        (Holder.ORGANISATION, "teacher", 303),
        (Holder.ORGANISATION, "shield_officer", 429),
    ],
)
@pytest.mark.usefixtures("half_past_ten")
def test_a_budget_is_shared_by_those_it_belongs_to_and_nobody_else(
    portal: Flask, sign_in: SignIn, holder: Holder, colleague: str, answer: int
) -> None:
    address_of_results(sign_in("data_steward"), about(STORY))
    spend(portal, holder)
    assert send(sign_in(colleague), about(STORY)).status_code == answer


@pytest.mark.usefixtures("half_past_ten")
def test_whom_another_authoriser_vouches_for_is_another_team(
    portal: Flask, sign_in: SignIn
) -> None:
    address_of_results(sign_in("data_steward"), about(STORY))
    spend(portal, Holder.TEAM)
    with portal.app_context():
        alone = update(Account).where(Account.email == member("teacher").email)
        db.session.execute(alone.values(sponsor_id=None))
        db.session.commit()
    assert send(sign_in("teacher"), about(STORY)).status_code == 303
    assert send(sign_in("social_worker"), about(STORY)).status_code == 429


def test_it_lifts_when_the_hour_is_over_unless_the_day_is_spent_too(
    portal: Flask, sign_in: SignIn, clock_at: ClockAt, half_past_ten: dt.datetime
) -> None:
    browser = sign_in("health_visitor")
    address_of_results(browser, about(STORY))
    spend(portal)
    assert send(browser, about(STORY)).status_code == 429
    later = half_past_ten.replace(hour=11, minute=0, second=1)
    stay_signed_in_until(portal, later)
    clock_at(later)
    address_of_results(browser, about(STORY))
    with portal.app_context():
        db.session.execute(update(SearchBudget).values(used=10_000))
        db.session.commit()
    words = main_part(send(browser, about(STORY)).get_data(as_text=True))
    midnight = Span.DAY.first_moment(later) + dt.timedelta(days=1)
    with portal.test_request_context():
        assert day_time(midnight) in words, "the budget that lifts last is the one to name"


@pytest.mark.usefixtures("half_past_ten")
def test_a_search_that_fails_is_not_counted(portal: Flask, sign_in: SignIn) -> None:
    browser = sign_in("health_visitor")
    address_of_results(browser, about(STORY))
    before = used(portal)
    break_log(portal)
    assert send(browser, about(STORY)).status_code == 500
    assert used(portal) == before


@pytest.mark.usefixtures("half_past_ten")
def test_a_refusal_that_cannot_be_logged_is_no_page(portal: Flask, sign_in: SignIn) -> None:
    browser = sign_in("health_visitor")
    address_of_results(browser, about(STORY))
    spend(portal)
    break_log(portal)
    assert send(browser, about(STORY)).status_code == 500


def test_budgets_of_former_days_are_swept(
    portal: Flask, sign_in: SignIn, clock_at: ClockAt, half_past_ten: dt.datetime
) -> None:
    browser = sign_in("health_visitor")
    address_of_results(browser, about(STORY))
    run = portal.test_cli_runner()
    assert run.invoke(args=["search", "forget"]).exit_code == 0
    assert len(used(portal)) == len(EVERY_BUDGET), "what still counts was swept"
    clock_at(half_past_ten + dt.timedelta(days=1))
    assert run.invoke(args=["search", "forget"]).exit_code == 0
    assert used(portal) == {}
