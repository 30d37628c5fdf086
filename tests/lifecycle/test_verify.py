"""shielding verify: nobody who is hidden can be noticed, and nothing is left of the check."""

import fcntl
import hashlib
import os
import stat
from pathlib import Path
from unittest.mock import patch

from flask import Flask
from sqlalchemy import func, select, update

from portal.access.log import Event
from portal.access.models import AccessEvent
from portal.accounts.models import Account
from portal.children import queries
from portal.core.db import Base, db
from portal.feeds.rules import FileKind
from portal.lifecycle.verifying import checking, copying
from tests.cast import CHILDREN
from tests.feeds.filing import Cells, feed, run, write
from tests.lifecycle.operating import KILL, Installation
from tests.lifecycle.verified import HIDDEN, folder_of, hide, verified


def quarantine(portal: Flask, folder: Path) -> None:
    """Let another source report the absent child: its row is held back."""
    child = CHILDREN.story
    row: Cells = {
        "source_id": "Z77", "given_names": child.given_names, "family_name": "Oakenthorpe",
        "date_of_birth": child.date_of_birth.isoformat(), "nhs_number": child.nhs_number,
    }  # fmt: skip
    kind = FileKind.CHILDREN
    done = feed(portal, write(folder / "some.csv", kind, [row]), kind, source="elsewhere")
    assert done.exit_code == 0, done.output


def held(portal: Flask) -> dict[str, str]:
    """What every table of the index holds, as fingerprints; of the log how long it is."""
    found = {}
    with portal.app_context():
        for name, table in Base.metadata.tables.items():
            rows = sorted(map(repr, db.session.execute(select(*table.columns)).all()))
            found[name] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
        found["access_event"] = str(
            db.session.scalar(select(func.count()).select_from(AccessEvent))
        )
        db.session.rollback()
    return found


def test_nobody_hidden_nothing_differs(portal: Flask) -> None:
    done = verified(portal)
    assert done.output == "0 differing answers over 40 probes\n"
    assert done.exit_code == 0


def test_hidden_children_and_quarantined_rows_are_not_to_be_noticed(
    portal: Flask, tmp_path: Path
) -> None:
    hide(portal, *HIDDEN)
    quarantine(portal, tmp_path)
    with portal.app_context():
        assert len(queries.portraits_of_hidden()) == 3
        db.session.rollback()
    done = verified(portal, 200)
    assert done.output == "0 differing answers over 200 probes\n"
    assert done.exit_code == 0


def test_the_index_is_only_read_and_nothing_is_left(portal: Flask) -> None:
    hide(portal, *HIDDEN)
    folder = folder_of(portal).parent
    before, files = held(portal), {path.name for path in folder.iterdir()}
    verified(portal, 20)
    after = held(portal)
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"access_event", "access_chain"}
    assert int(after["access_event"]) == int(before["access_event"]) + 1
    with portal.app_context():
        last = db.session.scalars(select(AccessEvent).order_by(AccessEvent.line.desc())).first()
        assert last is not None
        assert last.event == Event.SHIELD_VERIFIED
        db.session.rollback()
    assert {path.name for path in folder.iterdir()} == files


def test_the_copies_are_private_and_gone_after_an_error(portal: Flask) -> None:
    modes: dict[str, int] = {}

    def fail(*_: object) -> None:
        for path in (folder_of(portal), *folder_of(portal).rglob("*")):
            modes[path.name] = stat.S_IMODE(path.stat().st_mode)
        raise MemoryError

    with patch.object(checking, "begin_sessions", fail):
        done = run(portal, "shielding", "verify", "--probes", 20)
    assert isinstance(done.exception, MemoryError)
    assert modes["portal.db"] == modes["portal.ledger"] == 0o600
    assert modes[copying.FOLDER] == modes["whole"] == modes["emptied"] == 0o700
    assert not any(mode & 0o077 for mode in modes.values())
    assert not folder_of(portal).exists()


def test_one_check_at_a_time(portal: Flask) -> None:
    folder = folder_of(portal)
    folder.mkdir()
    held = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert copying.RUNNING in str(run(portal, "shielding", "verify").exception)
        assert folder.exists()
    finally:
        os.close(held)
        folder.rmdir()


def test_nobody_to_ask_as_is_not_a_success(portal: Flask) -> None:
    with portal.app_context():
        db.session.execute(update(Account).values(trained_until=None))
        db.session.commit()
    done = run(portal, "shielding", "verify")
    assert checking.NOBODY_ASKS in str(done.exception)
    assert not folder_of(portal).exists()


def test_what_a_killed_check_left_is_removed_by_the_next(demo: Installation) -> None:
    lines = demo.number("access_event")
    kill = KILL.format(module="portal.lifecycle.verifying.checking", name="_ask_all")
    assert demo.python("-c", kill, "shielding", "verify").returncode < 0
    folder = demo.folder / copying.FOLDER
    assert (folder / "whole" / "portal.db").exists()
    assert demo.number("access_event") == lines
    demo.right("shielding", "verify", "--probes", "20")
    assert not folder.exists()
    assert demo.number("access_event") == lines + 1


def test_failing_in_both_copies_is_no_success(portal: Flask) -> None:
    with patch.object(queries, "find", side_effect=ArithmeticError):
        done = verified(portal)
    assert done.exit_code == 1
    assert "What differed: nothing, but the status of POST /search is 500 in both." in done.output


def test_being_asked_to_sign_in_is_no_success(portal: Flask) -> None:
    with patch.object(checking, "begin_sessions"):
        done = verified(portal)
    assert done.exit_code == 1
    assert "leads to the sign-in page in both" in done.output
