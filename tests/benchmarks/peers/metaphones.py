"""Double metaphone: children in a table under the sound of given and family name together."""

from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path

from doublemetaphone import doublemetaphone

from tests.benchmarks.peers import Peer
from tests.benchmarks.peers.people import InAFile
from tests.benchmarks.peers.ranking import Asked, Ranking, Row

NAME = "double metaphone keys"
AT_MOST = 150
AT_ONCE = 1_000_000
TABLES = {
    "sound": "(pair TEXT, born INTEGER, number INTEGER, PRIMARY KEY (pair, born, number))",
    "sound_day": "(born INTEGER, code TEXT, number INTEGER, PRIMARY KEY (born, code, number))",
}
SETTINGS = (
    "primary and secondary code of every given and family name; a table of given with family code, "
    "then day of birth, asked in both orders, and one of day with a single code; both clustered on "
    f"their keys; at most {AT_MOST} from each look-up; united with day and postcode as the others; "
    "ranked by portal.matching; plain SQLite, 200 MB of pages, mmap"
)


class Metaphones(InAFile):
    """The people of a file, and two tables of sounds."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._pairs: list[tuple[str, int, int]] = []
        self._days: list[tuple[int, str, int]] = []

    def begin(self) -> None:
        """Make the tables anew."""
        self._people.begin()
        for name, columns in TABLES.items():
            self._people.connection.execute(f"CREATE TABLE {name} {columns} WITHOUT ROWID")

    def write(self, rows: Sequence[Row]) -> None:
        """Take in some rows; many are sorted before they are written."""
        self._people.write(rows)
        for row in rows:
            given, family = _codes(row.given), _codes(f"{row.family} {row.former}")
            born = row.born.toordinal()
            self._pairs += [(pair, born, row.number) for pair in _pairs_of(given, family)]
            self._days += [(born, code, row.number) for code in given | family]
        if len(self._pairs) > AT_ONCE:
            self._write()

    def finish(self) -> None:
        """Write what waits, and build the indexes of the people."""
        self._write()
        super().finish()

    def peers(self, ranking: Ranking) -> list[Peer]:
        """Return the one way of searching by sound."""
        return [self._peer(NAME, SETTINGS, ranking, self._numbers)]

    def _write(self) -> None:
        self._insert("sound", sorted(self._pairs))
        self._insert("sound_day", sorted(self._days))
        self._pairs.clear()
        self._days.clear()

    def _insert(self, table: str, rows: Sequence[tuple[object, ...]]) -> None:
        statement = f"INSERT OR IGNORE INTO {table} VALUES (?, ?, ?)"
        self._people.connection.execute("BEGIN")
        self._people.connection.executemany(statement, rows)
        self._people.connection.execute("COMMIT")

    def _numbers(self, asked: Asked) -> Iterator[int]:
        """The numbers of the children who sound alike."""
        given, family = _codes(asked.given), _codes(asked.family)
        days = [day.toordinal() for day in asked.days]
        for pair in sorted({*_pairs_of(given, family), *_pairs_of(family, given)}):
            for day in days:
                yield from self._ask("pair = ? AND born = ?", pair, day)
            if asked.years:
                first, last = (day.toordinal() for day in asked.years)
                yield from self._ask("pair = ? AND born BETWEEN ? AND ?", pair, first, last)
            yield from self._ask("pair = ?", pair)
        for day, code in product(days, sorted(given | family)):
            yield from self._ask("born = ? AND code = ?", day, code, table="sound_day")

    def _ask(self, where: str, *values: object, table: str = "sound") -> list[int]:
        statement = f"SELECT number FROM {table} WHERE {where} LIMIT {AT_MOST}"
        return [number for (number,) in self._people.connection.execute(statement, values)]


def _codes(names: str) -> set[str]:
    return {code for word in names.split() for code in doublemetaphone(word) if code}


def _pairs_of(given: set[str], family: set[str]) -> Iterator[str]:
    for one, other in product(given or {""}, family or {""}):
        yield f"{one} {other}"
