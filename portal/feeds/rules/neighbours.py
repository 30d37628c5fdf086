"""Rows of one file that are about the same thing."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable

from portal.children.rules import overlap
from portal.directory.rules import Flaw
from portal.feeds.rules.words import Cells, FileKind, InvolvementFacts, key_of

Period = tuple[dt.date | None, dt.date | None]


class Neighbours:
    """What a file has said so far, and which of its involvements name a person at all.

    Keys are kept as 64-bit hashes: a million rows must fit into memory.
    """

    def __init__(self) -> None:
        self._said: dict[int, list[Period]] = defaultdict(list)
        self._named: dict[int, list[tuple[str, Period]]] = defaultdict(list)
        self._unusable: frozenset[str] = frozenset()

    def hear(self, cells: Cells, read: object) -> None:
        """Remember an involvement that names a person; every row is heard before any is judged."""
        if isinstance(read, InvolvementFacts) and read.practitioner_email:
            person = read.practitioner_email
            self._named[_key_without_person(cells)].append((person, _period(read)))

    @property
    def people(self) -> set[str]:
        """The addresses of everybody who was named."""
        return {person for named in self._named.values() for person, _ in named}

    def ignore(self, people: Iterable[str]) -> None:
        """Do not count these people as named: their own rows will be set aside."""
        self._unusable = frozenset(people)

    def judge(self, kind: FileKind, cells: Cells, read: object) -> Flaw | None:
        """Say whether an earlier row was about the same, or another row names the person for it.

        Kept side by side, two such rows would overwrite each other at every import.
        """
        period = _period(read)
        if isinstance(read, InvolvementFacts) and not read.practitioner_email:
            named = self._named.get(_key_without_person(cells), ())
            usable = (other for person, other in named if person not in self._unusable)
            if any(overlap(period, other) for other in usable):
                return Flaw("person_named", "practitioner_email")
        earlier = self._said[hash(key_of(kind, cells))]
        is_twice = any(overlap(period, other) for other in earlier)
        earlier.append(period)
        return Flaw("twice") if is_twice else None


def _period(read: object) -> Period:
    """The period that a row speaks of; all time, but for an involvement."""
    if isinstance(read, InvolvementFacts):
        return read.started_on, read.ended_on
    return None, None


def _key_without_person(cells: Cells) -> int:
    return hash(key_of(FileKind.INVOLVEMENTS, {**cells, "practitioner_email": ""}))
