"""Proving that the access log is whole: every line in its place, unchanged, and none missing.

What the keyed hashes cannot show is a database put back to an earlier state as a whole; that needs
a checkpoint kept by somebody else.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from portal.access.log import GENESIS, head_mac, is_same, line_hash
from portal.access.models import AccessChain, AccessEvent

_AT_A_TIME = 1000
_NEIGHBOURS = 1000


class Fault(StrEnum):
    """What can be wrong with the log."""

    NONE = ""
    CHANGED = "changed"
    DELETED = "deleted"
    REORDERED = "reordered"
    SPLICED = "spliced"
    CUT = "cut"
    HEAD = "head"


_SENTENCES = {
    Fault.NONE: "{lines} lines, whole.",
    Fault.CHANGED: "Line {line} was changed: it is the first bad line.",
    Fault.DELETED: "Line {line} was deleted: it is the first line that is missing.",
    Fault.REORDERED: "Line {line} was reordered: another line stands in its place.",
    Fault.SPLICED: "Line {line} does not follow the line before it: the log was put together.",
    Fault.CUT: "Line {line} and what followed was cut off: the end of the log is missing.",
    Fault.HEAD: "The head of the log is wrong or missing: it does not fit line {line}, the last.",
}


@dataclass(frozen=True, slots=True)
class ChainReport:
    """What the proof found: whole lines counted, and the first bad line when there is one."""

    lines: int
    fault: Fault = Fault.NONE
    line: int = 0
    last_at: dt.datetime | None = None

    @property
    def is_whole(self) -> bool:
        """True when nothing is wrong."""
        return self.fault is Fault.NONE

    @property
    def sentence(self) -> str:
        """The outcome in words, with the first bad line."""
        return _SENTENCES[self.fault].format(lines=f"{self.lines:,}", line=self.line)


def verify_chain(connection: Connection, key: bytes) -> ChainReport:
    """Read the whole log in order, a thousand lines at a time, and report the first fault."""
    heads = connection.execute(select(AccessChain.__table__)).mappings()
    head = next(map(dict, heads), None)
    previous, place, last_at = GENESIS, 0, None
    for row in _rows(connection):
        place += 1
        fault = _fault_of(row, place, previous, key) if row else Fault.CHANGED
        if fault:
            return ChainReport(place - 1, fault, place, last_at)
        previous, last_at = row["hash"], row["at"]
    fault, line = _fault_of_head(head, place, previous, key)
    return ChainReport(place, fault, line, last_at)


def last_line_at(connection: Connection) -> dt.datetime | None:
    """Return the moment of the newest line, None when there is no line."""
    newest = select(AccessEvent.at).order_by(AccessEvent.line.desc()).limit(1)
    return connection.scalar(newest)


def _rows(connection: Connection) -> Iterator[dict[str, Any]]:
    """Every line in order, as far as they can be read; the first that cannot is empty.

    SQLite lets whoever tampers put anything into a column: a word for a moment, broken UTF-8.
    """
    lines, last = select(AccessEvent.__table__).order_by(AccessEvent.line), 0
    try:
        with connection.execute(lines, execution_options={"yield_per": _AT_A_TIME}) as found:
            for row in found.mappings():
                yield dict(row)
                last = row["line"]
    except (ValueError, TypeError, DBAPIError) as error:
        if not _is_unreadable(error):
            raise
        yield from _one_by_one(connection, last)


def _one_by_one(connection: Connection, last: int) -> Iterator[dict[str, Any]]:
    """The lines after one, as _rows gives them: of a batch that cannot be read, which line."""
    following = select(AccessEvent.__table__).order_by(AccessEvent.line).limit(1)
    while True:
        try:
            row = connection.execute(following.where(AccessEvent.line > last)).mappings().one()
        except (ValueError, TypeError, DBAPIError) as error:
            if not _is_unreadable(error):
                raise
            yield {}
            return
        yield dict(row)
        last = row["line"]


def _is_unreadable(error: Exception) -> bool:
    return not isinstance(error, DBAPIError) or "decode" in str(error.orig)


def _fault_of(row: Mapping[str, Any], place: int, previous: str, key: bytes) -> Fault:
    if row["line"] != place:
        return Fault.DELETED
    if not is_same(line_hash(row, key), row["hash"]):
        return Fault.REORDERED if _stood_elsewhere(row, key) else Fault.CHANGED
    return Fault.NONE if row["previous_hash"] == previous else Fault.SPLICED


def _stood_elsewhere(row: Mapping[str, Any], key: bytes) -> bool:
    """True when the content fits its hash under another number nearby: it was moved, not edited."""
    number: int = row["line"]
    nearby = range(max(1, number - _NEIGHBOURS), number + _NEIGHBOURS + 1)
    return any(line_hash({**row, "line": other}, key) == row["hash"] for other in nearby)


def _fault_of_head(
    head: Mapping[str, Any] | None, last: int, last_hash: str, key: bytes
) -> tuple[Fault, int]:
    if head is None or not is_same(head_mac(head["length"], head["hash"], key), head["mac"]):
        return Fault.HEAD, last
    if head["length"] > last:
        return Fault.CUT, last + 1
    fits = head["length"] == last and head["hash"] == last_hash
    return (Fault.NONE, 0) if fits else (Fault.HEAD, last)
