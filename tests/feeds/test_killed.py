"""An import that dies at any point is taken up again and ends as if nothing had happened."""

import os
import signal
from contextlib import closing
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.access.identity import operator
from portal.access.models import AccessEvent
from portal.audit.actions import verify_log
from portal.core.db import db
from portal.feeds import actions
from portal.feeds.inbox import Layout, opened
from portal.feeds.models import Arrival, FeedRun
from portal.feeds.rules import COLUMNS, FileKind
from tests.feeds.batching import SMALL
from tests.feeds.filing import Cells, child, counts, feed, holdings, involvement, run, write
from tests.lifecycle import commanding

CHILDREN, INVOLVEMENTS = FileKind.CHILDREN, FileKind.INVOLVEMENTS
# Two batches and a part of a third.
MANY = 120
# Counts its commits and kills itself before or after a given one, as a power cut would.
DYING = """
import os, signal, sys
from sqlalchemy import event
from sqlalchemy.orm import Session
moment, left = sys.argv.pop(1), int(sys.argv.pop(1))
def die(_):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
event.listen(Session, moment, die)
from tests.feeds.batching import make_small
make_small()
from portal.__main__ import main
main()
"""


def rows() -> list[Cells]:
    """Return a file's rows, some of which cannot be used, in the first batch and in the second."""
    made = [child(number, nhs_number="", upn="") for number in range(MANY)]
    made[10]["gender"] = "?"
    made[MANY * 7 // 12]["date_of_birth"] = "3014-01-01"
    made[MANY * 3 // 4]["source_id"] = "K5"
    return made


def expected() -> tuple[int, ...]:
    """Return what the receipt of such a file counts."""
    return MANY, MANY - 3, 0, 0, 3


def die(settings_file: Path, file: Path, moment: str, commit: int, *more: str) -> int:
    """Run the import in a process that kills itself; return its exit code."""
    command = ["feeds", "import", "--source", "shaken", "--kind", CHILDREN.value, str(file), *more]
    place = {"PORTAL_INSTANCE": str(settings_file.parent), "PATH": os.environ["PATH"]}
    return commanding.command(["-c", DYING, moment, str(commit), *command], place).returncode


def without_source(source: str) -> list[tuple[object, ...]]:
    """Return what the index holds from a source, in a form that can be compared."""
    held = holdings(source)
    db.session.rollback()
    return [tuple(row) for row in held]


def number_of(session: Session, event: str) -> int:
    """Return how many lines of this kind the access log has."""
    session.rollback()
    return session.scalar(select(func.count()).where(AccessEvent.event == event)) or 0


@pytest.mark.usefixtures("small_batches")
def test_killed_and_run_again_until_it_ends(
    portal: Flask, settings_file: Path, tmp_path: Path, session: Session
) -> None:
    file = write(tmp_path / "children.csv", CHILDREN, rows())
    before = number_of(session, "child:imported")
    assert counts(feed(portal, file, CHILDREN, source="steady")) == expected()
    # Whether the source is paused is asked in a step of its own, before the file is opened.
    # The run begins; a batch is staged; one is lost; all are staged; one is decided; one is lost.
    for moment, commit in (
        ("before_commit", 2), ("after_commit", 3), ("before_commit", 3), ("after_commit", 6),
        ("after_commit", 3), ("before_commit", 4),
    ):  # fmt: skip
        assert die(settings_file, file, moment, commit) == -signal.SIGKILL
    assert 0 < len(without_source("shaken")) < len(without_source("steady"))
    assert counts(feed(portal, file, CHILDREN, source="shaken")) == expected()
    assert without_source("shaken") == without_source("steady")
    runs = session.scalars(select(FeedRun.state)).all()
    assert runs == ["finished", "finished"]
    assert number_of(session, "feed:staged") == number_of(session, "feed:decided") == 2
    assert number_of(session, "child:imported") == before + 2 * (MANY - 3)
    keys = portal.extensions["portal_keys"]
    assert verify_log(keys=keys, by=operator("test")).is_whole


def go(file: Path, kind: FileKind, steps: int) -> None:
    """Drive an import so many steps far and drop it there, uncommitted work and all."""
    with opened(file, Layout(columns=COLUMNS[kind])) as parcel:
        drive = actions.import_people(
            source="shaken", kind=kind, parcel=parcel, by=operator("feeds import")
        )
        with closing(drive):
            for _ in range(steps):
                next(drive)
                db.session.commit()
            next(drive, None)
            db.session.rollback()


@pytest.mark.usefixtures("small_batches")
@pytest.mark.parametrize("steps", range(8))
def test_dropped_after_any_step(
    portal: Flask, tmp_path: Path, session: Session, steps: int
) -> None:
    file = write(tmp_path / "children.csv", CHILDREN, rows())
    go(file, CHILDREN, steps)
    result = feed(portal, file, CHILDREN, source="shaken")
    assert counts(result) == expected()
    assert len([row for row in without_source("shaken") if row[0] == "child"]) == MANY - 3
    waiting = select(func.count()).select_from(Arrival).where(Arrival.sealed.is_not(None))
    assert session.scalar(waiting) == 0


@pytest.mark.usefixtures("small_batches")
def test_what_waits_is_sealed(portal: Flask, tmp_path: Path, session: Session) -> None:
    file = write(tmp_path / "children.csv", CHILDREN, rows())
    go(file, CHILDREN, 3)
    sealed = session.scalars(select(Arrival.sealed).where(Arrival.sealed.is_not(None))).all()
    assert len(sealed) == 2 * SMALL - 3
    for one in sealed:
        assert one is not None
        assert b"Tannery" not in one
        assert "Łąki".encode() not in one
    assert without_source("shaken") == []


@pytest.mark.usefixtures("small_batches")
def test_a_half_finished_file_is_given_up_for_a_new_one(
    portal: Flask, tmp_path: Path, session: Session
) -> None:
    go(write(tmp_path / "children.csv", CHILDREN, rows()), CHILDREN, 5)
    new = write(tmp_path / "new.csv", CHILDREN, [child(1), child(2)])
    assert counts(feed(portal, new, CHILDREN, source="shaken"))[0] == 2
    states = session.scalars(select(FeedRun.state).order_by(FeedRun.started_at)).all()
    assert states == ["abandoned", "finished"]
    waiting = select(func.count()).select_from(Arrival).where(Arrival.sealed.is_not(None))
    assert session.scalar(waiting) == 0
    assert number_of(session, "feed:abandoned") == 1


@pytest.mark.usefixtures("small_batches")
def test_the_receipt_says_how_far_an_import_came(
    portal: Flask, tmp_path: Path, session: Session
) -> None:
    go(write(tmp_path / "children.csv", CHILDREN, rows()), CHILDREN, 5)
    number = session.scalars(select(FeedRun.receipt)).one()
    session.rollback()
    assert "Run the same command again" in run(portal, "feeds", "receipt", number).output
    new = write(tmp_path / "new.csv", CHILDREN, [child(1), child(2)])
    feed(portal, new, CHILDREN, source="shaken")
    assert "Given up: " in run(portal, "feeds", "receipt", number).output


@pytest.mark.usefixtures("small_batches")
def test_a_half_finished_file_of_another_kind_waits(
    portal: Flask, tmp_path: Path, session: Session
) -> None:
    file = write(tmp_path / "children.csv", CHILDREN, rows())
    go(file, CHILDREN, 5)
    other = write(tmp_path / "involvements.csv", INVOLVEMENTS, [involvement(1)])
    assert feed(portal, other, INVOLVEMENTS, source="shaken").exit_code == 0
    assert counts(feed(portal, file, CHILDREN, source="shaken")) == expected()
