"""Back-ups: one encrypted file from either database, tried, and put back into either."""

import json
import os
import shutil
import stat
import time
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2 as sqlcipher

from portal.core.db import unlock
from portal.lifecycle.copies import MANIFEST, faults_of
from tests.lifecycle.operating import KILL, SET_UP, Installation, backed_up, counts


def test_a_copy_is_whole_private_and_says_nothing(demo: Installation) -> None:
    copy = backed_up(demo)
    manifest = Path(f"{copy}{MANIFEST}")
    for path in (copy, manifest):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert sorted(path.name for path in copy.parent.iterdir()) == [copy.name, manifest.name]
    told = json.loads(manifest.read_text(encoding="utf-8"))
    assert set(told) == {"made_at", "version", "schema", "sha256", "sealed"}
    # Seals and fingerprints hold any digits by chance.
    assert str(demo.number("child")) not in "".join(
        str(told[word]) for word in ("made_at", "version", "schema")
    )
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
def copied(
    embedded_model: Installation, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Installation, Path]:
    """An installation on the embedded database and its back-up. Nobody changes them."""
    made = Installation(tmp_path_factory.mktemp("copied") / "instance")
    shutil.copytree(embedded_model.folder, made.folder)
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


def test_the_manifest_of_another_copy_does_not_fit(
    copied: tuple[Installation, Path], tmp_path: Path
) -> None:
    installation, model = copied
    other = tmp_path / f"x{model.name}"
    shutil.copyfile(model, other)
    shutil.copyfile(f"{model}{MANIFEST}", f"{other}{MANIFEST}")
    assert "belongs to another file" in faults_of(other, installation.keys)[0]


def test_a_killed_back_up_leaves_none_and_the_next_one_is_whole(installation: Installation) -> None:
    killed = installation.python(
        "-c", KILL.format(module="portal.lifecycle.copies", name="_keep"), "backup"
    )
    assert killed.returncode == -9
    assert installation.backups() == []
    (left,) = installation.config.backup_path.iterdir()
    two_days_ago = time.time() - 2 * 86_400
    os.utime(left, (two_days_ago, two_days_ago))
    assert "can be restored" in installation.right(
        "restore", "--check", str(backed_up(installation))
    )
    assert not left.exists()
