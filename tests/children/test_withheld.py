"""Involvements with a masked child: the same answers as ever, seen by whoever recorded them."""

import datetime as dt
import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, event, select

from portal.access.identity import operator
from portal.children import actions, vault
from portal.children.models import Correction, Involvement
from portal.children.vault.moving import BESIDE
from portal.core import clock
from portal.core.db import db
from portal.sandbox import Child
from tests.cast import CAST, CHILDREN
from tests.children.looking import (
    Line,
    cards,
    id_of,
    involvement_of,
    lines,
    open_record,
    parts,
    read,
    row_of,
    say_why,
    without_tokens,
)  # fmt: skip
from tests.databases import Stage
from tests.editor import Editor

SignIn = Callable[[str], Editor]
CHILD = CHILDREN.no_contact
FULL = CHILDREN.double_barrelled
STORY = CHILDREN.story
YESTERDAY = clock.today() - dt.timedelta(days=1)
SHELF = vault.Shelf.INVOLVEMENT
READERS = ("social_worker", "teacher", "data_steward", "shield_officer")


@pytest.fixture(autouse=True)
def same_minute(clock_at: Callable[[dt.datetime], None]) -> None:
    """The clock of a page stands at the beginning of a minute."""
    clock_at((clock.now() + dt.timedelta(minutes=1)).replace(second=0, microsecond=0))


def hide(app: Flask, child_id: uuid.UUID, grade: vault.Grade = vault.Grade.MASKED) -> None:
    with app.app_context():
        actions.hide_child(child_id=child_id, grade=grade, by=operator("tests"))
        db.session.commit()


def unhide(app: Flask, child_id: uuid.UUID) -> None:
    with app.app_context():
        actions.unhide_child(child_id=child_id, by=operator("tests"))
        db.session.commit()


def empty(app: Flask, child_id: uuid.UUID) -> None:
    """Leave the child and nothing beside it, as an ordinary child of whom nothing is known."""
    with app.app_context():
        for model in reversed(BESIDE):
            db.session.execute(delete(model).where(model.child_id == child_id))
        db.session.commit()


def record(browser: Editor, child_id: uuid.UUID, **more: str) -> str:
    """Record an involvement; return the address of one's own card."""
    say_why(browser, child_id)
    typed = {"kind": "health_visiting", **parts("started_on", YESTERDAY), **more}
    sent = browser.post(f"/children/{child_id}/involvements/new", data=typed)
    assert sent.headers["Location"] == f"/children/{child_id}?done=recorded"
    page = read(browser.get(sent.headers["Location"]))
    own = page.partition(f"/children/{child_id}/involvements/")[2].partition("/")[0]
    return f"/children/{child_id}/involvements/{own}"


def life(browser: Editor, child_id: uuid.UUID) -> list[tuple[int, str, str]]:
    """Walk an involvement from beginning to end; return every answer without ids and tokens."""
    path = record(browser, child_id, is_lead="y", has_early_help_assessment="y")
    typed = {"kind": "health_visiting", **parts("started_on", YESTERDAY)}
    other = {"kind": "health_visiting", **parts("started_on", YESTERDAY - dt.timedelta(days=9))}
    new, home = f"/children/{child_id}/involvements/new", f"/children/{child_id}"
    ended = parts("ended_on", clock.today())
    answers = [
        browser.get(home),
        browser.post(new, data=typed),
        browser.post(new, data=other),
        browser.post(f"{path}/confirm"),
        browser.post(f"{path}/lead"),
        browser.get(f"{path}/dispute"),
        browser.post(f"{path}/dispute", data={"kind": "wrong_phone"}),
        browser.post(f"{path}/dispute", data={"kind": "wrong_phone"}),
        browser.post(f"{home}/dispute"),
        browser.get(f"{path}/end"),
        browser.post(f"{path}/end", data=parts("ended_on", dt.date(1990, 1, 1))),
        browser.post(f"{path}/end", data=ended),
        browser.post(f"{path}/end", data=ended),
        browser.post(f"{path}/end", data=parts("ended_on", YESTERDAY)),
        browser.post(f"{path}/confirm"),
        browser.post(f"{path}/lead"),
        browser.get(home),
    ]
    return [
        (
            one.status_code,
            _plain(one.headers.get("Location", "")),
            _plain(one.get_data(as_text=True)),
        )
        for one in answers
    ]


def _plain(text: str) -> str:
    """A page without what is made by chance for every page and every involvement."""
    return without_tokens(re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "", text))


def _without_ids(line: Line) -> tuple[str, str, str, uuid.UUID | None, set[str]]:
    return line.event, line.outcome, line.reason, line.subject_id, set(line.details)


@pytest.mark.parametrize("child", [CHILD, FULL], ids=["nobody involved", "many involved"])
def test_whoever_records_gets_the_answers_of_an_ordinary_child(
    portal: Flask, stage: Stage, sign_in: SignIn, child: Child
) -> None:
    child_id = id_of(portal, child)
    empty(portal, child_id)
    events = ("child:opened", "involvement:recorded", "involvement:confirmed", "reason:stated",
              "involvement:lead_changed", "involvement:ended", "involvement:disputed")  # fmt: skip
    ordinary = life(sign_in("health_visitor"), child_id)
    said = [_without_ids(line) for line in lines(portal, *events)]
    stage.put_back(portal)
    hide(portal, child_id)
    hidden = life(sign_in("health_visitor"), child_id)
    assert hidden == ordinary
    assert [_without_ids(line) for line in lines(portal, *events)] == said
    assert len(said) > 10


@pytest.mark.parametrize("child", [CHILD, FULL], ids=["nobody involved", "many involved"])
def test_nobody_else_sees_more_than_an_ordinary_empty_record(
    portal: Flask, stage: Stage, sign_in: SignIn, child: Child
) -> None:
    child_id = id_of(portal, child)
    empty(portal, child_id)
    ordinary = {who: _plain(open_record(sign_in(who), child_id)) for who in READERS}
    stage.put_back(portal)
    hide(portal, child_id)
    record(sign_in("health_visitor"), child_id, is_lead="y")
    for who in READERS:
        assert _plain(open_record(sign_in(who), child_id)) == ordinary[who], who


def test_each_still_sees_their_own(portal: Flask, sign_in: SignIn) -> None:
    child_id = id_of(portal, STORY)
    hide(portal, child_id)
    for who in ("health_visitor", "social_worker", "teacher"):
        (own,) = cards(open_record(sign_in(who), child_id))
        assert getattr(CAST, who).name in own
        assert "You" in own
        assert ("Is the lead" in own) == (who == "social_worker")
    for who in ("data_steward", "shield_officer", "neighbour"):
        assert cards(open_record(sign_in(who), child_id)) == []


def test_somebody_elses_is_not_there(portal: Flask, sign_in: SignIn) -> None:
    child_id = id_of(portal, STORY)
    others = involvement_of(portal, STORY, who="social_worker")
    hide(portal, child_id)
    browser = sign_in("health_visitor")
    say_why(browser, child_id)
    path = f"/children/{child_id}/involvements/{others}"
    ended = parts("ended_on", clock.today())
    for answer in (browser.get(f"{path}/end"), browser.post(f"{path}/end", data=ended),
                   browser.post(f"{path}/confirm"), browser.post(f"{path}/lead"),
                   browser.get(f"{path}/dispute"),
                   browser.post(f"{path}/dispute", data={"kind": "wrong_phone"})):  # fmt: skip
        assert answer.status_code == 404


def test_all_of_it_comes_back_with_the_child(portal: Flask, sign_in: SignIn) -> None:
    child_id = id_of(portal, STORY)
    moved = involvement_of(portal, STORY, who="health_visitor")
    hide(portal, child_id)
    visitor, neighbour = sign_in("health_visitor"), sign_in("neighbour")
    say_why(visitor, child_id)
    path = f"/children/{child_id}/involvements/{moved}"
    assert visitor.post(f"{path}/lead").headers["Location"].endswith("?done=lead")
    assert visitor.post(f"{path}/dispute", data={"kind": "wrong_phone"}).status_code == 303
    own = record(neighbour, child_id, kind="social_work", is_lead="y")
    assert neighbour.post(f"{own}/confirm").status_code == 303
    with portal.app_context():
        assert db.session.scalars(of(Involvement, child_id)).all() == []
        assert db.session.scalars(of(Correction, child_id)).all() == []
    unhide(portal, child_id)
    with portal.app_context():
        assert vault.all_on(SHELF) == []
        rows = {row.id: row for row in db.session.scalars(of(Involvement, child_id))}
        told = db.session.scalars(of(Correction, child_id)).all()
    assert len(rows) == len(STORY.involvements) + 1
    leads = [str(row.id) for row in rows.values() if row.is_lead]
    assert leads == [own.rpartition("/")[2]], "who said so last"
    assert rows[moved].lead_ended_on == clock.today()
    assert [(one.involvement_id, one.kind) for one in told] == [(moved, "wrong_phone")]
    assert len(cards(open_record(sign_in("teacher"), child_id))) == len(rows)


def of(model: type[Involvement] | type[Correction], child_id: uuid.UUID) -> Any:
    return select(model).where(model.child_id == child_id)


def test_what_ended_while_hidden_stays_ended(portal: Flask, sign_in: SignIn) -> None:
    child_id = id_of(portal, STORY)
    moved = involvement_of(portal, STORY, who="teacher")
    hide(portal, child_id)
    browser = sign_in("teacher")
    say_why(browser, child_id)
    path = f"/children/{child_id}/involvements/{moved}"
    sent = browser.post(f"{path}/end", data=parts("ended_on", clock.today()))
    assert sent.headers["Location"].endswith("?done=ended")
    unhide(portal, child_id)
    assert row_of(portal, moved).ended_on == clock.today()


def test_of_an_absent_child_there_is_nothing_and_nothing_is_lost(
    portal: Flask, sign_in: SignIn
) -> None:
    child_id, browser = id_of(portal, CHILD), sign_in("health_visitor")
    hide(portal, child_id)
    path = record(browser, child_id)
    hide(portal, child_id, vault.Grade.ABSENT)
    typed = {"kind": "school_nursing", **parts("started_on", YESTERDAY)}
    for answer in (browser.get(f"/children/{child_id}"), browser.post(f"{path}/confirm"),
                   browser.post(f"/children/{child_id}/involvements/new", data=typed)):  # fmt: skip
        assert answer.status_code == 404
    unhide(portal, child_id)
    (own,) = cards(open_record(browser, child_id))
    assert CAST.health_visitor.name in own


def test_every_record_is_read_by_the_same_statements(
    portal: Flask, stage: Stage, sign_in: SignIn
) -> None:
    child_id = id_of(portal, FULL)
    empty(portal, child_id)
    ordinary = {who: statements(portal, sign_in(who), child_id) for who in READERS}
    stage.put_back(portal)
    hide(portal, child_id)
    record(sign_in("health_visitor"), child_id)
    for who in READERS:
        assert statements(portal, sign_in(who), child_id) == ordinary[who], who
    assert any("vault_mark" in one for one in ordinary["teacher"])


def statements(app: Flask, browser: Editor, child_id: uuid.UUID) -> list[str]:
    """Return what the database is asked while a record is opened."""
    say_why(browser, child_id)
    asked: list[str] = []

    def note(*args: Any) -> None:
        asked.append(args[2])

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        read(browser.get(f"/children/{child_id}"))
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return asked
