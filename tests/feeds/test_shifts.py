"""Files that would turn many children into others are not taken, on both databases."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.children import queries, vault
from portal.children.actions import hide_child
from portal.children.models import ChildSource
from portal.children.rules import ChildDraft, Shift
from portal.children.vault.reuse import shifts_of
from portal.core import clock
from portal.feeds.models import Arrival, FeedRun
from portal.feeds.rules import COLUMNS, FileKind
from portal.feeds.rules.rows import read_child
from tests.children.looking import SignIn
from tests.children.reporting import FEED
from tests.directory.test_import import put as put_register
from tests.directory.test_import import schools
from tests.directory.test_registers import gias
from tests.feeds.filing import Cells, child, counts, feed, holdings, put, write
from tests.feeds.pausing import known
from tests.feeds.schools import URN, document, pupil
from tests.feeds.sending import page_of, parts, sent, take_in

CHILDREN = FileKind.CHILDREN
NAMES = ("Ada", "Barnaby", "Chidi", "Dafydd", "Elspeth", "Farouk", "Gwen", "Hamza", "Ifrah", "Jude",
         "Kacper", "Lowri", "Mungo", "Nkechi", "Oonagh", "Piotr")  # fmt: skip
EMPTY = dict.fromkeys(COLUMNS[CHILDREN], "")
TOO_MANY = "Too many of its numbers mean other children than before."


def class_of(names: Sequence[str] = NAMES) -> list[Cells]:
    """Return a child of each name, numbered in their order."""
    return [child(number, given_names=name) for number, name in enumerate(names, 1)]


def sorted_by_one_column(rows: Sequence[Cells]) -> list[Cells]:
    """Return the rows, each with the number of the next."""
    numbers = [row["source_id"] for row in rows]
    return [
        {**row, "source_id": number}
        for row, number in zip(rows, [*numbers[1:], numbers[0]], strict=True)
    ]


def month_first(day: str) -> str:
    """Return an ISO day with day and month exchanged."""
    year, month, date = day.split("-")
    return f"{year}-{date}-{month}"


def test_a_file_numbered_anew_is_refused_and_changes_nothing(
    town: Flask, tmp_path: Path, session: Session
) -> None:
    put(town, tmp_path, CHILDREN, *class_of())
    before = holdings("mosaic")
    path = write(tmp_path / "anew.csv", CHILDREN, sorted_by_one_column(class_of()))
    for more in (["--dry-run"], [], []):
        result = feed(town, path, CHILDREN, *more)
        assert result.exit_code == 2
        assert f"anew.csv: {TOO_MANY}" in result.output
        assert "Nothing was changed." in result.output
    session.rollback()
    assert holdings("mosaic") == before
    assert session.scalar(select(func.count()).where(Arrival.decision.is_(None))) == 0
    states = session.scalars(select(FeedRun.state).order_by(FeedRun.started_at)).all()
    assert states[-3:] == ["finished", "abandoned", "abandoned"]
    assert put(town, tmp_path, CHILDREN, *class_of()) == (16, 0, 0, 16, 0)


def test_a_new_file_of_a_source_is_taken_and_one_of_another_source(
    town: Flask, tmp_path: Path
) -> None:
    assert put(town, tmp_path, CHILDREN, *class_of()) == (16, 16, 0, 0, 0)
    path = write(tmp_path / "anew.csv", CHILDREN, sorted_by_one_column(class_of()))
    assert counts(feed(town, path, CHILDREN, source="mosaic-2"))[1] == 16


def test_a_few_numbers_may_change_hands_and_names_and_births_be_corrected(
    town: Flask, tmp_path: Path
) -> None:
    put(town, tmp_path, CHILDREN, *class_of())
    rows = class_of()
    some = [*sorted_by_one_column(rows[:8]), *rows[8:]]
    assert put(town, tmp_path, CHILDREN, *some)[2] == 8
    renamed = [{**row, "family_name": "Thistlewood"} for row in some]
    assert put(town, tmp_path, CHILDREN, *renamed)[2] == 16


def test_a_file_with_day_and_month_exchanged_is_refused(
    town: Flask, tmp_path: Path, session: Session
) -> None:
    """Of every four days one cannot be read so; the others could."""
    born = ["2014-03-07", "2015-11-02", "2016-04-09", "2016-04-30"]
    rows = [{**row, "date_of_birth": born[at % 4]} for at, row in enumerate(class_of())]
    put(town, tmp_path, CHILDREN, *rows)
    before = holdings("mosaic")
    exchanged = [{**row, "date_of_birth": month_first(row["date_of_birth"])} for row in rows]
    result = feed(town, write(tmp_path / "some.csv", CHILDREN, exchanged), CHILDREN)
    assert result.exit_code == 2
    assert "Too many dates of birth are others than this source said before." in result.output
    session.rollback()
    assert holdings("mosaic") == before
    assert put(town, tmp_path, CHILDREN, *exchanged[:9], *rows[9:])[2] == 7


@pytest.mark.parametrize(("exchanged", "code"), [(3, 2), (2, 0)])
def test_of_a_small_source_three_are_many(
    town: Flask, tmp_path: Path, exchanged: int, code: int
) -> None:
    rows = class_of(NAMES[:5])
    put(town, tmp_path, CHILDREN, *rows)
    some = [*sorted_by_one_column(rows[:exchanged]), *rows[exchanged:]]
    path = write(tmp_path / "some.csv", CHILDREN, some)
    assert feed(town, path, CHILDREN).exit_code == code


def test_a_setting_says_how_many(
    town: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(town, tmp_path, CHILDREN, *class_of())
    path = write(tmp_path / "anew.csv", CHILDREN, sorted_by_one_column(class_of()))
    config = town.extensions["portal_config"]
    monkeypatch.setitem(town.extensions, "portal_config", replace(config, identity_change=1.0))
    assert counts(feed(town, path, CHILDREN))[2] == 16


@pytest.mark.parametrize("act", ["take", "rehearse"])
def test_who_uploaded_it_reads_why(
    portal: Flask, tmp_path: Path, sign_in: SignIn, act: str
) -> None:
    source_id, browser = known(portal, tmp_path, *class_of()), sign_in("data_steward")
    address = sent(browser, source_id, sorted_by_one_column(class_of()), act=act)
    assert TOO_MANY in take_in(portal)
    page = page_of(browser, address)
    assert "Refused" in page
    assert f"{TOO_MANY} Was the table sorted by one column alone" in page
    assert parts(portal) == []


def test_a_school_that_numbers_its_pupils_anew(town: Flask, tmp_path: Path) -> None:
    register = schools(tmp_path / "edubase.csv", [gias(URN=URN)])
    assert put_register(town, "gias", register).exit_code == 0
    pupils = [pupil(number, Forename=name) for number, name in enumerate(NAMES, 1)]
    path = tmp_path / "school.xml"
    path.write_text(document(*pupils), encoding="utf-8")
    assert counts(feed(town, path, FileKind.CTF, source="wystan"))[1] == 16
    swapped = [{**one, "UPN": pupils[at - 1]["UPN"]} for at, one in enumerate(pupils)]
    path.write_text(document(*swapped), encoding="utf-8")
    result = feed(town, path, FileKind.CTF, source="wystan")
    assert (result.exit_code, TOO_MANY in result.output) == (2, True)


@pytest.mark.parametrize("grade", list(vault.Grade))
def test_hidden_children_are_counted_like_any_other(
    town: Flask, tmp_path: Path, session: Session, grade: vault.Grade
) -> None:
    """Else whoever sends a file could tell by what it takes to be refused."""
    rows = class_of()
    put(town, tmp_path, CHILDREN, *rows[:15])
    path = write(tmp_path / "anew.csv", CHILDREN, sorted_by_one_column(rows))
    drafts: dict[str, ChildDraft] = {}
    for cells in sorted_by_one_column(rows):
        read = read_child({**EMPTY, **cells}, source="mosaic", on=clock.today())
        assert isinstance(read, ChildDraft)
        drafts[read.source_id] = read
    open_to_all = shifts_of(drafts)
    assert list(open_to_all.values()) == [Shift.CHILD] * 15
    child_id = queries.child_ids("mosaic", ["K3"])["K3"]
    hide_child(child_id=child_id, grade=grade, by=FEED)
    session.commit()
    # Of a child like one who is hidden another number is held back, and known all the same.
    copy = {**rows[2], "source_id": "K16"}
    assert put(town, tmp_path, CHILDREN, copy) == (1, 1, 0, 0, 0)
    assert session.get(ChildSource, ("mosaic", "K16")) is None
    assert shifts_of(drafts) == open_to_all | {"K16": Shift.CHILD}
    session.rollback()
    assert feed(town, path, CHILDREN).exit_code == 2
