"""Involvements with hidden children: rows as the index would hold them, kept sealed.

Whoever recorded one sees it on the record as their own and may end or confirm it; nobody else
does. They go back into the index with the child.
"""

import uuid
from typing import Any

from portal.children.models import Involvement
from portal.children.vault import store
from portal.children.vault.packing import Packed, packed, unpacked
from portal.children.vault.store import Shelf

# The sensitive ones lie on the same shelf and never go into the index.
_TIERS = {"universal", "additional"}
_EVERY = 500


def withhold(row: Involvement) -> None:
    """Keep the involvement of a hidden child, or what its own practitioner now says of it."""
    marks = (*marks_of(row.child_id, row.practitioner_id), _own(row.child_id, row.practitioner_id))
    store.keep(Shelf.INVOLVEMENT, row.id, packed(row), marks=marks)


def own_withheld(child_id: uuid.UUID, practitioner_id: uuid.UUID | None) -> list[Involvement]:
    """Return a practitioner's own withheld involvements with a child, in no session.

    One look-up, for every child and every reader; what is changed in a row is kept by withhold().
    """
    found = store.marked(Shelf.INVOLVEMENT, [_own(child_id, practitioner_id)])
    return [Involvement(**unpacked(Involvement, content)) for _, content in found]


def with_withheld(child_id: uuid.UUID, rows: list[Packed]) -> list[Packed]:
    """Return the involvements of a hidden child: those moved, as their practitioners now tell
    them, and those recorded since. One is the lead at most: whoever said so last."""
    merged = {row["id"]: row for row in rows} | {row["id"]: row for row in _of_child(child_id)}
    leads = [row for row in merged.values() if row["is_lead"] and row["ended_on"] is None]
    for row in sorted(leads, key=lambda lead: lead["changed_at"])[:-1]:
        merged[row["id"]] = row | {"is_lead": False, "lead_ended_on": row["changed_at"][:10]}
    return list(merged.values())


def release(child_id: uuid.UUID) -> None:
    """Forget what is withheld for a child who goes back into the index."""
    for row in _of_child(child_id):
        store.remove(Shelf.INVOLVEMENT, uuid.UUID(row["id"]))


def marks_of(child_id: uuid.UUID, practitioner_id: uuid.UUID | None) -> tuple[str, str]:
    """Return the marks that every involvement in the vault bears."""
    return f"child|{child_id}", f"practitioner|{practitioner_id}"


def _own(child_id: uuid.UUID, practitioner_id: uuid.UUID | None) -> str:
    return f"own|{child_id}|{practitioner_id}"


def _of_child(child_id: uuid.UUID) -> list[dict[str, Any]]:
    found = store.marked(Shelf.INVOLVEMENT, [f"child|{child_id}"], most=_EVERY)
    return [content for _, content in found if content["tier"] in _TIERS]
