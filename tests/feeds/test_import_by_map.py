"""Exports of other systems, taken in by a map, on both databases."""

import json
import signal
from contextlib import closing
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.access.identity import operator
from portal.core.db import db
from portal.core.keys import unseal
from portal.feeds import actions
from portal.feeds.inbox import Layout, opened
from portal.feeds.models import Arrival, FeedRun
from portal.feeds.rules import COLUMNS, FileKind, read_map
from tests.feeds.exports import NOTES, SURGERY, WORKLOAD, surgery, workload
from tests.feeds.filing import (
    TEAM,
    Cells,
    child,
    counts,
    feed,
    holdings,
    practitioner,
    put,
    run,
    write,
)
from tests.feeds.packing import gzipped, zipped
from tests.feeds.test_killed import MANY, die

CHILDREN, INVOLVEMENTS = FileKind.CHILDREN, FileKind.INVOLVEMENTS


def mapped(tmp_path: Path, text: str, name: str = "map.toml") -> str:
    """Write a map and return its path as an operator types it."""
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def some() -> list[Cells]:
    """Three children, one of whom cannot be read."""
    return [
        child(1, former_family_names="Smith;Jones"),
        child(2, gender="not_specified", nhs_number="", address="9 Weavers Close"),
        child(3, gender="Q"),
    ]


def without_commas(held: list[tuple[object, ...]]) -> list[tuple[object, ...]]:
    """What is held, with addresses as they are in one column."""
    return [tuple(str(value).replace(", ", " ") for value in row) for row in held]


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8-sig", "utf-16"])
def test_an_export_of_children_is_the_same_as_the_documented_file(
    town: Flask, tmp_path: Path, session: Session, encoding: str
) -> None:
    rows = [{**row, "family_name": "O’Haraé"} for row in some()]
    documented = write(tmp_path / "plain.csv", CHILDREN, rows)
    export = tmp_path / "export.csv"
    export.write_bytes(surgery(rows, encoding))
    by_map = ("--map", mapped(tmp_path, SURGERY))
    rehearsed = feed(town, export, CHILDREN, *by_map, "--rehearse")
    assert counts(rehearsed) == (3, 2, 0, 0, 1)
    assert not holdings("mosaic")
    session.rollback()
    result = feed(town, export, CHILDREN, *by_map)
    assert counts(result) == (3, 2, 0, 0, 1)
    assert "Line 4, gender: This word is not known." in result.output
    held = without_commas(holdings("mosaic"))
    session.rollback()
    assert counts(feed(town, export, CHILDREN, *by_map)) == (3, 0, 0, 2, 1)
    assert counts(feed(town, documented, CHILDREN))[0::4] == (3, 1)
    assert without_commas(holdings("mosaic")) == held


def test_an_export_of_involvements_of_quite_another_shape(
    town: Flask, tmp_path: Path, session: Session
) -> None:
    put(town, tmp_path, FileKind.PRACTITIONERS, practitioner("Zoe", organisation_code=TEAM))
    put(town, tmp_path, CHILDREN, child(1), child(2))
    rows = [
        ("K1", "zoe@trial.example.org", "SW", "03-FEB-2024", "", "*"),
        ("K2", "", "health  VIS.", "1-Mar-2024", "31-DEC-2024", "-"),
        ("K2", "", "CAMHS", "01-MAR-2024", "", ""),
        ("K2", "", "SW", "2024-03-01", "", ""),
        ("K9", "", "SW", "01-MAR-2024", "", ""),
    ]
    export = tmp_path / "export.gz"
    export.write_bytes(gzipped(workload(rows)))
    result = feed(town, export, INVOLVEMENTS, "--map", mapped(tmp_path, WORKLOAD))
    assert counts(result) == (5, 2, 0, 0, 3)
    assert "Line 4, service: Sexual health, mental health" in result.output
    assert "Line 5, started_on: This is not a date in the format that the map" in result.output
    assert "Line 6, child_source_id: This source has not reported" in result.output
    assert [row for row in holdings("mosaic") if row[0] == "involvement"] == [
        ("involvement", "K1", TEAM, "zoe@trial.example.org", "social_work", "additional",
         "2024-02-03", "None", True, False),
        ("involvement", "K2", TEAM, "None", "health_visiting", "additional", "2024-03-01",
         "2024-12-31", False, False),
    ]  # fmt: skip


def go(file: Path, text: str, steps: int) -> None:
    """Drive an import by a map so many steps far and drop it there."""
    by_map = read_map(text.encode(), CHILDREN)
    with opened(file, Layout(columns=by_map.wanted, open_ended=True)) as parcel:
        drive = actions.import_people(
            source="shaken", kind=CHILDREN, parcel=parcel, by_map=by_map, by=operator("test")
        )
        with closing(drive):
            for _ in range(steps):
                next(drive)
                db.session.commit()
            db.session.rollback()


def test_what_the_map_does_not_name_is_never_staged(
    portal: Flask, tmp_path: Path, session: Session
) -> None:
    file = tmp_path / "export.zip"
    file.write_bytes(zipped(surgery([child(1), child(2, gender="Q")])))
    go(file, SURGERY, 2)
    keys = portal.extensions["portal_keys"]
    rows = session.scalars(select(Arrival).order_by(Arrival.line)).all()
    assert [row.line for row in rows] == [2, 3]
    assert rows[1].sealed is None
    assert rows[0].sealed is not None
    place = f"arrival|sealed|{rows[0].run_id}|2"
    held = json.loads(unseal(keys.identifier, rows[0].sealed, place=place))
    assert dict(zip(COLUMNS[CHILDREN], held, strict=True))["date_of_birth"] == "2014-02-02"
    assert len(held) == len(COLUMNS[CHILDREN])
    assert NOTES not in held


def many() -> list[Cells]:
    """A file of more than two batches."""
    return [child(number, nhs_number="", upn="") for number in range(MANY)]


@pytest.mark.usefixtures("small_batches")
def test_killed_and_taken_up_again_by_the_same_map(
    portal: Flask, settings_file: Path, tmp_path: Path, session: Session
) -> None:
    file = tmp_path / "export.csv"
    file.write_bytes(surgery(many()))
    by_map = ("--map", mapped(tmp_path, SURGERY))
    # One batch is staged; all are, and one is decided; one is lost.
    for moment, commit in (("after_commit", 2), ("after_commit", 4), ("before_commit", 2)):
        assert die(settings_file, file, moment, commit, *by_map) == -signal.SIGKILL
    packed = tmp_path / "export.zip"
    packed.write_bytes(zipped(file.read_bytes()))
    # The same words under other comments and in another wrapping are the same file.
    again = mapped(tmp_path, "# Written anew.\n" + SURGERY, "other.toml")
    result = feed(portal, packed, CHILDREN, "--map", again, source="shaken")
    assert counts(result) == (MANY, MANY, 0, 0, 0)
    assert session.scalars(select(FeedRun.state)).all() == ["finished"]
    assert len([row for row in holdings("shaken") if row[0] == "child"]) == MANY


@pytest.mark.usefixtures("small_batches")
def test_a_half_finished_run_is_given_up_for_another_map(
    portal: Flask, tmp_path: Path, session: Session
) -> None:
    file = tmp_path / "export.csv"
    file.write_bytes(surgery(many()))
    go(file, SURGERY, 6)
    other = SURGERY.replace('family_name = "Surname"', 'family_name = "Previous surname"')
    other = other.replace('former_family_names = "Previous surname"', "")
    result = feed(portal, file, CHILDREN, "--map", mapped(tmp_path, other), source="shaken")
    received, added, changed, unchanged, aside = counts(result)
    assert (received, added + changed, unchanged, aside) == (MANY, MANY, 0, 0)
    assert changed > 0
    states = session.scalars(select(FeedRun.state).order_by(FeedRun.started_at)).all()
    assert states == ["abandoned", "finished"]
    waiting = select(func.count()).select_from(Arrival).where(Arrival.sealed.is_not(None))
    assert session.scalar(waiting) == 0
    held = [row for row in holdings("shaken") if row[0] == "child"]
    assert {row[3] for row in held} == {""}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[columns\n", "map.toml: Line 1: This is not TOML. Nothing was changed."),
        (SURGERY + '[columns]\nupn = "X"\n', "The map says this twice."),
        (SURGERY.replace("postcode", "post"), "map.toml: columns.post: This is not one of our"),
        (SURGERY.replace('source_id = "Person ID"', ""), "columns.source_id: The map must say"),
        ("\x1b[2J = 3\n", "map.toml: Line 1: This is not TOML."),
        ('"\\u001b[2J" = 3\n', "map.toml: ?[2J: A map holds columns, dates, words and"),
    ],
)
def test_a_mistake_in_a_map_is_told_before_a_row_is_read(
    town: Flask, tmp_path: Path, session: Session, text: str, said: str
) -> None:
    # There is no such file: the map is refused first.
    result = feed(town, tmp_path / "none.csv", CHILDREN, "--map", mapped(tmp_path, text))
    assert result.exit_code == 2
    assert said in result.output
    assert "\x1b" not in result.output
    assert session.scalar(select(func.count()).select_from(FeedRun)) == 0


def test_an_export_without_a_column_of_the_map_is_refused(
    town: Flask, tmp_path: Path, session: Session
) -> None:
    file = tmp_path / "export.csv"
    file.write_bytes(surgery([child(1)]).replace(b"DOB", b"Born"))
    by_map = ("--map", mapped(tmp_path, SURGERY))
    result = feed(town, file, CHILDREN, *by_map)
    assert result.exit_code == 2
    assert "export.csv: Line 1: The header" in result.output
    assert "Missing: DOB." in result.output
    missing = feed(town, file, CHILDREN, "--map", str(tmp_path / "none.toml"))
    assert missing.exit_code == 2
    assert "none.toml: The file cannot be opened." in missing.output
    large = feed(town, file, CHILDREN, "--map", mapped(tmp_path, "#" * 40_000))
    assert "map.toml: The map is larger than 32 KB." in large.output
    assert session.scalar(select(func.count()).select_from(FeedRun)) == 0


def test_without_a_map_a_column_too_many_is_refused_as_before(town: Flask, tmp_path: Path) -> None:
    file = tmp_path / "export.csv"
    file.write_bytes(surgery([child(1)]))
    result = run(town, "feeds", "import", "--source", "mosaic", "--kind", "children", file)
    assert result.exit_code == 2
    assert "Missing: source_id, given_names" in result.output
