"""Rows of the address book, written in bulk and with what is new or different alone."""

from collections import Counter
from collections.abc import Collection, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, select, update

from portal.access.identity import Identity
from portal.access.log import Event, record
from portal.core.db import Base, db, random_id
from portal.core.inserts import insert_rows
from portal.directory.models import Authority, Organisation, Practitioner
from portal.directory.rules import Outcome

Row = dict[str, Any]
_NOT_CONTENT = frozenset({"source", "source_on"})


def known_rows(
    model: type[Base], key: str, values: Collection[str], *, locked: bool = False
) -> dict[str, Row]:
    """Return the rows of a table with these keys, as plain values by key."""
    asked = {"values": list(set(values))}
    found = db.session.execute(_rows_with(model, key, locked), asked)
    return {row[key]: dict(row) for row in found.mappings()}


@cache
def _rows_with(model: type[Base], key: str, locked: bool) -> Select[Any]:
    """Made once: a statement is a ring of objects that goes on holding what it was asked for."""
    columns = model.__table__.columns
    wanted = select(*columns).where(columns[key].in_(bindparam("values", expanding=True)))
    # Who records work of theirs meanwhile must not wait: that only refers to the row.
    ordered = wanted.order_by(columns[key])
    return ordered.with_for_update(key_share=True) if locked else wanted


def write_rows(
    model: type[Base], key: str, rows: Sequence[Row | Outcome], known: dict[str, Row]
) -> list[Outcome]:
    """Write what is new or different, in bulk. known is brought up to date with what was written.

    A row that is an Outcome already is passed on; an empty value never replaces one, and nothing
    what is known of a later day.
    """
    outcomes: list[Outcome] = []
    fresh: dict[str, Row] = {}
    touched: dict[str, Row] = {}
    again: dict[str, Row] = {}
    for row in rows:
        if isinstance(row, Outcome):
            outcomes.append(row)
            continue
        before = known.get(row[key])
        after = before if before and _is_older(row, before) else _merged(model, before, row)
        outcomes.append(_outcome(before, after))
        if before is None or row[key] in fresh:
            fresh[row[key]] = known[row[key]] = after
        elif outcomes[-1] is not Outcome.UNCHANGED:
            touched[row[key]] = known[row[key]] = after
        elif after != before:
            again[row[key]] = known[row[key]] = after
    _keep(model, fresh, touched, again)
    return outcomes


def _keep(
    model: type[Base], fresh: dict[str, Row], touched: dict[str, Row], again: dict[str, Row]
) -> None:
    """Write what is new, what is different, and of what was only said again, when and by whom."""
    table: Any = model.__table__
    if fresh:
        insert_rows(db.session.connection(), table, list(fresh.values()))
    if touched:
        db.session.execute(update(model), list(touched.values()))
    if again:
        last = list(again.values())[-1]
        said = {name: last[name] for name in _NOT_CONTENT}
        ids = [row["id"] for name, row in again.items() if name not in touched]
        db.session.execute(update(table).where(table.c.id.in_(ids)).values(said))


def _is_older(said: Row, before: Row) -> bool:
    """Whether what is known was said of a later day. Authorities have none."""
    return "source_on" in said and bool(said["source_on"] < before["source_on"])


def _merged(model: type[Base], before: Row | None, said: Row) -> Row:
    if before is None:
        blank = dict.fromkeys(model.__table__.columns.keys())
        return {**blank, **_BLANKS[model], "id": random_id(), **said}
    kept = {name: value for name, value in said.items() if value != "" and value is not None}
    cleared: Row = {name: said[name] for name in ("closed_on", "left_on") if name in said}
    return {**before, **kept, **cleared}


_BLANKS: dict[type[Base], Row] = {
    Authority: {},
    Organisation: {"email": ""},
    Practitioner: {"hours": ""},
}


def _outcome(before: Row | None, after: Row) -> Outcome:
    if before is None:
        return Outcome.ADDED
    different = {name for name in after if after[name] != before[name]} - _NOT_CONTENT
    if "closed_on" in different and before["closed_on"] is None:
        return Outcome.CLOSED
    return Outcome.CHANGED if different else Outcome.UNCHANGED


def record_counts(source: str, outcomes: Sequence[Outcome], by: Identity) -> None:
    """Write into the log what became of the rows of a register."""
    counts = {outcome.value: count for outcome, count in Counter(outcomes).items()}
    record(Event.DIRECTORY_IMPORTED, by=by, details={"source": source, **counts})
