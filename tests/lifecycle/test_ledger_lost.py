"""A ledger that was lost is never replaced by an empty one, and no back-up takes another's."""

import json
import shutil
from pathlib import Path

import pytest

from portal.children.vault import ledger, ledger_file
from portal.lifecycle.beginning import make_keys_with_ledger
from portal.lifecycle.serving import NotReady
from tests.lifecycle.operating import KILL, SET_UP, Installation, backed_up
from tests.lifecycle.test_ledger import REPLAY, a_child, hide, is_there, started
from tests.lifecycle.test_upgrade import make_older

HEAD = "SELECT length, hash FROM vault_ledger"
OLDER = {"vault", "ledger"}


def first_hash(installation: Installation) -> str:
    """The hash of the first line of its ledger."""
    found = ledger_file.lines(installation.config.ledger_path, installation.keys)
    return next(found).hash


def lose_ledger(installation: Installation) -> Path:
    """Take the ledger away; returns where it is kept."""
    kept = installation.folder.parent / "kept.ledger"
    shutil.move(installation.config.ledger_path, kept)
    return kept


def make_keys_older(installation: Installation) -> None:
    """Let the key file be one that a program without a vault made."""
    path = installation.config.key_path
    held = json.loads(path.read_text())
    path.write_text(json.dumps({name: held[name] for name in held if name not in OLDER}))


def test_an_index_names_its_ledger_from_set_up_on(installation: Installation) -> None:
    assert installation.sql(HEAD) == [(1, first_hash(installation))]


def test_what_is_left_of_a_lost_machine_begins_no_other_ledger(embedded: Installation) -> None:
    """Key file, settings and a back-up from before the first act; the ledger is lost."""
    child_id, copy = a_child(embedded), backed_up(embedded)
    assert hide(embedded, child_id) == 0
    kept = lose_ledger(embedded)
    for name in ("portal.db", "portal.db-wal", "portal.db-shm"):
        (embedded.folder / name).unlink(missing_ok=True)
    assert "put back its newest copy" in embedded.refused(*SET_UP)
    assert not embedded.config.ledger_path.exists()
    assert not embedded.config.database_file.exists()
    shutil.move(kept, embedded.config.ledger_path)
    embedded.right(*SET_UP)
    embedded.right("restore", "--yes", str(copy))
    embedded.right(*REPLAY)
    assert not is_there(embedded, child_id)
    assert started(embedded) == ""


def test_beside_another_ledger_a_back_up_is_not_restored(installation: Installation) -> None:
    """Somebody who has the keys began one past every command."""
    child_id, copy = a_child(installation), backed_up(installation)
    assert hide(installation, child_id) == 0
    kept = lose_ledger(installation)
    assert ledger.begin(installation.config, installation.keys)
    assert "not the one of this index" in installation.refused("restore", "--yes", str(copy))
    assert not is_there(installation, child_id), "nothing was done"
    assert "older than the index" in installation.refused(*REPLAY, "--vouch")
    shutil.move(kept, installation.config.ledger_path)
    installation.right("restore", "--yes", str(copy))
    installation.right(*REPLAY)
    assert not is_there(installation, child_id)


def test_an_index_that_names_no_ledger_needs_somebody_who_vouches(
    installation: Installation,
) -> None:
    child_id = a_child(installation)
    installation.sql("DELETE FROM vault_ledger")
    copy = backed_up(installation)
    installation.sql("INSERT INTO vault_ledger VALUES (1, 1, :it)", it=first_hash(installation))
    assert hide(installation, child_id) == 0
    installation.right("restore", "--yes", str(copy))
    assert is_there(installation, child_id), "it was in the back-up"
    assert "replay-ledger --vouch" in started(installation)
    assert "replay-ledger --vouch" in installation.refused(*REPLAY)
    assert is_there(installation, child_id)
    told = "SELECT count(*) FROM access_event WHERE event = 'shield:ledger_replayed'"
    assert installation.sql(told) == [(0,)]
    installation.right(*REPLAY, "--vouch")
    assert not is_there(installation, child_id)
    assert installation.sql(f"{told} AND sealed IS NOT NULL") == [(1,)]
    assert started(installation) == ""


def test_an_older_installation_gets_one_with_its_keys(installation: Installation) -> None:
    make_older(installation)
    make_keys_older(installation)
    installation.config.ledger_path.unlink()
    code = KILL.format(module="portal.children.vault.ledger_file", name="_keep_name")
    assert installation.python("-c", code, "upgrade").returncode == -9
    begun = installation.config.ledger_path.read_bytes()
    assert "portal.ledger was begun" in installation.right("upgrade")
    assert installation.config.ledger_path.read_bytes() == begun
    assert installation.sql(HEAD) == [(1, first_hash(installation))]
    assert not list(installation.folder.glob("*.draft"))
    assert started(installation) == ""


def test_an_upgrade_begins_none_in_the_place_of_a_lost_one(installation: Installation) -> None:
    make_older(installation)
    kept = lose_ledger(installation)
    assert "put back its newest copy" in installation.refused("upgrade")
    assert not installation.config.ledger_path.exists()
    assert installation.backups() == []
    shutil.move(kept, installation.config.ledger_path)
    assert "was begun" not in installation.right("upgrade")
    assert started(installation) == ""


def test_beside_a_ledger_that_speaks_an_older_index_names_none(installation: Installation) -> None:
    assert hide(installation, a_child(installation)) == 0
    make_older(installation)
    assert "replay-ledger --vouch" in installation.refused("upgrade")
    assert installation.sql(HEAD) == []
    assert "replay-ledger --vouch" in started(installation)


@pytest.mark.parametrize("is_ledger_there", [True, False])
def test_an_older_copy_of_the_key_file_is_not_completed(
    installation: Installation, is_ledger_there: bool
) -> None:
    """New keys would open nothing in the vault, and a ledger made with them would say nothing."""
    make_keys_older(installation)
    if not is_ledger_there:
        lose_ledger(installation)
    before = installation.config.key_path.read_bytes()
    assert "is an older copy" in installation.refused("upgrade")
    assert installation.config.key_path.read_bytes() == before
    assert installation.config.ledger_path.exists() is is_ledger_there
    assert not list(installation.folder.glob("*.draft"))


def test_another_server_of_a_shared_ledger_makes_no_keys_of_its_own(embedded: Installation) -> None:
    for path in embedded.folder.glob("portal.db*"):
        path.unlink()
    path = embedded.config.key_path
    path.unlink()
    with pytest.raises(NotReady, match=r"portal\.ledger is there, but the key file"):
        make_keys_with_ledger(embedded.config)
    assert not path.exists()
    assert not list(embedded.folder.glob("*.draft"))


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("portal.children.vault.ledger", "begin"),
        ("portal.children.vault.ledger_file", "_keep_name"),
    ],
)
def test_a_set_up_killed_between_keys_and_ledger_goes_on(
    folder: Installation, module: str, name: str
) -> None:
    assert folder.python("-c", KILL.format(module=module, name=name), *SET_UP).returncode == -9
    assert not folder.config.key_path.exists()
    folder.right(*SET_UP)
    assert started(folder) == ""
    assert not list(folder.folder.glob("*.draft"))


def test_a_set_up_killed_before_its_tables_are_bound_has_none(empty: Installation) -> None:
    code = KILL.format(module="portal.children.vault.ledger", name="bind")
    assert empty.python("-c", code, *SET_UP).returncode == -9
    empty.right(*SET_UP)
    assert empty.sql(HEAD) == [(1, first_hash(empty))]
