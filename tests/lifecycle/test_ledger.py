"""A restore cannot un-hide: commands on an installation, its back-ups, and its ledger."""

import json
import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from portal.core.config import Config
from tests.lifecycle.operating import KILL, SET_UP, Installation, backed_up

IN_PROCESS = """
import sys, uuid
from datetime import date
from portal import create_app
from portal.access.identity import operator
from portal.access.room import in_steps
from portal.children import actions, vault
from portal.children.rules import ChildDraft, Gender
from portal.lifecycle.serving import let_go
BY = operator("a test")
def keep():
    print(actions.create_child(by=BY, draft=ChildDraft(
        source="school-records", source_id="S1", source_on=date(2025, 9, 1), given_names="Ottilie",
        family_name="Quillfeather", date_of_birth=date(2016, 3, 5), gender=Gender.FEMALE, numbers={}
    )))
def hide():
    actions.hide_child(child_id=uuid.UUID(sys.argv[1]), grade=vault.Grade.ABSENT, by=BY)
app = create_app()
with app.app_context():
    in_steps(STEP)()
let_go(app)
"""
TRAP = """
import os, signal
from portal.children.vault.ledger_file import Ledger
write = Ledger.append
def append(*words):
    write(*words)
    os.kill(os.getpid(), signal.SIGKILL)
Ledger.append = append
"""
REPLAY = ("shielding", "replay-ledger")


def a_child(installation: Installation) -> str:
    """Put a child into the index; returns its id."""
    return installation.python("-c", IN_PROCESS.replace("STEP", "keep")).stdout.strip()


def is_there(installation: Installation, child_id: str) -> bool:
    """True when the index has a row of the child."""
    held = [str(one).replace("-", "") for (one,) in installation.sql("SELECT id FROM child")]
    return child_id.replace("-", "") in held


def hide(installation: Installation, child_id: str, trap: str = "") -> int:
    """Hide a child in a process of its own; returns its exit code."""
    code = trap + IN_PROCESS.replace("STEP", "hide")
    return installation.python("-c", code, child_id).returncode


def findings_of(installation: Installation) -> dict[str, dict[str, str]]:
    """What the doctor finds, by name."""
    return {one["name"]: one for one in json.loads(installation.run("doctor", "--json").stdout)}


def ledger(installation: Installation) -> Path:
    """Where the ledger lies."""
    return installation.config.ledger_path


def started(installation: Installation) -> str:
    """What is said when a server of another kind loads the portal: "" when it may be served."""
    code = (
        "try:\n import wsgi\n from portal.lifecycle.serving import let_go\n"
        " let_go(wsgi.application)\nexcept Exception as problem:\n print(problem)"
    )
    return installation.python("-c", code).stdout


def test_a_restored_index_is_served_after_the_replay_only(installation: Installation) -> None:
    child_id, copy = a_child(installation), backed_up(installation)
    assert hide(installation, child_id) == 0
    assert not is_there(installation, child_id)
    assert started(installation) == ""
    held = ledger(installation).read_bytes()
    said = installation.right("restore", "--yes", str(copy))
    assert "python -m portal shielding replay-ledger" in said
    assert is_there(installation, child_id), "it was in the back-up"
    for words in (["serve"], ["accounts", "list"], ["search", "forget"]):
        assert "python -m portal shielding replay-ledger" in installation.refused(*words)
    assert "shielding replay-ledger" in started(installation)
    found = findings_of(installation)["ledger"]
    assert (found["level"], found["remedy"]) == (
        "bad", "Run: python -m portal shielding replay-ledger",
    )  # fmt: skip
    assert "has followed the ledger" in installation.right(*REPLAY)
    assert not is_there(installation, child_id)
    assert ledger(installation).read_bytes() == held
    assert started(installation) == ""
    assert findings_of(installation)["ledger"]["level"] == "ok"
    assert "whole" in installation.right("audit", "verify")


def test_a_hide_that_was_killed_before_its_commit(installation: Installation) -> None:
    child_id = a_child(installation)
    assert hide(installation, child_id, TRAP) == -9
    assert is_there(installation, child_id)
    assert "shielding replay-ledger" in installation.refused("serve")
    code = KILL.format(module="portal.children.vault.ledger_head", name="move_head")
    assert installation.python("-c", code, *REPLAY).returncode == -9
    assert is_there(installation, child_id)
    assert "shielding replay-ledger" in installation.refused("serve")
    installation.right(*REPLAY)
    assert not is_there(installation, child_id)
    assert started(installation) == ""


def test_a_restore_says_the_same_when_nobody_hid(installation: Installation) -> None:
    copy = backed_up(installation)
    said = installation.right("restore", "--yes", str(copy))
    assert "python -m portal shielding replay-ledger" in said
    assert "shielding replay-ledger" in installation.refused("serve")
    assert "has followed the ledger" in installation.right(*REPLAY)
    assert started(installation) == ""


def gone(installation: Installation) -> None:
    ledger(installation).unlink()


def changed(installation: Installation) -> None:
    content = bytearray(ledger(installation).read_bytes())
    content[300] ^= 1
    ledger(installation).write_bytes(bytes(content))


def emptied(installation: Installation) -> None:
    ledger(installation).write_bytes(b"")


@pytest.mark.parametrize(
    ("harm", "words"), [(gone, "is missing"), (emptied, "is missing"), (changed, "Line 1 of")]
)
def test_without_its_ledger_it_is_not_served(
    embedded: Installation, harm: Callable[[Installation], None], words: str
) -> None:
    copy = backed_up(embedded)
    assert embedded.config.ledger_path.exists()
    harm(embedded)
    assert words in embedded.refused("serve")
    assert words in embedded.refused(*REPLAY)
    assert words in embedded.refused("accounts", "list")
    assert "set up already" in embedded.right("setup"), "and nothing begins another"
    assert words in embedded.refused("serve")
    found = findings_of(embedded)["ledger"]
    assert found["level"] == "bad"
    assert words in found["sentence"]
    assert found["remedy"]
    embedded.right("restore", "--yes", str(copy))
    assert words in embedded.refused(*REPLAY)
    assert words in embedded.refused("serve")


def test_no_back_up_holds_it(embedded: Installation) -> None:
    copy = backed_up(embedded)
    held = ledger(embedded).read_bytes()
    files = [path for path in embedded.config.backup_path.rglob("*") if path.is_file()]
    assert {path.name for path in files} == {copy.name, f"{copy.name}.json"}
    assert all(held[100:200] not in path.read_bytes() for path in files)


def test_only_its_owner_may_read_it(embedded: Installation) -> None:
    assert stat.S_IMODE(os.stat(ledger(embedded)).st_mode) == 0o600
    assert findings_of(embedded)["modes"]["level"] == "ok"
    ledger(embedded).chmod(0o644)
    found = findings_of(embedded)["modes"]
    assert found["level"] == "bad"
    assert "portal.ledger" in found["sentence"] + found["remedy"]


@pytest.mark.parametrize("place", ["backups/portal.ledger", "backups/older/portal.ledger"])
def test_beside_the_back_ups_it_would_be_put_back_with_them(
    embedded: Installation, place: str
) -> None:
    path = embedded.folder / "portal.toml"
    path.write_text(f'{path.read_text()}\nledger_file = "{place}"\n')
    assert "ledger_file lies in backup_folder" in embedded.refused("serve")
    found = findings_of(embedded)["settings"]
    assert found["level"] == "bad"
    assert "ledger_file lies in backup_folder" in found["sentence"]


def test_several_servers_share_it_by_a_setting(installation: Installation, tmp_path: Path) -> None:
    shared = tmp_path / "shared" / "harrowmere.ledger"
    shared.parent.mkdir()
    shutil.move(ledger(installation), shared)
    assert started(installation) != ""
    path = installation.folder / "portal.toml"
    path.write_text(f'{path.read_text()}\nledger_file = "{shared}"\n')
    assert started(installation) == ""
    assert isinstance(installation.config, Config)
    assert installation.config.ledger_path == shared
    assert findings_of(installation)["ledger"]["level"] == "ok"


def test_a_set_up_killed_before_its_tables_has_one_ledger(empty: Installation) -> None:
    killed = empty.python(
        "-c", KILL.format(module="portal.lifecycle.beginning", name="migrate"), *SET_UP
    )
    assert killed.returncode == -9
    before = ledger(empty).read_bytes()
    empty.right(*SET_UP)
    assert ledger(empty).read_bytes() == before
    assert started(empty) == ""
