"""What a file has said so far, for files of any length.

Kept beside the database, in a file that has no name and whose key is nowhere but here
(core.db.scratch): in memory it would grow with the file, and it begins anew with each run anyway.
Rows are known by keyed 64-bit marks.
"""

import hashlib
import secrets
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from itertools import islice

from flask import current_app

from portal.core.config import Config
from portal.core.db import Scratch, scratch
from portal.directory.rules import Flaw
from portal.feeds.rules import (
    AT_ONCE,
    Cells,
    FileKind,
    InvolvementFacts,
    days_of,
    is_within,
    key_of,
    with_days,
)

_TABLES = (
    "CREATE TABLE said (mark INTEGER PRIMARY KEY, days BLOB NOT NULL)",
    "CREATE TABLE person (mark INTEGER PRIMARY KEY, email TEXT NOT NULL, is_usable INTEGER)",
    "CREATE TABLE named (mark INTEGER, person INTEGER, first INTEGER, last INTEGER,"
    " PRIMARY KEY (mark, person, first, last)) WITHOUT ROWID",
)
_SAY = "INSERT OR IGNORE INTO said VALUES (?, ?)"
_PERSON = "INSERT OR IGNORE INTO person VALUES (?, ?, 1)"
_NAMED = "INSERT OR IGNORE INTO named VALUES (?, ?, ?, ?)"
_NAMES = (
    "SELECT 1 FROM named JOIN person ON person.mark = named.person AND is_usable"
    " WHERE named.mark = ? AND first <= ? AND last >= ? LIMIT 1"
)
# plain() leaves no such sign in a word.
_BETWEEN = "\x1f"
_MOST_HEARD = 2_000


class Neighbours:
    """What a file has said so far, and which of its involvements name a person at all."""

    def __init__(self, kept: Scratch) -> None:
        """kept holds what is said; it belongs to this file alone."""
        self._kept, self._key = kept, secrets.token_bytes(16)
        self._heard: list[tuple[int, int, int, int]] = []
        self._people: dict[int, str] = {}
        for table in _TABLES:
            kept.execute(table)

    @classmethod
    @contextmanager
    def of_a_file(cls) -> Iterator["Neighbours"]:
        """Remember what a file says for as long as the block lasts."""
        config: Config = current_app.extensions["portal_config"]
        with scratch(config.instance) as kept:
            yield cls(kept)

    def hear(self, cells: Cells, read: object) -> None:
        """Remember an involvement that names a person; every row is heard before any is judged."""
        if not isinstance(read, InvolvementFacts) or not read.practitioner_email:
            return
        person = self._mark(read.practitioner_email)
        self._people[person] = read.practitioner_email
        self._heard.append((self._without_person(cells), person, *days_of(read)))
        if len(self._heard) >= _MOST_HEARD:
            self._write_down()

    def people(self) -> Iterator[list[str]]:
        """Yield the addresses of everybody who was named, some at a time."""
        self._write_down()
        found = self._kept.execute("SELECT email FROM person ORDER BY email")
        while some := [email for (email,) in islice(found, AT_ONCE)]:
            yield some

    def ignore(self, people: Collection[str]) -> None:
        """Do not count these people as named: their own rows will be set aside."""
        self._write_down()
        marks = [(self._mark(email),) for email in people]
        self._kept.executemany("UPDATE person SET is_usable = 0 WHERE mark = ?", marks)

    def judge(self, kind: FileKind, cells: Cells, read: object) -> Flaw | None:
        """Say whether an earlier row was about the same, or another row names the person for it.

        Kept side by side, two such rows would overwrite each other at every import.
        """
        days = days_of(read)
        if isinstance(read, InvolvementFacts) and not read.practitioner_email:
            self._write_down()
            mark = self._without_person(cells)
            if self._kept.execute(_NAMES, (mark, days[1], days[0])).fetchone():
                return Flaw("person_named", "practitioner_email")
        return Flaw("twice") if self._is_twice(self._mark(*key_of(kind, cells)), days) else None

    def _is_twice(self, mark: int, days: tuple[int, int]) -> bool:
        """True when an earlier row was about the same; the days of this one are remembered."""
        if self._kept.execute(_SAY, (mark, with_days(b"", days))).rowcount:
            return False
        wanted = "SELECT days FROM said WHERE mark = ?"
        (said,) = self._kept.execute(wanted, (mark,)).fetchone()
        more = with_days(said, days)
        self._kept.execute("UPDATE said SET days = ? WHERE mark = ?", (more, mark))
        return is_within(said, days)

    def _write_down(self) -> None:
        if self._heard:
            self._kept.executemany(_PERSON, self._people.items())
            self._kept.executemany(_NAMED, self._heard)
            self._heard.clear()
            self._people.clear()

    def _without_person(self, cells: Cells) -> int:
        return self._mark(*key_of(FileKind.INVOLVEMENTS, {**cells, "practitioner_email": ""}))

    def _mark(self, *words: str) -> int:
        told = _BETWEEN.join(words).encode("utf-8", "surrogatepass")
        digest = hashlib.blake2b(told, digest_size=8, key=self._key).digest()
        return int.from_bytes(digest, "big", signed=True)
