"""PostgreSQL with pg_trgm: names by likeness of their trigrams, and everybody born on the day or
living at the postcode."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import psycopg

from tests.benchmarks.peers import Peer
from tests.benchmarks.peers.ranking import FIRST, Asked, Ranking, Row, asked_of
from tests.benchmarks.queries import BenchQuery

# Chosen on the tuning stream (200 queries among 500,000 children): recall@5 of the union is .995 at
# 0.30 and at 0.42, .980 at 0.48, .955 at 0.55, and the lower it is the longer the lists.
THRESHOLD = 0.42
BY_NAME, BY_DAY, BY_POSTCODE = 100, 30, 30
# A birth date that agrees is worth as much as half a name, a postcode or year a quarter.
FACTS = (
    "CASE WHEN born = ANY(%(days)s::date[]) THEN 0.5 "
    "WHEN born BETWEEN %(first)s AND %(last)s THEN 0.25 ELSE 0 END "
    "+ CASE WHEN postcode = %(postcode)s THEN 0.25 ELSE 0 END"
)
ALIKE = "similarity(name, %(name)s)"
UNION = f"""
SELECT number, given, family, former, born, gender, postcode FROM (
  (SELECT * FROM person WHERE name %% %(name)s ORDER BY {ALIKE} + {FACTS} DESC LIMIT {BY_NAME})
  UNION
  (SELECT * FROM person WHERE born = ANY(%(days)s::date[]) ORDER BY {ALIKE} DESC LIMIT {BY_DAY})
  UNION
  (SELECT * FROM person WHERE postcode = %(postcode)s LIMIT {BY_POSTCODE})
) AS found
"""
NATIVE = f"ORDER BY {ALIKE} + {FACTS} DESC, number LIMIT {FIRST * 2}"
TABLE = """
CREATE TABLE person (number int, name text, given text, family text, former text, born date,
                     gender text, postcode text)
"""
INDEXES = (
    "CREATE INDEX person_name ON person USING gin (name gin_trgm_ops) WITH (fastupdate = off)",
    "CREATE INDEX person_born ON person (born)",
    "CREATE INDEX person_postcode ON person (postcode)",
)
SETTINGS = (
    "GIN index (gin_trgm_ops, fastupdate off) on the folded whole name, former names as rows of "
    f"their own; similarity_threshold {THRESHOLD}; the {BY_NAME} most alike by name and facts; "
    f"united with the {BY_DAY} most alike of those born on the day, or the day and month swapped, "
    "and with everybody at the postcode; btree indexes on both; ranked by portal.matching"
)
SETTINGS_IN_ORDER = (
    "the same union, ordered in SQL by similarity, with half a point for the birth date and a "
    "quarter for year and postcode"
)
RANKED, IN_ORDER = "pg_trgm union, our ranking", "pg_trgm union, native order"


class Trigrams:
    """The children in a database of the same server that serves the portal."""

    def __init__(self, uri: str) -> None:
        self._connection = psycopg.connect(uri, autocommit=True, prepare_threshold=1)

    def begin(self) -> None:
        """Make the table anew."""
        self._connection.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        self._connection.execute("DROP TABLE IF EXISTS person")
        self._connection.execute(TABLE)

    def write(self, rows: Sequence[Row]) -> None:
        """Take in some children, a former name as a row of its own."""
        with self._connection.cursor() as cursor, cursor.copy("COPY person FROM STDIN") as copy:
            for row in rows:
                for family in dict.fromkeys([row.family, row.former or row.family]):
                    name = f"{row.given} {family}".strip()
                    copy.write_row((row.number, name, *row[1:]))

    def finish(self) -> None:
        """Build the indexes."""
        for statement in (*INDEXES, "VACUUM ANALYZE person"):
            self._connection.execute(statement.encode())

    def bytes(self) -> int:
        """Return the size of the table and its indexes."""
        row = self._connection.execute("SELECT pg_total_relation_size('person')").fetchone()
        return int(row[0]) if row else 0

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def peers(self, ranking: Ranking) -> list[Peer]:
        """Return the two ways of ordering what is found."""
        limit = f"SET pg_trgm.similarity_threshold = {THRESHOLD}"
        self._connection.execute(limit.encode())

        def ranked(query: BenchQuery) -> list[str]:
            asked = asked_of(query)
            return ranking.best(asked, self._found(asked, UNION))

        def native(query: BenchQuery) -> list[str]:
            rows = self._found(asked_of(query), f"{UNION} {NATIVE}")
            numbers = dict.fromkeys(row.number for row in rows)
            return [ranking.source_of(number) for number in numbers][:FIRST]

        return [Peer(RANKED, SETTINGS, ranked), Peer(IN_ORDER, SETTINGS_IN_ORDER, native)]

    def _found(self, asked: Asked, statement: str) -> list[Row]:
        first, last = asked.years or (dt.date.max, dt.date.min)
        said: dict[str, Any] = {
            "name": asked.name, "days": list(asked.days), "postcode": asked.postcode or "-",
            "first": first, "last": last,
        }  # fmt: skip
        return [Row(*row) for row in self._connection.execute(statement.encode(), said)]
