"""GET and POST /children/<id>/involvements/<id>/end: ending one's own involvement."""

import datetime as dt
from collections.abc import Callable

import pytest
from flask import Flask

from portal.core import clock
from tests.access.writing import break_log
from tests.cast import CAST, CHILDREN
from tests.children.looking import (
    NOBODY,
    PIECE,
    cards,
    id_of,
    involvement_of,
    lines,
    parts,
    read,
    row_of,
    say_why,
)  # fmt: skip
from tests.editor import Editor

SignIn = Callable[[str], Editor]
TODAY = clock.today()


@pytest.fixture
def path(portal: Flask) -> str:
    """The address at which the health visitor ends her involvement."""
    own = involvement_of(portal, CHILDREN.story, who="health_visitor")
    return f"/children/{id_of(portal, CHILDREN.story)}/involvements/{own}/end"


@pytest.fixture
def visitor(portal: Flask, sign_in: SignIn) -> Editor:
    """The health visitor, with a reason."""
    browser = sign_in("health_visitor")
    say_why(browser, id_of(portal, CHILDREN.story))
    return browser


def test_ends_and_stays_as_a_former_one(portal: Flask, visitor: Editor, path: str) -> None:
    assert CHILDREN.story.name in read(visitor.get(path))
    sent = visitor.post(path, data=parts("ended_on", TODAY))
    assert sent.status_code == 303
    page = read(visitor.get(sent.headers["Location"]))
    now, before = page.split('id="former-contacts"')
    assert CAST.health_visitor.name not in " ".join(cards(now))
    assert CAST.health_visitor.name in " ".join(cards(before))
    assert "This is still right" not in page
    assert (
        row_of(portal, involvement_of(portal, CHILDREN.story, who="health_visitor")).ended_on
        == TODAY
    )


def test_leaves_its_line(portal: Flask, visitor: Editor, path: str) -> None:
    visitor.post(path, data=parts("ended_on", TODAY))
    (line,) = lines(portal, "involvement:ended")
    assert line.details["ended_on"] == TODAY.isoformat()
    assert line.reason == "referral"


def test_twice_on_one_day_is_once_and_another_day_is_refused(
    portal: Flask, visitor: Editor, path: str
) -> None:
    for _ in range(2):
        assert visitor.post(path, data=parts("ended_on", TODAY)).status_code == 303
    assert len(lines(portal, "involvement:ended")) == 1
    other = visitor.post(path, data=parts("ended_on", TODAY - dt.timedelta(days=2)))
    assert other.status_code == 409
    assert "has ended already" in other.get_data(as_text=True)


@pytest.mark.parametrize(
    ("day", "message"),
    [
        (TODAY + dt.timedelta(days=1), "must be today or in the past"),
        (dt.date(1999, 1, 1), "must not be before the start date"),
    ],
)
def test_a_day_that_does_not_fit(
    portal: Flask, visitor: Editor, path: str, day: dt.date, message: str
) -> None:
    answer = visitor.post(path, data=parts("ended_on", day))
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert message in page
    assert f'value="{day.year}"' in page
    assert not lines(portal, "involvement:ended")


def test_no_day_is_asked_for_again(visitor: Editor, path: str) -> None:
    answer = visitor.post(path)
    assert answer.status_code == 422
    assert "Enter the date when your involvement ended" in answer.get_data(as_text=True)


def test_somebody_elses_is_not_there(portal: Flask, visitor: Editor) -> None:
    child_id = id_of(portal, CHILDREN.story)
    others = involvement_of(portal, CHILDREN.story, who="social_worker")
    elsewhere = involvement_of(portal, CHILDREN.namesake_one, who="social_worker")
    for one in (others, elsewhere, NOBODY):
        path = f"/children/{child_id}/involvements/{one}/end"
        assert visitor.get(path).status_code == 404
        assert visitor.post(path, data=parts("ended_on", TODAY)).status_code == 404
    assert row_of(portal, others).ended_on is None


def test_ones_own_with_another_child_is_not_there(portal: Flask, sign_in: SignIn) -> None:
    browser, child_id = sign_in("social_worker"), id_of(portal, CHILDREN.story)
    say_why(browser, child_id)
    elsewhere = involvement_of(portal, CHILDREN.namesake_one, who="social_worker")
    path = f"/children/{child_id}/involvements/{elsewhere}/end"
    assert browser.post(path, data=parts("ended_on", TODAY)).status_code == 404
    assert row_of(portal, elsewhere).ended_on is None


def test_asks_for_a_reason_first(portal: Flask, sign_in: SignIn, path: str) -> None:
    browser = sign_in("health_visitor")
    for answer in (browser.get(path), browser.post(path, data=parts("ended_on", TODAY))):
        assert answer.status_code == 303
        assert answer.headers["Location"].endswith("/reason")
    assert not lines(portal, "involvement:ended")


@pytest.mark.parametrize(
    "who", ["helpdesk", "data_steward", "auditor", "untrained", "unaccredited"]
)
def test_refuses_the_wrong_person(portal: Flask, sign_in: SignIn, path: str, who: str) -> None:
    browser = sign_in(who)
    assert browser.get(path).status_code == 403
    assert browser.post(path, data=parts("ended_on", TODAY)).status_code == 403
    assert not lines(portal, "involvement:ended")


def test_a_failing_log_undoes_the_act(portal: Flask, visitor: Editor, path: str) -> None:
    break_log(portal)
    assert visitor.post(path, data=parts("ended_on", TODAY)).status_code == 500
    own = involvement_of(portal, CHILDREN.story, who="health_visitor")
    assert row_of(portal, own).ended_on is None


def test_gives_page_and_piece(visitor: Editor, path: str) -> None:
    assert read(visitor.get(path)).lstrip().startswith("<!DOCTYPE")
    assert read(visitor.get(path, headers=PIECE)).lstrip().startswith("<title>")
