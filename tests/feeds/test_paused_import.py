"""An import that is paused while it runs, in this process and in others: whole batches stay."""

import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from portal.access.identity import operator
from portal.audit.actions import verify_log
from portal.core.db import db
from portal.feeds import actions
from portal.feeds.inbox import Layout, opened
from portal.feeds.models import Feed, FeedRun
from portal.feeds.rules import COLUMNS, FileKind
from tests.children.looking import SignIn
from tests.feeds.batching import SMALL
from tests.feeds.filing import Cells, child, counts, feed, holdings, run, write
from tests.feeds.pausing import SENTENCE, known, logged, pauses, resume
from tests.feeds.test_killed import DYING, without_source

CHILDREN = FileKind.CHILDREN
# Two batches.
MANY = SMALL + 1
WHOLE = (MANY, MANY, 0, 0, 0)
HERE = Path(__file__).parents[2]
# Counts its commits, and after a given one says so and waits to be told to go on.
WAITING = """
import sys
from sqlalchemy import event
from sqlalchemy.orm import Session
left = int(sys.argv.pop(1))
def wait(_):
    global left
    left -= 1
    if left == 0:
        print("here", flush=True)
        sys.stdin.readline()
event.listen(Session, "after_commit", wait)
from tests.feeds.batching import make_small
make_small()
from portal.__main__ import main
main()
"""


def rows() -> list[Cells]:
    """Return a file's rows, all of which can be used."""
    return [child(number, nhs_number="", upn="") for number in range(MANY)]


def whole_batches(source: str) -> int:
    """Return how many children of a source the index holds; never a part of a batch."""
    held = len([row for row in without_source(source) if row[0] == "child"])
    assert held in {0, SMALL, MANY}
    return held


@pytest.mark.usefixtures("small_batches")
@pytest.mark.parametrize("steps", range(6))
def test_paused_before_any_step_and_gone_on_with(
    portal: Flask, tmp_path: Path, sign_in: SignIn, session: Session, steps: int
) -> None:
    file = write(tmp_path / "children.csv", CHILDREN, rows())
    by = operator("feeds import")
    with opened(file, Layout(columns=COLUMNS[CHILDREN])) as parcel:
        drive = actions.import_people(source="shaken", kind=CHILDREN, parcel=parcel, by=by)
        with closing(drive):
            for _ in range(steps + 1):
                next(drive)
                db.session.commit()
            assert run(portal, "feeds", "pause", "shaken").exit_code == 0
            before = whole_batches("shaken")
            if steps < 4:
                with pytest.raises(actions.Paused):
                    next(drive)
            db.session.rollback()
    assert whole_batches("shaken") == before
    assert feed(portal, file, CHILDREN, source="shaken").exit_code == 1
    assert counts(feed(portal, file, CHILDREN, "--dry-run", source="shaken"))[4] == 0
    assert whole_batches("shaken") == before
    resume(portal, sign_in("shield_officer"), "shaken")
    result = feed(portal, file, CHILDREN, source="shaken")
    assert result.exit_code == 0
    assert counts(result) == (WHOLE if steps < 5 else (MANY, 0, 0, MANY, 0))
    assert whole_batches("shaken") == MANY
    states = session.scalars(select(FeedRun.state)).all()
    assert states == ["finished"] * (1 if steps < 5 else 2)


def begun(settings_file: Path, file: Path, commit: int) -> subprocess.Popen[str]:
    """Begin an import in a process of its own, which waits after one of its commits."""
    command = ["feeds", "import", "--source", "shaken", "--kind", CHILDREN.value, str(file)]
    process = subprocess.Popen(
        [sys.executable, "-c", WAITING, str(commit), *command],
        env={"PORTAL_INSTANCE": str(settings_file.parent), "PATH": ""},
        cwd=HERE,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "here\n"
    return process


def elsewhere(settings_file: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-c", *command],
        env={"PORTAL_INSTANCE": str(settings_file.parent), "PATH": ""},
        cwd=HERE,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


PAUSE = ("from portal.__main__ import main; main()", "feeds", "pause", "shaken")


# One batch is staged; one is decided (its savepoint counts as the fifth).
@pytest.mark.usefixtures("small_batches")
@pytest.mark.parametrize("commit", [3, 6])
@pytest.mark.parametrize("killed", [False, True])
def test_a_process_is_stopped_by_another(
    portal: Flask, settings_file: Path, tmp_path: Path, session: Session, sign_in: SignIn,
    commit: int, killed: bool,
) -> None:  # fmt: skip
    file = write(tmp_path / "children.csv", CHILDREN, rows())
    known(portal, tmp_path, source="steady")
    process = begun(settings_file, file, commit)
    before = whole_batches("shaken")
    assert before == (SMALL if commit == 6 else 0)
    assert elsewhere(settings_file, *PAUSE).returncode == 0
    if killed:
        process.kill()
        process.communicate(timeout=300)
        assert process.returncode == -signal.SIGKILL
    else:
        said, wrong = process.communicate("go on\n", timeout=300)
        assert process.returncode == 1
        assert SENTENCE in wrong
        assert "Receipt" not in said
    assert whole_batches("shaken") == before
    assert feed(portal, file, CHILDREN, source="shaken").exit_code == 1
    assert whole_batches("shaken") == before
    feed(portal, file, CHILDREN, "--dry-run", source="shaken")
    resume(portal, sign_in("shield_officer"), "shaken")
    assert counts(feed(portal, file, CHILDREN, source="shaken")) == WHOLE
    assert len(session.scalars(select(FeedRun.id)).all()) == 2
    keys = portal.extensions["portal_keys"]
    assert verify_log(keys=keys, by=operator("test")).is_whole


@pytest.mark.parametrize(
    ("moment", "is_paused"), [("before_commit", False), ("after_commit", True)]
)
def test_a_pause_that_dies_is_whole_or_was_never_made(
    portal: Flask, settings_file: Path, tmp_path: Path, moment: str, is_paused: bool
) -> None:
    known(portal, tmp_path, source="shaken")
    done = elsewhere(settings_file, DYING, moment, "1", "feeds", "pause", "shaken")
    assert done.returncode == -signal.SIGKILL
    assert len(pauses(portal)) == len(logged(portal, "feed:paused")) == is_paused
    after = feed(portal, tmp_path / "shaken.csv", CHILDREN, source="shaken")
    assert after.exit_code == is_paused


@pytest.mark.parametrize("stage", ["postgresql"], indirect=True)
def test_a_pause_waits_for_the_step_that_runs(
    portal: Flask, tmp_path: Path, session: Session
) -> None:
    known(portal, tmp_path, source="shaken")
    actions.refuse_while_paused(source="shaken", by=operator("feeds import"))
    wanted = select(Feed.id).where(Feed.name == "shaken").with_for_update(nowait=True)
    with Session(db.engine) as other, pytest.raises(OperationalError):
        other.execute(wanted)
    session.rollback()
    with Session(db.engine) as other:
        assert other.execute(wanted).one()
    assert [row for row in holdings("shaken") if row[0] == "child"]
