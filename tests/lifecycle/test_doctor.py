"""The doctor names each fault with its remedy, and works where the portal does not start."""

import json
import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from portal.core.db import connect_encrypted
from portal.core.keys import create_keys
from portal.lifecycle.copies import MANIFEST
from portal.lifecycle.doctor import Finding, Level, examine
from portal.lifecycle.doctor import machine as machine_checks
from tests.lifecycle.operating import Installation

NAMES = ["settings", "proxy", "modes", "disk", "back-up", "packages", "keys", "database",
         "version", "integrity", "state", "links", "log", "ledger", "clock", "names",
         "rewritten", "searches", "uploads"]  # fmt: skip


@pytest.fixture(scope="module")
def healthy(embedded_model: Installation, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """An embedded installation with a back-up. Nobody changes it."""
    made = Installation(tmp_path_factory.mktemp("healthy") / "instance")
    shutil.copytree(embedded_model.folder, made.folder)
    made.right("backup")
    return made


@pytest.fixture
def patient(healthy: Installation, tmp_path: Path) -> Installation:
    """A copy of it."""
    shutil.copytree(healthy.folder, tmp_path / "instance")
    return Installation(tmp_path / "instance")


def findings(patient: Installation) -> dict[str, Finding]:
    """Look it over, as the command does."""
    return {finding.name: finding for finding in examine(patient.folder)}


def test_a_healthy_installation(installation: Installation) -> None:
    installation.right("backup")
    told = json.loads(installation.right("doctor", "--json"))
    assert [one["name"] for one in told] == NAMES
    assert {one["name"] for one in told if one["level"] != "ok"} == {"proxy", "state"}
    for one in told:
        assert one["sentence"].endswith(".")
        assert bool(one["remedy"]) == (one["level"] != "ok")
    printed = installation.right("doctor")
    assert printed.count("ok  ") == len(NAMES) - 2


def test_where_nothing_is_yet(folder: Installation) -> None:
    done = folder.run("doctor", "--json")
    assert done.returncode == 1
    (settings, packages) = json.loads(done.stdout)
    assert (settings["level"], packages["level"]) == ("bad", "ok")
    assert "python -m portal setup" in settings["sentence"]
    assert not folder.folder.exists()


def open_to_others(patient: Installation) -> None:
    (patient.folder / "portal.db").chmod(0o644)


def open_key(patient: Installation) -> None:
    patient.config.key_path.chmod(0o604)


def no_key(patient: Installation) -> None:
    patient.config.key_path.unlink()


def other_key(patient: Installation) -> None:
    path = patient.config.key_path
    path.unlink()
    create_keys(path)


def torn_key(patient: Installation) -> None:
    patient.config.key_path.write_text("{}")


def unknown_setting(patient: Installation) -> None:
    path = patient.folder / "portal.toml"
    path.write_text(path.read_text() + '\npassword = "secret"\n')


def no_index(patient: Installation) -> None:
    patient.config.database_file.unlink()


def torn_pages(patient: Installation) -> None:
    path = patient.config.database_file
    content = bytearray(path.read_bytes())
    middle = len(content) // 8192 // 2 * 8192
    content[middle + 100 : middle + 200] = os.urandom(100)
    path.write_bytes(content)


def older_tables(patient: Installation) -> None:
    patient.sql("UPDATE alembic_version SET version_num = '0001'")


def changed_line(patient: Installation) -> None:
    patient.sql("DROP TRIGGER access_event_no_change")
    patient.sql("UPDATE access_event SET reason = 'other' WHERE line = 3")


def orphans(patient: Installation) -> None:
    held = connect_encrypted(str(patient.config.database_file), patient.keys.database)
    held.execute("PRAGMA foreign_keys = OFF")
    held.execute("DELETE FROM organisation")
    held.close()


def line_of_tomorrow(patient: Installation) -> None:
    code = (
        "import datetime as dt, portal.core.clock as clock\n"
        "late = dt.datetime.now(dt.UTC) + dt.timedelta(days=1)\n"
        "clock.now = lambda: late\n"
        "from portal.__main__ import main\nmain(['lifecycle', 'resume'])"
    )
    assert patient.python("-c", code).returncode == 0


def not_set_up(patient: Installation) -> None:
    patient.sql("DELETE FROM portal_state")


def old_copy(patient: Installation) -> None:
    (copy,) = patient.backups()
    manifest = Path(f"{copy}{MANIFEST}")
    told = json.loads(manifest.read_text(encoding="utf-8"))
    told["made_at"] = "2020-01-01T00:00:00+00:00"
    manifest.write_text(json.dumps(told), encoding="utf-8")


@pytest.mark.parametrize(
    ("harm", "name", "words"),
    [
        (open_to_others, "modes", "portal.db"),
        (open_key, "modes", "portal.keys"),
        (open_key, "keys", "chmod 600"),
        (no_key, "keys", "missing"),
        (torn_key, "keys", "damaged"),
        (other_key, "database", "does not open with this key"),
        (unknown_setting, "settings", "unknown setting password"),
        (no_index, "database", "no index file"),
        (torn_pages, "integrity", "damaged"),
        (older_tables, "version", "this program needs"),
        (changed_line, "log", "Line 3 was changed"),
        (orphans, "links", "account"),
        (line_of_tomorrow, "clock", "before the last line"),
        (not_set_up, "state", "not completed"),
        (old_copy, "back-up", "days ago"),
    ],
)
def test_each_fault_is_named_with_its_remedy(
    patient: Installation, harm: Callable[[Installation], None], name: str, words: str
) -> None:
    harm(patient)
    found = findings(patient)[name]
    assert found.level is Level.BAD
    assert words in found.sentence
    assert found.remedy


def test_a_fault_is_exit_one_and_in_words(patient: Installation) -> None:
    no_key(patient)
    said = patient.refused("doctor")
    assert "bad   keys" in said
    assert "->" in said


def test_what_can_wait_is_a_warning(patient: Installation) -> None:
    patient.right("lifecycle", "stop")
    shutil.rmtree(patient.config.backup_path)
    patient.folder.chmod(0o755)
    found = findings(patient)
    for name, words in {"state": "stopped", "back-up": "no back-up", "modes": "look into"}.items():
        assert found[name].level is Level.WARN
        assert words in found[name].sentence
    assert patient.run("doctor").returncode == 0


def test_the_name_index_is_compared_with_the_records(demo: Installation) -> None:
    assert findings_of(demo)["names"]["level"] == "ok"
    demo.sql("UPDATE child SET family_name = 'Otherwise'")
    assert findings_of(demo)["names"]["level"] == "bad"


def findings_of(installation: Installation) -> dict[str, dict[str, str]]:
    """Look an installation on any database over."""
    return {one["name"]: one for one in json.loads(installation.run("doctor", "--json").stdout)}


def test_a_server_that_is_gone(installation: Installation, tmp_path: Path) -> None:
    lost = Installation(installation.folder, f"postgresql://nobody@127.0.0.1:1/{tmp_path.name}")
    found = findings_of(lost)
    assert found["database"]["level"] == "bad"
    assert "does not answer" in found["database"]["sentence"]


def test_other_packages_than_tested_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = tmp_path / "requirements.lock"
    lock.write_text("flask==0.1 \\\n    --hash=sha256:00\nclick==0.2\nnot-here==1\n")
    monkeypatch.setattr(machine_checks, "LOCK", lock)
    found = machine_checks.packages()
    assert found.level is Level.WARN
    assert "flask" in found.sentence
    assert "click" in found.sentence
    assert "not-here" not in found.sentence


@pytest.mark.parametrize(
    ("free", "level"), [(10**11, Level.OK), (10**9, Level.WARN), (10**8, Level.BAD)]
)
def test_room_on_the_disk(
    patient: Installation, monkeypatch: pytest.MonkeyPatch, free: int, level: Level
) -> None:
    usage = type("Usage", (), {"free": free})
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    assert machine_checks.disk(patient.config).level is level


def test_it_leaves_nothing_behind(healthy: Installation) -> None:
    before = {path: path.read_bytes() for path in healthy.folder.rglob("*") if path.is_file()}
    findings(healthy)
    after = {path: path.read_bytes() for path in healthy.folder.rglob("*") if path.is_file()}
    assert after == before
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in after)
