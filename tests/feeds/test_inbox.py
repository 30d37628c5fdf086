"""The door to files: what is read, what is handed on with a fault, what is refused."""

import csv
import io
import os
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.feeds.inbox import (
    FileRefused,
    InUse,
    Layout,
    Row,
    limits,
    only_one,
    opened,
    small,
)
from tests.feeds.reading import ABC, HEADER, quickly, read, refusal


def test_rows_with_the_numbers_of_their_lines(tmp_path: Path) -> None:
    content = HEADER + b'1,2,3\r\n\r\n,,\r\n"x\r\ny",2,3\r\n4,5,6\r\n'
    assert read(tmp_path, content) == [
        Row(2, ["1", "2", "3"]),
        Row(5, ["x\r\ny", "2", "3"]),
        Row(7, ["4", "5", "6"]),
    ]


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (HEADER + "Zoë,Łucja,O’Hara\n".encode(), "utf-8"),
        (b"\xef\xbb\xbf" + HEADER + "Zoë,Łucja,O’Hara\n".encode(), "utf-8"),
        (HEADER + "Zoë,Renée,O’Hara\n".encode("cp1252"), "cp1252"),
        (HEADER + b"plain,ascii,only\n", "utf-8"),
        ("a,b,c\r\nZoë,Łucja,O’Hara\r\n".encode("utf-16"), "utf-16"),
        (b"\xfe\xff" + "a,b,c\nZoë,Łucja,O’Hara".encode("utf-16-be"), "utf-16"),
    ],
)
def test_encodings(tmp_path: Path, content: bytes, encoding: str) -> None:
    path = tmp_path / "some.csv"
    path.write_bytes(content)
    with opened(path, ABC) as parcel:
        (row,) = parcel.rows()
        assert parcel.encoding == encoding
        assert parcel.named(row)["a"] in {"Zoë", "plain"}
        assert parcel.named(row)["c"] in {"O’Hara", "only"}


def test_windows_letters_that_happen_to_look_like_utf8_do_not_decide(tmp_path: Path) -> None:
    lines = ["Zoë,1,2", "Renée,1,2", "Â£,1,2"]
    rows = read(tmp_path, HEADER + "\n".join(lines).encode("cp1252"))
    assert [row.cells[0] for row in rows] == ["Zoë", "Renée", "Â£"]


def test_a_row_in_another_encoding_than_its_file_is_marked(tmp_path: Path) -> None:
    good = "Zoë,1,2\nRenée,1,2\n".encode()
    rows = read(tmp_path, HEADER + good + "Chloé,1,2\n".encode("cp1252"))
    assert [(row.line, row.fault) for row in rows] == [(2, ""), (3, ""), (4, "encoding")]


def test_a_byte_that_windows_does_not_know_marks_its_row(tmp_path: Path) -> None:
    rows = read(tmp_path, HEADER + "Zoë,1,2\n".encode("cp1252") + b"Zo\x81,1,2\n")
    assert [row.fault for row in rows] == ["", "encoding"]


def test_half_a_letter_of_utf16_marks_its_row(tmp_path: Path) -> None:
    text = "a,b,c\nZoë,1,2\n\ud83d,1,2\nŁucja,1,2\n"
    rows = read(tmp_path, b"\xff\xfe" + text.encode("utf-16-le", "surrogatepass"))
    assert [(row.line, row.fault) for row in rows] == [(2, ""), (3, "encoding"), (4, "")]


def test_the_same_table_in_utf16_is_the_same_file(tmp_path: Path) -> None:
    marks = set()
    for encoding in ("utf-8", "utf-16"):
        path = tmp_path / f"{encoding}.csv"
        path.write_bytes("a,b,c\nZoë,Łucja,😀\n".encode(encoding))
        with opened(path, ABC) as parcel:
            marks.add(parcel.fingerprint)
    assert len(marks) == 1


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters(tmp_path: Path, delimiter: str) -> None:
    lines = [delimiter.join(cells) for cells in (["a", "b", "c"], ["1", "2", "3"])]
    (row,) = read(tmp_path, "\n".join(lines).encode())
    assert row.cells == ["1", "2", "3"]


def test_columns_may_stand_in_any_order(tmp_path: Path) -> None:
    path = tmp_path / "some.csv"
    path.write_bytes(b" c ,a,b\n3,1,2\n")
    with opened(path, ABC) as parcel:
        (row,) = parcel.rows()
        assert parcel.named(row) == {"a": "1", "b": "2", "c": "3"}


def test_an_open_ended_layout_passes_over_what_it_does_not_need(tmp_path: Path) -> None:
    path = tmp_path / "some.csv"
    path.write_bytes(b"x,c,x,a,b\n9,3,9,1,2\n")
    with opened(path, Layout(columns=("a", "b", "c"), open_ended=True)) as parcel:
        (row,) = parcel.rows()
        assert parcel.named(row)["a"] == "1"


def test_a_header_may_run_over_two_lines(tmp_path: Path) -> None:
    layout = Layout(columns=("Date of\nbirth", "Name"), open_ended=True)
    rows = read(tmp_path, b'"Date of\nbirth","Name"\n2014-02-03,Ada\n', layout)
    assert rows == [Row(3, ["2014-02-03", "Ada"])]


def test_a_header_that_is_far_too_wide(tmp_path: Path) -> None:
    layout = Layout(columns=("a",), open_ended=True)
    wide = b"a" + b",x" * 400_000 + b"\n"
    assert refusal(tmp_path, wide, layout) == ("too_wide", 1)
    rows = read(tmp_path, HEADER + b"1,2,3\n" + b"," * 999_990 + b"\n" + b"4,5,6\n")
    assert [(row.line, row.fault) for row in rows] == [(2, ""), (4, "")]
    rows = read(tmp_path, HEADER + b"x" + b"," * 999_990 + b"\n" + b"4,5,6\n")
    assert [(row.line, row.fault) for row in rows] == [(2, "cells"), (3, "")]


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        (b"1,2\n", "cells"),
        (b"1,2,3,4\n", "cells"),
        (b"1,\0,3\n", "nul"),
        (b"a,b,c\n", "header_again"),
        (b"1,2," + b"x" * 100_000 + b"\n", "long_cell"),
        (b'1,"2"x,3\n', "quotes"),
        (b"1,2\rz,3\n", "quotes"),
        (b"1,2," + b"x" * 200_000 + b"\n", "quotes"),
    ],
)
def test_odd_rows_are_handed_on_with_their_fault(tmp_path: Path, line: bytes, fault: str) -> None:
    rows = read(tmp_path, HEADER + b"1,2,3\n" + line + b"4,5,6\n")
    assert [(row.line, row.fault) for row in rows] == [(2, ""), (3, fault), (4, "")]


@pytest.mark.parametrize(
    ("content", "fault", "line"),
    [
        (b"", "empty", 0),
        (b"\n\n", "empty", 0),
        (b"a,b\n1,2\n", "header", 1),
        (b"a,b,d\n1,2,3\n", "header", 1),
        (b"1,2,3\n", "header", 1),
        (b"a,b,c,note\n1,2,3,4\n", "unknown_columns", 1),
        (b"a,b,c,a\n1,2,3,4\n", "column_twice", 1),
        (HEADER + b"1,2,3\n4,5", "cut_off", 3),
        (HEADER + b'1,2,3\n4,"5', "open_quote", 3),
        (HEADER + b'1,"2,3\n4,5,6\n7,8,9\n', "open_quote", 2),
        (HEADER + b"x" * 1_000_001, "long_line", 2),
        ("a,b,c\n1,2,3\n".encode("utf-16-le"), "utf16", 1),
        ("a,b,c\n1,2,3\n".encode("utf-16-be"), "utf16", 1),
        ("a,b,c\n1,2,3\n".encode("utf-32"), "utf32", 1),
        (b"\xff\xfe" + "a,b,c\n1,2,3\n".encode("utf-16-le") + b"4", "cut_off", 3),
        (b"\xff\xfe" + "a,b,c\n4,5".encode("utf-16-le"), "cut_off", 2),
        (b"a,b,c\r1,2,3\r4,5,6\r", "old_line_ends", 1),
        (b"a,b,c," + b"," * 1_001 + b"\n", "unknown_columns", 1),
        (HEADER + b'1,2,"x\n' + b'","y\n' * 300_000, "long_row", 2),
        (b"\xd0\xcf\x11\xe0 and so on", "spreadsheet", 1),
        (b"BZh9 and so on", "packed_unknown", 1),
        (b"%PDF-1.7", "not_a_table", 1),
    ],
)
def test_files_that_are_refused(tmp_path: Path, content: bytes, fault: str, line: int) -> None:
    assert refusal(tmp_path, content) == (fault, line)


def test_a_whole_last_row_needs_no_line_end(tmp_path: Path) -> None:
    assert [row.fault for row in read(tmp_path, HEADER + b"1,2,3\n4,5,6")] == ["", ""]
    assert [row.fault for row in read(tmp_path, HEADER + b"1,2,3\n4,5\n")] == ["", "cells"]


def test_a_refused_header_names_only_our_own_columns(tmp_path: Path) -> None:
    with pytest.raises(FileRefused) as raised:
        read(tmp_path, b"Ada,Nowak,2014-02-03\n")
    assert raised.value.columns == ("a", "b", "c")
    assert "Ada" not in str(raised.value)


@pytest.mark.parametrize(
    ("content", "missing"),
    [
        (b"a;c\n1;3\n", ("b",)),
        (b"a\tc\n1\t3\n", ("b",)),
        (b"a;c,b\n", ("a", "c")),
        (b'"a";"x\ny";"b"\n', ("c",)),
    ],
)
def test_what_is_missing_is_said_under_the_delimiter_that_fits_best(
    tmp_path: Path, content: bytes, missing: tuple[str, ...]
) -> None:
    with pytest.raises(FileRefused) as raised:
        read(tmp_path, content)
    assert raised.value.columns == missing


def test_rows_without_header_must_have_the_width(tmp_path: Path) -> None:
    layout = Layout(width=3)
    assert read(tmp_path, b"1,2,3\n", layout)[0].line == 1
    assert refusal(tmp_path, b"1,2\n", layout) == ("width", 1)


def test_what_is_no_file(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "missing.csv", Path("/dev/null")):
        with pytest.raises(FileRefused), opened(path, ABC):
            pass


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "some.csv"
    path.write_bytes(HEADER + b"1,2,3\n")
    with opened(path, ABC) as parcel:
        path.write_bytes(HEADER + b"1,2,4\n")
        with pytest.raises(FileRefused) as raised:
            list(parcel.rows())
    assert raised.value.fault == "changed_meanwhile"


def test_a_file_that_is_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "LARGEST_FILE", 10)
    assert refusal(tmp_path, HEADER + b"1,2,3\n")[0] == "too_large"


def test_a_small_file_is_read_as_far_as_one_byte_too_many(tmp_path: Path) -> None:
    path = tmp_path / "some.toml"
    path.write_bytes(b"x" * 10)
    assert small(path, 10) == b"x" * 10
    assert len(small(path, 4)) == 5
    with pytest.raises(FileRefused) as raised:
        small(tmp_path / "no", 9)
    assert (raised.value.fault, raised.value.name) == ("cannot_open", "no")


def test_a_lock_keeps_others_out_and_goes_with_its_holder(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with only_one(path), pytest.raises(InUse), only_one(path):
        pass
    with only_one(path):
        assert path.stat().st_mode & 0o077 == 0


def test_a_lock_that_root_makes_belongs_to_the_owner_of_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given away for good where the test may; else what would be given to whom."""
    given: list[tuple[int, int]] = []
    may_give, give = os.geteuid() == 0, os.fchown
    if may_give:
        os.chown(tmp_path, 65_534, 65_534)

    def noted(number: int, user: int, group: int) -> None:
        given.append((user, group))
        if may_give:
            give(number, user, group)

    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(os, "fchown", noted)
    owner = tmp_path.stat()
    for _ in range(2):
        with only_one(tmp_path / "lock"):
            assert (tmp_path / "lock").stat().st_uid == owner.st_uid
    assert given == [(owner.st_uid, owner.st_gid)], "once, when it is made"


def test_a_file_of_more_lines_than_any_has(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_LINES", 3)
    assert len(read(tmp_path, HEADER + b"1,2,3\n4,5,6\n")) == 2
    assert refusal(tmp_path, HEADER + b"\n\n\n") == ("many_lines", 4)


cells = st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\0\r"), max_size=12)


@quickly
@given(rows=st.lists(st.lists(cells, min_size=3, max_size=3), max_size=8), mark=st.booleans())
def test_whatever_a_spreadsheet_writes_is_read_back(
    tmp_path: Path, rows: list[list[str]], mark: bool
) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(["a", "b", "c"])
    writer.writerows(rows)
    content = text.getvalue().encode("utf-8-sig" if mark else "utf-8")
    wanted = [
        row
        for row in rows
        if any(cell.strip() for cell in row) and [cell.strip() for cell in row] != ["a", "b", "c"]
    ]
    assert [row.cells for row in read(tmp_path, content) if row.fault == ""] == wanted


@quickly
@given(content=st.binary(max_size=400))
def test_any_bytes_are_read_or_refused_in_words(tmp_path: Path, content: bytes) -> None:
    for start in (b"", HEADER):
        rows: list[Row] = []
        with suppress(FileRefused):
            rows = read(tmp_path, start + content)
        lines = [row.line for row in rows]
        assert lines == sorted(set(lines))
        assert all(len(row.cells) == 3 for row in rows if not row.fault)


@quickly
@given(content=st.binary(min_size=1, max_size=200), cut=st.integers(0, 200))
def test_a_cut_file_never_yields_a_row_with_missing_cells(
    tmp_path: Path, content: bytes, cut: int
) -> None:
    whole = HEADER + b'1,"two, and more",3\r\n4,5,6\r\n'
    try:
        rows = read(tmp_path, whole[: len(whole) - cut % len(whole)])
    except FileRefused:
        return
    assert all(len(row.cells) == 3 for row in rows if not row.fault)
