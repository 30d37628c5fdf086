"""Whatever dies at any commit of what came after the import: run again it ends as if nothing had
happened. Pages and short commands commit once, so that all of it is there or nothing.

Killed here means that nothing follows a commit, or that the work before it is gone, as test_killed
has it of a process that is really killed; the last test kills one.
"""

import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.children import actions as children
from portal.children.actions import duplicates, leaving_out
from portal.children.models import ChildMerge, ChildSource, SourceWord
from portal.children.rules import ChildDraft
from portal.core.db import db
from portal.directory.models import Organisation
from portal.feeds import actions
from portal.feeds.inbox import watched
from portal.feeds.models import Arrival, FeedPause, FeedRun, FeedUpload, QualityCount
from portal.feeds.rules import FileKind, Register
from portal.feeds.rules.rows import read_child
from tests.children.reporting import FEED, TODAY
from tests.children.two_in_one import a_record_of_two, report, word_for
from tests.databases import let_go
from tests.directory.test_registers import gias
from tests.feeds.batching import make_small
from tests.feeds.filing import child, counts, involvement, run
from tests.feeds.killing import everywhere, index_of_people, lines_of, once, whole_tables
from tests.feeds.pausing import feed_id, known, rehearse
from tests.feeds.reviewing import NAMESAKES, SignIn, seen_by, suspect
from tests.feeds.sending import laid, table, take_in
from tests.feeds.sequences.doing import STEWARD
from tests.feeds.sequences.index import Index
from tests.feeds.test_killed import DYING
from tests.feeds.test_uploaded_registers import schools
from tests.lifecycle import commanding

CHILDREN, INVOLVEMENTS = FileKind.CHILDREN, FileKind.INVOLVEMENTS
BATCH = 4
# No two are alike: whom a row is likest to is not left to chance. Two rows cannot be used.
GIVEN = ("Ada", "Bryony", "Casimir", "Dorothea", "Evander", "Fenella", "Gideon", "Hermia",
         "Ignatius", "Jocasta")  # fmt: skip
FAMILY = ("Ashdown", "Birtwistle", "Cholmondley", "Dragomir", "Etherington", "Fazackerley",
          "Grzybowski", "Hathersage", "Ilchester", "Jankowska")  # fmt: skip
ROWS = [
    child(number, given_names=GIVEN[number], family_name=FAMILY[number], upn="",
          date_of_birth=f"20{10 + number}-0{number % 9 + 1}-1{number}")
    for number in range(10)
]  # fmt: skip
ROWS[2]["gender"] = ROWS[5]["gender"] = "?"


@pytest.fixture(autouse=True)
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fewer rows at once, with the same steps; files of the watched folder are ripe."""
    make_small(monkeypatch.setattr, size=BATCH)
    monkeypatch.setattr(duplicates, "AT_ONCE", 5)
    monkeypatch.setattr(watched, "QUIET", -60)


@pytest.fixture(scope="module", params=["sqlcipher", "postgresql"])
def small(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Index]:
    """An installation with few children in it, on each database in turn."""
    server = request.param == "postgresql"
    cluster = request.getfixturevalue("postgresql") if server else None
    made = Index(tmp_path_factory.mktemp("killed") / "index", cluster)
    yield made
    let_go(made.app)


@pytest.fixture(scope="module")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """The same in an encrypted file only: what commits how often does not hang on the database."""
    made = Index(tmp_path_factory.mktemp("killed") / "index", None)
    yield made
    let_go(made.app)


def runs() -> list[Any]:
    """Every run, its counts, and what waits."""
    columns = (FeedRun.state, FeedRun.received, FeedRun.added, FeedRun.changed, FeedRun.unchanged,
               FeedRun.set_aside, FeedRun.told_matched, FeedRun.told_possible)  # fmt: skip
    waiting = select(func.count()).select_from(Arrival).where(Arrival.sealed.is_not(None))
    found = sorted(map(repr, db.session.execute(select(*columns))))
    return [*found, ("waiting", db.session.scalar(waiting))]


APPLIED = ("child:imported", "child:changed", "involvement:recorded", "feed:staged", "feed:decided")


def uploaded(index: Index) -> None:
    """The steward has uploaded the rows; the first two were known."""
    assert counts(index.command("surgery", CHILDREN, ROWS[:2]))[1] == 2
    with index.here(keeps=True):
        actions.upload_file(
            feed_id=feed_id(index.app, "surgery"), kind=CHILDREN, content=BytesIO(table(ROWS)),
            by_map=None, is_rehearsal=False, by=STEWARD,
        )  # fmt: skip


def after_upload() -> Any:
    """What is there when it was taken in: one run, and of each row one line in the log."""
    upload = db.session.scalars(select(FeedUpload)).one()
    return index_of_people(), runs(), lines_of(*APPLIED), upload.state, upload.run_id is None


def test_an_upload(small: Index) -> None:
    act = partial(run, small.app, "feeds", "take-in")
    assert everywhere(small, partial(uploaded, small), act, after_upload) >= 7


def test_a_file_of_the_watched_folder(
    embedded: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that died between the last commit and the deletion comes once more, and says nothing
    new: what it brought stands once."""
    folder = tmp_path / "in"
    folder.mkdir(mode=0o700)
    settings = replace(embedded.app.extensions["portal_config"], watched_folder=str(folder))
    monkeypatch.setitem(embedded.app.extensions, "portal_config", settings)

    def look() -> Any:
        left = [*folder.glob("*/*/*")]
        return index_of_people(), lines_of("child:imported", "child:changed"), left

    def send() -> None:
        run(embedded.app, "feeds", "add", "clinic")
        laid(folder, "children", "a.csv", table(ROWS), source="clinic")

    assert everywhere(embedded, send, partial(run, embedded.app, "feeds", "take-in"), look) >= 7


def test_a_second_source_that_joins(embedded: Index) -> None:
    sister = {**ROWS[0], "given_names": "Bea", "source_id": "E99", "nhs_number": ""}
    rows = [sister, *({**row, "source_id": f"E{row['source_id']}"} for row in ROWS[:6])]
    work = [{**involvement(number), "child_source_id": f"EK{number}"} for number in range(5)]

    def act() -> None:
        embedded.command("surgery", CHILDREN, rows)
        embedded.command("surgery", INVOLVEMENTS, work)

    def look() -> Any:
        ours, theirs = (
            select(ChildSource.child_id).where(ChildSource.source == source)
            for source in ("surgery", "clinic")
        )
        assert len(db.session.execute(ours.intersect(theirs)).all()) == 4
        # A file that had ended when its command was killed says nothing new: that run is one more.
        return index_of_people(), lines_of(*APPLIED[:3])

    prepare = partial(embedded.command, "clinic", CHILDREN, ROWS)
    assert everywhere(embedded, prepare, act, look) >= 12


def test_looking_for_duplicates(embedded: Index) -> None:
    again = [{**row, "source_id": f"X{row['source_id']}", "nhs_number": ""} for row in ROWS[:2]]

    def prepare() -> None:
        with embedded.here(keeps=True):
            rows = [{**row, "former_family_names": ""} for row in (*ROWS[:2], *again)]
            drafts = [read_child(row, source="clinic", on=TODAY) for row in rows]
            fit = [draft for draft in drafts if isinstance(draft, ChildDraft)]
            children.create_children(drafts=fit, by=FEED)

    def look() -> Any:
        found = index_of_people()
        assert len(found[1]) >= 2
        return found

    act = partial(run, embedded.app, "feeds", "find-duplicates")
    assert everywhere(embedded, prepare, act, look) >= 4


def test_joining_and_undoing_commit_once(portal: Flask, sign_in: SignIn) -> None:
    (review_id,) = suspect(portal, NAMESAKES)
    browser = sign_in("data_steward")
    address = f"/feeds/review/{review_id}"
    typed = {"answer": "same", "seen": seen_by(browser, review_id)}
    once(portal, lambda: browser.post(address, data=typed), whole_tables)
    with portal.app_context():
        merge_id = db.session.scalars(select(ChildMerge.id)).one()
    once(portal, lambda: browser.post(f"/feeds/merges/{merge_id}/undo"), whole_tables)


def standing() -> Any:
    rows = db.session.scalars(select(FeedPause)).all()
    words = ("paused_by", "rehearsal_id", "received", "proposed_by", "ended_by")
    return [[getattr(row, word) for word in words] for row in rows]


def test_pausing_resuming_and_counting_commit_once(
    portal: Flask, tmp_path: Path, sign_in: SignIn
) -> None:
    source_id = known(portal, tmp_path)
    steward, officer = sign_in("data_steward"), sign_in("shield_officer")
    for browser in (steward, officer):
        browser.form_token()
    pause = partial(steward.post, f"/feeds/{source_id}/pause", data={"cause": "wrong_rows"})
    once(portal, pause, standing)
    rehearse(portal, tmp_path)
    once(portal, lambda: steward.post(f"/feeds/{source_id}/propose-resume"), standing)
    once(portal, lambda: officer.post(f"/feeds/{source_id}/confirm-resume"), standing)
    once(portal, lambda: run(portal, "feeds", "pause", "mosaic"), lambda: len(standing()))
    counted = partial(db.session.scalar, select(func.count()).select_from(QualityCount))
    once(portal, lambda: run(portal, "feeds", "count-quality"), counted)


def test_a_process_that_is_really_killed(small: Index) -> None:
    """The same of processes of their own: once the rows are staged, and before they are decided."""
    config = small.stage.config
    lines = [f'public_url = "{config.public_url}"', f'database = "{config.database}"']
    settings = config.instance / "portal.toml"
    settings.write_text("\n".join(lines), encoding="utf-8")
    settings.chmod(0o600)

    def ended(*killed: tuple[str, int]) -> Any:
        small.begin()
        uploaded(small)
        place = {"PORTAL_INSTANCE": str(config.instance), "PATH": os.environ["PATH"]}
        for moment, commit in killed:
            words = ["-c", DYING, moment, str(commit), "feeds", "take-in"]
            assert commanding.command(words, place).returncode == -signal.SIGKILL
        take_in(small.app)
        with small.here():
            return after_upload()

    assert ended(("after_commit", 3), ("before_commit", 3)) == ended()


def test_a_full_file(embedded: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whom it leaves out is marked once, and all of them."""
    monkeypatch.setattr(leaving_out, "AT_ONCE", 3)

    def look() -> Any:
        found = db.session.scalar(
            select(func.count()).where(SourceWord.unreported_since.is_not(None))
        )
        assert found == 6
        return index_of_people(), lines_of(*APPLIED[:3]), found

    prepare = partial(embedded.command, "clinic", CHILDREN, ROWS)
    act = partial(embedded.command, "clinic", CHILDREN, ROWS[:2], "--full", "--accept-drop")
    assert everywhere(embedded, prepare, act, look) >= 5


def test_a_large_file_that_an_engine_compares(embedded: Index) -> None:
    rows = [{**row, "source_id": f"E{row['source_id']}"} for row in ROWS[:6]]
    act = partial(embedded.command, "surgery", CHILDREN, rows, "--engine", "duckdb")

    def look() -> Any:
        return index_of_people(), lines_of(*APPLIED[:3])

    prepare = partial(embedded.command, "clinic", CHILDREN, ROWS)
    assert everywhere(embedded, prepare, act, look) >= 6


def test_a_register_that_was_uploaded(embedded: Index) -> None:
    rows = [gias(URN=f"99500{number}") for number in range(9)]

    def prepare() -> None:
        with embedded.here(keeps=True):
            actions.upload_register(
                register=Register.GIAS, content=BytesIO(schools(*rows)), is_rehearsal=False,
                by=STEWARD,
            )  # fmt: skip

    def look() -> Any:
        codes = select(Organisation.code, Organisation.name).where(Organisation.source == "gias")
        found = sorted(map(tuple, db.session.execute(codes)))
        assert len(found) == len(rows)
        return found, db.session.scalars(select(FeedUpload.state)).all()

    act = partial(run, embedded.app, "feeds", "take-in")
    assert everywhere(embedded, prepare, act, look) >= 4


def test_splitting_and_undoing_commit_once(portal: Flask, sign_in: SignIn) -> None:
    address = report(portal, sign_in("teacher"), a_record_of_two(portal))
    steward = sign_in("data_steward")
    data = {"word": word_for(steward, address, "council")}
    once(portal, lambda: steward.post("/feeds/splits", data=data), whole_tables)
    with portal.app_context():
        merge_id = db.session.scalars(select(ChildMerge.id).where(ChildMerge.is_split)).one()
    once(portal, lambda: steward.post(f"/feeds/merges/{merge_id}/undo"), whole_tables)
    settle = partial(
        steward.post, address.replace("/feeds/splits", "/corrections"),
        data={"outcome": "not_wrong"},
    )  # fmt: skip
    once(portal, settle, whole_tables)
