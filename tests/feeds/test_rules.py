"""What any row of people must hold, and what rows of one file mean beside one another."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core.db import scratch
from portal.directory.rules import Flaw
from portal.feeds.actions.neighbours import Neighbours
from portal.feeds.rules import (
    COLUMNS,
    FILE_FAULTS,
    ROW_FAULTS,
    FileKind,
    is_source,
    key_of,
    read_involvement,
    read_row,
)
from tests.feeds.rows import ADA, CARE, TODAY


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
