"""python -m portal feeds import, on both databases: what comes in, once, twice and changed."""

from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.access.identity import operator
from portal.children.models import ChildRecord, ChildSource
from portal.directory.queries import practitioner_by_email
from portal.feeds.actions.runs import alone
from portal.feeds.rules import FileKind
from tests.feeds.filing import (
    TEAM,
    Cells,
    child,
    counts,
    feed,
    holdings,
    involvement,
    len_of_log,
    practitioner,
    put,
    write,
)
from tests.feeds.packing import gzipped, zipped

PRACTITIONERS, CHILDREN = FileKind.PRACTITIONERS, FileKind.CHILDREN
INVOLVEMENTS = FileKind.INVOLVEMENTS


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
    other = child(1, given_names="Barnaby", family_name="Thistlewood", nhs_number="", upn="")
    path = write(tmp_path / "other.csv", CHILDREN, [other])
    assert counts(feed(town, path, CHILDREN, source="emis"))[1] == 1
    found = session.scalars(select(ChildRecord.source).where(ChildRecord.source_id == "K1"))
    assert sorted(found) == ["emis", "mosaic"]


def test_the_same_child_from_another_source_is_one_child(
    town: Flask, tmp_path: Path, session: Session
) -> None:
    put(town, tmp_path, CHILDREN, child(1))
    path = write(tmp_path / "same.csv", CHILDREN, [child(1, source_id="E9")])
    assert counts(feed(town, path, CHILDREN, source="emis"))[1] == 1
    numbers = select(ChildSource.child_id).where(ChildSource.source_id.in_(["K1", "E9"]))
    assert len(set(session.scalars(numbers))) == 1


def test_twins_without_numbers_are_two_children(
    town: Flask, tmp_path: Path, session: Session
) -> None:
    """One source writes ten equal digits for whoever has no number, and so does another: with a
    number that they shared one slip in a given name would be no obstacle."""
    nobody_knows = {"nhs_number": "9999999999", "upn": "n/a"}
    mia = child(1, given_names="Mia", **nobody_knows)
    maya = child(1, given_names="Maya", **nobody_knows)
    put(town, tmp_path, CHILDREN, mia)
    path = write(tmp_path / "other.csv", CHILDREN, [maya])
    assert counts(feed(town, path, CHILDREN, source="emis"))[1] == 1
    numbers = select(ChildSource.child_id).where(ChildSource.source_id == "K1")
    assert len(set(session.scalars(numbers))) == 2


@pytest.mark.parametrize("numbers_of_maya", [{"nhs_number": "", "upn": ""}, {"upn": ""}])
def test_the_number_of_a_twin_does_not_make_two_children_one(
    town: Flask, tmp_path: Path, session: Session, numbers_of_maya: Cells
) -> None:
    """The index knows both; another source wrote Mia's number beside Maya's name."""
    mia = child(1, given_names="Mia")
    maya = child(1, source_id="K2", given_names="Maya", **{
        "nhs_number": child(2)["nhs_number"], **numbers_of_maya,
    })  # fmt: skip
    put(town, tmp_path, CHILDREN, mia, maya)
    path = write(
        tmp_path / "other.csv", CHILDREN, [{**mia, "source_id": "E9", "given_names": "Maya"}]
    )
    assert counts(feed(town, path, CHILDREN, source="emis"))[0] == 1
    of_mia = select(ChildSource.child_id).where(ChildSource.source_id == "K1")
    assert session.scalar(select(ChildSource.source_id).where(
        ChildSource.child_id == session.scalars(of_mia).one(), ChildSource.source == "emis"
    )) is None  # fmt: skip


def test_a_practitioner_is_known_by_email(town: Flask, tmp_path: Path, session: Session) -> None:
    put(town, tmp_path, PRACTITIONERS, practitioner("Zoe", team_phone="01632 960002"))
    new = practitioner("ZOE", name="Zoë Nowak", phone="", organisation_code=TEAM)
    assert put(town, tmp_path, PRACTITIONERS, new) == (1, 0, 1, 0, 0)
    sheet = practitioner_by_email("zoe@trial.example.org")
    assert sheet is not None
    assert (sheet.name, sheet.organisation.code) == ("Zoë Nowak", TEAM)
    # A source that leaves a number out does not wipe it.
    assert (sheet.work_phone, sheet.team_phone) == ("01632 960123", "01632 960002")


def test_an_old_file_of_practitioners_replaces_nothing_newer(
    town: Flask, tmp_path: Path, session: Session
) -> None:
    def phone() -> str:
        sheet = practitioner_by_email("zoe@trial.example.org")
        session.rollback()
        return sheet.work_phone if sheet else ""

    put(town, tmp_path, PRACTITIONERS, practitioner("Zoe"))
    known = phone()
    row = practitioner("Zoe", phone="01632 960999")
    old = write(tmp_path / "old.csv", PRACTITIONERS, [row, practitioner("Tom")])
    assert counts(feed(town, old, PRACTITIONERS, "--as-of", "2026-01-05")) == (2, 1, 0, 1, 0)
    assert phone() == known
    assert put(town, tmp_path, PRACTITIONERS, row) == (1, 0, 1, 0, 0)
    assert phone() != known


def test_an_involvement_ends(town: Flask, tmp_path: Path, session: Session) -> None:
    put(town, tmp_path, CHILDREN, child(1))
    put(town, tmp_path, INVOLVEMENTS, involvement(1))
    ended = involvement(1, ended_on="2025-06-30")
    assert put(town, tmp_path, INVOLVEMENTS, ended) == (1, 0, 1, 0, 0)
    again = involvement(1, started_on="2025-09-01")
    assert put(town, tmp_path, INVOLVEMENTS, ended, again) == (2, 1, 0, 1, 0)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_letters_arrive_whatever_the_encoding(
    town: Flask, tmp_path: Path, session: Session, encoding: str
) -> None:
    rows = [child(1, given_names="Zoë", family_name="O’Hara")]
    path = write(tmp_path / "some.csv", CHILDREN, rows, encoding)
    result = feed(town, path, CHILDREN)
    assert counts(result)[1] == 1
    assert ("Windows-1252" in result.output) == (encoding == "cp1252")
    assert ("UTF-16" in result.output) == (encoding == "utf-16")
    assert any(row[2:4] == ("Zoë", "O’Hara") for row in holdings("mosaic"))


@pytest.mark.parametrize("pack", [gzipped, zipped])
def test_a_packed_file_is_taken_like_any_other(
    town: Flask, tmp_path: Path, session: Session, pack: Callable[[bytes], bytes]
) -> None:
    path = write(tmp_path / "some.csv", CHILDREN, [child(1), child(2, gender="?")])
    packed = tmp_path / "packed"
    packed.write_bytes(pack(path.read_bytes()))
    result = feed(town, packed, CHILDREN)
    assert counts(result) == (2, 1, 0, 0, 1)
    assert "Line 3, gender: " in result.output
    assert counts(feed(town, path, CHILDREN)) == (2, 0, 0, 1, 1)


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
