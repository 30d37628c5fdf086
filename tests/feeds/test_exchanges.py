"""Files of practitioners and registers that would lead to the wrong person or to nobody, on both
databases."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from portal.core.db import db
from portal.directory.queries import organisations_by_code, practitioners_by_email
from portal.feeds.rules import FileKind
from tests.directory.test_import import put as put_register
from tests.directory.test_import import schools
from tests.directory.test_registers import gias
from tests.feeds.filing import Cells, counts, feed, practitioner, put, write

pytestmark = pytest.mark.usefixtures("session")
PEOPLE = FileKind.PRACTITIONERS
NAMES = ("Ada Birch", "Barnaby Cole", "Chidi Dunn", "Dafydd Eames", "Elspeth Frost", "Farouk Gray",
         "Gwen Hale", "Hamza Irons", "Ifrah Judd", "Kacper Lane", "Lowri Moss",
         "Mungo Nash")  # fmt: skip
Rows = Sequence[Cells]


def team() -> list[Cells]:
    """Return practitioners, each with a telephone of their own."""
    return [
        practitioner(name.split()[0], name=name, phone=f"01632 9601{at:02d}")
        for at, name in enumerate(NAMES)
    ]


def moved(rows: Rows, column: str, first: int = len(NAMES)) -> list[Cells]:
    """Return the rows, one column of the first of them a row too low."""
    cells = [row[column] for row in rows[:first]]
    one_lower = zip(rows, [cells[-1], *cells[:-1]], strict=False)
    return [*({**row, column: cell} for row, cell in one_lower), *rows[first:]]


def reached(rows: Rows) -> dict[str, tuple[str, str]]:
    """Return whom these addresses lead to, and on which number."""
    db.session.rollback()
    found = practitioners_by_email([row["email"] for row in rows])
    return {email: (one.name, one.work_phone) for email, one in found.items()}


def said(rows: Rows) -> dict[str, tuple[str, str]]:
    """Return the same as a file says it."""
    return {row["email"]: (row["name"], row["phone"]) for row in rows}


@pytest.mark.parametrize(
    ("column", "why"),
    [("email", "belong to other people"), ("name", "belong to other people"),
     ("phone", "a telephone number that was somebody else's")],
)  # fmt: skip
def test_a_column_a_row_too_low_is_refused(
    town: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, column: str, why: str
) -> None:
    rows = team()
    put(town, tmp_path, PEOPLE, *rows)
    path = write(tmp_path / "low.csv", PEOPLE, moved(rows, column))
    for source, more in (("mosaic", ["--dry-run"]), ("mosaic", []), ("another", [])):
        result = feed(town, path, PEOPLE, *more, source=source)
        assert (result.exit_code, why in result.output) == (2, True), result.output
    assert reached(rows) == said(rows)
    assert put(town, tmp_path, PEOPLE, *moved(rows, column, 6))[2] == 6
    config = town.extensions["portal_config"]
    monkeypatch.setitem(town.extensions, "portal_config", replace(config, identity_change=1.0))
    assert counts(feed(town, path, PEOPLE))[2] > 6


def test_who_marries_moves_or_shares_a_telephone_is_no_other(town: Flask, tmp_path: Path) -> None:
    rows = [{**row, "phone": f"01632 96020{at % 2}"} for at, row in enumerate(team())]
    put(town, tmp_path, PEOPLE, *rows)
    married = [{**row, "name": f"Dr {row['name'].split()[0]} Thistlewood"} for row in rows]
    other_floor = [{**row, "phone": f"01632 96020{at % 2}"} for at, row in enumerate(married, 1)]
    assert put(town, tmp_path, PEOPLE, *other_floor) == (12, 0, 12, 0, 0)
    assert reached(rows) == said(other_floor)


def register(tmp_path: Path, change: Callable[[int, dict[str, str]], dict[str, str]]) -> Path:
    """Write twelve schools, each as it is changed."""
    rows = [
        gias(URN=f"9901{at:02d}", EstablishmentNumber=f"30{at:02d}",
             EstablishmentName=f"{name} School", TelephoneNum=f"16329601{at:02d}")
        for at, name in enumerate(NAMES)
    ]  # fmt: skip
    return schools(tmp_path / "gias.csv", [change(at, row) for at, row in enumerate(rows)])


@pytest.mark.parametrize(
    ("column", "words", "why"),
    [
        ("EstablishmentStatus (name)", ["Closed"] * 12, "organisations that are open"),
        ("TelephoneNum", [f"16329601{(at + 1) % 12:02d}" for at in range(12)], "somebody else's"),
    ],
)
def test_a_register_that_closes_or_exchanges_most_is_refused(
    town: Flask, tmp_path: Path, column: str, words: list[str], why: str
) -> None:
    as_it_was = register(tmp_path, lambda _, row: row)
    assert put_register(town, "gias", as_it_was).exit_code == 0
    codes = [f"9901{at:02d}" for at in range(12)]
    before = organisations_by_code(codes)
    wrong = register(tmp_path, lambda at, row: {**row, column: words[at]})
    for more in (["--dry-run"], []):
        result = put_register(town, "gias", wrong, *more)
        assert (result.exit_code, why in result.output) == (2, True), result.output
    db.session.rollback()
    assert organisations_by_code(codes) == before
    some = register(tmp_path, lambda at, row: {**row, column: words[at]} if at < 6 else row)
    assert put_register(town, "gias", some).exit_code == 0
    db.session.rollback()
    now = organisations_by_code(codes)
    assert sum(now[code] != before[code] for code in codes) == 6
