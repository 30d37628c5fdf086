"""Back-ups: one encrypted file from either database, tried, and put back into either."""

import json
import os
import shutil
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2 as sqlcipher

from portal.core.db import unlock
from portal.lifecycle.copies import MANIFEST, faults_of
from tests.house import ROOT
from tests.lifecycle.conftest import Site
from tests.lifecycle.operating import SET_UP, Installation

COUNTED = ("child", "involvement", "organisation", "practitioner", "account", "access_event")


def backed_up(installation: Installation) -> Path:
    """Make a back-up and return it."""
    installation.right("backup")
    return installation.backups()[-1]


def counts(installation: Installation) -> dict[str, int]:
    """Return how many rows some tables have."""
    return {table: installation.number(table) for table in COUNTED}


@contextmanager
def serving(installation: Installation, port: int) -> Iterator[None]:
    """Let the portal run meanwhile."""
    words = [sys.executable, "-m", "portal", "serve", "--port", str(port)]
    with subprocess.Popen(
        words, cwd=ROOT, env=installation.environment, stdout=subprocess.PIPE, text=True
    ) as running:
        try:
            assert running.stdout is not None
            assert "ContactPoint is at" in running.stdout.readline()
            time.sleep(0.5)
            yield
        finally:
            running.terminate()
            running.wait(timeout=30)


def test_a_copy_is_whole_private_and_says_nothing(demo: Installation) -> None:
    copy = backed_up(demo)
    manifest = Path(f"{copy}{MANIFEST}")
    for path in (copy, manifest):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert sorted(path.name for path in copy.parent.iterdir()) == [copy.name, manifest.name]
    told = json.loads(manifest.read_text(encoding="utf-8"))
    assert set(told) == {"made_at", "version", "schema", "sha256", "sealed"}
    assert str(demo.number("child")) not in manifest.read_text(encoding="utf-8")
    assert "can be restored" in demo.right("restore", "--check", str(copy))
    assert demo.sql("SELECT count(*) FROM access_event WHERE event = 'portal:backed_up'") == [(1,)]


def test_the_copy_opens_with_the_key_of_the_index_and_holds_no_key(
    installation: Installation,
) -> None:
    copy = backed_up(installation)
    keys = installation.keys
    held = unlock(copy, keys.database, mode="ro&immutable=1")
    assert held.execute("SELECT count(*) FROM account").fetchone() == (1,)
    held.close()
    plain = sqlcipher.connect(f"file:{copy}?mode=ro", uri=True)
    with pytest.raises(sqlcipher.DatabaseError, match="not a database"):
        plain.execute("SELECT * FROM sqlite_master")
    plain.close()
    content = copy.read_bytes() + Path(f"{copy}{MANIFEST}").read_bytes()
    for key in (keys.database, keys.log, keys.cookie, keys.factor):
        assert key not in content
        assert key.hex().encode() not in content


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> tuple[Installation, Path]:
    """An installation on the embedded database and its back-up. Nobody changes them."""
    made = Installation(tmp_path_factory.mktemp("copied") / "instance")
    made.right(*SET_UP)
    return made, backed_up(made)


def damage(copy: Path, kind: str) -> None:
    """Do something to a back-up or its manifest."""
    content, manifest = copy.read_bytes(), Path(f"{copy}{MANIFEST}")
    middle = len(content) // 2
    match kind:
        case "changed byte":
            copy.write_bytes(
                content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]
            )
        case "cut short":
            copy.write_bytes(content[:-8192])
        case "no manifest":
            manifest.unlink()
        case "no file":
            copy.unlink()
        case "other manifest":
            told = json.loads(manifest.read_text(encoding="utf-8"))
            told["sealed"] = told["sealed"][:-2] + ("00" if told["sealed"][-2:] != "00" else "11")
            manifest.write_text(json.dumps(told), encoding="utf-8")
        case "manifest of nothing":
            manifest.write_text("{", encoding="utf-8")


@pytest.mark.parametrize(
    "kind",
    [
        "changed byte",
        "cut short",
        "no manifest",
        "no file",
        "other manifest",
        "manifest of nothing",
    ],
)
def test_what_is_wrong_with_a_copy_is_said(
    copied: tuple[Installation, Path], tmp_path: Path, kind: str
) -> None:
    installation, model = copied
    copy = tmp_path / model.name
    for tail in ("", MANIFEST):
        shutil.copyfile(f"{model}{tail}", f"{copy}{tail}")
    assert faults_of(copy, installation.keys) == []
    damage(copy, kind)
    assert len(faults_of(copy, installation.keys)) == 1


def test_a_bad_copy_is_never_restored(installation: Installation) -> None:
    copy = backed_up(installation)
    before = counts(installation)
    damage(copy, "changed byte")
    assert "fingerprint differs" in installation.refused("restore", "--check", str(copy))
    assert "cannot be restored" in installation.refused("restore", "--yes", str(copy))
    assert counts(installation) == before


def test_a_copy_of_a_log_that_is_not_whole_is_refused(installation: Installation) -> None:
    if installation.database:
        installation.sql("ALTER TABLE access_event DISABLE TRIGGER USER")
    else:
        installation.sql("DROP TRIGGER access_event_no_change")
    installation.sql("UPDATE access_event SET reason = 'other' WHERE line = 2")
    copy = backed_up(installation)
    said = installation.refused("restore", "--check", str(copy))
    assert "log in it is not whole. Line 2 was changed" in said


def test_another_key_opens_no_copy(copied: tuple[Installation, Path], folder: Installation) -> None:
    folder.right(*SET_UP)
    assert "does not open" in folder.refused("restore", "--check", str(copied[1]))


def test_without_yes_nothing_is_done(installation: Installation) -> None:
    copy = backed_up(installation)
    installation.right("lifecycle", "stop")
    before = counts(installation)
    assert "Nothing was done" in installation.refused("restore", str(copy))
    assert counts(installation) == before
    assert installation.sql("SELECT state FROM portal_state") == [("stopped",)]


def test_a_running_portal_is_not_restored_under(installation: Installation) -> None:
    copy = backed_up(installation)
    before = counts(installation)
    with serving(installation, 8631):
        assert "running on this index" in installation.refused("restore", "--yes", str(copy))
        assert "running on this index" in upgrade_refused(installation)
        assert counts(installation) == before
    assert "is the index now" in installation.right("restore", "--yes", str(copy))


def upgrade_refused(installation: Installation) -> str:
    """Ask for an upgrade while the tables seem older."""
    (now,) = installation.sql("SELECT version_num FROM alembic_version")
    installation.sql("UPDATE alembic_version SET version_num = '0001'")
    said = installation.refused("upgrade")
    installation.sql("UPDATE alembic_version SET version_num = :now", now=now[0])
    return said


def test_what_was_there_then_is_there_again(demo: Installation) -> None:
    before = counts(demo)
    copy = backed_up(demo)
    demo.sql("DELETE FROM involvement")
    demo.sql("UPDATE child SET family_name = 'Somebody'")
    said = demo.right("restore", "--yes", str(copy))
    assert "Everybody has to sign in again" in said
    after = counts(demo)
    added = {"access_event": after["access_event"] - before["access_event"]}
    assert added["access_event"] >= 1
    assert {**before, "access_event": 0} == {**after, "access_event": 0}
    assert demo.sql("SELECT count(*) FROM child WHERE family_name = 'Somebody'") == [(0,)]
    assert "whole" in demo.right("audit", "verify")
    assert "bad" not in demo.right("doctor")
    last = demo.sql("SELECT event FROM access_event ORDER BY line DESC LIMIT 2")
    assert ("portal:restored",) in last


def test_sessions_links_and_reasons_of_then_are_over(installation: Installation) -> None:
    account = installation.sql("SELECT id FROM account")[0][0]
    make = (
        "INSERT INTO account_session (id, token_mark, account_id, stage, began_at, seen_at, "
        "address, browser) VALUES (:id, 'mark', :account, 'open', :at, :at, '127.0.0.1', 'x')"
    )
    installation.sql(make, id="0" * 32, account=account, at="2026-11-22 10:00:00")
    reason = (
        "INSERT INTO stated_reason (id, account_id, session_mark, child_id, reason, "
        "stated_at, expires_at) VALUES (:id, :account, 'm', :id, 'other', :at, :at)"
    )
    installation.sql(reason, id="1" * 32, account=account, at="2036-11-22 10:00:00")
    open_now = (
        "SELECT (SELECT count(*) FROM account_session WHERE ended_at IS NULL), "
        "(SELECT count(*) FROM enrolment_link WHERE revoked_at IS NULL AND used_at IS NULL), "
        "(SELECT count(*) FROM stated_reason)"
    )
    assert installation.sql(open_now) == [(1, 1, 1)]
    installation.right("restore", "--yes", str(backed_up(installation)))
    assert installation.sql(open_now) == [(0, 0, 0)]


def test_the_former_index_is_kept(installation: Installation) -> None:
    copy = backed_up(installation)
    installation.right("lifecycle", "stop")
    lines = installation.number("access_event")
    said = installation.right("restore", "--yes", str(copy))
    if installation.database:
        aside = said.split("kept: schema ")[1].split(".")[0]
        assert installation.sql(f"SELECT count(*) FROM {aside}.access_event") == [(lines,)]
        return
    (aside_file,) = installation.folder.glob("portal.before-restore-*.db")
    held = unlock(aside_file, installation.keys.database, mode="ro&immutable=1")
    assert held.execute("SELECT count(*) FROM access_event").fetchone() == (lines,)
    held.close()


def test_an_index_that_does_not_open_any_more_is_replaced(folder: Installation) -> None:
    broken = folder
    broken.right(*SET_UP)
    copy = backed_up(broken)
    broken.config.database_file.write_bytes(b"\0" * 100_000)
    assert "does not open" in broken.refused("serve")
    assert "is the index now" in broken.right("restore", "--yes", str(copy))
    assert "whole" in broken.right("audit", "verify")
    (aside,) = broken.folder.glob("portal.before-restore-*.db")
    assert aside.stat().st_size == 100_000


def test_from_one_database_into_the_other(site: Site, demo: Installation, tmp_path: Path) -> None:
    """The key file goes along: it is what makes the other place the same installation."""
    before = counts(demo)
    copy = backed_up(demo)
    other = site.other().empty(tmp_path / "other")
    other.folder.mkdir(mode=0o700)
    for name in ("portal.toml", "portal.keys"):
        path = other.folder / name
        path.touch(mode=0o600)
        path.write_bytes((demo.folder / name).read_bytes())
    other.right("setup", "--demo", "--empty")
    other.right("restore", "--yes", str(copy))
    assert {**counts(other), "access_event": 0} == {**before, "access_event": 0}
    assert "whole" in other.right("audit", "verify")
    assert "bad" not in other.right("doctor")
    assert other.right("sandbox", "code", "grace.adeyemi@health.harrowmere.example.org")
    assert "whole and can be restored" in other.right("restore", "--check", str(backed_up(other)))


def test_the_manifest_of_another_copy_does_not_fit(
    copied: tuple[Installation, Path], tmp_path: Path
) -> None:
    installation, model = copied
    other = tmp_path / f"x{model.name}"
    shutil.copyfile(model, other)
    shutil.copyfile(f"{model}{MANIFEST}", f"{other}{MANIFEST}")
    assert "belongs to another file" in faults_of(other, installation.keys)[0]


KILL = """
import os, signal, sys
import portal.lifecycle.{module} as place
place.{name} = lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL)
from portal.__main__ import main
main(sys.argv[1:])
"""


def test_a_killed_back_up_leaves_none_and_the_next_one_is_whole(installation: Installation) -> None:
    killed = installation.python("-c", KILL.format(module="copies", name="_keep"), "backup")
    assert killed.returncode == -9
    assert installation.backups() == []
    (left,) = installation.config.backup_path.iterdir()
    two_days_ago = time.time() - 2 * 86_400
    os.utime(left, (two_days_ago, two_days_ago))
    assert "can be restored" in installation.right(
        "restore", "--check", str(backed_up(installation))
    )
    assert not left.exists()


def test_a_killed_restore_leaves_the_present_index(installation: Installation) -> None:
    place, name = installation, "pour" if installation.database else "_swap_files"
    copy = backed_up(place)
    place.right("lifecycle", "stop")
    lines = place.number("access_event")
    words = ["restore", "--yes", str(copy)]
    killed = place.python("-c", KILL.format(module="restoring", name=name), *words)
    assert killed.returncode == -9
    assert place.number("access_event") == lines
    assert "whole" in place.right("audit", "verify")
    assert "is the index now" in place.right(*words)
    assert not (place.folder / "restoring").exists()


def test_an_index_that_is_lost_is_put_back(folder: Installation) -> None:
    folder.right(*SET_UP)
    copy = backed_up(folder)
    folder.config.database_file.unlink()
    assert "no index file" in folder.refused("serve")
    assert "is the index now" in folder.right("restore", "--yes", str(copy))
    assert "whole" in folder.right("audit", "verify")
