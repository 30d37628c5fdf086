"""What a full file would leave out, counted while it is only tried (decisions/0036).

Counted over the source's own words, as the import counts, so it is the same whoever is hidden.
What a batch told of is undone with it, so it is kept beside the database (core.db.scratch).
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from flask import current_app

from portal.children.queries import (
    Hearing,
    current_among,
    marks_spared,
    number_current,
    told_among,
)
from portal.children.rules import Subject
from portal.core.config import Config
from portal.core.db import Scratch, scratch
from portal.feeds.rules import SUBJECTS, FileKind, in_batches

_TABLES = (
    "CREATE TABLE told (subject TEXT, mark INTEGER, was_current INTEGER,"
    " PRIMARY KEY (subject, mark)) WITHOUT ROWID",
    "CREATE TABLE spared (number INTEGER PRIMARY KEY)",
)
_TOLD = "INSERT OR IGNORE INTO told VALUES (?, ?, ?)"
_COUNT = "SELECT count(*), coalesce(sum(was_current), 0) FROM told WHERE subject = ?"


class Absences:
    """What a full file has told of so far, and whose rows could not be used."""

    def __init__(self, kept: Scratch, heard: Hearing, kind: FileKind) -> None:
        """kept holds what is told; it belongs to this file alone."""
        self._kept, self._heard, self._subjects = kept, heard, SUBJECTS[kind]
        self._is_unread = False
        for table in _TABLES:
            kept.execute(table)

    @classmethod
    @contextmanager
    def of_a_file(cls, heard: Hearing, kind: FileKind) -> Iterator["Absences"]:
        """Remember what a file tells for as long as the block lasts."""
        config: Config = current_app.extensions["portal_config"]
        with scratch(config.instance) as kept:
            yield cls(kept, heard, kind)

    @property
    def is_unread(self) -> bool:
        """True when the number of the child cannot be read in a row that was set aside."""
        return self._is_unread

    def told_in_trial(self) -> dict[Subject, set[int]]:
        """Return what this batch told of; asked before the batch is undone."""
        noted = self._heard.noted or set()
        each = {one: [mark for subject, mark in noted if subject is one] for one in self._subjects}
        noted.clear()
        return {one: told_among(self._heard, one, marks) for one, marks in each.items()}

    def remember(self, told: dict[Subject, set[int]]) -> None:
        """Keep what a batch told of, once it is undone: of what stood before it says so."""
        for subject, marks in told.items():
            self._keep(subject, marks)

    def spare(self, numbers: Collection[int | None]) -> None:
        """Count whom rows that were set aside name as told of; None where it cannot be read."""
        self._is_unread = self._is_unread or None in numbers
        known = [(number,) for number in numbers if number is not None]
        self._kept.executemany("INSERT OR IGNORE INTO spared VALUES (?)", known)

    def counted(self) -> Iterator[tuple[int, int]]:
        """Yield how much the file leaves out of what, for each thing that it tells of."""
        for subject in self._subjects:
            spared = self._kept.execute("SELECT number FROM spared ORDER BY number").fetchall()
            for some in in_batches([number for (number,) in spared]):
                self._keep(subject, marks_spared(self._heard, subject, some))
            told, again = self._kept.execute(_COUNT, (subject.value,)).fetchone()
            left_out = number_current(self._heard, subject) - again
            yield left_out, told + left_out

    def _keep(self, subject: Subject, marks: set[int]) -> None:
        before = current_among(self._heard, subject, marks)
        rows = [(subject.value, mark, mark in before) for mark in sorted(marks)]
        self._kept.executemany(_TOLD, rows)
