"""Records in memory, and those of them that a row may belong to: whom the portal's own name index
finds, in tables of SQLite that nobody else sees, and who bears one of the row's numbers.
"""

import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable

from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from portal.children import finding
from portal.children.finding.tables import DAY, ENTRY, PAIR, POSTCODE, TOKEN, TOKEN_KEY
from portal.matching import Candidate, Description, Register
from tests.benchmarks.children import BenchChild

# A share is steadied as the name index does it: a thousand imagined children with usual names.
IMAGINED, USUAL_SHARE = 1_000, 1 / 400


class Records:
    """Descriptions by source id, and the ways to them."""

    def __init__(self, described: Iterable[tuple[BenchChild, Description]]) -> None:
        self._described: list[tuple[str, Description]] = []
        self._bearers: dict[tuple[str, str], list[uuid.UUID]] = defaultdict(list)
        self._numbers: dict[str, uuid.UUID] = {}
        entries, words = [], Counter[str]()
        for number, (child, one) in enumerate(described):
            key = uuid.UUID(int=number)
            entries.append(_entry(key, child))
            self._described.append((child.source_id, one))
            self._numbers[child.source_id] = key
            for identifier in one.identifiers:
                self._bearers[identifier].append(key)
            words.update(_words(one))
        self._session = _index(entries)
        self._words = words
        self.register = Register(self._share, len(self._described))

    def candidates(self, row: Description, *, without: str = "") -> list[Candidate]:
        """Return the records a row may belong to, one of them left out if it is named: the name
        index then does not know it either."""
        away = self._numbers.get(without)
        with self._session.begin_nested() as before:
            if away is not None:
                finding.forget_child(self._session, away)
            found = dict.fromkeys(finding.ranked(self._session, row))
            before.rollback()
        for identifier in row.identifiers:
            found |= dict.fromkeys(self._bearers.get(identifier, ()))
        return [Candidate(*self._described[key.int]) for key in found if key != away]

    def _share(self, word: str) -> float | None:
        bearers = self._words.get(word)
        if bearers is None:
            return None
        return (bearers + IMAGINED * USUAL_SHARE) / (len(self._described) + IMAGINED)


def _index(entries: Iterable[finding.Entry]) -> Session:
    session = Session(create_engine("sqlite://"))
    for table in (TOKEN, TOKEN_KEY, ENTRY, PAIR, DAY, POSTCODE):
        table.create(session.connection())
    finding.index_children(session, entries)
    return session


def _entry(key: uuid.UUID, child: BenchChild) -> finding.Entry:
    return finding.Entry(
        child_id=key, given_names=child.given_names, family_name=child.family_name,
        date_of_birth=child.date_of_birth, gender=child.gender, postcodes=(child.postcode,),
        former_family_names=(child.former_family_name,) if child.former_family_name else (),
    )  # fmt: skip


def _words(one: Description) -> set[str]:
    return {word for name in (one.given, one.family, *one.former) for word in name.tokens}
