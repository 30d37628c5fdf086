"""Making the whole name index anew from the children: in one transaction, and in bulk.

Children are read in the order of their ids; what the narrow tables keep is gathered for many
children at a time and written in key order, because a row that comes next to the last one costs a
fraction of one that comes anywhere.
"""

from __future__ import annotations

import gc
import uuid
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from operator import itemgetter
from typing import Any

from sqlalchemy import String, Table, bindparam, delete, func, insert, select, text, type_coerce
from sqlalchemy.orm import Session

from portal.children.finding.tables import (
    DAY,
    ENTRY,
    NAME_LETTERS,
    PAIR,
    POSTCODE,
    TOKEN,
    TOKEN_KEY,
    packed,
)
from portal.children.finding.upkeep import (
    Entry,
    entry_columns,
    family_words,
    given_words,
    listed,
    pairs_of,
)
from portal.children.models import ChildAddress, ChildName, ChildRecord
from portal.children.visibility import Job, everything
from portal.matching.keys import keys
from portal.matching.names import kept_name

_READ = 5_000
_WRITTEN = 250_000
_REMEMBERED = 300_000
_CACHE_KIB = 2_000_000
_FIRST = uuid.UUID(int=0)
_TABLES = (PAIR, DAY, POSTCODE, ENTRY, TOKEN_KEY, TOKEN)

Progress = Callable[[int], None]
Rows = list[tuple[Any, ...]]


def rebuild(session: Session, *, progress: Progress = lambda count: None) -> int:
    """Empty the name index and fill it from the active children; returns how many. `progress` is
    told how many are done, many times. Does not commit: until the caller does, others search the
    old index and whoever changes a child waits (PostgreSQL), or everybody waits (SQLite, which has
    one writer)."""
    session.flush()
    _keep_writers_out(session)
    _widen_cache(session)
    for table in _TABLES:
        session.execute(delete(table))
    builder = _Builder(session)
    with _uncollected():
        for entries in children_in_order(session, as_kept=True):
            builder.add(entries)
            progress(builder.count)
        builder.finish()
    _survey(session)
    return builder.count


@contextmanager
def _uncollected() -> Iterator[None]:
    """Nothing here refers to itself, and looking for what does, again and again among millions of
    rows that wait, would take a quarter of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def children_in_order(
    session: Session, *, after: uuid.UUID = _FIRST, as_kept: bool = False
) -> Iterator[list[Entry]]:
    """Every active child after an id, with what it should be found by, a batch at a time, in order.
    `as_kept` leaves the ids as the database keeps them, where making a UUID of each takes long."""
    plain = as_kept and session.get_bind().dialect.name == "sqlite"
    last: Any = after.hex if plain else after
    reading = _plain_reading if plain else _reading
    connection = session.connection()
    while children := connection.execute(reading.children, {"after": last}).all():
        span = {"first": last, "last": children[-1][0]}
        last = span["last"]
        former: defaultdict[Any, list[tuple[str, str]]] = defaultdict(list)
        for child_id, given, family in connection.execute(reading.names, span).all():
            former[child_id].append((given, family))
        postcodes: defaultdict[Any, list[str]] = defaultdict(list)
        for child_id, postcode in connection.execute(reading.postcodes, span).all():
            postcodes[child_id].append(postcode)
        yield [_entry(row, former.get(row[0], ()), postcodes.get(row[0], ())) for row in children]


class _Reading:
    """The statements that read children after one, and what belongs to those in a span of ids."""

    def __init__(self, as_id: Callable[[Any], Any]) -> None:
        own, named, lived = map(as_id, (ChildRecord.id, ChildName.child_id, ChildAddress.child_id))
        first, last = bindparam("first", type_=own.type), bindparam("last", type_=own.type)
        after = bindparam("after", type_=own.type)
        facts = (ChildRecord.given_names, ChildRecord.family_name, ChildRecord.date_of_birth)
        self.children = (
            everything(Job.NAME_INDEX)
            .where(ChildRecord.lifecycle == "active", own > after)
            .with_only_columns(own, *facts, ChildRecord.gender)
            .order_by(own)
            .limit(_READ)
        )
        self.names = (
            select(named, ChildName.given_names, ChildName.family_name)
            .where(named > first, named <= last)
            .order_by(named, ChildName.id)
        )
        self.postcodes = (
            select(lived, ChildAddress.postcode)
            .where(lived > first, lived <= last, ChildAddress.postcode != "")
            .order_by(lived, ChildAddress.id)
        )


_reading = _Reading(lambda column: column)
_plain_reading = _Reading(lambda column: type_coerce(column, String(32)))


def _entry(
    row: Sequence[Any], former: Sequence[tuple[str, str]], postcodes: Sequence[str]
) -> Entry:
    return Entry(
        child_id=row[0],
        given_names=row[1],
        family_name=row[2],
        date_of_birth=row[3],
        gender=row[4],
        former_given_names=tuple([given for given, _ in former if given]) if former else (),
        former_family_names=tuple([family for _, family in former]) if former else (),
        postcodes=tuple(postcodes),
    )


class _Builder:
    """Gathers the rows of many children and writes them in key order."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._given = _Field(given_words)
        self._family = _Field(family_words)
        self._ids = self._family.ids = self._given.ids
        self._bearers: Counter[int] = Counter()
        self._waiting: dict[Table, Rows] = {table: [] for table in (ENTRY, PAIR, DAY, POSTCODE)}
        self.count = 0

    def add(self, entries: Iterable[Entry]) -> None:
        """Take in some children."""
        for entry in entries:
            self.count += 1
            self._take(entry)
        if len(self._waiting[ENTRY]) >= _WRITTEN:
            self._write()

    def finish(self) -> None:
        """Write what is left, then the vocabulary."""
        self._write()
        named = sorted(self._ids.items(), key=lambda item: item[1])
        bearers = self._bearers
        rows = [(number, token, token[0], bearers[number]) for token, number in named]
        write(self._session, TOKEN, rows)
        keyed = sorted((key, number) for token, number in named for key in keys(token))
        write(self._session, TOKEN_KEY, keyed)
        _count_on(self._session)

    def _take(self, entry: Entry) -> None:
        columns = entry_columns(entry, self._given.fold, self._family.fold)
        given = self._given.numbers(columns["given_names"], columns["former_given_names"])
        family = self._family.numbers(columns["family_name"], columns["former_family_names"])
        number, born = self.count, columns["birth_day"]
        self._waiting[ENTRY].append((number, *columns.values()))
        self._waiting[PAIR] += [(pair, born, number) for pair in pairs_of(given, family)]
        everyone = {*given, *family}
        self._bearers.update(everyone)
        self._waiting[DAY] += [(packed(born, token), number) for token in everyone]
        if columns["postcodes"]:
            self._waiting[POSTCODE] += [(code, number) for code in columns["postcodes"].split()]

    def _write(self) -> None:
        for table, rows in self._waiting.items():
            # By the first column only: near enough to the key, and compared in a third of the time.
            rows.sort(key=itemgetter(0))
            write(self._session, table, rows)
            rows.clear()


class _Field:
    """One field of names: the same text is folded, cut and numbered only once in a while."""

    def __init__(self, cut: Callable[[str], Iterable[str]]) -> None:
        self.ids: dict[str, int] = {}
        self._cut = cut
        self._folded: dict[str, str] = {}
        self._numbers: dict[str, tuple[int, ...]] = {}

    def fold(self, text: str) -> str:
        """The text folded, at most as long as the column."""
        found = self._folded.get(text)
        if found is None:
            if len(self._folded) >= _REMEMBERED:
                self._folded.clear()
            found = self._folded[text] = kept_name(text)[:NAME_LETTERS]
        return found

    def numbers(self, name: str, former: str) -> tuple[int, ...]:
        """The numbers of the words of a folded name and of the former names."""
        own = self._of(name)
        if not former:
            return own
        return tuple(dict.fromkeys([*own, *(n for text in listed(former) for n in self._of(text))]))

    def _of(self, name: str) -> tuple[int, ...]:
        found = self._numbers.get(name)
        if found is None:
            if len(self._numbers) >= _REMEMBERED:
                self._numbers.clear()
            ids = self.ids
            found = tuple(ids.setdefault(word, len(ids) + 1) for word in self._cut(name))
            self._numbers[name] = found
        return found


def write(session: Session, table: Table, rows: Rows) -> None:
    """Insert rows whose values stand in the order of the table's columns, in bulk."""
    if not rows:
        return
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        cursor: Any = connection.connection.cursor()
        with cursor.copy(f"COPY {table.name} ({', '.join(table.c.keys())}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
    else:
        statement = str(insert(table).compile(dialect=connection.dialect))
        connection.exec_driver_sql(statement, rows)


def _keep_writers_out(session: Session) -> None:
    """Wait for those who are changing the index and let others wait, who lock what they read in it
    (PostgreSQL; on SQLite nobody else is writing). Whoever only searches is not held up."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(f"LOCK TABLE {ENTRY.name} IN EXCLUSIVE MODE"))


def _survey(session: Session) -> None:
    """Let PostgreSQL know now how much there is, instead of at some time in the next minutes."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(f"ANALYZE {', '.join(table.name for table in _TABLES)}"))


def _widen_cache(session: Session) -> None:
    """Let SQLite keep the growing tables in memory until the connection is closed."""
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA cache_size = {-_CACHE_KIB}")


def _count_on(session: Session) -> None:
    """Let the numbers given from now on follow those written here (PostgreSQL counts apart)."""
    if session.get_bind().dialect.name == "postgresql":
        for table in (ENTRY, TOKEN):
            newest = select(func.coalesce(func.max(table.c.id), 0) + 1).scalar_subquery()
            sequence = func.pg_get_serial_sequence(table.name, "id")
            session.execute(select(func.setval(sequence, newest, False)))
