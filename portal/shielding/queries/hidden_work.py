"""Who works with a child and is not in the index, and who said so after the child was hidden.

Anybody who sees the stub of a masked child may record work with it and learns nothing by it. But
whom an officer asks to ring is told who asks, and so in which area the child is: somebody who came
of themselves after the shield is no proof that they work with the child.
"""

import datetime as dt
import uuid
from collections import defaultdict
from dataclasses import dataclass

from flask_babel import LazyString

from portal.children import queries as children
from portal.children import vault
from portal.children.models import Involvement
from portal.children.rules import ABOUT, OWN_WORD, Kind
from portal.children.visibility import place_shown
from portal.directory import queries as directory
from portal.shielding.queries.documents import in_force, moment

MOST = 500
SENSITIVE = "sensitive"  # The tier of what was recorded in confidence.
Moments = dict[uuid.UUID, dt.datetime | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class SinceHidden:
    """Work with a hidden child that a practitioner recorded after the child was hidden."""

    name: str
    organisation: str
    label: LazyString
    recorded_at: dt.datetime
    ended_on: dt.date | None


def hidden_work(child_id: uuid.UUID) -> Moments:
    """Return who works with a child now and is not in the index: those who moved into the vault
    with the child, those who came since, and the sensitive.

    Beside each stands the moment when they recorded it themselves if that was after the child was
    hidden and nothing else is known of them, else None.
    """
    hidden_at = _hidden_at(child_id)
    said: defaultdict[uuid.UUID, list[dt.datetime | None]] = defaultdict(list)
    for row in _rows(child_id):
        if row.practitioner_id is not None and row.ended_on is None:
            said[row.practitioner_id].append(_since(row, hidden_at))
    for practitioner_id, recorded_at in _confided(child_id):
        came_since = hidden_at is not None and recorded_at > hidden_at
        said[practitioner_id].append(recorded_at if came_since else None)
    return {
        one: None if None in moments else min(filter(None, moments))
        for one, moments in said.items()
    }


def recorded_since_hidden(child_id: uuid.UUID) -> tuple[SinceHidden, ...]:
    """Return the work with a child that was recorded since the shield in force, the newest first;
    nothing of what was recorded in confidence."""
    hidden_at = _hidden_at(child_id)
    rows = [row for row in _rows(child_id) if _since(row, hidden_at)]
    people = directory.practitioners({row.practitioner_id for row in rows if row.practitioner_id})
    lines = [
        SinceHidden(
            name=person.name,
            organisation=place_shown(person.organisation, person),
            label=ABOUT[Kind(row.kind)].label,
            recorded_at=row.created_at,
            ended_on=row.ended_on,
        )
        for row in rows
        if row.practitioner_id and (person := people.get(row.practitioner_id))
    ]
    return tuple(sorted(lines, key=lambda line: line.recorded_at, reverse=True))


def _hidden_at(child_id: uuid.UUID) -> dt.datetime | None:
    """Since when the shield in force hides a child; a stricter grade does not begin it anew."""
    shield = in_force(child_id)
    return moment(shield[1]["made_at"]) if shield else None


def _since(row: Involvement, hidden_at: dt.datetime | None) -> dt.datetime | None:
    """The moment of a practitioner's own word that came after the child was hidden, else None. What
    a source said was let in by an officer."""
    is_own_word = row.source == OWN_WORD
    return row.created_at if hidden_at and is_own_word and row.created_at > hidden_at else None


def _rows(child_id: uuid.UUID) -> list[Involvement]:
    held = vault.rows_of(child_id)
    rows: list[Involvement] = held[1][Involvement] if held else []
    return rows


def _confided(child_id: uuid.UUID) -> list[tuple[uuid.UUID, dt.datetime]]:
    # What was recorded of a record that has been joined to this one lies under its own id.
    marks = [f"child|{one}" for one in children.records_within(child_id)]
    on_shelf = vault.marked(vault.Shelf.INVOLVEMENT, marks, most=MOST)
    return [
        (uuid.UUID(content["practitioner_id"]), moment(content["recorded_at"]))
        for _, content in on_shelf
        if content["tier"] == SENSITIVE and content["practitioner_id"]
    ]
