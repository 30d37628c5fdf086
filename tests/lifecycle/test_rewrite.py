"""The index written anew: nothing deleted lies between its rows, and nothing else is changed."""

import datetime as dt
import random
from collections.abc import Callable

import pytest
import time_machine

from portal.core import db
from portal.core.db import PAGE_BYTES, DatabaseProblem, connect_encrypted
from portal.lifecycle import rewriting
from portal.lifecycle.doctor import Finding, examine
from portal.lifecycle.rewriting import rewrite
from tests.children.vault.pages import readable
from tests.lifecycle.conftest import Site
from tests.lifecycle.operating import KILL, Installation, counts

ROWS, CHANGES = 2_000, 2_000
TOLD = "The index was written anew."


def churn(installation: Installation) -> set[bytes]:
    """Change an indexed column again and again; returns the values that are no more."""
    chance = random.Random(4)
    held = connect_encrypted(str(installation.config.database_file), installation.keys.database)
    held.execute("CREATE TABLE churned (place INTEGER PRIMARY KEY, mark BLOB)")
    held.execute("CREATE INDEX churned_mark ON churned (mark)")
    there = [chance.randbytes(16) for _ in range(ROWS)]
    held.execute("BEGIN")
    held.executemany("INSERT INTO churned VALUES (?, ?)", enumerate(there))
    gone = set()
    for place in chance.choices(range(ROWS), k=CHANGES):
        gone.add(there[place])
        there[place] = chance.randbytes(16)
        held.execute("UPDATE churned SET mark = ? WHERE place = ?", (there[place], place))
    held.execute("COMMIT")
    held.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    held.close()
    return gone


def left(installation: Installation, gone: set[bytes]) -> set[bytes]:
    """Return which of these can be read with the key of the index."""
    content = readable(
        installation.config.database_file, installation.keys.database, gaps=True
    )  # fmt: skip
    return {value for value in gone if value in content}


def test_what_was_deleted_can_be_read_no_more(embedded: Installation) -> None:
    gone = churn(embedded)
    assert left(embedded, gone), "the control: overwriting what is deleted is not enough"
    rows = counts(embedded)
    assert TOLD in embedded.right("rewrite")
    assert left(embedded, gone) == set()
    after = counts(embedded)
    assert after.pop("access_event") == rows.pop("access_event") + 1
    assert after == rows
    assert not embedded.config.database_file.with_name("portal.db-wal").exists()


def test_dead_rows_leave_the_files_of_the_server(site: Site, installation: Installation) -> None:
    size = "SELECT pg_total_relation_size('vault_mark')"
    if site.kind == "sqlcipher":
        size = "SELECT page_count FROM pragma_page_count"
    for _ in range(6):
        installation.sql("UPDATE vault_mark SET mark = mark")
    before = installation.sql(size)[0][0]
    rewrite(installation.config, installation.keys)
    after = installation.sql(size)[0][0]
    assert after <= before
    if site.kind == "postgresql":
        assert after < before / 2


def test_it_leaves_a_line_in_a_log_that_is_whole(installation: Installation) -> None:
    installation.right("rewrite")
    assert installation.sql(
        "SELECT count(*) FROM access_event WHERE event = 'portal:rewritten'"
    ) == [(1,)]  # fmt: skip
    assert "whole" in installation.right("audit", "verify")


def test_nothing_is_changed_while_somebody_writes(
    embedded: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db, "WAIT_SECONDS", 0)
    held = connect_encrypted(str(embedded.config.database_file), embedded.keys.database)
    held.execute("BEGIN IMMEDIATE")
    with pytest.raises(DatabaseProblem, match="quiet hour"):
        rewrite(embedded.config, embedded.keys)
    held.execute("ROLLBACK")
    held.close()
    rewrite(embedded.config, embedded.keys)


def test_damaged_pages_are_told_of_and_left(embedded: Installation) -> None:
    path = embedded.config.database_file
    content = bytearray(path.read_bytes())
    middle = len(content) // PAGE_BYTES // 2 * PAGE_BYTES
    content[middle + 100 : middle + 200] = bytes(100)
    path.write_bytes(content)
    with pytest.raises(DatabaseProblem, match="portal doctor"):
        rewrite(embedded.config, embedded.keys)
    assert path.read_bytes()[middle : middle + 200] == bytes(content[middle : middle + 200])


def test_who_reads_all_the_time_is_told_of(
    embedded: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rewriting, "_ATTEMPTS", 1)
    held = connect_encrypted(str(embedded.config.database_file), embedded.keys.database)
    held.execute("BEGIN")
    held.execute("SELECT count(*) FROM account").fetchone()
    with pytest.raises(DatabaseProblem, match="somebody was reading"):
        rewrite(embedded.config, embedded.keys)
    held.execute("COMMIT")
    held.close()
    rewrite(embedded.config, embedded.keys)


def test_killed_before_the_log_is_cut_it_loses_nothing(embedded: Installation) -> None:
    rows, gone = counts(embedded), churn(embedded)
    script = KILL.format(module="portal.lifecycle.rewriting", name="empty_wal")
    assert embedded.python("-c", script, "rewrite").returncode == -9
    assert counts(embedded) == rows
    embedded.right("rewrite")
    assert left(embedded, gone) == set()


def test_the_doctor_reminds_after_eight_days(embedded: Installation) -> None:
    def finding() -> Finding:
        return {one.name: one for one in examine(embedded.folder)}["rewritten"]

    def after(days: int, look: Callable[[], Finding]) -> Finding:
        with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(days=days), tick=True):
            return look()

    assert finding().level == "ok"
    never = after(9, finding)
    assert (never.level, "never" in never.sentence) == ("warn", True)
    assert "portal rewrite" in never.remedy
    embedded.right("rewrite")
    assert after(7, finding).level == "ok"
    late = after(9, finding)
    assert (late.level, "never" in late.sentence) == ("warn", False)
