"""What an import leaves behind besides people: receipt, lines of the log, and nothing readable."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.access.identity import operator
from portal.access.models import AccessEvent
from portal.audit.actions import verify_log
from portal.children.models import ChildIdentifier, ChildRecord
from portal.feeds.models import Arrival, FeedRun
from portal.feeds.queries import receipts
from portal.feeds.rules import ROW_FAULTS, FileKind, steps
from tests.children.looking import SignIn
from tests.feeds.filing import (
    child,
    counts,
    feed,
    holdings,
    involvement,
    len_of_log,
    practitioner,
    put,
    run,
    write,
)
from tests.feeds.pausing import known
from tests.feeds.sending import page_of, sent, take_in

PRACTITIONERS, CHILDREN = FileKind.PRACTITIONERS, FileKind.CHILDREN
INVOLVEMENTS = FileKind.INVOLVEMENTS


def test_a_rehearsal_says_the_same_and_changes_nothing(
    town: Flask, tmp_path: Path, session: Session
) -> None:
    put(town, tmp_path, CHILDREN, child(1))
    held = holdings("mosaic")
    session.rollback()
    rows = [child(1, family_name="Nowak"), child(2), child(3, gender="?")]
    path = write(tmp_path / "some.csv", CHILDREN, rows)
    rehearsed = feed(town, path, CHILDREN, "--rehearse")
    assert rehearsed.exit_code == 0
    assert "nothing was changed" in rehearsed.output
    assert "Receipt" not in rehearsed.output
    assert holdings("mosaic") == held
    assert session.scalar(select(func.count()).select_from(FeedRun)) == 1
    session.rollback()
    assert counts(feed(town, path, CHILDREN)) == counts(rehearsed) == (3, 1, 1, 0, 1)


def test_the_receipt_can_be_printed_again(town: Flask, tmp_path: Path) -> None:
    path = write(tmp_path / "some.csv", CHILDREN, [child(1), child(2, gender="?")])
    first = feed(town, path, CHILDREN)
    number = first.output.splitlines()[0].removeprefix("Receipt: ")
    again = run(town, "feeds", "receipt", number)
    assert again.exit_code == 0
    assert again.output == first.output
    assert run(town, "feeds", "receipt", "0000-0000-0000").exit_code == 1


def test_decided_rows_lose_their_content(town: Flask, tmp_path: Path, session: Session) -> None:
    put(town, tmp_path, CHILDREN, child(1), child(2, gender="?"))
    rows = session.execute(
        select(Arrival.line, Arrival.decision, Arrival.sealed, Arrival.fault, Arrival.column)
    )
    assert sorted(tuple(row) for row in rows) == [
        (2, "added", None, "", ""),
        (3, "set_aside", None, "unknown_word", "gender"),
    ]


def test_only_the_rows_of_the_newest_file_are_kept(
    town: Flask, tmp_path: Path, session: Session
) -> None:
    for number in (1, 2):
        put(town, tmp_path, CHILDREN, child(number))
        put(town, tmp_path, INVOLVEMENTS, involvement(number))
    assert session.scalar(select(func.count()).select_from(Arrival)) == 2
    assert session.scalar(select(func.count()).select_from(FeedRun)) == 4


def test_every_import_leaves_its_lines_and_the_log_is_whole(
    town: Flask, tmp_path: Path, session: Session
) -> None:
    start = len_of_log(session)
    put(town, tmp_path, PRACTITIONERS, practitioner("Zoe"))
    put(town, tmp_path, CHILDREN, child(1), child(2))
    put(town, tmp_path, INVOLVEMENTS, involvement(1))
    session.rollback()
    found = session.scalars(
        select(AccessEvent.event).where(AccessEvent.line > start).order_by(AccessEvent.line)
    ).all()
    steps = ["feed:staged", "feed:decided"]
    assert found == [
        steps[0], "practitioner:added", steps[1],
        steps[0], "child:imported", "child:imported", steps[1],
        steps[0], "involvement:recorded", steps[1],
    ]  # fmt: skip
    keys = town.extensions["portal_keys"]
    assert verify_log(keys=keys, by=operator("test")).is_whole


def test_numbers_of_other_bodies_are_sealed(town: Flask, tmp_path: Path, session: Session) -> None:
    put(town, tmp_path, CHILDREN, child(1))
    wanted = select(ChildIdentifier).join(ChildRecord).where(ChildRecord.source == "mosaic")
    rows = session.scalars(wanted).all()
    assert len(rows) == 2
    for row in rows:
        for number in (child(1)["nhs_number"], child(1)["upn"]):
            assert number.encode() not in row.sealed_value
            assert number not in row.value_mark


def test_what_is_kept_of_rows_set_aside_does_not_grow_with_the_file(
    town: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A wrong format of dates sets every row aside: a receipt holds the first, and sums."""
    monkeypatch.setattr(receipts, "MOST_ROWS", 2)
    monkeypatch.setattr(receipts, "MOST_TOLD", 2)
    monkeypatch.setattr(steps, "MOST_TOLD", 2)
    rows = [
        *(child(number, date_of_birth="03/02/2014") for number in range(4)),
        child(5, gender="?"),
    ]
    path = write(tmp_path / "some.csv", CHILDREN, rows)
    sums = [f"4 × {ROW_FAULTS['not_a_date']}", f"1 × {ROW_FAULTS['unknown_word']}"]
    for more in ("--dry-run",), ():
        said = feed(town, path, CHILDREN, *more)
        assert counts(said) == (5, 0, 0, 0, 5)
        assert said.output.count("\nLine ") == 2
        assert [line for line in said.output.splitlines() if " × " in line] == sums
    number = said.output.splitlines()[0].removeprefix("Receipt: ")
    assert f"feeds receipt {number}" in said.output
    every = run(town, "feeds", "receipt", number).output
    assert [line.split(",")[0] for line in every.splitlines() if line.startswith("Line")] == [
        f"Line {line}" for line in range(2, 7)
    ]


def test_the_page_of_a_dry_run_counts_every_row(
    portal: Flask, tmp_path: Path, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(steps, "MOST_TOLD", 2)
    source_id, browser = known(portal, tmp_path), sign_in("data_steward")
    rows = [child(number, gender="?") for number in range(11)]
    address = sent(browser, source_id, rows, act="rehearse")
    assert "Not one row could be used" in take_in(portal)
    page = page_of(browser, address)
    assert "Not one row could be used" in page
    assert "This word is not known. 11" in page
    assert "The first 2 rows that were set aside" in page
