"""Moving a child into the vault and back, and what every search leaves for the shield officer."""

import uuid

from portal.access.identity import Identity
from portal.access.log import Event, record
from portal.children import vault
from portal.children.actions.letting_in import release_held
from portal.children.actions.looking import open_record
from portal.children.rules import ISSUED_FOR, Criteria, RecordSheet
from portal.children.visibility import hidden_sheet


def hide_child(*, child_id: uuid.UUID, grade: vault.Grade, by: Identity) -> None:
    """Hide a child, or change how far one is hidden; the index forgets at once what goes.

    Raises NotFound for a child that neither the index nor the vault knows.
    """
    vault.enter()
    vault.move_in(child_id, grade)
    details = {"child": child_id, "grade": grade.value}
    record(Event.SHIELD_HIDDEN, by=by, subject_kind="shield", details=details)


def unhide_child(*, child_id: uuid.UUID, by: Identity) -> None:
    """Put a hidden child back into the index, and what sources have said meanwhile.

    Raises NotFound for one who is not hidden.
    """
    vault.enter()
    vault.move_out(child_id)
    release_held(child_id=child_id, by=by)
    record(Event.SHIELD_LIFTED, by=by, subject_kind="shield", details={"child": child_id})


def open_hidden_record(*, child_id: uuid.UUID, by: Identity) -> RecordSheet:
    """Show a record with all that a shield hides of it; the same record where nothing is hidden.

    For the override alone, which asks for a fresh code before and tells the shield officers. The
    line in the log is that of any opened record. Raises ReasonNeeded and NotFound as open_record.
    """
    shown = open_record(child_id=child_id, by=by)
    held = vault.rows_of(child_id)
    return shown if held is None else hidden_sheet(*held, by)


def watch_search(*, criteria: Criteria, reason: str, by: Identity) -> None:
    """Leave what every search leaves for the shield officer: what was asked, by whom and why.

    Nothing is looked up here. The line in the log is that of the search.
    """
    numbers = {
        scheme.value: value
        for scheme, value in criteria.numbers.items()
        if ISSUED_FOR[scheme] == by.organisation_sector
    }
    numbers["record_number"] = criteria.record_number
    vault.leave_search(criteria, numbers=numbers, reason=reason, by=by)
