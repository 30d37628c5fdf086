"""python -m portal feeds pause, resume, status: one word stops a source, two people resume it."""

import json
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from portal.access.identity import operator
from portal.core.db import db
from portal.feeds import actions
from portal.feeds.models import FeedRun
from portal.feeds.queries import ReceiptSheet
from portal.feeds.rules import FileKind
from portal.sandbox.rows import SOURCE as TOWN
from tests.access.writing import break_log
from tests.children.looking import SignIn
from tests.feeds.filing import child, counts, feed, holdings, len_of_log, run, write
from tests.feeds.pausing import (
    SENTENCE,
    feed_id,
    known,
    logged,
    paused,
    pauses,
    rehearse,
    resume,
)

CHILDREN = FileKind.CHILDREN


def test_nothing_more_is_taken_and_nothing_is_read(
    portal: Flask, tmp_path: Path, session: Session
) -> None:
    known(portal, tmp_path)
    done = run(portal, "feeds", "pause", "mosaic", "--cause", "wrong_child")
    assert done.exit_code == 0
    assert "mosaic is paused: nothing is taken from it." in done.output
    before, length = holdings("mosaic"), len_of_log(session)
    for file in (write(tmp_path / "new.csv", CHILDREN, [child(3)]), tmp_path / "none.csv"):
        refused = feed(portal, file, CHILDREN)
        assert refused.exit_code == 1
        assert SENTENCE in refused.output
        assert "Received" not in refused.output
    assert holdings("mosaic") == before
    assert len_of_log(session) == length
    assert session.query(FeedRun).count() == 1


def test_other_sources_go_on(portal: Flask, tmp_path: Path) -> None:
    paused(portal, tmp_path)
    known(portal, tmp_path, child(7), source="emis")
    assert counts(feed(portal, tmp_path / "emis.csv", CHILDREN, source="emis"))[3] == 1


def test_pausing_is_logged_and_twice_is_once(portal: Flask, tmp_path: Path) -> None:
    known(portal, tmp_path)
    for cause, words in (("wrong_rows", "nothing is taken"), ("precaution", "paused already")):
        done = run(portal, "feeds", "pause", "mosaic", "--cause", cause)
        assert done.exit_code == 0
        assert words in done.output
    said = {"source": "mosaic", "cause": "wrong_rows"}
    assert logged(portal, "feed:paused") == [(feed_id(portal), said)]
    assert [row.cause for row in pauses(portal)] == ["wrong_rows"]


@pytest.mark.parametrize("verb", ["pause", "resume"])
def test_a_name_that_no_source_has(portal: Flask, verb: str) -> None:
    done = run(portal, "feeds", verb, "mosaik")
    assert done.exit_code == 1
    assert "No source has this name." in done.output


def test_a_cause_is_a_word_of_the_list(portal: Flask, tmp_path: Path) -> None:
    known(portal, tmp_path)
    assert run(portal, "feeds", "pause", "mosaic", "--cause", "Zoë is found").exit_code == 2
    assert pauses(portal) == []


def test_a_failing_log_undoes_the_pause(portal: Flask, tmp_path: Path) -> None:
    known(portal, tmp_path)
    break_log(portal)
    assert run(portal, "feeds", "pause", "mosaic").exit_code != 0
    assert pauses(portal) == []


@pytest.mark.parametrize("word", ["--dry-run", "--rehearse"])
def test_resuming_is_proposed_after_a_clean_dry_run_and_confirmed_by_another(
    portal: Flask, tmp_path: Path, sign_in: SignIn, word: str
) -> None:
    source_id = paused(portal, tmp_path)
    file = write(tmp_path / "new.csv", CHILDREN, [child(1), child(3)])
    assert counts(feed(portal, file, CHILDREN, word)) == (2, 1, 0, 1, 0)
    done = run(portal, "feeds", "resume", "mosaic")
    assert done.exit_code == 0
    assert "waits for the second person" in done.output
    assert feed(portal, file, CHILDREN).exit_code == 1
    officer = sign_in("shield_officer")
    assert officer.post(f"/feeds/{source_id}/confirm-resume").status_code == 303
    assert counts(feed(portal, file, CHILDREN)) == (2, 1, 0, 1, 0)
    for event in ("feed:resume_proposed", "feed:resumed"):
        assert logged(portal, event) == [(source_id, {"source": "mosaic"})]
    (row,) = pauses(portal)
    assert row.ended_at is not None
    assert row.proposed_by is None


def test_after_resuming_it_can_be_paused_anew(
    portal: Flask, tmp_path: Path, sign_in: SignIn
) -> None:
    paused(portal, tmp_path)
    rehearse(portal, tmp_path)
    resume(portal, sign_in("shield_officer"), "mosaic")
    assert run(portal, "feeds", "pause", "mosaic").exit_code == 0
    assert run(portal, "feeds", "resume", "mosaic").exit_code == 1
    assert [row.ended_at is None for row in pauses(portal)] == [False, True]


def test_resuming_what_is_not_paused(portal: Flask, tmp_path: Path) -> None:
    known(portal, tmp_path)
    done = run(portal, "feeds", "resume", "mosaic")
    assert done.exit_code == 1
    assert "This source is not paused." in done.output


def refused(app: Flask) -> bool:
    """True when resuming cannot be proposed, and the sentence says what is missing."""
    done = run(app, "feeds", "resume", "mosaic")
    assert (done.exit_code == 1) == ("Resuming needs a dry run" in done.output)
    return done.exit_code == 1


def test_a_dry_run_before_the_pause_does_not_count(portal: Flask, tmp_path: Path) -> None:
    known(portal, tmp_path)
    rehearse(portal, tmp_path)
    run(portal, "feeds", "pause", "mosaic")
    assert refused(portal)
    rehearse(portal, tmp_path)
    assert not refused(portal)


def test_the_newest_dry_run_counts(portal: Flask, tmp_path: Path) -> None:
    paused(portal, tmp_path)
    rehearse(portal, tmp_path, child(1), child(2, gender="?"))
    assert refused(portal)
    rehearse(portal, tmp_path)
    rehearse(portal, tmp_path, child(1, date_of_birth="3014-01-01"))
    assert refused(portal)
    assert logged(portal, "feed:resume_proposed") == []


def test_a_refused_or_empty_file_is_no_clean_dry_run(portal: Flask, tmp_path: Path) -> None:
    paused(portal, tmp_path)
    rehearse(portal, tmp_path)
    bad = tmp_path / "bad.csv"
    bad.write_text("a,b,c\n1,2,3\n", encoding="utf-8")
    assert feed(portal, bad, CHILDREN, "--dry-run").exit_code == 2
    assert refused(portal)
    assert feed(portal, write(bad, CHILDREN, []), CHILDREN, "--dry-run").exit_code == 0
    assert refused(portal)


@pytest.mark.parametrize("is_whole", [True, False])
def test_a_full_file_that_leaves_out_too_much_is_no_clean_dry_run(
    portal: Flask, tmp_path: Path, is_whole: bool
) -> None:
    """It was probably cut off, and every row of what is left of it would be taken."""
    everybody = [child(number) for number in range(1, 15)]
    known(portal, tmp_path, *everybody)
    run(portal, "feeds", "pause", "mosaic")
    part = write(tmp_path / "part.csv", CHILDREN, everybody[:2])
    tried = feed(portal, part, CHILDREN, "--full", "--dry-run")
    assert (tried.exit_code, counts(tried)) == (1, (2, 0, 0, 2, 0))
    assert refused(portal)
    file = write(tmp_path / "right.csv", CHILDREN, everybody if is_whole else everybody[:2])
    more = () if is_whole else ("--accept-drop",)
    assert feed(portal, file, CHILDREN, "--full", "--dry-run", *more).exit_code == 0
    assert not refused(portal)


def test_a_dry_run_of_another_source_does_not_count(portal: Flask, tmp_path: Path) -> None:
    paused(portal, tmp_path)
    known(portal, tmp_path, child(7), source="emis")
    rehearse(portal, tmp_path, source="emis")
    assert refused(portal)


def test_of_two_dry_runs_at_once_the_later_begun_counts(
    portal: Flask, tmp_path: Path, session: Session
) -> None:
    paused(portal, tmp_path)
    by = operator("feeds import")
    first, second = (
        actions.begin_rehearsal(source="mosaic", kind=CHILDREN, by=by) for _ in range(2)
    )
    assert first is not None
    assert second is not None
    sheet = ReceiptSheet(source="mosaic", kind="children", received=2, added=2)
    actions.end_rehearsal(begun=first, sheet=sheet, by=by)
    session.commit()
    assert refused(portal)
    actions.end_rehearsal(begun=second, sheet=sheet, by=by)
    session.commit()
    assert not refused(portal)


def test_what_is_kept_of_a_dry_run_is_counts(portal: Flask, tmp_path: Path) -> None:
    paused(portal, tmp_path)
    rehearse(portal, tmp_path, child(1), child(3), child(4, gender="?"))
    (row,) = pauses(portal)
    kept = (row.kind, row.received, row.added, row.changed, row.unchanged, row.set_aside)
    assert kept == ("children", 3, 1, 0, 1, 1)


def test_status_as_json_is_one_object(portal: Flask, tmp_path: Path) -> None:
    before = json.loads(run(portal, "feeds", "status", "--json").output)
    assert before["sources"] == []
    known(portal, tmp_path)
    known(portal, tmp_path, child(7, gender="?"), child(8), source="emis")
    run(portal, "feeds", "pause", "mosaic")
    rehearse(portal, tmp_path)
    told = json.loads(run(portal, "feeds", "status", "--json").output)
    assert told["children"] == before["children"] + 3
    emis, mosaic = told["sources"]
    assert (emis["name"], emis["state"], emis["cause"], emis["dry_run"]) == (
        "emis", "live", None, None
    )  # fmt: skip
    number = emis["last_run"]["receipt"]
    receipt = run(portal, "feeds", "receipt", number)
    words = ("received", "added", "changed", "unchanged", "set_aside")
    assert counts(receipt) == tuple(emis["last_run"][word] for word in words) == (2, 1, 0, 0, 1)
    assert emis["last_run"]["state"] == "finished"
    assert (mosaic["state"], mosaic["cause"]) == ("paused", "precaution")
    assert mosaic["dry_run"]["is_clean"] is True
    run(portal, "feeds", "resume", "mosaic")
    told = json.loads(run(portal, "feeds", "status", "--json").output)
    assert told["sources"][1]["state"] == "resume_proposed"


def test_status_in_plain_text_is_a_table(portal: Flask, tmp_path: Path) -> None:
    known(portal, tmp_path)
    run(portal, "feeds", "pause", "mosaic")
    said = run(portal, "feeds", "status").output.splitlines()
    assert said[0].startswith("Children: ")
    assert said[1].split() == "Source State Last file Began Received Set aside".split()
    assert said[2].startswith("mosaic  Paused (As a precaution)  children  ")
    assert said[2].endswith("2         0")
    assert len(said) == 3


def test_the_towns_own_children_count(portal: Flask, session: Session) -> None:
    held = [row for row in holdings(TOWN) if row[0] == "child"]
    db.session.rollback()
    assert json.loads(run(portal, "feeds", "status", "--json").output)["children"] == len(held)
