"""The vocabulary: every name token in the index, how many children bear it, and its keys."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Table, bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from portal.children.finding.tables import TOKEN, TOKEN_KEY
from portal.matching.keys import keys

_AT_ONCE = 5_000
_TRIES = 5


def learn(session: Session, counts: Mapping[str, int]) -> dict[str, int]:
    """Count these tokens up, adding unknown ones with their keys; returns the id of each.

    Tokens are locked in one order, so that two writers of the same names wait for one another
    instead of blocking each other. Raises RuntimeError should tokens keep vanishing meanwhile.
    """
    for _attempt in range(_TRIES):
        known = _locked(session, counts)
        missing = sorted(set(counts) - set(known))
        if not missing:
            break
        _add(session, missing)
    else:
        raise RuntimeError("name tokens vanish as fast as they are added")
    _count(session, {known[token]: number for token, number in counts.items()})
    return known


def release(session: Session, counts: Mapping[str, int]) -> dict[str, int]:
    """Count these tokens down and drop those that nobody bears any more; returns the id of each
    that was known."""
    known = _locked(session, counts)
    _count(session, {number: -counts[token] for token, number in known.items()})
    unused = [
        token
        for part in _parts(known)
        for token in session.scalars(
            select(TOKEN.c.token).where(TOKEN.c.token.in_(part), TOKEN.c.frequency <= 0)
        )
    ]
    _drop(session, {token: known[token] for token in unused})
    return known


def insert_new(session: Session, table: Table, rows: list[dict[str, Any]]) -> None:
    """Insert rows, passing over those that are already there (another writer was faster)."""
    if rows:
        dialect = session.get_bind().dialect.name
        insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
        session.execute(insert(table).on_conflict_do_nothing(), rows)


def _locked(session: Session, tokens: Iterable[str]) -> dict[str, int]:
    """The ids of the known tokens, locked where the database can (SQLite has one writer anyway)."""
    known: dict[str, int] = {}
    for part in _parts(sorted(tokens)):
        found = select(TOKEN.c.token, TOKEN.c.id).where(TOKEN.c.token.in_(part))
        rows = session.execute(found.order_by(TOKEN.c.token).with_for_update())
        known.update((token, number) for token, number in rows)
    return known


def _add(session: Session, tokens: list[str]) -> None:
    insert_new(
        session, TOKEN, [{"token": token, "initial": token[0], "frequency": 0} for token in tokens]
    )
    known = _locked(session, tokens)
    rows = [
        {"key": key, "token_id": number} for token, number in known.items() for key in keys(token)
    ]
    insert_new(session, TOKEN_KEY, sorted(rows, key=lambda row: row["key"]))


def _count(session: Session, changes: Mapping[int, int]) -> None:
    rows = [{"which": number, "change": change} for number, change in changes.items()]
    if rows:
        change = TOKEN.c.frequency + bindparam("change")
        counted = update(TOKEN).where(TOKEN.c.id == bindparam("which")).values(frequency=change)
        session.connection().execute(counted, rows)


def _drop(session: Session, unused: Mapping[str, int]) -> None:
    rows = [
        {"which": key, "whose": number} for token, number in unused.items() for key in keys(token)
    ]
    if rows:
        gone = delete(TOKEN_KEY).where(
            TOKEN_KEY.c.key == bindparam("which"), TOKEN_KEY.c.token_id == bindparam("whose")
        )
        session.connection().execute(gone, rows)
        ids = [{"which": number} for number in unused.values()]
        session.connection().execute(delete(TOKEN).where(TOKEN.c.id == bindparam("which")), ids)


def _parts(tokens: Iterable[str]) -> Iterable[list[str]]:
    """Few enough at a time for the number of values a statement may hold."""
    everything = list(tokens)
    for start in range(0, len(everything), _AT_ONCE):
        yield everything[start : start + _AT_ONCE]
