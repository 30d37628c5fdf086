"""A record in the vault that gives a part of itself away: who is hidden is less from then on."""

import uuid
from typing import Any

from portal.children.models import (
    ChildAddress,
    ChildIdentifier,
    ChildName,
    ChildRecord,
    ChildSource,
)
from portal.children.vault import identity, moving
from portal.children.vault.identity import Document, Grade
from portal.children.vault.packing import Packed, unpacked
from portal.children.visibility import plain_identifier

Tables = dict[str, list[Packed]]


def reseal(child_id: uuid.UUID, tables: Tables, known: Document) -> None:
    """Keep what stays of a sealed record, and who the child is by that: searches and feeds come
    near to no more than it. known says how far it is hidden."""
    moving.keep_record(child_id, tables)
    numbers = {one.scheme: plain_identifier(one) for one in _rows(ChildIdentifier, tables)}
    moving.keep_identity(
        identity.document_of(
            _rows(ChildRecord, tables)[0],
            _rows(ChildName, tables),
            _rows(ChildAddress, tables),
            numbers,
            _rows(ChildSource, tables),
            Grade(known["grade"]),
        )
    )
    moving.tell_ledger(child_id)


def _rows(model: Any, tables: Tables) -> list[Any]:
    """The rows of a table, in no session."""
    return [model(**unpacked(model, one)) for one in tables.get(model.__tablename__, [])]
