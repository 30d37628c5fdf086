"""Many steps of an import share a transaction of an embedded database while nobody waits for it;
whoever waits, or pauses the source, is let in after the step."""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from time import monotonic, sleep
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.access.identity import operator
from portal.audit.actions import verify_log
from portal.core.config import Config
from portal.core.db import db
from portal.core.turns import holds_up_others
from portal.directory.models import Practitioner
from portal.feeds import actions
from portal.feeds.actions import importing
from portal.feeds.actions.deciding import decide_rows
from portal.feeds.cli import driving
from portal.feeds.models import FeedRun
from portal.feeds.rules import FileKind, PauseCause
from tests.feeds.batching import SMALL
from tests.feeds.filing import counts, feed, practitioner, run, write
from tests.feeds.killing import Killed, dying
from tests.feeds.pausing import feed_id
from tests.feeds.sequences.doing import STEWARD

PEOPLE, ROWS = FileKind.PRACTITIONERS, 320
# The pause is asked for; the run begins; all is staged; all is decided; the receipt.
FEWEST = 5
STEPS = -(-ROWS // SMALL)
LONG = 600.0


@pytest.fixture(autouse=True)
def long_spans(small_batches: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Many steps, and time for all of them in one transaction, however busy the machine is."""
    monkeypatch.setattr(driving, "SPAN_SECONDS", LONG)
    monkeypatch.setattr(driving, "AGAIN_SECONDS", LONG)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    rows = [practitioner(f"span-{number}", name="Ada Trial") for number in range(ROWS)]
    return write(tmp_path / "people.csv", PEOPLE, rows)


def is_embedded(app: Flask) -> bool:
    config: Config = app.extensions["portal_config"]
    return config.is_embedded


@contextmanager
def beside(act: Callable[[], object]) -> Iterator[None]:
    """Do something in the middle of every step that decides."""

    def decided(**said: Any) -> Any:
        verdicts = decide_rows(**said)
        act()
        return verdicts

    with pytest.MonkeyPatch.context() as patching:
        patching.setattr(importing, "decide_rows", decided)
        yield


def added(session: Session) -> int:
    """How many of the file's people the index holds."""
    ours = Practitioner.work_email.startswith("span-")
    found = session.scalar(select(func.count()).select_from(Practitioner).where(ours)) or 0
    session.rollback()
    return found


def test_while_nobody_waits_many_steps_are_one_transaction(portal: Flask, file: Path) -> None:
    with dying() as commits:
        assert counts(feed(portal, file, PEOPLE)) == (ROWS, ROWS, 0, 0, 0)
    if is_embedded(portal):
        assert commits[0] <= FEWEST + 2
    else:
        assert commits[0] >= 2 * STEPS


def test_a_transaction_ends_in_time(
    portal: Flask, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(driving, "SPAN_SECONDS", 0.0)
    with dying() as commits:
        assert counts(feed(portal, file, PEOPLE)) == (ROWS, ROWS, 0, 0, 0)
    assert commits[0] >= 2 * STEPS


def test_whoever_waits_is_let_in_after_the_step(portal: Flask, file: Path) -> None:
    """And from then on after each step: they will mostly come again soon."""
    config: Config = portal.extensions["portal_config"]
    queue = os.open(config.instance, os.O_RDONLY)
    seen: list[int] = []
    waited: list[int] = []

    def wait() -> None:
        # As another program does, once, that waits for this very transaction.
        if not waited:
            waited.append(len(seen))
            fcntl.flock(queue, fcntl.LOCK_EX)

    def commit(session: Session) -> None:
        fcntl.flock(queue, fcntl.LOCK_UN)
        seen.append(1)
        whole(session)

    whole = Session.commit
    with beside(wait), pytest.MonkeyPatch.context() as patching:
        patching.setattr(Session, "commit", commit)
        assert counts(feed(portal, file, PEOPLE)) == (ROWS, ROWS, 0, 0, 0)
    os.close(queue)
    assert len(seen) - waited[0] >= STEPS


def test_a_pause_in_the_middle_takes_effect_after_the_step(
    portal: Flask, file: Path, session: Session
) -> None:
    """The one who pauses writes through a connection of their own, as the steward's page does."""
    assert run(portal, "feeds", "add", "mosaic").exit_code == 0
    # Read beforehand: whoever begins twice waits for two steps.
    mosaic = feed_id(portal, "mosaic")
    pausing: list[Thread] = []

    def pause_for_good() -> None:
        with portal.app_context():
            actions.pause_feed(feed_id=mosaic, cause=PauseCause.WRONG_ROWS, by=STEWARD)
            db.session.commit()

    def pause() -> None:
        if pausing:
            return
        pausing.append(Thread(target=pause_for_good))
        pausing[0].start()
        last = monotonic() + 5
        while is_embedded(portal) and not holds_up_others(db.session.connection()):
            assert monotonic() < last
            sleep(0.005)

    with beside(pause):
        result = feed(portal, file, PEOPLE)
    pausing[0].join()
    assert result.exit_code == 1
    assert "paused" in result.output
    if is_embedded(portal):
        assert added(session) == SMALL
    else:
        assert SMALL <= added(session) < ROWS


@pytest.mark.parametrize("after", [1, STEPS // 2, STEPS + 1, 2 * STEPS - 2])
def test_killed_between_two_steps_of_a_transaction(
    portal: Flask, file: Path, session: Session, after: int
) -> None:
    """What is not committed is lost, all of it; taken in again nothing is missing or twice."""
    whole, seen = driving.Span.may_hold_more, [0]

    def die(span: Any, step: Any) -> bool:
        holds = whole(span, step)
        seen[0] += holds
        if holds and seen[0] == after:
            raise Killed
        return holds

    if is_embedded(portal):
        with pytest.MonkeyPatch.context() as patching:
            patching.setattr(driving.Span, "may_hold_more", die)
            with pytest.raises(Killed):
                feed(portal, file, PEOPLE)
        assert added(session) == 0
    assert counts(feed(portal, file, PEOPLE)) == (ROWS, ROWS, 0, 0, 0)
    assert added(session) == ROWS
    assert session.scalars(select(FeedRun.state)).all() == ["finished"]
    session.rollback()
    keys = portal.extensions["portal_keys"]
    with portal.app_context():
        assert verify_log(keys=keys, by=operator("test")).is_whole
