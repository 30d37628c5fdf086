"""restore: the former state is back, nothing goes on that should not, nothing is lost."""

from pathlib import Path

from portal.core.db import unlock
from tests.lifecycle.conftest import Site
from tests.lifecycle.operating import KILL, Installation, backed_up, counts
from tests.lifecycle.test_serve import serving


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
    with serving(installation, "--port", "8631"):
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
    demo.right("shielding", "replay-ledger")
    after = counts(demo)
    added = {"access_event": after["access_event"] - before["access_event"]}
    assert added["access_event"] >= 1
    assert {**before, "access_event": 0} == {**after, "access_event": 0}
    assert demo.sql("SELECT count(*) FROM child WHERE family_name = 'Somebody'") == [(0,)]
    assert "whole" in demo.right("audit", "verify")
    assert "bad" not in demo.right("doctor")
    last = demo.sql("SELECT event FROM access_event ORDER BY line DESC LIMIT 3")
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


def test_an_index_that_does_not_open_any_more_is_replaced(embedded: Installation) -> None:
    broken = embedded
    copy = backed_up(broken)
    broken.config.database_file.write_bytes(b"\0" * 100_000)
    assert "does not open" in broken.refused("serve")
    assert "is the index now" in broken.right("restore", "--yes", str(copy))
    assert "whole" in broken.right("audit", "verify")
    (aside,) = broken.folder.glob("portal.before-restore-*.db")
    assert aside.stat().st_size == 100_000


def test_from_one_database_into_the_other(site: Site, demo: Installation, tmp_path: Path) -> None:
    """Keys and ledger go along: they are what makes the other place the same installation."""
    before = counts(demo)
    copy = backed_up(demo)
    other = site.other().empty(tmp_path / "other")
    other.folder.mkdir(mode=0o700)
    for name in ("portal.toml", "portal.keys", "portal.ledger"):
        path = other.folder / name
        path.touch(mode=0o600)
        path.write_bytes((demo.folder / name).read_bytes())
    other.right("setup", "--demo", "--empty")
    other.right("restore", "--yes", str(copy))
    other.right("shielding", "replay-ledger")
    assert {**counts(other), "access_event": 0} == {**before, "access_event": 0}
    assert "whole" in other.right("audit", "verify")
    assert "bad" not in other.right("doctor")
    assert other.right("sandbox", "code", "grace.adeyemi@health.harrowmere.example.org")
    assert "whole and can be restored" in other.right("restore", "--check", str(backed_up(other)))


def test_a_killed_restore_leaves_the_present_index(installation: Installation) -> None:
    place, name = installation, "pour" if installation.database else "_swap_files"
    copy = backed_up(place)
    place.right("lifecycle", "stop")
    lines = place.number("access_event")
    words = ["restore", "--yes", str(copy)]
    killed = place.python("-c", KILL.format(module="portal.lifecycle.restoring", name=name), *words)
    assert killed.returncode == -9
    assert place.number("access_event") == lines
    assert "whole" in place.right("audit", "verify")
    assert "is the index now" in place.right(*words)
    assert not (place.folder / "restoring").exists()


def test_an_index_that_is_lost_is_put_back(embedded: Installation) -> None:
    copy = backed_up(embedded)
    embedded.config.database_file.unlink()
    assert "no index file" in embedded.refused("serve")
    assert "is the index now" in embedded.right("restore", "--yes", str(copy))
    assert "whole" in embedded.right("audit", "verify")
