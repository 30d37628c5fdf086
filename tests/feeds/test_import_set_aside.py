"""What an import does not take: rows set aside with their line, and files refused as a whole."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.feeds.models import FeedRun
from portal.feeds.rules import COLUMNS, FileKind
from tests.feeds.filing import (
    child,
    counts,
    feed,
    holdings,
    involvement,
    practitioner,
    put,
    run,
    write,
)
from tests.feeds.packing import gzipped, zipped

PRACTITIONERS, CHILDREN = FileKind.PRACTITIONERS, FileKind.CHILDREN
INVOLVEMENTS = FileKind.INVOLVEMENTS


def test_rows_that_cannot_be_used_are_set_aside_and_the_rest_is_taken(
    town: Flask, tmp_path: Path, session: Session
) -> None:
    rows = [
        child(1),
        child(2, family_name="<script>alert(1)</script>"),
        child(3, nhs_number="9991234567"),
        child(1, given_names="Twice"),
        child(4),
    ]
    result = feed(town, write(tmp_path / "some.csv", CHILDREN, rows), CHILDREN)
    assert result.exit_code == 0
    assert counts(result) == (5, 2, 0, 0, 3)
    assert "Line 3, family_name: This is not a name" in result.output
    assert "Line 4, nhs_number: This is not an NHS number" in result.output
    assert "Line 5: An earlier row of the file is about the same." in result.output
    for word in ("script", "9991234567", "Twice", "O’Hara", "K1"):
        assert word not in result.output
    assert [row[1] for row in holdings("mosaic") if row[0] == "child"] == ["K1", "K4"]


@pytest.mark.parametrize(("wrong", "right", "code"), [(11, 0, 1), (11, 1, 0), (10, 0, 0)])
def test_a_file_of_which_nothing_can_be_used_ends_with_one(
    town: Flask, tmp_path: Path, wrong: int, right: int, code: int
) -> None:
    """Dates written in another way set every row aside: whoever runs it at night must hear."""
    rows = [child(number, date_of_birth="03/02/2014") for number in range(wrong)]
    rows += [child(20 + number) for number in range(right)]
    path = write(tmp_path / "some.csv", CHILDREN, rows)
    for more in ("--dry-run",), ():
        result = feed(town, path, CHILDREN, *more)
        assert (result.exit_code, "Not one row could be used" in result.output) == (code, code == 1)
        assert counts(result) == (wrong + right, right, 0, 0, wrong)


def test_odd_rows_are_set_aside_by_line(town: Flask, tmp_path: Path) -> None:
    path = write(tmp_path / "some.csv", CHILDREN, [child(1)])
    cells = len(COLUMNS[CHILDREN])
    with path.open("ab") as stream:
        stream.write(b"K2,too,few\n")
        stream.write((",".join(COLUMNS[CHILDREN]) + "\n").encode())
        stream.write(b"K3," + b"x" * 100_000 + b"," * (cells - 2) + b"\n")
        stream.write(b"K4,\0" + b"," * (cells - 2) + b"\n")
        stream.write(b'K5,"Ada"x' + b"," * (cells - 2) + b"\n")
    result = feed(town, path, CHILDREN)
    assert result.exit_code == 0
    assert counts(result) == (6, 1, 0, 0, 5)
    for line, why in enumerate(
        ["too few or too many", "repeats the header", "far too long", "NUL", "quotation marks"], 3
    ):
        assert any(f"Line {line}: " in said and why in said for said in result.output.splitlines())


def test_what_an_involvement_names_must_be_known(town: Flask, tmp_path: Path) -> None:
    put(town, tmp_path, CHILDREN, child(1), child(2))
    rows = [
        involvement(9),
        involvement(1, organisation_code="NOPE"),
        involvement(1, practitioner_email="nobody@trial.example.org"),
        involvement(1, service="CAMHS", tier="sensitive"),
        involvement(2, started_on="2012-01-01"),
        involvement(1),
    ]
    result = feed(town, write(tmp_path / "some.csv", INVOLVEMENTS, rows), INVOLVEMENTS)
    assert counts(result) == (6, 1, 0, 0, 5)
    for line, column in ((2, "child_source_id"), (3, "organisation_code"), (5, "service")):
        assert f"Line {line}, {column}: " in result.output
    assert "Line 4, practitioner_email: The directory has no practitioner" in result.output
    assert "Line 6, started_on: The start lies before the birth" in result.output


def test_a_team_or_a_person_whose_name_tells_of_a_sensitive_service(
    town: Flask, tmp_path: Path, session: Session
) -> None:
    team = ("--name", "Northside CAMHS", "--kind", "health_visiting")
    run(town, "directory", "add", "T-2", *team)
    nurse = practitioner("Sam", role_title="Mental health nurse")
    put(town, tmp_path, PRACTITIONERS, nurse)
    put(town, tmp_path, CHILDREN, child(1))
    rows = [
        involvement(1, organisation_code="T-2", service="health visiting"),
        involvement(1, practitioner_email="sam@trial.example.org", service="school nursing"),
    ]
    assert put(town, tmp_path, INVOLVEMENTS, *rows) == (2, 0, 0, 0, 2)
    assert not [row for row in holdings("mosaic") if row[0] == "involvement"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "some.csv: The file is empty."),
        (b"name,phone\n", "some.csv: Line 1: The header is not the one for this kind of file."),
        (",".join([*COLUMNS[CHILDREN], "notes"]).encode(), "Line 1: The header has columns"),
        (",".join(COLUMNS[CHILDREN]).encode() + b"\nK1,Ada", "Line 2: The last row is cut off"),
        (",".join(COLUMNS[CHILDREN]).encode() + b'\n"K1\n\n', "Line 2: A quotation mark"),
        ("a,b".encode("utf-16-le"), "some.csv: Line 1: The file is in UTF-16 without"),
        (gzipped(b"x" * 90_000)[:-9], "some.csv: Line 1: The archive is damaged or cut off"),
        (zipped(b"1", other=b"2"), "some.csv: An archive must hold one file"),
        (zipped(gzipped(b"")), "some.csv: Line 1: The archive holds another archive"),
    ],
)
def test_a_file_that_is_refused_leaves_nothing_behind(
    town: Flask, tmp_path: Path, session: Session, content: bytes, said: str
) -> None:
    path = tmp_path / "some.csv"
    path.write_bytes(content)
    result = feed(town, path, CHILDREN)
    assert result.exit_code == 2
    assert said in result.output
    assert "Nothing was changed." in result.output
    assert session.scalar(select(func.count()).select_from(FeedRun)) == 0


def test_a_name_of_a_file_does_nothing_to_a_terminal(town: Flask, tmp_path: Path) -> None:
    path = tmp_path / "\x1b[2J\nsome\x07.csv"
    path.write_bytes(b"")
    said = feed(town, path, CHILDREN).output
    assert "?[2J?some?.csv: The file is empty." in said
    assert "\x1b" not in said


@pytest.mark.parametrize("source", ["", "Mosaic", "../mosaic", "practitioner"])
def test_a_name_of_a_source_that_cannot_be_used(town: Flask, tmp_path: Path, source: str) -> None:
    path = write(tmp_path / "some.csv", CHILDREN, [child(1)])
    assert feed(town, path, CHILDREN, source=source).exit_code == 2
