"""Rows of the index as JSON and back, column by column, whatever their types."""

import datetime as dt
import uuid
from collections.abc import Callable, Iterable
from typing import Any

from portal.core.db import Base

Packed = dict[str, Any]


def packed(row: Base) -> Packed:
    """Return the columns of a row as JSON holds them."""
    return {one.name: _plain(getattr(row, one.name)) for one in row.__table__.columns}


def unpacked(model: type[Base], values: Packed) -> dict[str, Any]:
    """Return the columns as the database holds them. A column that came later keeps its default,
    one that has gone is left out."""
    known = {column.name for column in model.__table__.columns}
    return {name: _typed(value) for name, value in values.items() if name in known}


def packed_rows(rows: Iterable[Base]) -> list[Packed]:
    """Return several rows so."""
    return [packed(row) for row in rows]


def insertable(model: type[Base], rows: Iterable[Packed]) -> list[list[dict[str, Any]]]:
    """Return rows as the database holds them, in groups of the same columns: those packed before a
    column came have fewer. Values that were unpacked already stay as they are."""
    groups: dict[frozenset[str], list[dict[str, Any]]] = {}
    for values in (unpacked(model, row) for row in rows):
        groups.setdefault(frozenset(values), []).append(values)
    return list(groups.values())


def _plain(value: object) -> object:
    """What JSON has no word for is written as a pair: what it is, and its text."""
    if isinstance(value, uuid.UUID):
        return ["id", value.hex]
    if isinstance(value, bytes):
        return ["bytes", value.hex()]
    if isinstance(value, dt.datetime):
        return ["moment", value.isoformat()]
    return ["day", value.isoformat()] if isinstance(value, dt.date) else value


def _typed(value: Any) -> Any:
    return _READ[value[0]](value[1]) if isinstance(value, list) else value


_READ: dict[str, Callable[[str], object]] = {
    "id": uuid.UUID,
    "bytes": bytes.fromhex,
    "moment": dt.datetime.fromisoformat,
    "day": dt.date.fromisoformat,
}
