"""The door to files: a table of rows, read safely or refused in words with a line number.

A file is read whole before any of it is used, so that a wrong header, a quotation mark that is
never closed or a cut last line refuses it while nothing has happened yet. A row that is merely odd
(a missing cell, a NUL, bytes of another encoding) is handed on with its fault.
"""

import csv
import fcntl
import hashlib
import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

LARGEST_FILE = 2_000_000_000
LONGEST_LINE = 1_000_000
LONGEST_CELL = 4_000
_UTF8_MARK = b"\xef\xbb\xbf"
_NOT_A_TABLE = {
    b"\xff\xfe": "utf16",
    b"\xfe\xff": "utf16",
    b"PK\x03\x04": "spreadsheet",
    b"\xd0\xcf\x11\xe0": "spreadsheet",
    b"\x1f\x8b": "compressed",
    b"%PDF": "not_a_table",
}


class FileRefused(Exception):
    """The file cannot be used, and nothing of it was. fault is a coded word; line counts from 1.

    columns names what the header lacks; it never holds anything that stood in the file.
    """

    def __init__(self, fault: str, line: int = 0, columns: Sequence[str] = ()) -> None:
        super().__init__(fault)
        self.fault, self.line, self.columns = fault, line, tuple(columns)


class InUse(Exception):
    """Somebody else holds this lock."""


@dataclass(frozen=True, slots=True)
class Layout:
    """What a file must look like. Without columns there is no header and every row has width cells.

    With open_ended, columns beyond the named ones are allowed and passed over.
    """

    columns: tuple[str, ...] = ()
    width: int = 0
    open_ended: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the number of its first line, its cells, and what is odd about it, if anything."""

    line: int
    cells: list[str]
    fault: str = ""


@dataclass(slots=True)
class Parcel:
    """A file that has been looked through. fingerprint is the SHA-256 of its bytes; count is its
    number of rows.
    """

    stream: BinaryIO
    layout: Layout
    fingerprint: str = ""
    encoding: str = "utf-8"
    delimiter: str = ","
    header: tuple[str, ...] = ()
    count: int = 0
    _digest: "hashlib._Hash" = field(default_factory=hashlib.sha256)

    def rows(self) -> Iterator[Row]:
        """Read the rows. Raises FileRefused when the file is not what it was at the first look."""
        yield from _rows(self)
        if self._digest.hexdigest() != self.fingerprint:
            raise FileRefused("changed_meanwhile")

    def named(self, row: Row) -> dict[str, str]:
        """Return the cells of a row by the names of their columns."""
        return dict(zip(self.header, row.cells, strict=True))


@contextmanager
def opened(path: Path, layout: Layout) -> Iterator[Parcel]:
    """Open a file and look it through. Raises FileRefused when it cannot be used."""
    try:
        stream = open(path, "rb", opener=_without_waiting)  # noqa: SIM115
    except OSError:
        raise FileRefused("cannot_open") from None
    with stream:
        parcel = Parcel(stream, layout)
        _look_at_bytes(parcel)
        _look_at_header(parcel)
        parcel.count = sum(1 for _ in _rows(parcel))
        yield parcel


@contextmanager
def only_one(path: Path) -> Iterator[None]:
    """Hold a lock file for the length of the block; the system lets go of it when a process dies.

    Raises InUse when another process holds it.
    """
    with open(path, "ab", opener=_for_owner) as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise InUse from None
        yield


def _without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NONBLOCK | os.O_CLOEXEC)


def _for_owner(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_CLOEXEC, 0o600)


def _look_at_bytes(parcel: Parcel) -> None:
    """Find the encoding and the fingerprint of a file, and whether it is a table at all.

    UTF-8, unless most lines with other than ASCII letters are not: those are Windows-1252.
    """
    state = os.fstat(parcel.stream.fileno())
    if not stat.S_ISREG(state.st_mode):
        raise FileRefused("cannot_open")
    if state.st_size > LARGEST_FILE:
        raise FileRefused("too_large")
    fits = fails = 0
    starts_with_mark = False
    digest = hashlib.sha256()
    for number, raw in _raw_lines(parcel.stream):
        digest.update(raw)
        if number == 1:
            starts_with_mark = raw.startswith(_UTF8_MARK)
            _refuse_other_formats(raw)
        if not raw.isascii():
            is_utf8 = _is_utf8(raw)
            fits, fails = fits + is_utf8, fails + (not is_utf8)
    if digest.digest() == hashlib.sha256().digest():
        raise FileRefused("empty")
    parcel.fingerprint = digest.hexdigest()
    is_windows = fails > fits and not starts_with_mark
    parcel.encoding = "cp1252" if is_windows else "utf-8"


def _refuse_other_formats(start: bytes) -> None:
    for mark, fault in _NOT_A_TABLE.items():
        if start.startswith(mark):
            raise FileRefused(fault, 1)
    if start[1:2] == b"\0" or start[:1] == b"\0":
        raise FileRefused("utf16", 1)


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _look_at_header(parcel: Parcel) -> None:
    wanted = parcel.layout
    for delimiter in "\t;,":
        parcel.delimiter = delimiter
        first = next(_records(parcel), Row(0, []))
        header = [cell.strip() for cell in first.cells]
        missing = [name for name in wanted.columns if name not in header]
        if wanted.columns and not missing:
            parcel.header = _checked_header(header, wanted, first.line)
            return
    if not header:
        raise FileRefused("empty")
    if wanted.columns:
        raise FileRefused("header", first.line, missing)
    if len(header) != wanted.width:
        raise FileRefused("width", first.line)


def _checked_header(header: list[str], wanted: Layout, line: int) -> tuple[str, ...]:
    twice = [name for name in wanted.columns if header.count(name) > 1]
    if twice:
        raise FileRefused("column_twice", line, twice)
    if not wanted.open_ended and len(header) > len(wanted.columns):
        raise FileRefused("unknown_columns", line)
    return tuple(header)


def _rows(parcel: Parcel) -> Iterator[Row]:
    """Yield the rows below the header, blank ones left out; a cut last row refuses the file."""
    records = _records(parcel)
    if parcel.header:
        next(records, None)
    width = len(parcel.header) or parcel.layout.width
    previous: Row | None = None
    for row in records:
        if previous is not None:
            yield previous
        previous = _judged(row, parcel.header, width)
    if previous is None:
        return
    if previous.fault == "cells" and len(previous.cells) < width and not _ends_with_a_line(parcel):
        raise FileRefused("cut_off", previous.line)
    yield previous


def _judged(row: Row, header: tuple[str, ...], width: int) -> Row:
    if row.fault:
        return row
    if header and tuple(cell.strip() for cell in row.cells) == header:
        return Row(row.line, row.cells, "header_again")
    if len(row.cells) != width:
        return Row(row.line, row.cells, "cells")
    if any("\0" in cell for cell in row.cells):
        return Row(row.line, row.cells, "nul")
    if any(len(cell) > LONGEST_CELL for cell in row.cells):
        return Row(row.line, row.cells, "long_cell")
    return row


def _ends_with_a_line(parcel: Parcel) -> bool:
    parcel.stream.seek(-1, os.SEEK_END)
    return parcel.stream.read(1) in b"\r\n"


def _records(parcel: Parcel) -> Iterator[Row]:
    """Cut the file into records, each with the number of its first line; blank ones left out.

    Broken quoting in a record of one line is that row's fault. Where it runs over several lines
    nobody can say where the next row begins: the file is refused.
    """
    lines = _Lines(parcel)
    reader = csv.reader(lines, delimiter=parcel.delimiter, strict=True)
    while True:
        first = lines.number + 1
        lines.is_damaged = False
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            if lines.number != first or lines.is_at_end:
                raise FileRefused("open_quote", first) from None
            yield Row(first, [], "quotes")
            continue
        if any(cell.strip() for cell in cells):
            yield Row(first, cells, "encoding" if lines.is_damaged else "")


class _Lines:
    """The lines of a file as text, counted, and fingerprinted for the parcel as they pass."""

    def __init__(self, parcel: Parcel) -> None:
        self.number, self.is_damaged, self.is_at_end = 0, False, False
        self._encoding = parcel.encoding
        self._digest = parcel._digest = hashlib.sha256()
        self._raw = _raw_lines(parcel.stream)

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        try:
            self.number, raw = next(self._raw)
        except StopIteration:
            self.is_at_end = True
            raise
        self._digest.update(raw)
        if self.number == 1:
            raw = raw.removeprefix(_UTF8_MARK)
        try:
            return raw.decode(self._encoding)
        except UnicodeDecodeError:
            self.is_damaged = True
            return raw.decode(self._encoding, "replace")


def _raw_lines(stream: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Yield every line with its number. Raises FileRefused when one is longer than any could be."""
    stream.seek(0)
    number = 0
    while raw := stream.readline(LONGEST_LINE + 1):
        number += 1
        if len(raw) > LONGEST_LINE:
            raise FileRefused("long_line", number)
        yield number, raw
