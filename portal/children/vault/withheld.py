"""Involvements with hidden children: rows as the index would hold them, kept sealed.

Whoever recorded one sees it on the record as their own and may end or confirm it; nobody else
does. They go back into the index with the child.
"""

import datetime as dt
import uuid
from collections.abc import Mapping
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
    return packed_rows(_with_one_lead(list(merged.values())))


def with_held(
    now: Mapping[str, Packed], held: Mapping[str, Packed], beside: Mapping[str, Packed]
) -> dict[str, Packed]:
    """Return a child's involvements by id, as an ordinary index would hold them, in its order: of
    two that a source may mean it takes the first.

    now are those that people see and change, held what sources have said and the index was not
    told, beside what there was to see when they said it. Where now differs from beside, somebody
    has spoken since, and that stands. One is the lead at most: whoever said so last.
    """
    rows = {key: _row(values) for key, values in now.items()}
    for key, values in held.items():
        rows[key] = _joined(values, beside.get(key, {}), now.get(key, {}))
    return {row.id.hex: packed(row) for row in _with_one_lead([rows[key] for key in sorted(rows)])}


def release(child_id: uuid.UUID) -> None:
    """Forget what is withheld for a child who goes back into the index."""
    for content in _of_child(child_id):
        store.remove(Shelf.INVOLVEMENT, _row(content["row"]).id)


def marks_of(child_id: uuid.UUID, practitioner_id: uuid.UUID | None) -> tuple[str, str]:
    """Return the marks that every involvement in the vault bears."""
    return f"child|{child_id}", f"practitioner|{practitioner_id}"


def _row(values: Packed) -> Involvement:
    return Involvement(**unpacked(Involvement, values))


def _joined(held: Packed, then: Packed, now: Packed) -> Involvement:
    """What a source said, and over it what somebody has said since."""
    row = _row(held | {word: value for word, value in now.items() if value != then.get(word)})
    if row.started_on and row.ended_on and row.ended_on < row.started_on:
        # Whoever said when it ended had read when it began.
        row.started_on = _row(now).started_on
    return row


def _with_one_lead(rows: list[Involvement]) -> list[Involvement]:
    """Let the former leads stand down, as when somebody becomes the lead of any child."""
    leads = sorted((row for row in rows if row.is_lead and row.ended_on is None), key=_said_at)
    for row in leads[:-1]:
        row.is_lead, row.lead_ended_on = False, leads[-1].changed_at.date()
    return rows


def _said_at(row: Involvement) -> dt.datetime:
    return row.changed_at


def _own(child_id: uuid.UUID, practitioner_id: uuid.UUID | None) -> str:
    return f"own|{child_id}|{practitioner_id}"


def _of_child(child_id: uuid.UUID) -> list[dict[str, Any]]:
    found = store.marked(Shelf.INVOLVEMENT, [f"child|{child_id}"], most=_EVERY)
    return [content for _, content in found if content["tier"] in _TIERS]
