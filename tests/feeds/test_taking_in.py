"""feeds take-in: what waits in the watched folder, and how several wait together."""

import gzip
import os
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.access.identity import operator
from portal.children import queries
from portal.feeds import actions
from portal.feeds.actions import runs, taking_in
from portal.feeds.inbox import watched
from portal.feeds.models import FeedUpload
from portal.feeds.queries import sources
from portal.feeds.rules import FileKind
from tests.children.looking import SignIn
from tests.feeds.filing import child, counts, feed, practitioner, run, write
from tests.feeds.pausing import known
from tests.feeds.sending import day, laid, page_of, send, sent, table, take_in, uploads

ROWS = [child(1), child(3), child(4, gender="?")]
COUNTED = "3 received, 1 added, 0 changed, 1 unchanged, 1 set aside"
MAP = """
[columns]
source_id = "Id"
given_names = "Name"
family_name = "Surname"
date_of_birth = "DOB"
gender = "Sex"
"""


@pytest.fixture
def folder(portal: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A watched folder whose files are ripe at once; mosaic is known."""
    monkeypatch.setattr(watched, "QUIET", -60)
    _settings(portal, monkeypatch, watched_folder=str(tmp_path / "in"))
    (tmp_path / "in").mkdir(mode=0o700)
    known(portal, tmp_path)
    return tmp_path / "in"


def test_a_file_is_taken_and_deleted(portal: Flask, folder: Path, session: Session) -> None:
    file = laid(folder, "children", "Zoë of Anytown.csv", table(ROWS))
    said = take_in(portal)
    assert said.startswith("mosaic, children, ")
    assert said.endswith(f": {COUNTED}\n")
    assert "Anytown" not in said
    assert list(file.parent.iterdir()) == []
    assert len(queries.child_ids("mosaic", ["K1", "K3"])) == 2
    assert take_in(portal) == ""


def test_a_file_of_which_nothing_can_be_used_needs_somebody(portal: Flask, folder: Path) -> None:
    laid(folder, "children", "a.csv", table([child(number, gender="?") for number in range(11)]))
    assert "mosaic, children: Not one row could be used." in take_in(portal, 1)


def test_a_file_that_waited_over_midnight_speaks_of_the_day_it_came(
    portal: Flask, folder: Path, session: Session, tmp_path: Path, sign_in: SignIn
) -> None:
    browser, (source,) = sign_in("data_steward"), sources()
    old, new = (child(1, address=f"{number} Weavers Lane") for number in (5, 6))
    for act in ("take", "rehearse"):
        sent(browser, source.id, [old], act=act)
    for row in session.scalars(select(FeedUpload)):
        row.uploaded_at -= timedelta(days=1)
    session.commit()
    kind = FileKind.CHILDREN
    assert counts(feed(portal, write(tmp_path / "b.csv", kind, [new]), kind))[2] == 1
    assert take_in(portal).count("1 received, 0 added, 0 changed, 1 unchanged") == 2


def test_a_folder_of_full_files(portal: Flask, folder: Path) -> None:
    rows = [child(number, nhs_number="", upn="") for number in range(20, 34)]
    laid(folder, "children", "a.csv", table(rows))
    assert "no longer reported" not in take_in(portal)
    laid(folder, "children-full", "b.csv", table(rows[1:]))
    # mosaic is known by two children of an earlier file.
    assert take_in(portal).endswith("0 set aside, no longer reported: 3\n")
    left = laid(folder, "children-full", "c.csv", table(rows[:1]))
    said = take_in(portal, 1)
    assert said.startswith("mosaic, children-full, ")
    assert "no longer reported: 13 of 14, not marked\n" in said
    assert "leaves out more than one file may" in said
    assert not left.exists(), "what it says of the others was taken"


def test_a_file_of_an_earlier_day(portal: Flask, tmp_path: Path, sign_in: SignIn) -> None:
    source_id, browser = known(portal, tmp_path), sign_in("data_steward")
    again = send(browser, source_id, table(ROWS), **day(3, "Mawrth", 2999)).get_data(as_text=True)
    for word, said in day(3, "Mawrth", 2999).items():
        assert re.search(f'name="{word}"[^>]*value="{said}"', again), "what was typed is not lost"
    sent(browser, source_id, [child(1, family_name="Whitlock")])
    take_in(portal)
    for act in ("rehearse", "take"):
        old = sent(browser, source_id, [child(1), child(4)], act=act, **day(20, 11, 2025))
        assert "Speaks of 20 November 2025" in page_of(browser, old)
        take_in(portal)
        assert "Speaks of 20 November 2025" in page_of(browser, old)
        assert "Received 2 Added 1 Changed 0 Unchanged 1" in page_of(browser, old), "the later word"


def test_a_name_may_say_of_which_day_the_file_speaks(portal: Flask, folder: Path) -> None:
    laid(folder, "children", "now-2020-01-01.csv", table([child(1, family_name="Whitlock")]))
    take_in(portal)
    laid(folder, "children", "export_2026-11-20.csv.gz", gzip.compress(table([child(1), child(4)])))
    assert "2 received, 1 added, 0 changed, 1 unchanged" in take_in(portal)
    for wrong in ("2999-01-01", "2026-02-30"):
        file = laid(folder, "children", f"export_{wrong}.csv", table([child(1)]))
        assert "The day at the end of its name must be a real one" in take_in(portal, 1)
        assert not file.exists()
    assert len(list((folder / "mosaic" / "children" / "refused").iterdir())) == 4


def test_or_is_kept_where_the_setting_says_so(
    portal: Flask, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _settings(portal, monkeypatch, keep_taken_files=True)
    file = laid(folder, "children", "a.csv", table(ROWS))
    assert COUNTED in take_in(portal)
    (kept,) = (file.parent / "done").iterdir()
    assert kept.name.endswith("-a.csv")
    assert (kept.read_bytes(), take_in(portal)) == (table(ROWS), "")


def test_one_that_is_refused_lies_beside_its_reason(portal: Flask, folder: Path) -> None:
    file = laid(folder, "children", "a.csv", b"source_id\nK1\n")
    assert "Missing: given_names" in take_in(portal, 1)
    first, second = sorted((file.parent / "refused").iterdir())
    assert first.read_bytes() == b"source_id\nK1\n"
    assert second.name == f"{first.name}.txt"
    assert second.read_text().startswith("Line 1: The header is not the one")
    assert take_in(portal) == ""


def test_by_a_map_that_lies_beside_it(portal: Flask, folder: Path) -> None:
    laid(folder, "children", "map.toml", MAP.encode())
    row = b"9,Ada,Trial,2014-02-03,female,x"
    laid(folder, "children", "a.csv", b"Id,Name,Surname,DOB,Sex,Notes\n" + row)
    assert "1 received, 1 added" in take_in(portal)
    file = laid(folder, "children", "b.csv", b"x")
    laid(folder, "children", "map.toml", b"[columns")
    assert "map.toml: Line 1: This is not TOML." in take_in(portal, 1)
    assert file.exists()


def test_a_folder_of_no_source_or_kind_is_told_and_left(portal: Flask, folder: Path) -> None:
    files = [
        laid(folder, "children", "a.csv", table(ROWS), source="mosiac"),
        laid(folder, "childs", "a.csv", table(ROWS)),
    ]
    said = take_in(portal, 1)
    assert said.count("not named after a source and a kind") == 2
    assert all(file.exists() for file in files)
    for place in (folder, folder / "mosaic"):
        (place / "a.csv").write_bytes(table(ROWS))
    said = take_in(portal, 1)
    assert "\nmosaic: Files lie here that nobody takes" in said
    assert said.count("Files lie here") == 2
    with portal.app_context():
        assert [one.name for one in sources()] == ["mosaic"]
    assert run(portal, "feeds", "add", "mosiac").output == "mosiac is known now.\n"
    assert run(portal, "feeds", "add", "mosiac").output == "mosiac is known already.\n"
    assert run(portal, "feeds", "add", "Mosaic").exit_code == 2
    assert "mosiac, children, " in take_in(portal, 1)
    assert not files[0].exists()


def test_a_paused_source_and_a_busy_one_wait(
    portal: Flask,
    folder: Path,
    sign_in: SignIn,
    session: Session,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(runs, "TRIES", 1)
    other = known(portal, tmp_path, source="surgery")
    sent(sign_in("data_steward"), other, ROWS)
    file = laid(folder, "children", "a.csv", table(ROWS))
    run(portal, "feeds", "pause", "mosaic")
    with actions.alone(source="surgery", by=operator("feeds import")):
        assert take_in(portal) == ""
    assert (file.exists(), uploads(portal)[0].state) == (True, "waiting")
    assert "surgery, children, " in take_in(portal)
    assert file.exists()


def test_one_that_fails_holds_up_nobody_else(
    portal: Flask, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, failing = actions.import_people, FileKind.PRACTITIONERS

    def fail(**words: object) -> object:
        if words["kind"] is failing:
            raise LookupError("a name of somebody")
        return real(**words)  # type: ignore[arg-type]

    monkeypatch.setattr(taking_in, "import_people", fail)
    file = laid(folder, "practitioners", "a.csv", table([practitioner("Ada")], failing))
    laid(folder, "children", "a.csv", table(ROWS))
    said = take_in(portal, 1)
    assert "mosaic, practitioners: failed, and stays: LookupError: " in said
    assert "somebody" not in said
    assert COUNTED in said
    assert file.exists()


@pytest.mark.parametrize(
    ("call", "does", "said"),
    [("access", lambda: False, "may not delete files"),
     ("open", lambda: os.open("/nowhere/at/all", 0), "cannot be opened")],
)  # fmt: skip
def test_a_folder_that_its_owner_closes_holds_up_nobody_else(
    portal: Flask, folder: Path, monkeypatch: pytest.MonkeyPatch,
    call: str, does: Callable[[], object], said: str,
) -> None:  # fmt: skip
    """Each source may own its folders; root, who runs tests, is refused nothing by rights."""
    real, closed = getattr(os, call), laid(folder, "children", "a.csv", b"x", source="acorn").parent
    laid(folder, "children", "b.csv", table(ROWS))

    def refused(name: str, *words: Any, dir_fd: int | None = None, **more: Any) -> object:
        here = Path(os.readlink(f"/proc/self/fd/{dir_fd}"), name) if dir_fd is not None else None
        return does() if here == closed else real(name, *words, dir_fd=dir_fd, **more)

    run(portal, "feeds", "add", "acorn")
    monkeypatch.setattr(os, call, refused)
    told = take_in(portal, 1)
    assert "acorn/children: " in told
    assert said in told
    assert COUNTED in told


def test_what_changed_meanwhile_stays(
    portal: Flask, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = laid(folder, "children", "a.csv", table(ROWS))
    monkeypatch.setattr(watched.Tray, "is_still", lambda *_, **__: False)
    assert COUNTED in take_in(portal)
    assert file.exists()


def test_the_folder_itself_must_be_safe(
    portal: Flask, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    laid(folder, "children", "a.csv", table(ROWS))
    folder.chmod(0o755)
    assert "chmod o-rwx" in take_in(portal, 1)
    folder.chmod(0o700)
    monkeypatch.setattr("portal.feeds.inbox.watched.os.access", lambda *_, **__: False)
    assert "may not delete files" in take_in(portal, 1)
    _settings(portal, monkeypatch, watched_folder=str(folder / "nowhere"))
    assert "is not there" in take_in(portal, 1)
    _settings(portal, monkeypatch, watched_folder="")
    assert take_in(portal) == ""


def _settings(app: Flask, monkeypatch: pytest.MonkeyPatch, **more: object) -> None:
    settings = replace(app.extensions["portal_config"], **more)
    monkeypatch.setitem(app.extensions, "portal_config", settings)
