"""What the guard held back and may now be in the index: let in by an officer, or since nobody is
hidden any more."""

import uuid

from sqlalchemy import select

from portal.access.identity import Identity
from portal.children import vault
from portal.children.actions.reported import let_in
from portal.children.models import Involvement
from portal.children.vault import guard, quarantine
from portal.children.vault.packing import unpacked
from portal.children.vault.quarantine import Quarantined, Standing
from portal.core.db import db, random_id


def release_child(*, row: Quarantined, by: Identity) -> None:
    """Apply what a source said of a child to the index, and the involvements with it."""
    if row.draft is not None:
        draft = guard.without_names(row.draft, row.apart)
        let_in(child_id=row.id, draft=draft, by=by)
    held = {one.id: one for one in _in_index(row.id)}
    has_lead = any(one.is_lead and one.ended_on is None for one in held.values())
    for values in row.involvements.values():
        new = unpacked(Involvement, values)
        was = held.get(new["id"])
        if has_lead and not (was and was.is_lead):
            new["is_lead"] = False
        if was is None:
            db.session.add(Involvement(**new))
        else:
            for word, value in new.items():
                setattr(was, word, value)
    db.session.flush()


def release_held(*, child_id: uuid.UUID, by: Identity) -> None:
    """Let in what was held back for a child who is no longer hidden, unless it comes near another
    hidden child. What an officer had taken into the record stays there as well."""
    for row in quarantine.about(child_id):
        if not row.is_held:
            continue
        other = guard.belonging(row).hidden_id
        if other == child_id and not row.is_own and row.draft is not None:
            other = vault.resembles(row.draft, apart=row.apart) or child_id
        if other != child_id:
            row.hidden_id, row.standing = other, Standing.WAITING
            quarantine.keep(row)
            continue
        if row.standing is Standing.SAME:
            row.involvements = {key: _anew(one) for key, one in row.involvements.items()}
        release_child(row=row, by=by)
        quarantine.forget(row)


def release_unhidden(*, by: Identity) -> None:
    """Do so for everybody who is no longer hidden; after a ledger was followed."""
    hidden_ids = {row.hidden_id for row in quarantine.everything_held()}
    for child_id in sorted(hidden_ids):
        if vault.grade_of(child_id) is None:
            release_held(child_id=child_id, by=by)


def _anew(values: dict[str, object]) -> dict[str, object]:
    """The same involvement under another id: under its own it is in the record of the child."""
    return values | {"id": ["id", random_id().hex]}


def _in_index(child_id: uuid.UUID) -> list[Involvement]:
    return list(db.session.scalars(select(Involvement).where(Involvement.child_id == child_id)))
