"""Involvements with hidden children: rows as the index would hold them, kept sealed.

Whoever recorded one sees it on the record as their own and may end or confirm it; nobody else
does. They go back into the index with the child.
"""

import datetime as dt
import uuid
from typing import Any

from portal.children.models import Involvement
from portal.children.vault import store
from portal.children.vault.packing import Packed, packed, packed_rows, unpacked
from portal.children.vault.store import Shelf

# The sensitive ones lie on the same shelf and never go into the index.
_TIERS = {"universal", "additional"}
_EVERY = 500


def withhold(row: Involvement) -> None:
    """Keep the involvement of a hidden child, or what its own practitioner now says of it.

    One without a practitioner is nobody's own: the sealed record holds it.
    """
    if row.practitioner_id is None:
        return
    content = {
        "tier": row.tier,
        "practitioner_id": row.practitioner_id.hex,
        "organisation_id": row.organisation_id.hex,
        "ended_on": row.ended_on.isoformat() if row.ended_on else None,
        "row": packed(row),
    }
    marks = (*marks_of(row.child_id, row.practitioner_id), _own(row.child_id, row.practitioner_id))
    store.keep(Shelf.INVOLVEMENT, row.id, content, marks=marks)


def own_withheld(child_id: uuid.UUID, practitioner_id: uuid.UUID | None) -> list[Involvement]:
    """Return a practitioner's own withheld involvements with a child, in no session.

    One look-up, for every child and every reader; what is changed in a row is kept by withhold().
    """
    found = store.marked(Shelf.INVOLVEMENT, [_own(child_id, practitioner_id)])
    return [_row(content["row"]) for _, content in found]


def with_withheld(child_id: uuid.UUID, rows: list[Packed]) -> list[Packed]:
    """Return the involvements of a hidden child: those moved, as their practitioners now tell
    them, and those recorded since. One is the lead at most: whoever said so last."""
    known = [_row(one) for one in (*rows, *(content["row"] for content in _of_child(child_id)))]
    merged = {row.id: row for row in sorted(known, key=_said_at)}
    leads = [row for row in merged.values() if row.is_lead and row.ended_on is None]
    for row in sorted(leads, key=_said_at)[:-1]:
        row.is_lead, row.lead_ended_on = False, row.changed_at.date()
    return packed_rows(merged.values())


def release(child_id: uuid.UUID) -> None:
    """Forget what is withheld for a child who goes back into the index."""
    for content in _of_child(child_id):
        store.remove(Shelf.INVOLVEMENT, _row(content["row"]).id)


def marks_of(child_id: uuid.UUID, practitioner_id: uuid.UUID | None) -> tuple[str, str]:
    """Return the marks that every involvement in the vault bears."""
    return f"child|{child_id}", f"practitioner|{practitioner_id}"


def _row(values: Packed) -> Involvement:
    return Involvement(**unpacked(Involvement, values))


def _said_at(row: Involvement) -> dt.datetime:
    return row.changed_at


def _own(child_id: uuid.UUID, practitioner_id: uuid.UUID | None) -> str:
    return f"own|{child_id}|{practitioner_id}"


def _of_child(child_id: uuid.UUID) -> list[dict[str, Any]]:
    found = store.marked(Shelf.INVOLVEMENT, [f"child|{child_id}"], most=_EVERY)
    return [content for _, content in found if content["tier"] in _TIERS]
