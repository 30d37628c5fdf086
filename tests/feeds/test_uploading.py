"""Uploading a file of a source, and what its pages say until it has been taken in."""

import uuid
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from waitress.buffers import BytesIOBasedBuffer, OverflowableBuffer  # type: ignore[import-untyped]
from werkzeug import formparser

from portal.access.identity import operator
from portal.children import queries, vault
from portal.children.actions import hide_child
from portal.core.config import Config
from portal.core.db import db
from portal.feeds import actions
from portal.feeds.actions import uploading
from portal.lifecycle.serving import server_settings
from tests.access.writing import break_log
from tests.cast import CAST
from tests.children.looking import NOBODY, PIECE, SignIn, lines, plain, read
from tests.children.reporting import FEED
from tests.feeds.filing import child, run
from tests.feeds.pausing import known, paused, resume
from tests.feeds.sending import day, page_of, parts, send, sent, table, take_in, timeless, uploads
from tests.shielding.test_2009_replayed import MOVED, ZOE

ROWS = [child(1), child(3), child(4, gender="?")]
COUNTED = "3 received, 1 added, 0 changed, 1 unchanged, 1 set aside"
BY_MAP = b'[columns]\nsource_id = "Id"\ngiven_names = "Name"\nfamily_name = "Name"\n'


def test_from_the_upload_to_the_receipt(portal: Flask, tmp_path: Path, sign_in: SignIn) -> None:
    source_id, browser = known(portal, tmp_path), sign_in("data_steward")
    assert f'href="/feeds/{source_id}/upload"' in read(browser.get(f"/feeds/{source_id}"))
    form = plain(read(browser.get(f"/feeds/{source_id}/upload")))
    assert "The file may have 8 MB" in form
    address = sent(browser, source_id, ROWS)
    page = page_of(browser, address)
    assert "Waits to be taken in" in page
    assert f"by {CAST.data_steward.name}" in page
    assert parts(portal)
    assert not any(b"Ada" in part or b"O\xe2\x80\x99Hara" in part for part in parts(portal))
    (line,) = lines(portal, "feed:uploaded")
    assert line.details == {"source": "mosaic", "kind": "children", "rehearsal": False}
    assert take_in(portal).strip().endswith(COUNTED)
    page = page_of(browser, address)
    assert "Finished" in page
    assert "Received 3 Added 1 Changed 0 Unchanged 1 Set aside 1" in page
    assert "Line 4 gender This word is not known." in page
    assert parts(portal) == []
    assert "Taken in" in plain(read(browser.get(f"/feeds/{source_id}")))
    assert take_in(portal) == ""


def test_a_full_file(portal: Flask, tmp_path: Path, sign_in: SignIn) -> None:
    source_id, browser = known(portal, tmp_path), sign_in("data_steward")
    refused = send(browser, source_id, table(ROWS), kind="practitioners", reach="full")
    assert refused.status_code == 422
    assert "Nothing is marked of practitioners" in plain(refused.get_data(as_text=True))
    address = sent(browser, source_id, [child(1)], reach="full")
    assert "no longer reported: 1" in take_in(portal)
    assert "No longer reported 1" in page_of(browser, address)
    source = plain(read(browser.get(f"/feeds/{source_id}")))
    assert "1 child, who stays in the index" in source
    many = [child(number, nhs_number="", upn="") for number in range(20, 35)]
    sent(browser, source_id, many)
    take_in(portal)
    # Of a dry run the steward reads; it calls nobody.
    for act, code in (("rehearse", 0), ("take", 1)):
        address = sent(browser, source_id, many[:2], reach="full", act=act)
        take_in(portal, code)
        page = page_of(browser, address)
        assert "14 of 16, not marked" in page
        assert "send it again and say that it may leave out so much" in page
        assert ("Nothing was changed" in page) == (act == "rehearse")
    address = sent(browser, source_id, many[:2], reach="full_anyway")
    assert "no longer reported: 14" in take_in(portal)


def test_a_dry_run_changes_nothing(portal: Flask, tmp_path: Path, sign_in: SignIn) -> None:
    source_id, browser = known(portal, tmp_path), sign_in("data_steward")
    address = sent(browser, source_id, ROWS, act="rehearse")
    assert f"dry run: {COUNTED}" in take_in(portal)
    page = page_of(browser, address)
    assert "This is what would happen. Nothing was changed." in page
    assert "Received 3 Added 1 Changed 0 Unchanged 1 Set aside 1" in page
    assert "Line 4 gender This word is not known." in page
    with portal.app_context():
        assert set(queries.child_ids("mosaic", ["K1", "K3"])) == {"K1"}


def test_a_file_that_is_refused_says_why(portal: Flask, tmp_path: Path, sign_in: SignIn) -> None:
    source_id, browser = known(portal, tmp_path), sign_in("data_steward")
    answer = send(browser, source_id, b"source_id,surname\nK1,Nowak\n")
    assert "Missing: given_names" in take_in(portal)
    page = page_of(browser, answer.headers["Location"])
    assert "Refused" in page
    assert "Line 1: The header is not the one for this kind of file. Missing: given_names" in page
    assert "surname" not in page
    assert parts(portal) == []


BAD: list[tuple[bytes | None, dict[str, Any], str]] = [
    (None, {}, "Choose the file"),
    (b"", {}, "The file is empty"),
    (b"x", {"kind": ""}, "Choose what the file holds"),
    (b"x", {"act": ""}, "Choose what shall be done"),
    (b"x", {"act": "guess"}, "Choose one of the answers shown"),
    (None, {"file": "a text"}, "Choose the file"),
    (b"x", {"by_map": b"[columns\n"}, "Line 1: This is not TOML."),
    (b"x", {"by_map": BY_MAP}, "The map must say where this column stands."),
    (b"x" * 1_001, {}, "The file is larger than 0 MB"),
    (b"x", day(2, 3, 2999), "The day on which it was written must be today or in the past"),
    (b"x", day(31, 2, 2026), "The day on which it was written must be a real date"),
    (b"x", day(1, 2, 1026), "The day on which it was written must be in 2000 or later"),
    (b"x", day(1, 2, ""), "The day on which it was written must include a year"),
]


def test_bad_input_is_explained(
    portal: Flask, tmp_path: Path, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Config, "largest_upload", 1_000)
    source_id, browser = known(portal, tmp_path), sign_in("data_steward")
    for content, more, message in BAD:
        answer = send(browser, source_id, content, **more)
        assert answer.status_code == 422
        assert message in plain(answer.get_data(as_text=True)), more
    assert uploads(portal) == []


def test_one_that_is_far_too_large_is_not_read(
    portal: Flask, tmp_path: Path, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Config, "largest_upload", 1_000)
    source_id, browser = known(portal, tmp_path), sign_in("data_steward")
    kind = "multipart/form-data; boundary=here"
    sent = browser.post(f"/feeds/{source_id}/upload", data=b"x" * 101_001, content_type=kind)
    assert sent.status_code == 413
    # No other door takes as much.
    monkeypatch.setattr(Config, "largest_upload", 8_000_000)
    sent = browser.post(f"/feeds/{source_id}/pause", data=b"x" * 1_000_001, content_type=kind)
    assert sent.status_code == 413
    assert uploads(portal) == []


def test_nothing_is_laid_on_a_disk(
    portal: Flask, tmp_path: Path, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_file(*_: object, **__: object) -> None:
        raise AssertionError("a file in the clear")

    monkeypatch.setattr(formparser, "SpooledTemporaryFile", no_file)
    source_id = known(portal, tmp_path)
    content = table([child(1)]) + b"\n" * 700_000
    assert send(sign_in("data_steward"), source_id, content).status_code == 303
    assert len(parts(portal)) == 3
    told = server_settings(portal.extensions["portal_config"], host="127.0.0.1", port=1)
    buffer = OverflowableBuffer(told["inbuf_overflow"])
    # One that is sent in pieces is refused when it has passed the limit by less than that.
    for _ in range(told["max_request_body_size"] // 100_000 + 1):
        buffer.append(b"x" * 90_000)
    buffer.append(b"x" * (told["max_request_body_size"] + 10_000 - len(buffer)))
    assert isinstance(buffer.buf, BytesIOBasedBuffer)


def test_the_token_of_the_form_is_needed_and_enough(
    portal: Flask, tmp_path: Path, sign_in: SignIn
) -> None:
    source_id, browser = known(portal, tmp_path), sign_in("data_steward")
    token = browser.form_token()
    for word, status in (("", 400), ("wrong", 400), (token, 303)):
        answer = send(browser, source_id, table(ROWS), csrf_token=word, token=False)
        assert answer.status_code == status
    assert len(uploads(portal)) == 1


def test_a_paused_source_takes_dry_runs_only(
    portal: Flask, tmp_path: Path, sign_in: SignIn
) -> None:
    source_id, browser = paused(portal, tmp_path), sign_in("data_steward")
    answer = send(browser, source_id, table(ROWS))
    assert answer.status_code == 422
    assert "This source is paused: nothing is taken from it." in answer.get_data(as_text=True)
    assert uploads(portal) == []
    sent(browser, source_id, [child(1), child(3)], act="rehearse")
    take_in(portal)
    assert "Propose to resume" in plain(read(browser.get(f"/feeds/{source_id}")))


def test_one_that_waits_when_its_source_is_paused_goes_on_later(
    portal: Flask, tmp_path: Path, sign_in: SignIn
) -> None:
    source_id, browser = known(portal, tmp_path), sign_in("data_steward")
    address = sent(browser, source_id, ROWS)
    assert run(portal, "feeds", "pause", "mosaic").exit_code == 0
    assert take_in(portal) == ""
    assert "This source is paused: nothing is taken from it." in page_of(browser, address)
    sent(browser, source_id, [child(1)], act="rehearse")
    take_in(portal)
    resume(portal, sign_in("shield_officer"), "mosaic")
    assert COUNTED in take_in(portal)


def test_withdrawn_before_it_was_taken_in(portal: Flask, tmp_path: Path, sign_in: SignIn) -> None:
    source_id, browser = known(portal, tmp_path), sign_in("data_steward")
    address = sent(browser, source_id, ROWS)
    assert "Withdraw and delete the file" in page_of(browser, address)
    answer = browser.post(f"{address}/withdraw")
    assert answer.headers["Location"] == f"/feeds/{source_id}?done=withdrawn"
    assert "Withdrawn" in page_of(browser, address)
    assert (parts(portal), take_in(portal)) == ([], "")
    assert len(lines(portal, "feed:withdrawn")) == 1
    assert browser.post(f"{address}/withdraw").status_code == 409
    assert len(lines(portal, "feed:withdrawn")) == 1


def test_withdrawn_while_it_was_looked_through(
    portal: Flask, tmp_path: Path, sign_in: SignIn, session: Session
) -> None:
    source_id, browser = known(portal, tmp_path), sign_in("data_steward")
    address = sent(browser, source_id, ROWS)
    steps = actions.take_in_upload(upload_id=_id(address), by=operator("feeds take-in"))
    next(steps)
    session.commit()
    assert browser.post(f"{address}/withdraw").status_code == 303
    assert list(steps) == []
    session.commit()
    assert len(queries.child_ids("mosaic", ["K1", "K3"])) == 1


def test_killed_after_any_step_it_goes_on(
    portal: Flask, tmp_path: Path, sign_in: SignIn, session: Session
) -> None:
    source_id, browser = known(portal, tmp_path), sign_in("data_steward")
    for left in range(1, 6):
        address = sent(browser, source_id, [child(1), child(10 + left), child(4, gender="?")])
        steps = actions.take_in_upload(upload_id=_id(address), by=operator("feeds take-in"))
        for _ in range(left):
            next(steps)
            session.commit()
        page = page_of(browser, address)
        if 2 <= left <= 4:
            assert "rows are" in page
            assert browser.post(f"{address}/withdraw").status_code == 409
        steps.close()
        session.rollback()
        assert COUNTED in take_in(portal), left
        assert "Received 3 Added 1 Changed 0 Unchanged 1 Set aside 1" in page_of(browser, address)
        assert (parts(portal), take_in(portal)) == ([], "")


def test_so_many_may_wait_and_no_more(
    portal: Flask, tmp_path: Path, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploading, "MOST_WAITING", 1)
    source_id, browser = known(portal, tmp_path), sign_in("data_steward")
    sent(browser, source_id, ROWS)
    assert send(browser, source_id, table(ROWS)).status_code == 422
    assert len(uploads(portal)) == 1


@pytest.mark.parametrize("grade", [None, vault.Grade.MASKED, vault.Grade.ABSENT])
def test_reads_the_same_whatever_is_held_back(
    portal: Flask,
    tmp_path: Path,
    sign_in: SignIn,
    session: Session,
    grade: vault.Grade | None,
) -> None:
    source_id, browser = known(portal, tmp_path, ZOE), sign_in("data_steward")
    if grade is not None:
        child_id = queries.child_ids("mosaic", ["K1"])["K1"]
        hide_child(child_id=child_id, grade=grade, by=FEED)
        db.session.commit()
    address = sent(browser, source_id, [MOVED])
    steps = actions.take_in_upload(upload_id=_id(address), by=operator("feeds take-in"))
    seen = []
    for _ in steps:
        session.commit()
        seen.append(timeless(page_of(browser, address)).split("Kind ")[-1])
    session.commit()
    told = [words for words in seen if "rows are" in words]
    assert ["1 of 1 rows are decided." in words for words in told] == [False, False, True]
    assert "Received 1 Added 0 Changed 1 Unchanged 0 Set aside 0" in page_of(browser, address)
    assert "1 received, 0 added, 1 changed" in page_of(browser, f"/feeds/{source_id}")


def test_refuses_the_wrong_person(portal: Flask, tmp_path: Path, sign_in: SignIn) -> None:
    source_id = known(portal, tmp_path)
    address = sent(sign_in("data_steward"), source_id, ROWS)
    for who in ("teacher", "helpdesk", "auditor", "shield_officer", "untrained"):
        browser = sign_in(who)
        assert browser.get(f"/feeds/{source_id}/upload").status_code == 403
        assert send(browser, source_id, table(ROWS)).status_code == 403
        assert browser.get(address).status_code == 403
        assert browser.post(f"{address}/withdraw").status_code == 403
        assert browser.get(f"/feeds/runs/{NOBODY}").status_code == 403
    assert [row.state for row in uploads(portal)] == ["waiting"]


def test_one_that_is_not_there(portal: Flask, sign_in: SignIn) -> None:
    browser = sign_in("data_steward")
    assert browser.get(f"/feeds/{NOBODY}/upload").status_code == 404
    assert send(browser, NOBODY, table(ROWS)).status_code == 404
    assert browser.get(f"/feeds/uploads/{NOBODY}").status_code == 404
    assert browser.post(f"/feeds/uploads/{NOBODY}/withdraw").status_code == 404
    assert browser.get(f"/feeds/runs/{NOBODY}").status_code == 404


def test_a_failing_log_undoes_the_upload(portal: Flask, tmp_path: Path, sign_in: SignIn) -> None:
    source_id, browser = known(portal, tmp_path), sign_in("data_steward")
    break_log(portal)
    assert send(browser, source_id, table(ROWS)).status_code == 500
    assert (uploads(portal), parts(portal)) == ([], [])


def test_gives_page_and_piece_that_asks_again_for_a_while(
    portal: Flask, tmp_path: Path, sign_in: SignIn
) -> None:
    source_id, browser = known(portal, tmp_path), sign_in("data_steward")
    address = sent(browser, source_id, ROWS)
    assert read(browser.get(address)).lstrip().startswith("<!DOCTYPE")
    piece = read(browser.get(f"{address}?looks=7", headers=PIECE))
    assert piece.lstrip().startswith("<title>")
    assert f'hx-get="{address}?looks=8"' in piece
    for last in ("100", "1000", "²"):
        page = read(browser.get(f"{address}?looks={last}"))
        assert ("hx-trigger" in page) == (last != "100")
    take_in(portal)
    assert "hx-trigger" not in read(browser.get(address, follow_redirects=True))
    assert browser.get(f"{address}/withdraw").status_code == 405
    assert browser.post(address).status_code == 405


def _id(address: str) -> uuid.UUID:
    return uuid.UUID(address.rsplit("/", 1)[-1])
