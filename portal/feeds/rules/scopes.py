"""Whether a file says everything that its source knows, and of which day it speaks."""

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from babel.dates import get_timezone
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from portal.children.rules import Subject
from portal.feeds.rules.values import read_source_id
from portal.feeds.rules.words import Cells, FileKind

# So few may always be left out, of a small source one child is a large share; but three are many
# where they are most of what a nursery or a practice knows.
FEW, OF_FEW, MOST = 10, 3, 0.5
# What a full file of each kind says everything of.
SUBJECTS: dict[FileKind, tuple[Subject, ...]] = {
    FileKind.CHILDREN: (Subject.CHILD,),
    FileKind.INVOLVEMENTS: (Subject.INVOLVEMENT,),
    FileKind.CTF: (Subject.CHILD, Subject.INVOLVEMENT),
}
_DAY_IN_NAME = re.compile(r"_([0-9]{4}-[0-9]{2}-[0-9]{2})(?:\.[A-Za-z0-9]+)*$")
NUMBERS = {
    FileKind.CHILDREN: "source_id", FileKind.INVOLVEMENTS: "child_source_id", FileKind.CTF: "upn",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """How a file is to be understood. A full one says all that its source knows; on is the day it
    speaks of, None what the file itself says or the day on which it came (None: today), which it
    cannot be later than; accepts_drop: somebody has said that it may leave out much."""

    is_full: bool = False
    on: dt.date | None = None
    accepts_drop: bool = False
    came_on: dt.date | None = None

    @property
    def word(self) -> str:
        """What tells a file taken so from the same file taken otherwise; empty for the usual."""
        return f"{'full' if self.is_full else ''}:{self.on or ''}".strip(":")


USUAL = Scope()


class Reach(StrEnum):
    """How much a file says, as a person chooses it."""

    DELTA = "delta"
    FULL = "full"
    FULL_ANYWAY = "full_anyway"


REACHES: dict[Reach, tuple[LazyString, LazyString]] = {
    Reach.DELTA: (_l("What is new or has changed"), _l("What it leaves out stays as it is.")),
    Reach.FULL: (
        _l("Everything that the source knows"),
        _l(
            "What it leaves out is marked as no longer reported, and stays. When it leaves out too "
            "much nothing is marked."
        ),
    ),
    Reach.FULL_ANYWAY: (
        _l("Everything, and it may leave out much"),
        _l("For a file that was looked at, and is right."),
    ),
}
SCOPES: dict[Reach, Scope] = {
    Reach.DELTA: USUAL,
    Reach.FULL: Scope(is_full=True),
    Reach.FULL_ANYWAY: Scope(is_full=True, accepts_drop=True),
}


class Unmarked(StrEnum):
    """Why a full file has marked nothing: it leaves out too much, rows whose number cannot be read
    may be about anybody, or a later full file came first."""

    TOO_MANY = "too_many"
    UNREADABLE = "unreadable"
    OLDER = "older"


UNMARKED: dict[Unmarked, LazyString] = {
    Unmarked.TOO_MANY: _l(
        "This full file leaves out more than one file may. Nothing was marked as no longer "
        "reported. If the file is right, send it again and say that it may leave out so much."
    ),
    Unmarked.UNREADABLE: _l(
        "The number of the child cannot be read in some rows that were set aside. They may be "
        "about anybody, so nothing was marked as no longer reported. Correct them and send the "
        "file again."
    ),
    Unmarked.OLDER: _l(
        "A full file that speaks of a later day came before. Nothing was marked as no longer "
        "reported."
    ),
}
NOTHING_TAKEN = _l(
    "Not one row could be used. The file is probably of another kind, or something in it is "
    "written otherwise than is asked for, such as dates."
)


def day_of(scope: Scope, said: str, *, today: dt.date) -> dt.date:
    """Return the day that a file speaks of: what somebody said, or else what the file itself says
    (an ISO moment), or else the day on which it came. It was not written after that."""
    if scope.on is not None:
        return scope.on
    latest = scope.came_on or today
    try:
        return min(dt.date.fromisoformat(said[:10]), latest)
    except ValueError:
        return latest


def told_day(day: dt.date, *, now: dt.datetime) -> dt.date:
    """Return a day that somebody wrote down by the clock in London as one of ours, which are those
    of UTC: in summer theirs begin an hour earlier, at the hour of nightly exports. Raises
    ValueError for a day to come."""
    if day > now.astimezone(get_timezone("Europe/London")).date():
        raise ValueError("a day to come")
    return min(day, now.date())


def day_in_name(name: str, *, now: dt.datetime) -> dt.date | None:
    """Return the day that the name of a file ends in, after a low line and before what kind of file
    it is (export_2026-11-20.csv.gz); None where it names none. Raises ValueError for a day that is
    none, or is to come."""
    found = _DAY_IN_NAME.search(name)
    if found is None:
        return None
    return told_day(dt.date.fromisoformat(found[1]), now=now)


def is_too_much(left_out: int, told: int, *, most: float) -> bool:
    """True when a full file leaves out more than may be believed: more than a few, and more than
    this share of what the source told; or, of a small source, most of it."""
    is_most = left_out >= OF_FEW and left_out > max(MOST, most) * told
    return is_most or (left_out > FEW and left_out > most * told)


def took_nothing(received: int, set_aside: int) -> bool:
    """True when not a row of a file could be used, and they are more than a few: its dates are
    written in another way, or it is of another kind."""
    return received > FEW and set_aside == received


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What a full file leaves out; where nothing may be marked, why. told is out of how much that
    is, where it is too much; number is None where it was not counted."""

    number: int | None = None
    told: int | None = None
    why: Unmarked | None = None


def judge_left_out(
    scope: Scope, counted: Iterable[tuple[int, int]], *, is_older: bool, is_unread: bool,
    most: float,
) -> LeftOut:  # fmt: skip
    """Say whether what a full file leaves out is believed. counted gives, for each thing that it
    tells of, how much it leaves out of what its source told; most is the share that it may."""
    if is_older:
        return LeftOut(why=Unmarked.OLDER)
    if is_unread:
        return LeftOut(why=Unmarked.UNREADABLE)
    number = 0
    for left_out, told in counted:
        if not scope.accepts_drop and is_too_much(left_out, told, most=most):
            return LeftOut(left_out, told, Unmarked.TOO_MANY)
        number += left_out
    return LeftOut(number)


def number_in(kind: FileKind, cells: Cells) -> str | None:
    """Return the number of the child that a row names, None where it cannot be read."""
    text = cells.get(NUMBERS.get(kind, ""), "")
    return read_source_id(text.upper() if kind is FileKind.CTF else text)
