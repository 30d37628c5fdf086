"""Rows in bulk: what both halves of loading a town share."""

import uuid
from collections.abc import Iterable
from typing import Any

from sqlalchemy import insert

from portal.core.db import Base, db

SOURCE = "sandbox"
Ids = dict[str, uuid.UUID]
Row = dict[str, Any]


def write(table: type[Base], rows: Iterable[Row]) -> None:
    """Insert many rows at once; none is fine."""
    found = list(rows)
    if found:
        db.session.execute(insert(table), found)
