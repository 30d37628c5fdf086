"""Writing children into the name index and taking them out, in the transaction of the caller."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

from sqlalchemy import RowMapping, Table, and_, bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from portal.children.finding import vocabulary
from portal.children.finding.tables import (
    DAY,
    ENTRY,
    NAME_LETTERS,
    PAIR,
    POSTCODE,
    TOKEN,
    packed,
)
from portal.matching import names
from portal.matching.names import Name, kept_name
from portal.matching.postcodes import fold_postcode

_BATCH = 1_000
_BETWEEN = ";"
_MAX_FORMER = 4
_MAX_POSTCODES = 8
# An index in disorder must not stop a child from being taken out.
_NO_TOKEN = -1
Rows = list[dict[str, int | str]]
Kept = RowMapping | dict[str, Any]


@dataclass(frozen=True, slots=True)
class Entry:
    """What a child is found by. `gender` as on the record; former names in any order."""

    child_id: uuid.UUID
    given_names: str
    family_name: str
    date_of_birth: date
    gender: str
    former_given_names: tuple[str, ...] = ()
    former_family_names: tuple[str, ...] = ()
    postcodes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tokens:
    """The vocabulary words of one child: those of given names, and those of family names."""

    given: frozenset[str]
    family: frozenset[str]

    @property
    def both(self) -> frozenset[str]:
        """Every word once."""
        return self.given | self.family


def index_child(
    session: Session,
    *,
    child_id: uuid.UUID,
    given_names: str,
    family_name: str,
    date_of_birth: date,
    gender: str,
    former_given_names: Iterable[str] = (),
    former_family_names: Iterable[str] = (),
    postcodes: Iterable[str] = (),
) -> None:
    """Make a child findable by these facts and no others: what the index knew before is replaced.
    The child's own row must be in the session or the database. Does not commit."""
    entry = Entry(
        child_id=child_id,
        given_names=given_names,
        family_name=family_name,
        date_of_birth=date_of_birth,
        gender=gender,
        former_given_names=tuple(former_given_names),
        former_family_names=tuple(former_family_names),
        postcodes=tuple(postcodes),
    )
    index_children(session, [entry])


def index_children(session: Session, entries: Iterable[Entry]) -> int:
    """The same for many children at once, in batches; returns how many. Does not commit.

    On PostgreSQL this waits while `rebuild` goes on, and for another writer only where both change
    the same child or count the same word."""
    session.flush()
    waiting, total = iter(entries), 0
    while batch := {entry.child_id: entry for entry in islice(waiting, _BATCH)}:
        _replace(session, list(batch), [entry_columns(entry) for entry in batch.values()])
        total += len(batch)
    return total


def forget_child(session: Session, child_id: uuid.UUID) -> None:
    """Take a child out of the index: before it is archived, hidden or deleted. Forgetting a child
    that is not in the index does nothing. Does not commit."""
    session.flush()
    _replace(session, [child_id], [])


def _folded(text: str) -> str:
    return kept_name(text)[:NAME_LETTERS]


def entry_columns(
    entry: Entry,
    fold_given: Callable[[str], str] = _folded,
    fold_family: Callable[[str], str] = _folded,
) -> dict[str, Any]:
    """The row of `name_entry` for this child, without its id, in the order of the columns."""
    codes = dict.fromkeys([code for text in entry.postcodes if (code := fold_postcode(text))])
    return {
        "child_id": entry.child_id,
        "given_names": fold_given(entry.given_names),
        "family_name": fold_family(entry.family_name),
        "former_given_names": _listed(entry.former_given_names),
        "former_family_names": _listed(entry.former_family_names),
        "birth_day": entry.date_of_birth.toordinal(),
        "gender": entry.gender,
        "postcodes": " ".join(list(codes)[:_MAX_POSTCODES]),
    }


def _listed(names: Sequence[str]) -> str:
    if not names:
        return ""
    folded = dict.fromkeys(kept_name(name)[: NAME_LETTERS - 1] for name in names)
    return _BETWEEN.join([name for name in folded if name][:_MAX_FORMER])


def listed(names: str) -> list[str]:
    """The former names in a column of `name_entry`, folded."""
    return names.split(_BETWEEN) if names else []


def given_words(name: str) -> tuple[str, ...]:
    """The vocabulary words of a folded given-name field. A lone initial counts as a word."""
    return _words(names.given_name(name))


def family_words(name: str) -> tuple[str, ...]:
    """The vocabulary words of a folded family name."""
    return _words(names.family_name(name))


def _words(name: Name) -> tuple[str, ...]:
    return tuple(token for token in name.tokens if len(token) > 1) or name.tokens[:1]


def tokens_of(row: Kept) -> Tokens:
    """The vocabulary words of a row of `name_entry`."""
    givens = (row["given_names"], *listed(row["former_given_names"]))
    families = (row["family_name"], *listed(row["former_family_names"]))
    return Tokens(
        frozenset(word for text in givens for word in given_words(text)),
        frozenset(word for text in families for word in family_words(text)),
    )


def pairs_of(given: Collection[int], family: Collection[int]) -> list[int]:
    """Each given word with each family word; each family word alone; for a child of one name each
    word as if it were a given name."""
    together = [packed(one, other) for one in given for other in family]
    alone = [packed(0, other) for other in family]
    return [*together, *alone] if together else [packed(one, 0) for one in given or family] + alone


def narrow_rows(row: Kept, ids: dict[str, int]) -> tuple[Rows, Rows, Rows]:
    """The rows of the pair, the day and the postcode table for a row of `name_entry`."""
    tokens, number, born = tokens_of(row), row["id"], row["birth_day"]
    combined = pairs_of([ids[t] for t in tokens.given], [ids[t] for t in tokens.family])
    pairs = [{"pair": pair, "birth_day": born, "entry_id": number} for pair in sorted(combined)]
    everyone = sorted(ids[token] for token in tokens.both)
    days = [{"day_token": packed(born, token), "entry_id": number} for token in everyone]
    codes = [{"postcode": code, "entry_id": number} for code in row["postcodes"].split()]
    return pairs, days, codes


def _count(rows: Iterable[Kept]) -> Counter[str]:
    return Counter(token for row in rows for token in tokens_of(row).both)


def _replace(
    session: Session, child_ids: list[uuid.UUID], columns: Sequence[dict[str, Any]]
) -> None:
    """Let the index know these facts of these children and nothing else."""
    # Locked before it is read: what another transaction changes or builds meanwhile is waited for,
    # and read as it is then.
    held = select(ENTRY).where(ENTRY.c.child_id.in_(child_ids)).order_by(ENTRY.c.id)
    old = session.execute(held.with_for_update()).mappings().all()
    new = _write(session, {row["child_id"]: row["id"] for row in old}, columns)
    lost, gained = _count(old), _count(new)
    ids = vocabulary.exchange(session, lost=lost, gained=gained)
    for table, narrow in _narrow(old, dict.fromkeys(lost, _NO_TOKEN) | ids):
        _delete_rows(session, table, narrow)
    for table, narrow in _narrow(new, ids):
        session.execute(insert(table), narrow)
    if old and not new:
        _delete_rows(session, ENTRY, [{"id": row["id"]} for row in old])


def _write(
    session: Session, numbers: dict[uuid.UUID, int], columns: Sequence[dict[str, Any]]
) -> list[Kept]:
    """The rows of `name_entry` for these columns, written. A child keeps its number, so that the
    highest says how many children there are, nearly."""
    written: list[Kept] = []
    if known := [one for one in columns if one["child_id"] in numbers]:
        facts = [{"which": numbers[one["child_id"]], **one} for one in known]
        same = ENTRY.c.id == bindparam("which")
        session.connection().execute(update(ENTRY).where(same), facts)
        written += [{"id": numbers[one["child_id"]], **one} for one in known]
    if fresh := [one for one in columns if one["child_id"] not in numbers]:
        written += session.execute(insert(ENTRY).returning(*ENTRY.c), fresh).mappings()
    return written


def _narrow(rows: Iterable[Kept], ids: dict[str, int]) -> Iterator[tuple[Table, Rows]]:
    """Each narrow table with its rows for these entries, in key order; empty ones left out."""
    pairs, days, codes = Rows(), Rows(), Rows()
    for row in rows:
        for everything, own in zip((pairs, days, codes), narrow_rows(row, ids), strict=True):
            everything.extend(own)
    for table, narrow in ((PAIR, pairs), (DAY, days), (POSTCODE, codes)):
        if narrow:
            yield table, sorted(narrow, key=lambda row: tuple(row.values()))


def known_ids(session: Session, tokens: Iterable[str]) -> dict[str, int]:
    """The ids of these tokens; -1, which no row has, for one that is missing."""
    known = dict.fromkeys(tokens, _NO_TOKEN)
    found = select(TOKEN.c.token, TOKEN.c.id).where(TOKEN.c.token.in_(list(known)))
    return known | dict(session.execute(found).all())


def _delete_rows(session: Session, table: Table, rows: Rows) -> None:
    """Delete by primary key; the columns of `rows` are the key."""
    named = [{f"old_{column}": value for column, value in row.items()} for row in rows]
    same = and_(*(table.c[column] == bindparam(f"old_{column}") for column in rows[0]))
    session.connection().execute(delete(table).where(same), named)
