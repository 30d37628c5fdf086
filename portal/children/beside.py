"""What stands beside children's own rows (names, addresses, carers, numbers of other bodies, and
those of the sources), written for many children at once.
"""

import uuid
from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, insert, null, select

from portal.children.models import ChildIdentifier, ChildSource
from portal.children.rules import ChildDraft
from portal.children.vault.said import PARTS, rows_of
from portal.core.db import db

Rows = list[dict[str, Any]]


class Beside:
    """What sources say that stands beside children's own rows, gathered and written together: some
    statements for each table, not for each child."""

    def __init__(self) -> None:
        self._numbers: Rows = []
        self._said: dict[Any, dict[uuid.UUID, ChildDraft]] = {model: {} for model in PARTS}
        self._touched: set[uuid.UUID] = set()

    def await_turn(self, child_id: uuid.UUID) -> None:
        """A second word about a child is applied to what the first one left."""
        if child_id in self._touched:
            self.write()
        self._touched.add(child_id)

    def number(self, row: dict[str, Any]) -> None:
        """Add a source's number."""
        self._numbers.append(row)

    def replace(self, model: Any, child_id: uuid.UUID, draft: ChildDraft) -> None:
        """Put what a source says in one table in the place of what it said there before."""
        self._said[model][child_id] = draft

    def write(self) -> None:
        """Write what was gathered."""
        insert_rows_of(ChildSource, self._numbers)
        for model, said in self._said.items():
            _replace(model, said)
            said.clear()
        self._numbers.clear()
        self._touched.clear()


def insert_rows_of(model: Any, rows: Rows) -> None:
    """Write rows of one table, each without what the table fills in itself."""
    if rows:
        db.session.execute(insert(model), rows)


def _replace(model: Any, said: Mapping[uuid.UUID, ChildDraft]) -> None:
    """Put what sources say of these children in one table in the place of what they said there. A
    child has one number of each scheme, whoever said it last."""
    rows = [row for child_id, draft in said.items() for row in rows_of(model, child_id, draft)]
    schemes = {(row["child_id"], row["scheme"]) for row in rows if model is ChildIdentifier}
    scheme = model.scheme if model is ChildIdentifier else null()
    held = select(model.id, model.child_id, model.source, scheme).where(
        model.child_id.in_(list(said))
    )
    gone = [
        row_id
        for row_id, child_id, source, scheme in (db.session.execute(held) if said else ())
        if source == said[child_id].source or (child_id, scheme) in schemes
    ]
    if gone:
        db.session.execute(delete(model).where(model.id.in_(gone)))
    insert_rows_of(model, rows)
