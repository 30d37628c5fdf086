"""Children in a plain SQLite file: unencrypted, which is to the advantage of the peers."""

import datetime as dt
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from rapidfuzz import fuzz, process

from tests.benchmarks.peers import Peer
from tests.benchmarks.peers.ranking import Asked, Ranking, Row, asked_of
from tests.benchmarks.queries import BenchQuery

BY_DAY = 30
TABLE = """
CREATE TABLE person (number INTEGER PRIMARY KEY, given TEXT, family TEXT, former TEXT,
                                   born INTEGER, gender TEXT, postcode TEXT)
"""
INDEXES = (
    "CREATE INDEX person_born ON person (born)",
    "CREATE INDEX person_postcode ON person (postcode)",
)
COLUMNS = "number, given, family, former, born, gender, postcode"
# What a careful administrator sets: memory for the pages in use, and reads past the file's buffer.
PRAGMAS = (
    "journal_mode = OFF",
    "synchronous = OFF",
    "cache_size = -200000",
    "mmap_size = 2000000000",
)


class People:
    """The children of one file, by number, by day of birth and by postcode."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.connection = _opened(path)

    def begin(self) -> None:
        """Make the file anew: it has no journal, so what was interrupted cannot be mended."""
        self.connection.close()
        self.path.unlink(missing_ok=True)
        self.connection = _opened(self.path)
        self.connection.execute(TABLE)

    def write(self, rows: Sequence[Row]) -> None:
        """Take in some rows."""
        self.connection.executemany(
            "INSERT INTO person VALUES (?, ?, ?, ?, ?, ?, ?)",
            [(*row[:4], row.born.toordinal(), *row[5:]) for row in rows],
        )

    def finish(self) -> None:
        """Build the indexes."""
        for statement in INDEXES:
            self.connection.execute(statement)

    def numbered(self, numbers: Iterable[int]) -> list[Row]:
        """Return the rows of these children."""
        wanted = ",".join(map(str, numbers))
        return self._rows(f"SELECT {COLUMNS} FROM person WHERE number IN ({wanted})")

    def known_by_facts(self, asked: Asked) -> list[Row]:
        """Return those at the postcode, and of those born on the day the names most alike."""
        found = []
        if asked.postcode:
            where = "WHERE postcode = ?"
            found += self._rows(f"SELECT {COLUMNS} FROM person {where}", asked.postcode)
        for day in asked.days:
            born = self._rows(f"SELECT {COLUMNS} FROM person WHERE born = ?", day.toordinal())
            names = [f"{row.given} {row.family}" for row in born]
            alike = process.extract(asked.name, names, scorer=fuzz.ratio, limit=BY_DAY)
            found += [born[place] for _, _, place in alike]
        return found

    def bytes(self) -> int:
        """Return the size of the file."""
        return self.path.stat().st_size

    def close(self) -> None:
        """Close the file."""
        self.connection.close()

    def _rows(self, statement: str, *values: object) -> list[Row]:
        return [
            Row._make((*row[:4], dt.date.fromordinal(row[4]), *row[5:]))
            for row in self.connection.execute(statement, values)
        ]


class InAFile:
    """A store of a peer whose children are people of a file; it finds their numbers by name."""

    def __init__(self, path: Path) -> None:
        self._people = People(path)

    def finish(self) -> None:
        """Build the indexes of the people."""
        self._people.finish()

    def bytes(self) -> int:
        """Return the size of the file."""
        return self._people.bytes()

    def close(self) -> None:
        """Close the file."""
        self._people.close()

    def _peer(
        self, name: str, settings: str, ranking: Ranking, numbers: Callable[[Asked], Iterable[int]]
    ) -> Peer:
        """The way of searching that unites those found by name with those known by facts."""

        def find(query: BenchQuery) -> list[str]:
            asked = asked_of(query)
            rows = self._people.numbered(set(numbers(asked)))
            return ranking.best(asked, [*rows, *self._people.known_by_facts(asked)])

        return Peer(name, settings, find)


def _opened(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    return connection
