"""The vocabulary: every name token in the index, how many children bear it, and its keys."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Table, bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from portal.children.finding.tables import TOKEN, TOKEN_KEY
from portal.matching.keys import keys

_AT_ONCE = 5_000
_TRIES = 5


def exchange(session: Session, *, lost: Counter[str], gained: Counter[str]) -> dict[str, int]:
    """Count down the tokens that children lose and up those that they gain: unknown ones are added
    with their keys, those that nobody bears any more dropped. Returns the id of each that was known
    or is.

    In one call unknown tokens are added in one order, then all are locked in one order, so that
    two writers of the same names wait for one another instead of blocking each other; two that
    call several times before they commit may still, and PostgreSQL then ends one of them. Raises
    RuntimeError should tokens keep vanishing meanwhile.
    """
    ids = _held(session, lost, gained)
    change = Counter(gained)
    change.subtract(lost)
    changes = {token: number for token, number in change.items() if number and token in ids}
    _count(session, {ids[token]: number for token, number in changes.items()})
    _drop_unused(session, {token: ids[token] for token, by in changes.items() if by < 0})
    return ids


def _held(session: Session, lost: Counter[str], gained: Counter[str]) -> dict[str, int]:
    """The ids of these tokens, locked; those of `gained` are all there then."""
    everything = sorted({*lost, *gained})
    for _attempt in range(_TRIES):
        known = _ids(session, everything)
        missing = [token for token in everything if token in gained and token not in known]
        # Lost and not known is disorder, and must not end in a count below nought.
        rows = [
            {"token": token, "initial": token[0], "frequency": lost[token]} for token in missing
        ]
        insert_new(session, TOKEN, rows)
        held = _ids(session, everything, locked=True)
        _add_keys(session, {token: held[token] for token in missing if token in held})
        if gained.keys() <= held.keys():
            return held
    raise RuntimeError("name tokens vanish as fast as they are added")


def _drop_unused(session: Session, tokens: Mapping[str, int]) -> None:
    unused = [
        token
        for part in _parts(tokens)
        for token in session.scalars(
            select(TOKEN.c.token).where(TOKEN.c.token.in_(part), TOKEN.c.frequency <= 0)
        )
    ]
    _drop(session, {token: tokens[token] for token in unused})


def insert_new(session: Session, table: Table, rows: list[dict[str, Any]]) -> None:
    """Insert rows, passing over those that are already there (another writer was faster)."""
    if rows:
        dialect = session.get_bind().dialect.name
        insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
        session.execute(insert(table).on_conflict_do_nothing(), rows)


def _ids(session: Session, tokens: list[str], *, locked: bool = False) -> dict[str, int]:
    """The ids of the known among sorted tokens (SQLite needs no lock, it has one writer anyway)."""
    known: dict[str, int] = {}
    for part in _parts(tokens):
        found = select(TOKEN.c.token, TOKEN.c.id).where(TOKEN.c.token.in_(part))
        ordered = found.order_by(TOKEN.c.token)
        known.update(session.execute(ordered.with_for_update() if locked else ordered).all())
    return known


def _add_keys(session: Session, tokens: Mapping[str, int]) -> None:
    rows = [
        {"key": key, "token_id": number} for token, number in tokens.items() for key in keys(token)
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
