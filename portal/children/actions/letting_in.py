"""What the guard held back and may now be in the index: let in by an officer, or since nobody is
hidden any more."""

import uuid

from sqlalchemy import select

from portal.access.identity import Identity
from portal.children import vault
from portal.children.actions.reported import let_in
from portal.children.models import ChildSource, Involvement
from portal.children.vault import guard, quarantine
from portal.children.vault.packing import packed, unpacked
from portal.children.vault.quarantine import Quarantined, Standing
from portal.core.db import db


def release_child(*, row: Quarantined, by: Identity) -> None:
    """Apply what a source said of a child to the index, and the involvements with it."""
    child_id = row.id
    if row.draft is not None:
        applied = guard.without_names(row.draft, row.apart)
        child_id = let_in(child_id=row.id, said=row.draft, applied=applied, by=by)
    _let_in_involvements(row, child_id)


def _let_in_involvements(row: Quarantined, child_id: uuid.UUID) -> None:
    """Add or change them as they would be had nothing been held back. Of two leads the former goes
    before the new one comes: one lead at a time is also a unique index; nobody takes it from the
    lead whom another child's record has already."""
    in_index = {one.id: one for one in _in_index(child_id)}
    led = any(one.is_lead and one.ended_on is None for one in in_index.values())
    known = guard.involvements_of(row, in_index.values())
    for one in sorted(known, key=lambda one: one.is_lead):
        held = in_index.get(one.id)
        if child_id != row.id:
            one.child_id, one.is_lead = child_id, one.is_lead and (held is not None or not led)
        if held is None:
            db.session.add(one)
        else:
            for word, value in unpacked(Involvement, packed(one)).items():
                setattr(held, word, value)
        db.session.flush()


def release_held(*, child_id: uuid.UUID, by: Identity) -> None:
    """Let in what was held back for a child who is no longer hidden, unless it comes near another
    hidden child. A number that an officer found to be the child's leads to the child."""
    # What was said under the child's own numbers first: the others are placed beside it.
    rows = quarantine.about(child_id)
    for row in sorted(rows, key=lambda one: (not one.is_own, one.arrived_at)):
        if not row.is_held:
            continue
        other = guard.belonging(row).hidden_id
        if other == child_id and not row.is_own and row.draft is not None:
            other = vault.resembles(row.draft, apart=row.apart) or child_id
        if other != child_id:
            row.hidden_id, row.standing = other, Standing.WAITING
            quarantine.keep(row)
            _follow_number(row)
            continue
        release_child(row=row, by=by)
        quarantine.forget(row)


def _follow_number(row: Quarantined) -> None:
    """What goes on waiting under a number that came into the open with a child is about that open
    record: whoever finds it to be another hidden child hides the record as well."""
    number = db.session.get(ChildSource, (row.source, row.source_id))
    if number is not None:
        row.is_open = True
        quarantine.keep(row)
        names = [(row.source, row.source_id)]
        quarantine.follow(names, was=row.id, now=number.child_id)


def release_unhidden(*, by: Identity) -> None:
    """Do so for everybody who is no longer hidden; after a ledger was followed."""
    hidden_ids = {row.hidden_id for row in quarantine.everything_held()}
    for child_id in sorted(hidden_ids):
        if vault.grade_of(child_id) is None:
            release_held(child_id=child_id, by=by)


def _in_index(child_id: uuid.UUID) -> list[Involvement]:
    return list(db.session.scalars(select(Involvement).where(Involvement.child_id == child_id)))
