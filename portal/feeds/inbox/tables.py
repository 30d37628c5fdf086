"""Rows of a table in CSV, each with the number of its first line and what is odd about it."""

import csv
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from portal.feeds.inbox import limits
from portal.feeds.inbox.encodings import UTF8_MARK, UTF16, look_at_bytes, raw_lines
from portal.feeds.inbox.words import FileRefused, Layout, Row

# The comma last: what is said of a header that fits none is said of the commonest.
_DELIMITERS = "\t;|,"


@dataclass(slots=True)
class Table:
    """A file that has been looked through. count is its number of rows.

    fingerprint is the SHA-256 of its bytes, unpacked, and in UTF-8 where they are UTF-16: the same
    table in another wrapping is the same file. No table says itself of which day it speaks.
    """

    stream: BinaryIO
    layout: Layout
    fingerprint: str = ""
    day: str = ""
    encoding: str = "utf-8"
    delimiter: str = ","
    header: tuple[str, ...] = ()
    count: int = 0
    _digest: "hashlib._Hash" = field(default_factory=hashlib.sha256)
    _is_whole: bool = True

    def rows(self) -> Iterator[Row]:
        """Read the rows. Raises FileRefused when the file is not what it was at the first look."""
        yield from _rows(self)
        if self._digest.hexdigest() != self.fingerprint:
            raise FileRefused("changed_meanwhile")

    def named(self, row: Row) -> dict[str, str]:
        """Return the cells of a row by the names of their columns."""
        return dict(zip(self.header, row.cells, strict=True))


def looked_through(stream: BinaryIO, layout: Layout) -> Table:
    """Read a file whole and return it. Raises FileRefused when it cannot be used."""
    table = Table(stream, layout)
    table.encoding, table.fingerprint = look_at_bytes(stream)
    _look_at_header(table)
    table.count = sum(1 for _ in _rows(table))
    return table


def _look_at_header(table: Table) -> None:
    wanted = table.layout
    if not wanted.columns:
        line, header = _first_row(table)
        if len(header) != wanted.width:
            raise FileRefused("width", line)
        return
    refusals = []
    for delimiter in _DELIMITERS:
        table.delimiter = delimiter
        try:
            table.header = _header(table)
        except FileRefused as refusal:
            refusals.append(refusal)
        else:
            return
    raise _nearest(refusals)


def _header(table: Table) -> tuple[str, ...]:
    line, header = _first_row(table)
    missing = [name for name in table.layout.columns if name not in header]
    if missing:
        raise FileRefused("header", line, missing)
    return _checked_header(header, table.layout, line)


def _nearest(refusals: list[FileRefused]) -> FileRefused:
    """Of what was said under each delimiter, that under which most of the header was there."""
    for refusal in refusals:
        if refusal.fault not in {"header", "open_quote", "long_row"}:
            return refusal
    read = [refusal for refusal in refusals if refusal.fault == "header"]
    return min(reversed(read), key=lambda one: len(one.columns), default=refusals[-1])


def _first_row(table: Table) -> tuple[int, list[str]]:
    first = next(_records(table), None)
    if first is None:
        raise FileRefused("empty")
    return first.line, [cell.strip() for cell in first.cells]


def _checked_header(header: list[str], wanted: Layout, line: int) -> tuple[str, ...]:
    twice = [name for name in wanted.columns if header.count(name) > 1]
    if twice:
        raise FileRefused("column_twice", line, twice)
    if not wanted.open_ended and len(header) > len(wanted.columns):
        raise FileRefused("unknown_columns", line)
    if len(header) > limits.MOST_COLUMNS:
        raise FileRefused("too_wide", line)
    return tuple(header)


def _rows(table: Table) -> Iterator[Row]:
    """Yield the rows below the header, blank ones left out; a cut last row refuses the file."""
    records = _records(table)
    if table.header:
        next(records, None)
    width = len(table.header) or table.layout.width
    previous: Row | None = None
    for row in records:
        if previous is not None:
            yield previous
        previous = _judged(row, table.header, width)
    if previous is None:
        return
    if previous.fault == "cells" and len(previous.cells) < width and not table._is_whole:
        raise FileRefused("cut_off", previous.line)
    yield previous


def _judged(row: Row, header: tuple[str, ...], width: int) -> Row:
    if row.fault:
        return row
    if header and row.cells[0].strip() == header[0] and _stripped(row.cells) == header:
        return Row(row.line, row.cells, "header_again")
    if len(row.cells) != width:
        return Row(row.line, row.cells, "cells")
    whole = "".join(row.cells)
    if "\0" in whole:
        return Row(row.line, row.cells, "nul")
    if len(whole) > limits.LONGEST_CELL < max(len(cell) for cell in row.cells):
        return Row(row.line, row.cells, "long_cell")
    return row


def _stripped(cells: list[str]) -> tuple[str, ...]:
    return tuple(cell.strip() for cell in cells)


def _records(table: Table) -> Iterator[Row]:
    """Cut the file into records, each with the number of its first line; blank ones left out.

    Broken quoting in a record of one line is that row's fault. Where it runs over several lines
    nobody can say where the next row begins: the file is refused.
    """
    lines = _Lines(table)
    reader = csv.reader(lines, delimiter=table.delimiter, strict=True)
    while True:
        first = lines.begin_row()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            if lines.number != first or lines.is_at_end:
                raise FileRefused("open_quote", first) from None
            yield Row(first, [], "quotes")
            continue
        if "".join(cells).strip():
            yield Row(first, cells, "encoding" if lines.is_damaged else "")


class _Lines:
    """The lines of a file as text, counted, and fingerprinted for the table as they pass."""

    def __init__(self, table: Table) -> None:
        self.number, self.is_damaged, self.is_at_end = 0, False, False
        self._first, self._length = 1, 0
        self._table = table
        is_utf16 = table.encoding == UTF16
        self._encoding = "utf-8" if is_utf16 else table.encoding
        self._digest = table._digest = hashlib.sha256()
        self._raw = raw_lines(table.stream, is_utf16=is_utf16)

    def begin_row(self) -> int:
        """Return the number of the line at which the next row begins."""
        self._first, self._length, self.is_damaged = self.number + 1, 0, False
        return self._first

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        try:
            self.number, raw = next(self._raw)
        except StopIteration:
            self.is_at_end = True
            raise
        self._note(raw)
        if self.number == 1:
            raw = raw.removeprefix(UTF8_MARK)
        try:
            return raw.decode(self._encoding)
        except UnicodeDecodeError:
            self.is_damaged = True
            return raw.decode(self._encoding, "replace")

    def _note(self, raw: bytes) -> None:
        """Keep a quoted row from growing line by line, whatever else the file holds."""
        self._digest.update(raw)
        self._table._is_whole = raw.endswith((b"\n", b"\r"))
        self._length += len(raw)
        if self._length > limits.LONGEST_LINE:
            raise FileRefused("long_row", self._first)
