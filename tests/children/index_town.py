"""Children written straight into the tables of a session, and found through the name index."""

import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import zip_longest
from typing import Any

from sqlalchemy import Table, func, insert, select
from sqlalchemy.orm import Session

from portal.children.finding import (
    Entry,
    Found,
    candidates,
    index_children,
)
from portal.children.finding.tables import DAY, ENTRY, PAIR, POSTCODE, TOKEN, TOKEN_KEY, unpacked
from portal.children.models import ChildAddress, ChildName, ChildRecord
from portal.matching import describe

NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
BORN = date(2016, 3, 4)
INDEX_TABLES = (ENTRY, PAIR, DAY, POSTCODE, TOKEN, TOKEN_KEY)


@dataclass
class Town:
    """A session that is never committed, and children written straight into its tables."""

    session: Session
    numbers: Iterator[int] = field(default_factory=lambda: iter(range(1, 100_000)))

    def child(self, given_names: str, family_name: str, **facts: Any) -> uuid.UUID:
        """Keep a child and make it findable."""
        entry = self.keep(given_names, family_name, **facts)
        index_children(self.session, [entry])
        return entry.child_id

    def keep(self, given_names: str, family_name: str, **facts: Any) -> Entry:
        """Keep a child, its former names and postcodes, without telling the index."""
        number = next(self.numbers)
        entry = Entry(
            child_id=uuid.UUID(int=number),
            given_names=given_names,
            family_name=family_name,
            date_of_birth=facts.pop("born", BORN),
            gender=facts.pop("gender", "not_specified"),
            **facts,
        )
        write_children(self.session, [entry])
        return entry

    def find(self, given_names: str = "", family_name: str = "", **facts: Any) -> Found:
        """Search by what was typed."""
        query = describe(given_names=given_names, family_name=family_name, **facts)
        return candidates(self.session, query)

    def ids(self, given_names: str = "", family_name: str = "", **facts: Any) -> list[uuid.UUID]:
        """The children named, the likeliest first."""
        return [one.child_id for one in self.find(given_names, family_name, **facts).candidates]

    def count(self, table: Table) -> int:
        """How many rows a table holds."""
        return self.session.scalar(select(func.count()).select_from(table)) or 0


def write_children(session: Session, entries: list[Entry]) -> None:
    """Write the rows of these children and of what they are found by."""
    children, names, addresses = [], [], []
    for entry in entries:
        sourced = {"source": "test", "source_on": BORN}
        children.append(
            sourced
            | {
                "id": entry.child_id,
                "record_number": f"T{entry.child_id.int % 10**9}",
                "given_names": entry.given_names,
                "family_name": entry.family_name,
                "date_of_birth": entry.date_of_birth,
                "gender": entry.gender,
                "lifecycle": "active",
                "source_id": str(entry.child_id),
                "created_at": NOW,
                "changed_at": NOW,
            }
        )
        former = zip_longest(entry.former_given_names, entry.former_family_names, fillvalue="")
        for given_names, family in former:
            key = {"id": uuid.uuid4(), "child_id": entry.child_id}
            names.append(sourced | key | {"given_names": given_names, "family_name": family})
        for postcode in entry.postcodes:
            key = {"id": uuid.uuid4(), "child_id": entry.child_id}
            addresses.append(sourced | key | {"kind": "current", "postcode": postcode})
    for model, rows in ((ChildRecord, children), (ChildName, names), (ChildAddress, addresses)):
        if rows:
            session.execute(insert(model), rows)


def portrait(session: Session) -> dict[str, Counter[tuple[Any, ...]]]:
    """Every row of the index with words and children instead of the numbers given to them."""
    word = {0: "", **dict(session.execute(select(TOKEN.c.id, TOKEN.c.token)).all())}
    child = dict(session.execute(select(ENTRY.c.id, ENTRY.c.child_id)).all())
    rows = {table: session.execute(select(table)).all() for table in INDEX_TABLES}
    return {
        "entries": Counter(tuple(row)[1:] for row in rows[ENTRY]),
        "words": Counter(tuple(row)[1:] for row in rows[TOKEN]),
        "keys": Counter((key, word[number]) for key, number in rows[TOKEN_KEY]),
        "postcodes": Counter((code, child[number]) for code, number in rows[POSTCODE]),
        "pairs": Counter(
            (*(word[part] for part in unpacked(pair)), day, child[number])
            for pair, day, number in rows[PAIR]
        ),
        "days": Counter(
            (day, word[token], child[number])
            for packed, number in rows[DAY]
            for day, token in [unpacked(packed)]
        ),
    }
