"""What the shield officer sees and decides of rows that the guard of feeds held back."""

import uuid
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

from portal.access.identity import Identity
from portal.access.log import Event, record
from portal.children import vault
from portal.children.actions.hiding import hide_child
from portal.children.actions.letting_in import release_child
from portal.children.queries.quarantined import (
    QuarantineLine,
    QuarantineSheet,
    quarantine_lines,
    quarantine_sheet,
)
from portal.children.vault import guard, moving, quarantine
from portal.children.vault.absorbing import absorb
from portal.children.vault.quarantine import Quarantined, Standing
from portal.core import clock
from portal.core.errors import Conflict, NotFound


@dataclass(frozen=True, slots=True)
class Taken:
    """A row was found to be about a hidden child. also_hidden is the open record under its number,
    which had to be hidden as well; None where there was none."""

    hidden_id: uuid.UUID
    also_hidden: uuid.UUID | None


def look_at_quarantine(*, by: Identity) -> list[QuarantineLine]:
    """Return what was held back, what waits first; the look is logged."""
    lines = quarantine_lines()
    record(Event.QUARANTINE_LISTED, by=by, subject_kind="shield", details={"count": len(lines)})
    return lines


def open_quarantined(*, key: uuid.UUID, by: Identity) -> QuarantineSheet:
    """Show what a source says beside the hidden child; the look is logged. Raises NotFound."""
    sheet = quarantine_sheet(key)
    record(Event.QUARANTINE_LISTED, by=by, subject_kind="shield", subject_id=key)
    return sheet


def take_as_same(*, key: uuid.UUID, seen: str, by: Identity) -> Taken:
    """It is the same child: the sealed record learns what the source says, and the source's number
    belongs to the hidden child from now on. How far the child is hidden stays. No undo.

    An open record under that number is hidden as far. seen is the fingerprint of what the officer
    saw. Raises NotFound; Conflict when that is not what there is now, when somebody was faster,
    when the child is no longer hidden, or when it has another identity.
    """
    row, grade = _waiting(key, seen)
    if not row.is_own and vault.is_kept_apart(row.hidden_id):
        raise Conflict(_l("This child has another identity, and the two must never be joined."))
    also_hidden = None
    if row.is_open:
        hide_child(child_id=row.id, grade=grade, by=by)
        also_hidden, row.is_open = row.id, False
    taken = Taken(row.hidden_id, also_hidden)
    row.apart.pop(row.hidden_id, None)
    row.hidden_id = also_hidden or row.hidden_id
    absorb(row)
    if row.is_own:
        row.involvements, row.beside = {}, {}
    _decide(row, Standing.SAME, by)
    return taken


def take_as_another(*, key: uuid.UUID, seen: str, by: Identity) -> None:
    """It is another child: what the source says is applied to the index, and is not held against
    this hidden child again while it names the child who was judged. Former names that lead to the
    hidden child are left out. Where it comes near a second hidden child it waits for them.

    Raises NotFound; Conflict as take_as_same, and when number or numbers are the hidden child's.
    """
    row, _ = _waiting(key, seen)
    if row.is_own or row.draft is None or guard.is_bound(row):
        raise Conflict(_l("The source knew the hidden child under this number before."))
    if guard.bears_number_of(row.draft, row.hidden_id):
        raise Conflict(_l("The source gives a number of the hidden child."))
    row.apart[row.hidden_id] = row.draft
    moving.forget_number(row.hidden_id, row.source, row.source_id)
    other = vault.resembles(row.draft, apart=row.apart)
    if other is None:
        release_child(row=row, by=by)
        row.is_open, row.involvements, row.beside = True, {}, {}
    _decide(row, Standing.ANOTHER, by)
    if other is not None:
        row.hidden_id, row.standing = other, Standing.WAITING
        quarantine.keep(row)


def leave_quarantined(*, key: uuid.UUID, seen: str, by: Identity) -> None:
    """Leave it where it is; it waits again when the source says something else.

    Raises NotFound, and Conflict when somebody was faster or there is something else to see.
    """
    row, _ = _waiting(key, seen)
    _decide(row, Standing.LEFT, by)


def _waiting(key: uuid.UUID, seen: str) -> tuple[Quarantined, vault.Grade]:
    """What may be decided now, nobody else writing meanwhile, and how far the child is hidden."""
    vault.enter()
    found = quarantine.one(key)
    if found is None:
        raise NotFound
    row = guard.belonging(found)
    if row.standing in {Standing.SAME, Standing.ANOTHER}:
        raise Conflict(_l("Somebody else has decided this already."))
    grade = vault.grade_of(row.hidden_id)
    if grade is None:
        raise Conflict(_l("This child is no longer hidden."))
    if seen != quarantine.fingerprint(row):
        raise Conflict(_l("There is something else to see since you looked."))
    return row, grade


def _decide(row: Quarantined, standing: Standing, by: Identity) -> None:
    row.standing, row.decided_at, row.decided_by = standing, clock.now(), by.account_id
    quarantine.keep(row)
    record(
        Event.QUARANTINE_DECIDED, by=by, subject_kind="shield", subject_id=row.key,
        details={"decision": standing.value, "child": row.hidden_id, "source": row.source},
    )  # fmt: skip
