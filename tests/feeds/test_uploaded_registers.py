"""Registers that a data steward uploads, or that lie in the watched folder."""

import csv
from dataclasses import replace
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from portal.core.config import Config
from portal.directory.models import Organisation
from portal.feeds.inbox import watched
from portal.feeds.models import Feed
from tests.children.looking import SignIn, lines, plain, read
from tests.directory.test_registers import gias, ods
from tests.editor import Editor
from tests.feeds.filing import child, run
from tests.feeds.sending import day, laid, page_of, parts, send, table, take_in


def schools(*rows: dict[str, str]) -> bytes:
    """Return rows as the schools' register has them."""
    text = StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode("cp1252")


def practices(*rows: list[str]) -> bytes:
    """Return rows as epraccur has them."""
    text = StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


FILE = schools(gias(URN="995001"), gias(URN="995002", EstablishmentNumber="2082"))


def upload(browser: Editor, content: bytes, **typed: str) -> TestResponse:
    """Upload a register."""
    made: dict[str, Any] = {"kind": "gias", "act": "take", **typed}
    made["file"] = FileStorage(BytesIO(content), "edubase.csv")
    boundary, body = encode_multipart(made)
    kind = f"multipart/form-data; boundary={boundary}"
    return browser.post("/feeds/register", data=body, content_type=kind)


def codes(session: Session) -> dict[str, object]:
    """Return until when each organisation of a register is accredited, by its code."""
    session.rollback()
    wanted = select(Organisation.code, Organisation.accredited_until)
    rows = session.execute(wanted.where(Organisation.source.in_(("gias", "ods")))).all()
    session.rollback()
    return {code: until for code, until in rows if code}


def test_from_the_upload_to_the_directory(portal: Flask, sign_in: SignIn, session: Session) -> None:
    browser = sign_in("data_steward")
    assert "Upload a register" in read(browser.get("/feeds"))
    assert "Nobody is accredited" in plain(read(browser.get("/feeds/register")))
    before = codes(session)
    address = upload(browser, FILE).headers["Location"]
    assert "Waits to be taken in" in page_of(browser, address)
    assert parts(portal)
    assert "registers, gias: 2 received, 2 added" in take_in(portal)
    page = page_of(browser, address)
    assert "Received 2 Added 2 Changed 0 Unchanged 0 Set aside 0" in page
    assert "Nothing was changed" not in page
    new = {code: until for code, until in codes(session).items() if code not in before}
    assert new == {"995001": None, "995002": None}
    assert parts(portal) == []
    (line,) = lines(portal, "feed:uploaded")
    assert line.details == {"source": "registers", "kind": "gias", "rehearsal": False}
    again = upload(browser, FILE).headers["Location"]
    take_in(portal)
    assert "Unchanged 2" in page_of(browser, again)
    other = schools(gias(URN="995001", EstablishmentName="Osier Bank School"))
    for year, counted in ((2025, "Unchanged 1"), ("", "Changed 1")):
        late = upload(browser, other, **day(*(31, 1, 2025) if year else ("", "", "")))
        take_in(portal)
        assert counted in page_of(browser, late.headers["Location"])


def test_a_dry_run_of_practices(portal: Flask, sign_in: SignIn, session: Session) -> None:
    browser, before = sign_in("data_steward"), codes(session)
    rows = ods(c1="X95001"), ods(c1="X95002", c26="1"), ["too", "short"]
    address = upload(browser, practices(*rows[:2]), kind="ods", act="rehearse").headers["Location"]
    assert "registers, ods, dry run: 2 received, 1 added" in take_in(portal)
    page = page_of(browser, address)
    assert "Nothing was changed" in page
    assert "Passed over: no entry of this directory 1" in page
    assert codes(session) == before
    address = upload(browser, practices(*rows), kind="ods").headers["Location"]
    take_in(portal)
    assert "Set aside 1" in page_of(browser, address)


def test_what_is_refused(portal: Flask, sign_in: SignIn, session: Session) -> None:
    browser, before = sign_in("data_steward"), codes(session)
    assert upload(browser, b"").status_code == 422
    assert upload(browser, FILE, kind="children").status_code == 422
    address = upload(browser, table([child(1)])).headers["Location"]
    take_in(portal)
    assert "Refused" in page_of(browser, address)
    assert codes(session) == before


@pytest.mark.parametrize("act", ["take", "rehearse"])
def test_a_register_that_closes_all_schools_says_why_it_is_refused(
    portal: Flask, sign_in: SignIn, act: str
) -> None:
    browser = sign_in("data_steward")
    rows = [gias(URN=f"99500{n}", EstablishmentNumber=f"209{n}") for n in range(3)]
    upload(browser, schools(*rows))
    take_in(portal)
    closed = [{**row, "EstablishmentStatus (name)": "Closed"} for row in rows]
    address = upload(browser, schools(*closed), act=act).headers["Location"]
    assert "Too many organisations that are open would be closed" in take_in(portal)
    assert "Too many organisations that are open would be closed" in page_of(browser, address)
    assert parts(portal) == []


def test_registers_are_no_source_of_people(
    portal: Flask, sign_in: SignIn, session: Session, tmp_path: Path
) -> None:
    browser = sign_in("data_steward")
    upload(browser, FILE)
    session.rollback()
    feed_id = session.scalars(select(Feed.id).where(Feed.name == "registers")).one()
    session.rollback()
    assert 'href="/feeds/register"' in read(browser.get(f"/feeds/{feed_id}"))
    assert browser.get(f"/feeds/{feed_id}/upload").headers["Location"] == "/feeds/register"
    assert send(browser, feed_id, table([child(1)])).status_code == 404
    path = tmp_path / "children.csv"
    path.write_bytes(table([child(1)]))
    refused = run(
        portal, "feeds", "import", "--source", "registers", "--kind", "children", str(path)
    )
    assert refused.exit_code == 2
    assert "or 'registers'" in refused.output
    assert run(portal, "feeds", "add", "registers").exit_code == 2


def test_paused_registers_wait_everywhere(
    portal: Flask, sign_in: SignIn, session: Session, tmp_path: Path
) -> None:
    browser, before = sign_in("data_steward"), codes(session)
    address = upload(browser, FILE).headers["Location"]
    assert run(portal, "feeds", "pause", "registers").exit_code == 0
    assert take_in(portal) == ""
    assert "This source is paused" in page_of(browser, address)
    path = tmp_path / "edubase.csv"
    path.write_bytes(FILE)
    command = ("directory", "import", "--format", "gias", str(path))
    assert run(portal, *command).exit_code == 1
    assert codes(session) == before
    assert upload(browser, FILE).status_code == 422


def test_registers_in_the_watched_folder(
    portal: Flask, session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, before = tmp_path / "in", codes(session)
    config: Config = portal.extensions["portal_config"]
    monkeypatch.setitem(
        portal.extensions, "portal_config", replace(config, watched_folder=str(folder))
    )
    monkeypatch.setattr(watched, "QUIET", -60)
    path = laid(folder, "gias", "edubase.csv", FILE, source="registers")
    assert "registers, gias: 2 received, 2 added" in take_in(portal)
    assert not path.exists()
    assert set(codes(session)) - set(before) == {"995001", "995002"}
    other = schools(gias(URN="995001", EstablishmentName="Osier Bank School"))
    laid(folder, "gias", "edubase_2025-01-31.csv", other, source="registers")
    assert "registers, gias: 1 received, 0 added, 0 changed, 1 unchanged" in take_in(portal)
    laid(folder, "gias", "a.csv", FILE, source="mosaic")
    assert "not named after a source and a kind" in take_in(portal, 1)
