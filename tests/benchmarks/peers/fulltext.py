"""SQLite's own full-text index with the trigram tokenizer."""

from collections.abc import Sequence

from tests.benchmarks.peers import Peer
from tests.benchmarks.peers.people import InAFile
from tests.benchmarks.peers.ranking import Asked, Ranking, Row

NAME = "SQLite FTS5 trigram"
AT_MOST = 300
# detail = full, for without positions bm25 has nothing to rank by.
TABLE = "CREATE VIRTUAL TABLE names USING fts5(name, content='', tokenize='trigram', detail=full)"
FIND = f"SELECT rowid FROM names WHERE names MATCH ? ORDER BY bm25(names) LIMIT {AT_MOST}"
SETTINGS = (
    "FTS5 with tokenize='trigram', contentless, detail=full, optimized after building; any of the "
    f"trigrams of the typed name, the best {AT_MOST} by bm25; united with day and postcode as the "
    "others; ranked by portal.matching; plain SQLite, 200 MB of pages, mmap"
)


class FullText(InAFile):
    """The people of a file, and a full-text index of their names."""

    def begin(self) -> None:
        """Make table and index anew."""
        self._people.begin()
        self._people.connection.execute(TABLE)

    def write(self, rows: Sequence[Row]) -> None:
        """Take in some rows, former names too."""
        self._people.write(rows)
        self._people.connection.execute("BEGIN")
        self._people.connection.executemany(
            "INSERT INTO names (rowid, name) VALUES (?, ?)",
            [(row.number, " ".join((row.given, row.family, row.former)).strip()) for row in rows],
        )
        self._people.connection.execute("COMMIT")

    def finish(self) -> None:
        """Merge the parts of the index into one, and build those of the people."""
        self._people.connection.execute("INSERT INTO names(names) VALUES ('optimize')")
        super().finish()

    def peers(self, ranking: Ranking) -> list[Peer]:
        """Return the one way of searching by full text."""
        return [self._peer(NAME, SETTINGS, ranking, self._numbers)]

    def _numbers(self, asked: Asked) -> set[int]:
        """The numbers of the children whose names share the most telling trigrams."""
        name = asked.name
        grams = dict.fromkeys(name[at : at + 3] for at in range(len(name) - 2))
        if not grams:
            return set()
        wanted = " OR ".join(f'"{gram}"' for gram in grams)
        return {number for (number,) in self._people.connection.execute(FIND, (wanted,))}
