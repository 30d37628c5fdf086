"""What any row of people must hold, and what rows of one file mean beside one another."""

import datetime as dt
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.core.db import scratch
from portal.directory.rules import Flaw
from portal.feeds.actions.neighbours import Neighbours
from portal.feeds.rules import (
    COLUMNS,
    FILE_FAULTS,
    ROW_FAULTS,
    FileKind,
    day_in_name,
    is_source,
    is_too_much,
    key_of,
    next_size,
    read_involvement,
    read_row,
)
from tests.feeds.rows import ADA, CARE, TODAY


@pytest.mark.parametrize(
    ("now", "name", "day"),
    [
        ("2026-07-01T23:20", "export_2026-07-02.csv", "2026-07-01"),  # 0:20 in London
        ("2026-07-02T12:00", "export_2026-07-02.csv.gz", "2026-07-02"),
        ("2026-07-01T22:50", "export_2026-07-02.csv", None),
        ("2026-01-01T23:20", "export_2026-01-02.csv", None),
    ],
)
def test_a_day_in_a_name_is_one_in_london(now: str, name: str, day: str | None) -> None:
    moment = dt.datetime.fromisoformat(f"{now}+00:00")
    if day is not None:
        assert str(day_in_name(name, now=moment)) == day
        return
    with pytest.raises(ValueError, match="a day to come"):
        day_in_name(name, now=moment)


@pytest.mark.parametrize(
    ("left_out", "told", "too_much"),
    [(10, 40, False), (11, 40, True), (11, 60, False), (2, 2, False), (3, 3, True), (3, 6, False),
     (4, 7, True), (0, 0, False)],
)  # fmt: skip
def test_how_much_a_file_may_leave_out(left_out: int, told: int, too_much: bool) -> None:
    assert is_too_much(left_out, told, most=0.2) is too_much
    assert not is_too_much(left_out, told, most=1), "where the setting allows all"


def test_two_rows_about_the_same_have_the_same_key() -> None:
    kind = FileKind.INVOLVEMENTS
    key = key_of(kind, CARE)
    same = {**CARE, "service": "social work", "organisation_code": "HM014 ", "is_lead": ""}
    assert key_of(kind, same) == key
    assert key_of(kind, {**CARE, "service": "school"}) != key
    assert key_of(FileKind.CHILDREN, ADA) == ("k-17/a",)


def judged(*rows: dict[str, str], unusable: tuple[str, ...] = ()) -> list[str]:
    """Return the faults of some involvements of one file beside one another."""
    faults = []
    with TemporaryDirectory() as folder, scratch(Path(folder)) as kept:
        neighbours = Neighbours(kept)
        for row in rows:
            neighbours.hear(row, read_involvement(row, on=TODAY))
        neighbours.ignore(unusable)
        for row in rows:
            flaw = neighbours.judge(FileKind.INVOLVEMENTS, row, read_involvement(row, on=TODAY))
            faults.append(flaw.fault if flaw else "")
    return faults


def test_rows_of_a_file_about_the_same() -> None:
    unnamed = {**CARE, "practitioner_email": ""}
    other = {**CARE, "practitioner_email": "tom@x.example.org"}
    first = {**CARE, "started_on": "2020-01-01", "ended_on": "2020-12-31"}
    assert judged(CARE, {**CARE, "is_lead": ""}) == ["", "twice"]
    assert judged(first, CARE) == ["", ""]
    assert judged(CARE, other) == ["", ""]
    assert judged(unnamed, CARE) == ["person_named", ""]
    assert judged(CARE, unnamed) == ["", "person_named"]
    assert judged(CARE, unnamed, unusable=("zoe@x.example.org",)) == ["", ""]
    assert judged(CARE, unnamed, other, unusable=("zoe@x.example.org",))[1] == "person_named"
    assert judged({**first, "practitioner_email": ""}, CARE) == ["", ""]
    assert judged({**unnamed, "service": "school"}, CARE) == ["", ""]


@pytest.mark.parametrize("name", ["mosaic", "school-mis-2", "a"])
def test_names_of_sources(name: str) -> None:
    assert is_source(name)


@pytest.mark.parametrize("name", ["", "Mosaic", "../x", "a b", "practitioner", "-a", "x" * 41])
def test_what_is_no_name_of_a_source(name: str) -> None:
    assert not is_source(name)


cells = st.text(max_size=30)


@pytest.mark.parametrize("kind", list(FileKind))
@given(values=st.lists(cells, min_size=10, max_size=10))
def test_any_row_is_read_or_set_aside_with_a_fault_in_words(
    kind: FileKind, values: list[str]
) -> None:
    row = dict(zip(COLUMNS[kind], values, strict=False))
    read = read_row(kind, row, source="mosaic", on=TODAY)
    if isinstance(read, Flaw):
        assert read.fault in ROW_FAULTS
        assert read.column in COLUMNS[kind]


def test_no_fault_is_a_fault_of_rows_and_of_files() -> None:
    assert not set(ROW_FAULTS) & set(FILE_FAULTS)


@pytest.mark.parametrize(
    ("size", "seconds", "is_waited_for", "expected"),
    [(500, 0.4, False, 500), (500, 0.8, False, 250), (500, 0.2, False, 625), (500, 0.0, False, 625),
     (500, 9.0, False, 200), (100, 0.9, False, 125),
     (1_900, 0.1, False, 2_000), (3, 0.4, False, 50),
     (500, 0.4, True, 50), (1_000, 0.2, True, 200), (200, 0.01, True, 250)],
)  # fmt: skip
def test_as_many_rows_as_a_step_may_last(
    size: int, seconds: float, is_waited_for: bool, expected: int
) -> None:
    assert next_size(size, seconds, is_waited_for=is_waited_for) == expected


PERIODS = st.tuples(st.integers(1, 30), st.integers(0, 8)).map(lambda one: (one[0], sum(one)))
PEOPLE = st.sampled_from(["", "tom@x.example.org", "zoe@x.example.org"])


@settings(deadline=None)
@given(st.lists(st.tuples(PEOPLE, PERIODS), max_size=12))
def test_rows_are_judged_as_if_each_were_held_against_all_before(
    some: list[tuple[str, tuple[int, int]]],
) -> None:
    """However they are kept, the verdicts are those of the plain rule."""
    rows, said, expected = [], dict[str, list[tuple[int, int]]](), []
    for person, days in some:
        first, last = (f"2020-03-{day:02d}" for day in (min(days[0], 31), min(days[1], 31)))
        rows.append({**CARE, "practitioner_email": person, "started_on": first, "ended_on": last})
    named = [days for person, days in some if person == "zoe@x.example.org"]
    for person, days in some:
        if not person and any(shares(days, other) for other in named):
            expected.append("person_named")
            continue
        before = said.setdefault(person, [])
        expected.append("twice" if any(shares(days, other) for other in before) else "")
        before.append(days)
    assert judged(*rows, unusable=("tom@x.example.org",)) == expected


def shares(one: tuple[int, int], other: tuple[int, int]) -> bool:
    """True when two periods share a day of a month of 31."""
    return max(one[0], other[0]) <= min(one[1], other[1], 31)
