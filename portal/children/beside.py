"""What stands beside children's own rows (names, addresses, carers, numbers of other bodies and of
the sources; involvements), read and written for many children at once.
"""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, delete, insert, null, select, tuple_, update

from portal.children.models import IS_LEAD_NOW, ChildIdentifier, ChildSource, Involvement
from portal.children.rules import ChildDraft
from portal.children.vault.said import PARTS, rows_of
from portal.core.db import db
from portal.core.inserts import insert_rows

_INVOLVEMENT: Any = Involvement.__table__
_WORDS = tuple(_INVOLVEMENT.columns.keys())
_PLACE = tuple_(_INVOLVEMENT.c.child_id, _INVOLVEMENT.c.organisation_id)
_OF_THEM = _INVOLVEMENT.c.child_id.in_(bindparam("ids", expanding=True))
# Made once: a statement is a ring of objects that goes on holding what it was asked for.
_KEPT = {
    "places": select(_INVOLVEMENT).where(_PLACE.in_(bindparam("places", expanding=True))),
    "ids": select(_INVOLVEMENT).where(_OF_THEM, IS_LEAD_NOW),
}
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


@dataclass(kw_only=True)
class NewInvolvement:
    """A row of involvement that is not written yet: making one in the ORM costs more than all else
    that is done for it."""

    id: uuid.UUID
    child_id: uuid.UUID
    organisation_id: uuid.UUID
    practitioner_id: uuid.UUID | None
    kind: str
    tier: str
    started_on: dt.date | None
    ended_on: dt.date | None
    is_lead: bool
    has_early_help_assessment: bool
    last_confirmed_on: dt.date | None
    source: str
    source_on: dt.date
    created_at: dt.datetime
    changed_at: dt.datetime
    lead_ended_on: dt.date | None = None


@dataclass(kw_only=True)
class KeptInvolvement(NewInvolvement):
    """A row that stands in the index, read past the ORM for the same reason."""

    is_changed: bool = False


def kept_involvements(
    places: Collection[tuple[uuid.UUID, uuid.UUID]],
) -> dict[uuid.UUID, list[KeptInvolvement]]:
    """What the index holds of involvements of these children at these organisations (pairs), and
    of whoever is a child's lead now wherever that is, by child."""
    asked = {"places": [*places], "ids": list({child_id for child_id, _ in places})}
    found = {
        row["id"]: row
        for name, wanted in _KEPT.items()
        for row in db.session.execute(wanted, {name: asked[name]}).mappings()
    }
    held: defaultdict[uuid.UUID, list[KeptInvolvement]] = defaultdict(list)
    for row_id in sorted(found):
        held[found[row_id]["child_id"]].append(KeptInvolvement(**found[row_id]))
    return held


def write_involvements(rows: Iterable[object]) -> None:
    """Write those that are new or changed, and no others. A lead that ends or is taken away is
    written before another lead is."""
    ours = [row for row in rows if isinstance(row, NewInvolvement)]
    changed = [row for row in ours if isinstance(row, KeptInvolvement) and row.is_changed]
    if changed:
        values = [{word: getattr(row, word) for word in _WORDS} for row in changed]
        values.sort(key=lambda one: bool(one["is_lead"]))
        db.session.execute(update(Involvement), values)
        db.session.expire_all()
    fresh = [vars(row) for row in ours if not isinstance(row, KeptInvolvement)]
    insert_rows(db.session.connection(), _INVOLVEMENT, fresh)
