"""The proof that the log is whole names the first bad line, whatever was done to it.

Who tampers here may do everything to the database but lacks the log key; the triggers go first.
"""

import hmac
import json
import uuid
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import Connection, func, select
from sqlalchemy.exc import DBAPIError

from portal.access.chain import Fault, last_line_at, verify_chain
from portal.access.identity import operator
from portal.access.log import LogBroken, head_mac, line_hash
from portal.access.models import AccessEvent
from portal.audit import actions
from portal.core import clock
from portal.core.db import db, snapshot
from portal.core.keys import Keys
from tests.audit.tampering import add_lines, move, tamper, verify
from tests.databases import Stage
from tests.search.asking import log_lines


def test_a_whole_log_is_whole(portal: Flask) -> None:
    last = add_lines(portal)
    report = verify(portal)
    assert report.is_whole
    assert (report.lines, report.fault, report.line) == (last, Fault.NONE, 0)
    assert report.sentence == f"{last:,} lines, whole."
    with portal.app_context(), snapshot(db.engine) as connection:
        assert report.last_at == last_line_at(connection)


def test_what_a_line_is_hashed_from_stays_for_ever() -> None:
    # Lines that older programs wrote must go on fitting.
    number, now = uuid.UUID(int=7), clock.now()
    row = {
        "line": 3, "at": now, "subject_id": number, "reason": 'é"\\\n\ud800', "sealed": b"\0\xff",
        "roles": "", "search_id": None, "outcome": 1.5, "hash": "not of itself",
    }  # fmt: skip
    said = [
        ["at", now.isoformat()], ["line", 3], ["outcome", "1.5"], ["reason", 'é"\\\n\ud800'],
        ["roles", ""], ["sealed", "00ff"], ["search_id", None], ["subject_id", str(number)],
    ]  # fmt: skip
    expected = hmac.new(b"key", json.dumps(said).encode(), "sha256").hexdigest()
    assert line_hash(row, b"key") == expected


COLUMNS = {
    "at": "'2020-01-01 00:00:00.000000'",
    "event": "'child:searched'",
    "action": "'E'",
    "outcome": "'4'",
    "account_id": "NULL",
    "roles": "'auditor'",
    "session_mark": "'0123456789abcdef'",
    "address": "'192.0.2.1'",
    "reason": "'other'",
    "subject_kind": "'account'",
    "subject_id": "NULL",
    "search_id": "NULL",
    "sealed": "NULL",
    "previous_hash": "hash",
    "hash": "previous_hash",
}


@pytest.mark.parametrize("column", [name for name in COLUMNS if name != "account_id"])
def test_a_changed_column_is_found(portal: Flask, column: str) -> None:
    last = add_lines(portal)
    bad = last - 20
    before = "search_id" if column == "search_id" else column
    value = "subject_id" if column == "search_id" else COLUMNS[column]
    tamper(portal, f"UPDATE access_event SET {before} = {value} WHERE line = {bad}")
    report = verify(portal)
    assert (report.fault, report.line) == (Fault.CHANGED, bad)
    assert str(bad) in report.sentence


def test_every_column_is_tried() -> None:
    known = {column.name for column in AccessEvent.__table__.columns}
    assert known - set(COLUMNS) == {"line", "organisation_id", "on_behalf_of"}


def test_a_deleted_line_is_found(portal: Flask) -> None:
    bad = add_lines(portal) - 10
    tamper(portal, f"DELETE FROM access_event WHERE line = {bad}")
    report = verify(portal)
    assert (report.fault, report.line) == (Fault.DELETED, bad)


def test_a_deleted_first_line_is_found(portal: Flask) -> None:
    add_lines(portal)
    tamper(portal, "DELETE FROM access_event WHERE line = 1")
    report = verify(portal)
    assert (report.fault, report.line) == (Fault.DELETED, 1)


def test_a_gap_that_was_closed_is_found(portal: Flask) -> None:
    last = add_lines(portal)
    bad = last - 3
    closing = [move(line, line - 1) for line in range(bad + 1, last + 1)]
    tamper(portal, f"DELETE FROM access_event WHERE line = {bad}", *closing)
    report = verify(portal)
    assert (report.fault, report.line) == (Fault.REORDERED, bad)


def test_two_lines_that_changed_places_are_found(portal: Flask) -> None:
    last = add_lines(portal)
    one, other = last - 12, last - 5
    tamper(portal, move(one, 10**9), move(other, one), move(10**9, other))
    report = verify(portal)
    assert (report.fault, report.line) == (Fault.REORDERED, one)


@pytest.mark.parametrize("count", [1, 7])
def test_a_cut_end_is_found(portal: Flask, count: int) -> None:
    last = add_lines(portal)
    tamper(portal, f"DELETE FROM access_event WHERE line > {last - count}")
    report = verify(portal)
    assert (report.fault, report.line) == (Fault.CUT, last - count + 1)


def test_an_emptied_log_is_found(portal: Flask) -> None:
    add_lines(portal)
    tamper(portal, "DELETE FROM access_event")
    report = verify(portal)
    assert (report.fault, report.line) == (Fault.CUT, 1)


@pytest.mark.parametrize(
    "forging",
    [
        "DELETE FROM access_chain",
        "UPDATE access_chain SET length = length - 1",
        "UPDATE access_chain SET hash = mac",
        "UPDATE access_chain SET mac = hash",
    ],
)
def test_a_forged_head_is_found(portal: Flask, forging: str) -> None:
    last = add_lines(portal)
    tamper(portal, forging)
    report = verify(portal)
    assert (report.fault, report.line) == (Fault.HEAD, last)


@pytest.mark.parametrize("column", ["mac", "hash"])
def test_a_head_of_other_letters_is_found(portal: Flask, column: str) -> None:
    last = add_lines(portal)
    tamper(portal, f"UPDATE access_chain SET {column} = 'é'")
    report = verify(portal)
    assert (report.fault, report.line) == (Fault.HEAD, last)
    with pytest.raises(LogBroken):
        add_lines(portal, 1)


def test_a_hash_of_other_letters_is_found(portal: Flask) -> None:
    bad = add_lines(portal) - 4
    tamper(portal, f"UPDATE access_event SET hash = 'é' WHERE line = {bad}")
    report = verify(portal)
    assert (report.fault, report.line) == (Fault.CHANGED, bad)


@pytest.mark.parametrize(
    "change",
    ["at = 'noon'", "account_id = 'nobody'", "sealed = 'text'", "reason = CAST(x'ff' AS TEXT)"],
)
def test_a_line_that_cannot_be_read_is_found(portal: Flask, stage: Stage, change: str) -> None:
    last = add_lines(portal)
    bad = last - 7
    try:
        tamper(portal, f"UPDATE access_event SET {change} WHERE line = {bad}")
    except DBAPIError:
        assert not stage.config.is_embedded, "PostgreSQL alone holds a column to its kind"
        assert verify(portal).is_whole
        return
    report = verify(portal)
    assert (report.fault, report.line, report.lines) == (Fault.CHANGED, bad, bad - 1)


def test_a_line_too_many_is_reported_although_it_takes_the_place_of_ours(portal: Flask) -> None:
    last = add_lines(portal)
    copied = ", ".join(c.name for c in AccessEvent.__table__.columns if c.name != "line")
    tamper(
        portal, f"INSERT INTO access_event (line, {copied}) "
        f"SELECT {last + 1}, {copied} FROM access_event WHERE line = {last}",
    )  # fmt: skip
    keys: Keys = portal.extensions["portal_keys"]
    with portal.app_context():
        report = actions.verify_log(keys=keys, by=operator("audit verify"))
        db.session.commit()
    assert (report.fault, report.line) == (Fault.REORDERED, last + 1)


def test_a_cut_end_with_a_head_to_match_is_found_and_not_covered_up(portal: Flask) -> None:
    last = add_lines(portal)
    shorter = f"(SELECT hash FROM access_event WHERE line = {last - 2})"
    tamper(
        portal,
        f"UPDATE access_chain SET length = {last - 2}, hash = {shorter}",
        f"DELETE FROM access_event WHERE line > {last - 2}",
    )
    assert verify(portal).fault is Fault.HEAD
    with pytest.raises(LogBroken):
        add_lines(portal, 1)
    assert verify(portal).fault is Fault.HEAD


def test_lines_of_another_history_are_found(portal: Flask) -> None:
    """An old copy of the log grows on its own, and its end is put onto ours."""
    last = add_lines(portal)
    keys: Keys = portal.extensions["portal_keys"]
    with portal.app_context(), db.engine.begin() as connection:
        rows = connection.execute(select(AccessEvent.line, AccessEvent.hash)).all()
        hashes = {row.line: row.hash for row in rows}
    head = f"length = {last - 5}, hash = '{hashes[last - 5]}'"
    mac = head_mac(last - 5, hashes[last - 5], keys.log)
    kept = f"CREATE TABLE kept AS SELECT * FROM access_event WHERE line > {last - 5}"
    tamper(
        portal, kept, f"DELETE FROM access_event WHERE line > {last - 5}",
        f"UPDATE access_chain SET {head}, mac = '{mac}'",
    )  # fmt: skip
    assert verify(portal).is_whole, "a log put back as a whole looks whole: only others can tell"
    add_lines(portal, 5)
    tamper(
        portal, f"DELETE FROM access_event WHERE line = {last - 3}",
        f"INSERT INTO access_event SELECT * FROM kept WHERE line = {last - 3}",
    )  # fmt: skip
    report = verify(portal)
    assert (report.fault, report.line) == (Fault.SPLICED, last - 3)


def test_another_key_fits_nothing(portal: Flask) -> None:
    add_lines(portal)
    with portal.app_context(), snapshot(db.engine) as connection:
        report = verify_chain(connection, bytes(32))
    assert (report.fault, report.line) == (Fault.CHANGED, 1)


def test_verifying_is_a_line_with_its_outcome(portal: Flask) -> None:
    last = add_lines(portal)
    keys: Keys = portal.extensions["portal_keys"]
    with portal.app_context():
        actions.verify_log(keys=keys, by=operator("audit verify"))
        db.session.commit()
    (line,) = log_lines(portal, "log:verified")
    assert (line["outcome"], line["details"]["lines"]) == ("0", last)
    tamper(portal, f"UPDATE access_event SET reason = '' WHERE line = {last}")
    with portal.app_context():
        report = actions.verify_log(keys=keys, by=operator("audit verify"))
        db.session.commit()
    assert report.line == last
    assert [line["outcome"] for line in log_lines(portal, "log:verified")] == ["0", "8"]


def test_writers_need_not_wait_for_the_proof(portal: Flask) -> None:
    add_lines(portal)
    keys: Keys = portal.extensions["portal_keys"]
    rows: Callable[[Connection], int | None] = lambda c: c.scalar(  # noqa: E731
        select(func.count()).select_from(AccessEvent)
    )
    with portal.app_context(), snapshot(db.engine) as connection:
        before = rows(connection)
        started = clock.now()
        add_lines(portal, 3)
        assert (clock.now() - started).total_seconds() < 5
        assert rows(connection) == before
        assert verify_chain(connection, keys.log).is_whole
    assert verify(portal).lines == (before or 0) + 3
