"""python -m portal directory import, add and accredit, on both databases."""

import csv
import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.access.models import AccessEvent
from portal.core import clock
from portal.directory import queries
from portal.directory.models import Organisation
from tests.directory.test_registers import gias, ods


def put(app: Flask, register: str, path: Path, *more: str) -> Result:
    """Import a register as the operator does."""
    arguments = ["directory", "import", "--format", register, str(path), *more]
    return app.test_cli_runner().invoke(args=arguments)


def run(app: Flask, *arguments: str) -> Result:
    """Run another verb of the directory."""
    return app.test_cli_runner().invoke(args=["directory", *arguments])


def counts(result: Result) -> dict[str, int]:
    """Return the report, by its words."""
    pairs = (line.rsplit(": ", 1) for line in result.output.splitlines() if ": " in line)
    return {pair[0]: int(pair[1]) for pair in pairs if pair[1].isdigit()}


def practices(path: Path, rows: Sequence[list[str]], encoding: str = "utf-8") -> Path:
    """Write a file in the layout of epraccur."""
    with path.open("w", encoding=encoding, newline="") as stream:
        csv.writer(stream, quoting=csv.QUOTE_ALL).writerows(rows)
    return path


def schools(path: Path, rows: Sequence[dict[str, str]], encoding: str = "cp1252") -> Path:
    """Write a file in the layout of the schools' register."""
    with path.open("w", encoding=encoding, newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


@pytest.fixture
def open_ones(tmp_path: Path) -> Path:
    """Three practices and some that are none."""
    return practices(
        tmp_path / "epraccur.csv",
        [
            ods(c1="X98001", c2="BELLFOUNDER SURGERY"),
            ods(c1="X98002", c2="CINDER LANE PRACTICE", c18=""),
            ods(c1="X98003", c2="DR O'DEA AND PARTNERS"),
            ods(c1="X98004", c2="OLD SURGERY", c13="C", c12="20160531"),
            ods(c1="X98005", c26="9"),
            ods(c1="X98006", c13="P"),
        ],
    )


def test_practices_are_added_once(portal: Flask, session: Session, open_ones: Path) -> None:
    first = put(portal, "ods", open_ones)
    assert first.exit_code == 0
    assert counts(first) == {
        "Added": 3, "Changed": 0, "Closed": 0, "Unchanged": 0, "Refused": 0,
        "Closed and not known here: not added": 1,
        "Passed over: prescribers that are not GP practices": 1,
        "Passed over: not open yet": 1,
        "Open, without a telephone number that can be used": 1,
    }  # fmt: skip
    sheet = queries.organisation_by_code("X98003")
    assert sheet is not None
    assert (sheet.name, sheet.kind, sheet.sector) == (
        "Dr O'Dea and Partners", "gp_practice", "health",
    )  # fmt: skip
    assert sheet.accredited_until is None
    assert queries.organisation_by_code("X98004") is None
    second = counts(put(portal, "ods", open_ones))
    assert (second["Added"], second["Changed"], second["Unchanged"]) == (0, 0, 3)


def test_changes_and_closures(
    portal: Flask, session: Session, tmp_path: Path, open_ones: Path
) -> None:
    put(portal, "ods", open_ones)
    path = practices(
        tmp_path / "later.csv",
        [
            ods(c1="X98001", c2="BELLFOUNDER SURGERY", c18="01632 960999"),
            ods(c1="X98002", c2="CINDER LANE PRACTICE", c13="C", c12="20260131"),
            ods(c1="X98003", c2="DR O'DEA AND PARTNERS", c18="", c13="D"),
        ],
    )
    report = counts(put(portal, "ods", path))
    assert (report["Changed"], report["Closed"], report["Unchanged"]) == (1, 2, 0)
    found = {code: queries.organisation_by_code(code) for code in ("X98001", "X98002", "X98003")}
    assert found["X98001"].phone == "01632 960999"  # type: ignore[union-attr]
    assert found["X98002"].closed_on == dt.date(2026, 1, 31)  # type: ignore[union-attr]
    # Dormant, and the register gives no day: the day on which we learnt it.
    assert found["X98003"].closed_on is not None  # type: ignore[union-attr]
    # A number that the register leaves out is not wiped.
    assert found["X98003"].phone == "01632 960123"  # type: ignore[union-attr]
    assert counts(put(portal, "ods", path))["Unchanged"] == 3
    assert counts(put(portal, "ods", open_ones))["Changed"] == 3
    assert queries.organisation_by_code("X98002").closed_on is None  # type: ignore[union-attr]


def test_an_older_register_replaces_nothing_newer(
    portal: Flask, session: Session, tmp_path: Path, open_ones: Path
) -> None:
    def as_of(days: int) -> list[str]:
        return ["--as-of", (clock.today() - dt.timedelta(days=days)).isoformat()]

    newer = practices(tmp_path / "b.csv", [ods(c1="X98001", c2="CINDER SURGERY"), ods(c1="X98007")])
    assert counts(put(portal, "ods", newer, *as_of(9)))["Added"] == 2
    for more in (["--dry-run"], []):
        late = counts(put(portal, "ods", open_ones, *as_of(10), *more))
        assert (late["Added"], late["Changed"], late["Unchanged"]) == (2, 0, 1)
    # What was said again stands since then.
    assert counts(put(portal, "ods", newer, *as_of(5)))["Unchanged"] == 2
    assert counts(put(portal, "ods", open_ones, *as_of(7)))["Changed"] == 0
    session.rollback()
    kept = queries.organisation_by_code("X98001")
    assert kept is not None
    assert kept.name == "Cinder Surgery"
    assert counts(put(portal, "ods", open_ones, *as_of(4)))["Changed"] == 1
    refused = put(portal, "ods", open_ones, *as_of(-2))
    assert (refused.exit_code, "in the past" in refused.output) == (2, True)


def test_schools_in_windows_letters(portal: Flask, session: Session, tmp_path: Path) -> None:
    rows = [
        gias(URN="991001", EstablishmentName="École de l’Étang"),
        gias(URN="991002", EstablishmentName="To Close"),
        gias(URN="ninety"),
        gias(URN="991001", EstablishmentName="The same again"),
        {**gias(URN="991003"), "TypeOfEstablishment (name)": "Higher education institutions"},
    ]
    rows[1]["EstablishmentStatus (name)"] = "Open, but proposed to close"
    result = put(portal, "gias", schools(tmp_path / "edubase.csv", rows))
    assert result.exit_code == 0
    assert "The file was read as Windows-1252." in result.output
    report = counts(result)
    assert (report["Added"], report["Refused"]) == (2, 2)
    assert "Line 4, URN: This is not a code" in result.output
    assert "Line 5: An earlier row" in result.output
    sheet = queries.organisation_by_code("991001")
    assert sheet is not None
    assert (sheet.name, sheet.phone) == ("École de l’Étang", "01632 960124")
    area = queries.authority_by_code("E99000001")
    assert area is not None
    assert sheet.authority_id == area.id


def test_a_school_is_found_by_its_number_and_an_academy_takes_it_over(
    portal: Flask, session: Session, tmp_path: Path
) -> None:
    old = gias(URN="991001", EstablishmentNumber="")
    put(portal, "gias", schools(tmp_path / "old.csv", [old]))
    number = "9992081"
    assert queries.schools_by_establishment([number]) == {}
    session.rollback()
    put(portal, "gias", schools(tmp_path / "old.csv", [gias(URN="991001")]))
    assert queries.schools_by_establishment([number])[number].code == "991001"
    session.rollback()
    closed = {"EstablishmentStatus (name)": "Closed", "CloseDate": "31-08-2025"}
    # The newer one closed as well, and the oldest number is that of the one that is open.
    rows = [gias(URN="991001") | closed, gias(URN="990501"), gias(URN="992001") | closed]
    put(portal, "gias", schools(tmp_path / "new.csv", rows))
    assert queries.schools_by_establishment([number, "9990000"])[number].code == "990501"


def test_a_register_with_a_column_missing_is_refused(
    portal: Flask, session: Session, tmp_path: Path
) -> None:
    row = gias()
    del row["EstablishmentStatus (name)"]
    result = put(portal, "gias", schools(tmp_path / "edubase.csv", [row]))
    assert result.exit_code == 2
    assert "Missing: EstablishmentStatus (name)." in result.output
    assert put(portal, "ods", schools(tmp_path / "wrong.csv", [row])).exit_code == 2


def test_authorities(portal: Flask, session: Session, tmp_path: Path) -> None:
    path = tmp_path / "authorities.csv"
    path.write_text(
        'gss_code,name,type\nE99000003,"Third, and Last Council",County\nE9,No,County\n',
        encoding="utf-8",
    )
    result = put(portal, "authorities", path)
    assert (counts(result)["Added"], counts(result)["Refused"]) == (1, 1)
    found = queries.authority_by_code("E99000003")
    assert found is not None
    assert found.name == "Third, and Last Council"
    assert counts(put(portal, "authorities", path))["Unchanged"] == 1


def test_accreditation_is_given_only_when_the_operator_says_so(
    portal: Flask, session: Session, open_ones: Path
) -> None:
    first = put(portal, "ods", open_ones)
    assert "not accredited" in first.output
    until = ("--accredited-until", "2030-07-31")
    assert counts(put(portal, "ods", open_ones, *until))["Changed"] == 3
    assert queries.organisation_by_code("X98001").accredited_until == dt.date(2030, 7, 31)  # type: ignore[union-attr]
    session.rollback()
    assert counts(put(portal, "ods", open_ones))["Unchanged"] == 3
    assert queries.organisation_by_code("X98001").accredited_until == dt.date(2030, 7, 31)  # type: ignore[union-attr]


def test_a_rehearsal_says_the_same_and_changes_nothing(
    portal: Flask, session: Session, open_ones: Path
) -> None:
    rehearsed = put(portal, "ods", open_ones, "--rehearse")
    assert "nothing was changed" in rehearsed.output
    assert queries.organisation_by_code("X98001") is None
    session.rollback()
    assert counts(put(portal, "ods", open_ones)) == counts(rehearsed)


def test_a_code_of_another_scheme_is_refused(
    portal: Flask, session: Session, open_ones: Path
) -> None:
    own = ("--name", "Ours", "--kind", "voluntary")
    assert run(portal, "add", "X98001", *own).exit_code == 0
    result = put(portal, "ods", open_ones)
    assert counts(result)["Added"] == 2
    assert "Line 1: Another organisation has this code already." in result.output
    assert queries.organisation_by_code("X98001").name == "Ours"  # type: ignore[union-attr]
    assert run(portal, "add", "X98002", *own).exit_code == 1


def test_thousands_of_rows(portal: Flask, session: Session, tmp_path: Path) -> None:
    rows = [ods(c1=f"Y{number:05d}") for number in range(3_000)]
    path = practices(tmp_path / "epraccur.csv", rows)
    assert counts(put(portal, "ods", path))["Added"] == 3_000
    assert counts(put(portal, "ods", path))["Unchanged"] == 3_000
    held = select(func.count()).select_from(Organisation)
    assert session.scalar(held.where(Organisation.code.startswith("Y"))) == 3_000


def test_every_batch_leaves_a_line(portal: Flask, session: Session, open_ones: Path) -> None:
    lines = select(func.count()).where(AccessEvent.event == "directory:imported")
    before = session.scalar(lines) or 0
    session.rollback()
    put(portal, "ods", open_ones)
    assert session.scalar(lines) == before + 1


def test_a_team_is_added_changed_and_accredited(portal: Flask, session: Session) -> None:
    team = ("T-1", "--name", "Team One", "--kind", "social_care_team")
    assert run(portal, "add", *team, "--phone", "1632960001", "--rehearse").exit_code == 0
    assert queries.organisation_by_code("T-1") is None
    session.rollback()
    assert run(portal, "add", *team, "--phone", "1632960001").exit_code == 0
    assert "just like this" in run(portal, "add", *team).output
    assert "changed" in run(portal, "add", *team, "--email", "Team@x.example.org").output
    assert run(portal, "accredit", "T-1", "--until", "2030-01-31").exit_code == 0
    sheet = queries.organisation_by_code("T-1")
    assert sheet is not None
    assert (sheet.phone, sheet.email, sheet.sector) == (
        "01632 960001", "team@x.example.org", "social_care",
    )  # fmt: skip
    assert sheet.accredited_until == dt.date(2030, 1, 31)
    session.rollback()
    assert run(portal, "accredit", "T-1", "--end").exit_code == 0
    assert queries.organisation_by_code("T-1").accredited_until is None  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["add", "T 1!", "--name", "Team", "--kind", "voluntary"], 2),
        (["add", "T-1", "--name", "<b>", "--kind", "voluntary"], 2),
        (["add", "T-1", "--name", "Team", "--kind", "circus"], 2),
        (["add", "T-1", "--name", "Team", "--kind", "voluntary", "--phone", "soon"], 2),
        (["add", "T-1", "--name", "Team", "--kind", "voluntary", "--authority", "E1"], 2),
        (["accredit", "T-1"], 2),
        (["accredit", "T-1", "--until", "2030-01-01", "--end"], 2),
        (["accredit", "NOPE", "--end"], 1),
        (["import", "--format", "xml", "some.csv"], 2),
        (["import", "--format", "ods", "missing.csv"], 2),
        (["import", "--format", "authorities", "x", "--accredited-until", "2030-01-01"], 2),
    ],
)
def test_what_is_wrongly_asked(portal: Flask, arguments: list[str], code: int) -> None:
    assert run(portal, *arguments).exit_code == code


def test_organisations_are_found_by_words_or_code(portal: Flask, session: Session) -> None:
    assert [one.name for one in queries.search_organisations("mereside school")] == [
        "Mereside Infant and Nursery School", "Mereside Junior School",
    ]  # fmt: skip
    assert queries.search_organisations("x99001")[0].code == "X99001"
    assert len(queries.search_organisations("a", limit=3)) == 3
    assert queries.search_organisations("%") == []
    assert queries.search_organisations("  ") == []
