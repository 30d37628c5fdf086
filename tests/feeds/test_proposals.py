"""/feeds/proposals: the shield officer is the second person, once nothing of the source waits."""

import uuid
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.accounts.queries import account_by_email
from portal.children import queries, vault
from portal.children.actions import hide_child
from portal.core import clock
from portal.core.db import db
from portal.feeds.models import FeedPause
from portal.feeds.rules import FileKind
from tests.access.writing import break_log
from tests.cast import CAST
from tests.children.looking import NOBODY, PIECE, SignIn, lines, plain, read
from tests.children.reporting import FEED
from tests.feeds.filing import child, feed, run, write
from tests.feeds.pausing import known, paused, pauses, rehearse
from tests.shielding.held import addresses, judge
from tests.shielding.test_2009_replayed import ELSEWHERE, MOVED, ZOE

CHILDREN = FileKind.CHILDREN


def waiting(app: Flask, tmp_path: Path, *, source: str = "mosaic") -> uuid.UUID:
    """A hidden child of whom a source says something new, then is paused and to be resumed."""
    known(app, tmp_path, ZOE)
    child_id = queries.child_ids("mosaic", ["K1"])["K1"]
    hide_child(child_id=child_id, grade=vault.Grade.ABSENT, by=FEED)
    db.session.commit()
    row = MOVED if source == "mosaic" else ELSEWHERE
    source_id = known(app, tmp_path, row, source=source)
    run(app, "feeds", "pause", source)
    rehearse(app, tmp_path, child(2), source=source)
    assert run(app, "feeds", "resume", source).exit_code == 0
    return source_id


def test_an_empty_list(sign_in: SignIn) -> None:
    assert "No source waits to be resumed." in plain(
        read(sign_in("shield_officer").get("/feeds/proposals"))
    )


def test_the_work_list_leads_there(portal: Flask, tmp_path: Path, sign_in: SignIn) -> None:
    source_id, officer = paused(portal, tmp_path, proposed=True), sign_in("shield_officer")
    assert 'href="/feeds/proposals"' in read(officer.get("/shields"))
    page = read(officer.get("/feeds/proposals"))
    assert f'href="/feeds/{source_id}/proposal"' in page
    assert "whoever runs this server" in page


def test_confirms(portal: Flask, tmp_path: Path, sign_in: SignIn) -> None:
    source_id, officer = paused(portal, tmp_path, proposed=True), sign_in("shield_officer")
    page = plain(read(officer.get(f"/feeds/{source_id}/proposal")))
    assert "Nothing of this source waits." in page
    assert "Children, " in page
    assert "3 received, 1 added, 0 changed, 2 unchanged, 0 set aside" in page
    assert len(lines(portal, "shield:quarantine_listed")) == 1
    sent = officer.post(f"/feeds/{source_id}/confirm-resume")
    assert sent.headers["Location"] == "/feeds/proposals?done=resumed"
    assert "The source is resumed." in read(officer.get(sent.headers["Location"]))
    (line,) = lines(portal, "feed:resumed")
    assert line.details == {"source": "mosaic"}
    assert feed(portal, tmp_path / "mosaic.csv", CHILDREN).exit_code == 0
    again = officer.post(f"/feeds/{source_id}/confirm-resume")
    assert again.status_code == 409
    assert officer.get(f"/feeds/{source_id}/proposal").status_code == 404


def test_not_while_something_of_the_source_waits(
    portal: Flask, tmp_path: Path, sign_in: SignIn, session: Session
) -> None:
    source_id, officer = waiting(portal, tmp_path), sign_in("shield_officer")
    page = read(officer.get(f"/feeds/{source_id}/proposal"))
    (address,) = addresses(officer)
    assert f'href="{address}"' in page
    assert "Zoë Quillfeather" in page
    assert "Confirm: resume the source" not in page
    refused = officer.post(f"/feeds/{source_id}/confirm-resume")
    assert refused.status_code == 409
    assert "still waits for a decision" in refused.get_data(as_text=True)
    assert lines(portal, "feed:resumed") == []
    assert pauses(portal)[0].ended_at is None
    assert judge(officer, address, "same").status_code == 303
    assert "Confirm: resume the source" in read(officer.get(f"/feeds/{source_id}/proposal"))
    assert officer.post(f"/feeds/{source_id}/confirm-resume").status_code == 303


def test_what_was_left_or_is_another_sources_does_not_hinder(
    portal: Flask, tmp_path: Path, sign_in: SignIn, session: Session
) -> None:
    source_id, officer = waiting(portal, tmp_path, source="emis"), sign_in("shield_officer")
    (address,) = addresses(officer)
    assert address in read(officer.get(f"/feeds/{source_id}/proposal"))
    assert judge(officer, address, "left").status_code == 303
    session.rollback()
    feed(portal, write(tmp_path / "moved.csv", CHILDREN, [MOVED]), CHILDREN)
    assert len(addresses(officer)) == 2
    page = plain(read(officer.get(f"/feeds/{source_id}/proposal")))
    assert "Nothing of this source waits." in page
    assert officer.post(f"/feeds/{source_id}/confirm-resume").status_code == 303


def propose_as(app: Flask, key: str) -> uuid.UUID:
    """Let it seem that a member of the cast proposed; return their account."""
    with app.app_context():
        found = account_by_email(getattr(CAST, key).email)
        assert found is not None
        db.session.execute(update(FeedPause).values(proposed_by=found.id))
        db.session.commit()
        return found.id


def test_nobody_confirms_what_they_proposed(
    portal: Flask, tmp_path: Path, sign_in: SignIn, session: Session
) -> None:
    source_id, officer = paused(portal, tmp_path, proposed=True), sign_in("shield_officer")
    account_id = propose_as(portal, "shield_officer")
    page = plain(read(officer.get(f"/feeds/{source_id}/proposal")))
    assert "You proposed it: another person must confirm." in page
    assert "Confirm: resume the source" not in page
    assert officer.post(f"/feeds/{source_id}/confirm-resume").status_code == 409
    assert pauses(portal)[0].ended_at is None
    with pytest.raises(IntegrityError):
        session.execute(
            update(FeedPause).values(ended_at=clock.now(), ended_by=account_id)
        )  # fmt: skip
    session.rollback()
    propose_as(portal, "data_steward")
    assert officer.post(f"/feeds/{source_id}/confirm-resume").status_code == 303


def test_a_newer_dry_run_that_was_not_clean_hinders(
    portal: Flask, tmp_path: Path, sign_in: SignIn
) -> None:
    source_id, officer = paused(portal, tmp_path, proposed=True), sign_in("shield_officer")
    rehearse(portal, tmp_path, child(3, gender="?"))
    page = plain(read(officer.get(f"/feeds/{source_id}/proposal")))
    assert "A newer dry run was not clean." in page
    assert officer.post(f"/feeds/{source_id}/confirm-resume").status_code == 409
    assert pauses(portal)[0].ended_at is None


def test_rejects_and_the_next_proposal_needs_a_new_dry_run(
    portal: Flask, tmp_path: Path, sign_in: SignIn
) -> None:
    source_id, officer = paused(portal, tmp_path, proposed=True), sign_in("shield_officer")
    sent = officer.post(f"/feeds/{source_id}/reject-resume")
    assert sent.headers["Location"] == "/feeds/proposals?done=rejected"
    assert "The source stays paused." in read(officer.get(sent.headers["Location"]))
    assert lines(portal, "feed:resume_rejected")[0].details == {"source": "mosaic"}
    assert officer.post(f"/feeds/{source_id}/reject-resume").status_code == 409
    steward = sign_in("data_steward")
    assert "Last proposal rejected" in read(steward.get(f"/feeds/{source_id}"))
    assert steward.post(f"/feeds/{source_id}/propose-resume").status_code == 409
    rehearse(portal, tmp_path)
    assert steward.post(f"/feeds/{source_id}/propose-resume").status_code == 303
    assert officer.post(f"/feeds/{source_id}/confirm-resume").status_code == 303


@pytest.mark.parametrize("who", ["teacher", "helpdesk", "auditor", "data_steward", "untrained"])
def test_refuses_the_wrong_person(portal: Flask, tmp_path: Path, sign_in: SignIn, who: str) -> None:
    source_id, browser = paused(portal, tmp_path, proposed=True), sign_in(who)
    assert browser.get("/feeds/proposals").status_code == 403
    assert browser.get(f"/feeds/{source_id}/proposal").status_code == 403
    for verb in ("confirm", "reject"):
        assert browser.post(f"/feeds/{source_id}/{verb}-resume").status_code == 403
    assert len(lines(portal, "door:refused")) == 4
    (row,) = pauses(portal)
    assert row.ended_at is None
    assert row.proposed_at is not None


def test_one_that_is_not_there(sign_in: SignIn) -> None:
    officer = sign_in("shield_officer")
    assert officer.get(f"/feeds/{NOBODY}/proposal").status_code == 404
    for verb in ("confirm", "reject"):
        assert officer.post(f"/feeds/{NOBODY}/{verb}-resume").status_code == 404


def test_a_failing_log_undoes_the_act(portal: Flask, tmp_path: Path, sign_in: SignIn) -> None:
    source_id, officer = paused(portal, tmp_path, proposed=True), sign_in("shield_officer")
    break_log(portal)
    assert officer.get(f"/feeds/{source_id}/proposal").status_code == 500
    for verb in ("confirm", "reject"):
        assert officer.post(f"/feeds/{source_id}/{verb}-resume").status_code == 500
    (row,) = pauses(portal)
    assert row.ended_at is None
    assert row.proposed_at is not None


@pytest.mark.parametrize("path", ["/feeds/proposals", "/feeds/{}/proposal"])
def test_gives_page_and_piece(portal: Flask, tmp_path: Path, sign_in: SignIn, path: str) -> None:
    source_id = paused(portal, tmp_path, proposed=True)
    officer = sign_in("shield_officer")
    assert read(officer.get(path.format(source_id))).lstrip().startswith("<!DOCTYPE")
    piece = read(officer.get(path.format(source_id), headers=PIECE))
    assert piece.lstrip().startswith("<title>")


def test_rejects_other_methods(portal: Flask, tmp_path: Path, sign_in: SignIn) -> None:
    source_id = paused(portal, tmp_path, proposed=True)
    officer = sign_in("shield_officer")
    for verb in ("confirm", "reject"):
        assert officer.get(f"/feeds/{source_id}/{verb}-resume").status_code == 405
    assert officer.post("/feeds/proposals").status_code == 405
