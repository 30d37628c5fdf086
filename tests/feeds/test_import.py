"""python -m portal feeds import, on both databases."""

from pathlib import Path
from random import Random

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.access.identity import operator
from portal.access.models import AccessEvent
from portal.audit.actions import verify_log
from portal.children.models import ChildIdentifier, ChildRecord
from portal.directory.queries import practitioner_by_email
from portal.feeds.actions.runs import alone
from portal.feeds.models import Arrival, FeedRun
from portal.feeds.rules import COLUMNS, FileKind
from tests.feeds.filing import (
    TEAM,
    Cells,
    child,
    counts,
    feed,
    holdings,
    involvement,
    practitioner,
    run,
    write,
)

PRACTITIONERS, CHILDREN = FileKind.PRACTITIONERS, FileKind.CHILDREN
INVOLVEMENTS = FileKind.INVOLVEMENTS


@pytest.fixture
def town(portal: Flask) -> Flask:
    """The town with one team more."""
    name = ("--name", "Team One", "--kind", "social_care_team", "--phone", "01632 960001")
    assert run(portal, "directory", "add", TEAM, *name).exit_code == 0
    return portal


def put(town: Flask, tmp_path: Path, kind: FileKind, *rows: Cells) -> tuple[int, ...]:
    """Import rows and return the counts of the receipt."""
    result = feed(town, write(tmp_path / "some.csv", kind, rows), kind)
    assert result.exit_code == 0, result.output
    return counts(result)


def test_three_files_one_after_the_other(town: Flask, tmp_path: Path, session: Session) -> None:
    people = [practitioner("Zoe", organisation_code=TEAM), practitioner("Tom")]
    assert put(town, tmp_path, PRACTITIONERS, *people) == (2, 2, 0, 0, 0)
    assert put(town, tmp_path, CHILDREN, child(1), child(2)) == (2, 2, 0, 0, 0)
    care = {"organisation_code": TEAM, "service": "social care", "tier": "additional"}
    lead = involvement(1, practitioner_email="zoe@trial.example.org", is_lead="true", **care)
    assert put(town, tmp_path, INVOLVEMENTS, involvement(1), lead, involvement(2)) == (
        (3, 3, 0, 0, 0)
    )  # fmt: skip
    held = [row for row in holdings("mosaic") if row[0] == "involvement"]
    day = ("2024-01-01", "None")
    assert held == [
        ("involvement", "K1", TEAM, "zoe@trial.example.org", "social_work", "additional", *day,
         True, False),
        ("involvement", "K1", "X99001", "None", "gp_practice", "universal", *day, False, False),
        ("involvement", "K2", "X99001", "None", "gp_practice", "universal", *day, False, False),
    ]  # fmt: skip


def test_running_the_same_files_twice_changes_nothing(
    town: Flask, tmp_path: Path, session: Session
) -> None:
    files = {
        PRACTITIONERS: [practitioner("Zoe"), practitioner("Tom", phone="")],
        CHILDREN: [child(n, former_family_names="Smith;Jones") for n in range(5)],
        INVOLVEMENTS: [involvement(n) for n in range(5)],
    }
    for kind, rows in files.items():
        assert put(town, tmp_path, kind, *rows) == (len(rows), len(rows), 0, 0, 0)
    before, lines = holdings("mosaic"), len_of_log(session)
    for kind, rows in files.items():
        assert put(town, tmp_path, kind, *rows) == (len(rows), 0, 0, len(rows), 0)
    assert holdings("mosaic") == before
    staged_and_decided = 2 * len(files)
    assert len_of_log(session) == lines + staged_and_decided


def at_random(rng: Random) -> Cells:
    """Return an involvement of a file that was put together carelessly."""
    return involvement(
        rng.choice((1, 2)),
        organisation_code=rng.choice((TEAM, "X99001")),
        practitioner_email=rng.choice(("", "zoe@trial.example.org", "tom@trial.example.org")),
        service=rng.choice(("GP", "school")),
        started_on=rng.choice(("", "2020-01-01", "2022-01-01", "2024-01-01")),
        ended_on=rng.choice(("", "", "2021-01-01", "2023-01-01")),
        is_lead=rng.choice(("", "true")),
    )


def test_careless_files_change_nothing_the_second_time_either(
    town: Flask, tmp_path: Path, session: Session
) -> None:
    put(town, tmp_path, PRACTITIONERS, practitioner("Zoe"), practitioner("Tom"))
    for seed in range(12):
        rng, source = Random(seed), f"careless-{seed}"
        children = write(tmp_path / "children.csv", CHILDREN, [child(1), child(2)])
        feed(town, children, CHILDREN, source=source)
        rows = [at_random(rng) for _ in range(rng.randint(2, 9))]
        path = write(tmp_path / "involvements.csv", INVOLVEMENTS, rows)
        first = counts(feed(town, path, INVOLVEMENTS, source=source))
        held = holdings(source)
        session.rollback()
        second = counts(feed(town, path, INVOLVEMENTS, source=source))
        assert (second[1], second[2]) == (0, 0), rows
        assert second[4] == first[4]
        assert holdings(source) == held
        session.rollback()


def len_of_log(session: Session) -> int:
    """Return how many lines the access log has."""
    session.rollback()
    return session.scalar(select(func.count()).select_from(AccessEvent)) or 0


def test_an_update_changes_names_and_address_and_keeps_the_former_name(
    town: Flask, tmp_path: Path, session: Session
) -> None:
    put(town, tmp_path, CHILDREN, child(1), child(2))
    new = child(1, family_name="Nowak", address="9 Weavers Close", postcode="QH2 2BB")
    assert put(town, tmp_path, CHILDREN, new, child(2)) == (2, 0, 1, 1, 0)
    held = holdings("mosaic")
    assert ("child", "K1", "Ada Maria", "Nowak", "2014-02-02", "female") in held
    assert ("child_address", "K1", "current", "9 Weavers Close", "QH2 2BB") in held
    names = [row for row in held if row[:2] == ("child_name", "K1")]
    assert [row[3] for row in names] == ["O’Hara-Łąki"]
    assert put(town, tmp_path, CHILDREN, new, child(2)) == (2, 0, 0, 2, 0)
    assert holdings("mosaic") == held


def test_the_same_id_from_another_source_is_another_child(
    town: Flask, tmp_path: Path, session: Session
) -> None:
    path = write(tmp_path / "some.csv", CHILDREN, [child(1)])
    assert counts(feed(town, path, CHILDREN, source="mosaic"))[1] == 1
    assert counts(feed(town, path, CHILDREN, source="emis"))[1] == 1
    found = session.scalars(select(ChildRecord.source).where(ChildRecord.source_id == "K1"))
    assert sorted(found) == ["emis", "mosaic"]


def test_a_practitioner_is_known_by_email(town: Flask, tmp_path: Path, session: Session) -> None:
    put(town, tmp_path, PRACTITIONERS, practitioner("Zoe", team_phone="01632 960002"))
    new = practitioner("ZOE", name="Zoë Nowak", phone="", organisation_code=TEAM)
    assert put(town, tmp_path, PRACTITIONERS, new) == (1, 0, 1, 0, 0)
    sheet = practitioner_by_email("zoe@trial.example.org")
    assert sheet is not None
    assert (sheet.name, sheet.organisation.code) == ("Zoë Nowak", TEAM)
    # A source that leaves a number out does not wipe it.
    assert (sheet.work_phone, sheet.team_phone) == ("01632 960123", "01632 960002")


def test_an_involvement_ends(town: Flask, tmp_path: Path, session: Session) -> None:
    put(town, tmp_path, CHILDREN, child(1))
    put(town, tmp_path, INVOLVEMENTS, involvement(1))
    ended = involvement(1, ended_on="2025-06-30")
    assert put(town, tmp_path, INVOLVEMENTS, ended) == (1, 0, 1, 0, 0)
    again = involvement(1, started_on="2025-09-01")
    assert put(town, tmp_path, INVOLVEMENTS, ended, again) == (2, 1, 0, 1, 0)


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


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_letters_arrive_whatever_the_encoding(
    town: Flask, tmp_path: Path, session: Session, encoding: str
) -> None:
    rows = [child(1, given_names="Zoë", family_name="O’Hara")]
    path = write(tmp_path / "some.csv", CHILDREN, rows, encoding)
    result = feed(town, path, CHILDREN)
    assert counts(result)[1] == 1
    assert ("Windows-1252" in result.output) == (encoding == "cp1252")
    assert any(row[2:4] == ("Zoë", "O’Hara") for row in holdings("mosaic"))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The file is empty."),
        (b"name,phone\n", "Line 1: The header is not the one for this kind of file."),
        (",".join([*COLUMNS[CHILDREN], "notes"]).encode(), "Line 1: The header has columns"),
        (",".join(COLUMNS[CHILDREN]).encode() + b"\nK1,Ada", "Line 2: The last row is cut off"),
        (",".join(COLUMNS[CHILDREN]).encode() + b'\n"K1\n\n', "Line 2: A quotation mark"),
        ("a,b".encode("utf-16"), "Line 1: The file is in UTF-16."),
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


@pytest.mark.parametrize("source", ["", "Mosaic", "../mosaic", "practitioner"])
def test_a_name_of_a_source_that_cannot_be_used(town: Flask, tmp_path: Path, source: str) -> None:
    path = write(tmp_path / "some.csv", CHILDREN, [child(1)])
    assert feed(town, path, CHILDREN, source=source).exit_code == 2


def test_one_import_of_a_source_at_a_time(town: Flask, tmp_path: Path, session: Session) -> None:
    path = write(tmp_path / "some.csv", CHILDREN, [child(1)])
    with alone(source="mosaic", by=operator("test")):
        busy = feed(town, path, CHILDREN)
        assert feed(town, path, CHILDREN, source="emis").exit_code == 0
    assert busy.exit_code == 1
    assert "Another import from this source is running." in busy.output
    assert not holdings("mosaic")
    session.rollback()
    assert feed(town, path, CHILDREN).exit_code == 0
