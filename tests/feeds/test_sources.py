"""/feeds: how each source stands, for the data steward, who pauses and proposes to resume."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from portal.children import queries, vault
from portal.children.actions import hide_child
from portal.core.db import db
from portal.feeds.rules import FileKind
from tests.access.writing import break_log
from tests.cast import CAST
from tests.children.looking import NOBODY, PIECE, SignIn, lines, plain, read
from tests.children.reporting import FEED
from tests.feeds.filing import child, feed, run, write
from tests.feeds.pausing import known, paused, pauses, rehearse
from tests.shielding.test_2009_replayed import MOVED, ZOE

CHILDREN = FileKind.CHILDREN


def test_before_the_first_file_it_says_what_it_is_for(sign_in: SignIn) -> None:
    page = plain(read(sign_in("data_steward").get("/feeds")))
    assert "No source has reported yet." in page


def test_lists_each_source_with_its_last_file(
    portal: Flask, tmp_path: Path, sign_in: SignIn
) -> None:
    source_id = known(portal, tmp_path, child(1), child(2), child(3, gender="?"))
    browser = sign_in("data_steward")
    page = read(browser.get("/feeds"))
    assert f'href="/feeds/{source_id}"' in page
    assert "Files are taken" in page
    one = plain(read(browser.get(f"/feeds/{source_id}")))
    assert "3 received, 2 added, 0 changed, 0 unchanged, 1 set aside" in one
    assert "Pause this source" in one
    assert "Propose to resume" not in one


def test_the_menu_and_the_start_page_lead_there(sign_in: SignIn) -> None:
    browser = sign_in("data_steward")
    assert 'href="/feeds"' in read(browser.get("/"))
    assert 'href="/feeds"' in read(browser.get("/corrections")).split("<main")[0]


def test_pauses_and_says_who_did(portal: Flask, tmp_path: Path, sign_in: SignIn) -> None:
    source_id = known(portal, tmp_path)
    browser = sign_in("data_steward")
    sent = browser.post(f"/feeds/{source_id}/pause", data={"cause": "wrong_child"})
    assert sent.headers["Location"] == f"/feeds/{source_id}?done=paused"
    page = plain(read(browser.get(sent.headers["Location"])))
    assert "The source is paused." in page
    assert f"by {CAST.data_steward.name}" in page
    assert "Its rows are about another child than they say" in page
    assert "first have a dry run made" in page
    (line,) = lines(portal, "feed:paused")
    assert line.details == {"source": "mosaic", "cause": "wrong_child"}
    assert feed(portal, tmp_path / "mosaic.csv", CHILDREN).exit_code == 1


def test_pausing_again_does_nothing(portal: Flask, tmp_path: Path, sign_in: SignIn) -> None:
    source_id = paused(portal, tmp_path, proposed=True)
    browser = sign_in("data_steward")
    for typed in ({"cause": "wrong_rows"}, {}):
        assert browser.post(f"/feeds/{source_id}/pause", data=typed).status_code == 303
    (row,) = pauses(portal)
    assert (row.cause, row.paused_by, row.proposed_at is None) == ("precaution", None, False)
    assert lines(portal, "feed:paused") == []


@pytest.mark.parametrize(
    ("typed", "message"),
    [({}, "Choose why you pause it"), ({"cause": "because"}, "Choose one of the answers")],
)
def test_bad_input_is_explained(
    portal: Flask, tmp_path: Path, sign_in: SignIn, typed: dict[str, str], message: str
) -> None:
    source_id = known(portal, tmp_path)
    answer = sign_in("data_steward").post(f"/feeds/{source_id}/pause", data=typed)
    assert answer.status_code == 422
    assert message in answer.get_data(as_text=True)
    assert pauses(portal) == []


def test_proposes_after_a_clean_dry_run_and_not_before(
    portal: Flask, tmp_path: Path, sign_in: SignIn
) -> None:
    source_id = paused(portal, tmp_path)
    browser, address = sign_in("data_steward"), f"/feeds/{source_id}"
    refused = browser.post(f"{address}/propose-resume")
    assert refused.status_code == 409
    assert "Resuming needs a dry run" in refused.get_data(as_text=True)
    rehearse(portal, tmp_path)
    page = plain(read(browser.get(address)))
    assert "3 received, 1 added, 0 changed, 2 unchanged, 0 set aside" in page
    assert "Propose to resume" in page
    for _ in range(2):
        assert browser.post(f"{address}/propose-resume").status_code == 303
    page = plain(read(browser.get(f"{address}?done=proposed")))
    assert "Resuming waits for the second person, a shield officer." in page
    assert len(lines(portal, "feed:resume_proposed")) == 1
    assert feed(portal, tmp_path / "mosaic.csv", CHILDREN).exit_code == 1


@pytest.mark.parametrize("grade", [None, *vault.Grade])
def test_reads_the_same_whatever_waits_in_quarantine(
    portal: Flask, tmp_path: Path, sign_in: SignIn, session: Session, grade: vault.Grade | None
) -> None:
    source_id = known(portal, tmp_path, ZOE)
    if grade is not None:
        child_id = queries.child_ids("mosaic", ["K1"])["K1"]
        hide_child(child_id=child_id, grade=grade, by=FEED)
        db.session.commit()
    file = write(tmp_path / "moved.csv", CHILDREN, [MOVED])
    assert feed(portal, file, CHILDREN).exit_code == 0
    run(portal, "feeds", "pause", "mosaic")
    feed(portal, file, CHILDREN, "--dry-run")
    done = run(portal, "feeds", "resume", "mosaic")
    assert (done.exit_code, done.output) == (
        0, "Resuming mosaic waits for the second person: a shield officer confirms it.\n"
    )  # fmt: skip
    page = plain(read(sign_in("data_steward").get(f"/feeds/{source_id}")))
    assert "1 received, 0 added, 0 changed, 1 unchanged, 0 set aside" in page
    assert "1 received, 0 added, 1 changed, 0 unchanged, 0 set aside" in page
    assert "Resuming waits for the second person" in page


@pytest.mark.parametrize("who", ["teacher", "helpdesk", "auditor", "shield_officer", "untrained"])
def test_refuses_the_wrong_person(portal: Flask, tmp_path: Path, sign_in: SignIn, who: str) -> None:
    source_id = known(portal, tmp_path)
    browser = sign_in(who)
    assert browser.get("/feeds").status_code == 403
    assert browser.get(f"/feeds/{source_id}").status_code == 403
    typed = {"cause": "precaution"}
    assert browser.post(f"/feeds/{source_id}/pause", data=typed).status_code == 403
    assert browser.post(f"/feeds/{source_id}/propose-resume").status_code == 403
    assert len(lines(portal, "door:refused")) == 4
    assert pauses(portal) == []


def test_one_that_is_not_there(sign_in: SignIn) -> None:
    browser = sign_in("data_steward")
    assert browser.get(f"/feeds/{NOBODY}").status_code == 404
    assert browser.post(f"/feeds/{NOBODY}/pause", data={"cause": "precaution"}).status_code == 404
    assert browser.post(f"/feeds/{NOBODY}/propose-resume").status_code == 404


def test_a_failing_log_undoes_the_act(portal: Flask, tmp_path: Path, sign_in: SignIn) -> None:
    source_id = known(portal, tmp_path)
    browser = sign_in("data_steward")
    break_log(portal)
    sent = browser.post(f"/feeds/{source_id}/pause", data={"cause": "precaution"})
    assert sent.status_code == 500
    assert pauses(portal) == []


@pytest.mark.parametrize("path", ["/feeds", "/feeds/{}"])
def test_gives_page_and_piece(portal: Flask, tmp_path: Path, sign_in: SignIn, path: str) -> None:
    source_id, browser = known(portal, tmp_path), sign_in("data_steward")
    assert read(browser.get(path.format(source_id))).lstrip().startswith("<!DOCTYPE")
    piece = read(browser.get(path.format(source_id), headers=PIECE))
    assert piece.lstrip().startswith("<title>")


def test_rejects_other_methods(portal: Flask, tmp_path: Path, sign_in: SignIn) -> None:
    source_id, browser = known(portal, tmp_path), sign_in("data_steward")
    assert browser.post("/feeds").status_code == 405
    assert browser.get(f"/feeds/{source_id}/pause").status_code == 405
    assert browser.get(f"/feeds/{source_id}/propose-resume").status_code == 405
