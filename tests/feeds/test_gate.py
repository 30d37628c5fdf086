"""Before the portal goes live: who may work, and what must be so."""

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from portal.children import queries, vault
from portal.children.actions import hide_child
from portal.children.models import ChildIdentifier
from portal.core import clock
from portal.core.db import db
from portal.feeds.models import FeedRun
from portal.feeds.rules import FileKind
from tests.access.writing import break_log
from tests.children.looking import NOBODY, SignIn, lines, plain, read
from tests.children.reporting import FEED
from tests.editor import Editor
from tests.feeds.filing import child, feed, run, write
from tests.lifecycle.preparing import prepare, state
from tests.shielding.held import addresses, judge

SIGN_OFF = "/quarantine/sign-off"
SENTENCE = "nobody searches in it yet"
OWN_PAGES = (
    ("data_steward", "/feeds"), ("data_steward", "/search"), ("data_steward", "/feeds/quality"),
    ("shield_officer", "/search"), ("shield_officer", "/shields"), ("auditor", "/log"),
    ("authoriser", "/access-reviews"), ("helpdesk", "/accounts"),
)  # fmt: skip


def go_live(app: Flask) -> str:
    """Type it; return what was printed."""
    done = run(app, "lifecycle", "go-live")
    assert (done.exit_code == 0) == ("The portal is live." in done.output), done.output
    return " ".join(done.output.split())


def quality(steward: Editor) -> str:
    """Return the steward's page, but for how many rows came."""
    return plain(read(steward.get("/feeds/quality"))).split("What sources sent")[0]


@pytest.fixture
def enough(portal: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """A portal being prepared, in which as many children have a number as are needed."""
    config = replace(portal.extensions["portal_config"], go_live_match_rate=0.3)
    monkeypatch.setitem(portal.extensions, "portal_config", config)
    prepare(portal)
    return portal


def test_practitioners_are_told_why_they_cannot_work_yet(portal: Flask, sign_in: SignIn) -> None:
    prepare(portal)
    browser = sign_in("health_visitor")
    start = plain(read(browser.get("/")))
    assert "This portal is not live yet" in start
    assert SENTENCE in start
    for path in ("/search", "/contact-requests/mine", f"/children/{NOBODY}"):
        answer = browser.get(path)
        assert answer.status_code == 403
        assert SENTENCE in plain(answer.get_data(as_text=True))
    assert browser.get("/account").status_code == 200


def test_those_who_prepare_it_work(portal: Flask, sign_in: SignIn) -> None:
    prepare(portal)
    for key, path in OWN_PAGES:
        assert sign_in(key).get(path).status_code == 200, (key, path)


def test_goes_live_when_all_is_so(enough: Flask, portal: Flask, sign_in: SignIn) -> None:
    officer = sign_in("shield_officer")
    page = plain(read(officer.get(SIGN_OFF)))
    assert "Nothing waits now." in page
    assert "no A shield officer" in go_live(portal)
    assert officer.post(SIGN_OFF).headers["Location"] == f"{SIGN_OFF}?done=signed"
    assert state(portal).cleared_by is not None
    steward = plain(read(sign_in("data_steward").get("/feeds/quality")))
    assert "Before the portal goes live" in steward
    assert "holds until" in steward
    assert "yes A shield officer" in go_live(portal)
    assert state(portal).live_at is not None
    assert sign_in("health_visitor").get("/search").status_code == 200
    assert "Before the portal goes live" not in read(sign_in("data_steward").get("/feeds/quality"))
    assert run(portal, "lifecycle", "go-live").exit_code == 1
    assert officer.post(SIGN_OFF).status_code == 409
    (line,) = lines(portal, "shield:quarantine_signed_off")
    assert line.subject_id is None


def test_too_few_numbers(portal: Flask, session: Session) -> None:
    prepare(portal, cleared_at=clock.now())
    session.execute(delete(ChildIdentifier))
    session.commit()
    said = go_live(portal)
    assert "no Enough children" in said
    assert "too few to say (needed: 95%)" in said


@pytest.mark.parametrize("hours", [23, 25])
def test_a_sign_off_holds_for_a_day(enough: Flask, portal: Flask, hours: int) -> None:
    prepare(portal, cleared_at=clock.now() - dt.timedelta(hours=hours))
    assert ("The portal is live." in go_live(portal)) == (hours < 24)


def test_any_import_ends_a_sign_off(portal: Flask, tmp_path: Path) -> None:
    prepare(portal, cleared_at=clock.now())
    file = write(tmp_path / "new.csv", FileKind.CHILDREN, [child(1)])
    assert feed(portal, file, FileKind.CHILDREN).exit_code == 0
    assert "no A shield officer" in go_live(portal)
    prepare(portal, cleared_at=clock.now())
    with portal.app_context():
        db.session.execute(update(FeedRun).values(state="deciding", ended_at=None))
        db.session.commit()
    assert "no Every import" in go_live(portal)


def test_what_waits_is_known_to_officers_only(
    portal: Flask, tmp_path: Path, sign_in: SignIn
) -> None:
    """What operator and steward read is the same, whether something waits or nobody signed."""
    file = write(tmp_path / "new.csv", FileKind.CHILDREN, [child(1)])
    assert feed(portal, file, FileKind.CHILDREN).exit_code == 0
    prepare(portal)
    steward, officer = sign_in("data_steward"), sign_in("shield_officer")
    told = go_live(portal), quality(steward)
    with portal.app_context():
        found = queries.child_ids("mosaic", ["K1"])["K1"]
        hide_child(child_id=found, grade=vault.Grade.MASKED, by=FEED)
        db.session.commit()
    moved = [child(1, address="9 Weavers Close")]
    write(file, FileKind.CHILDREN, moved)
    assert feed(portal, file, FileKind.CHILDREN).exit_code == 0
    assert "1 row waits for a decision" in plain(read(officer.get(SIGN_OFF)))
    assert officer.post(SIGN_OFF).status_code == 409
    assert state(portal).cleared_at is None
    assert lines(portal, "shield:quarantine_signed_off") == []
    assert (go_live(portal), quality(steward)) == told
    (address,) = addresses(officer)
    judge(officer, address, "left")
    assert officer.post(SIGN_OFF).status_code == 303
    assert "yes A shield officer" in go_live(portal)


def test_a_failing_log_keeps_it_closed(portal: Flask) -> None:
    prepare(portal, cleared_at=clock.now())
    break_log(portal)
    assert run(portal, "lifecycle", "go-live").exit_code != 0
    assert state(portal).state == "preparing"
