"""Looking at one child: only with a current reason, never without a line in the log."""

import uuid
from dataclasses import replace

from portal.access import reasons
from portal.access.identity import Identity
from portal.access.log import Event, record
from portal.access.models import StatedReason
from portal.children import vault
from portal.children.models import ChildRecord
from portal.children.rules import ContactCard, NameSheet, RecordSheet
from portal.children.visibility import name_sheet, one, sheet
from portal.core.errors import NotFound


def state_reason(
    *, child_id: uuid.UUID, reason: reasons.Reason, note: str = "", by: Identity
) -> None:
    """Keep a reason for this child, whether or not there is such a child. The note is sealed."""
    kept = note if reason is reasons.Reason.OTHER else ""
    reasons.state_reason(child_ids=[child_id], reason=reason, note=kept, by=by)
    record(
        Event.REASON_STATED, by=by, subject_kind="child", subject_id=child_id,
        reason=reason.value, details={"note": kept} if kept else None,
    )  # fmt: skip


def open_record(*, child_id: uuid.UUID, by: Identity) -> RecordSheet:
    """Show a record. Raises ReasonNeeded; NotFound, the same for archived and unknown."""
    reason = reasons.current_reason(child_id=child_id, by=by)
    shown = replace(_sheet(one(child_id, by=by), by), search_id=reason.search_id)
    _note_look(child_id, reason, _words_of(shown), by)
    return shown


def open_name(*, child_id: uuid.UUID, by: Identity) -> NameSheet:
    """Show which child a form is about. Raises ReasonNeeded and NotFound as open_record does."""
    reason = reasons.current_reason(child_id=child_id, by=by)
    shown = name_sheet(one(child_id, by=by))
    _note_look(child_id, reason, ["name", "date_of_birth"], by)
    return shown


def open_contact(
    *, child_id: uuid.UUID, involvement_id: uuid.UUID, by: Identity
) -> tuple[NameSheet, ContactCard]:
    """Show one contact of a child. Raises ReasonNeeded; NotFound, also for another child's."""
    reason = reasons.current_reason(child_id=child_id, by=by)
    child = one(child_id, by=by)
    card = _sheet(child, by).card(involvement_id)
    if card is None:
        raise NotFound
    _note_look(child_id, reason, ["name", "date_of_birth", "one_contact"], by)
    return name_sheet(child), card


def open_own_contact(
    *, child_id: uuid.UUID, involvement_id: uuid.UUID, by: Identity
) -> tuple[NameSheet, ContactCard]:
    """Show one's own involvement; somebody else's is not there."""
    shown, card = open_contact(child_id=child_id, involvement_id=involvement_id, by=by)
    if not card.is_own:
        raise NotFound
    return shown, card


def _sheet(child: ChildRecord, by: Identity) -> RecordSheet:
    """One look-up in the vault for what is the reader's own, whoever the child and the reader."""
    withheld = vault.own_withheld(child.id, by.practitioner_id)
    return sheet(child, withheld=withheld, by=by)


def _note_look(child_id: uuid.UUID, reason: StatedReason, shown: list[str], by: Identity) -> None:
    record(
        Event.CHILD_OPENED, by=by, subject_kind="child", subject_id=child_id,
        search_id=reason.search_id, reason=reason.reason, details={"shown": shown},
    )  # fmt: skip


def _words_of(shown: RecordSheet) -> list[str]:
    """Which lines were shown, as words: never what stood in them."""
    lines = {
        "former_names": shown.former_names,
        "addresses": shown.addresses,
        "carers": shown.carers,
        **{number.scheme.value: (number,) for number in shown.numbers},
        "current_contacts": shown.current,
        "former_contacts": shown.former,
    }
    always = ["name", "date_of_birth", "gender", "record_number"]
    return always + [word for word, held in lines.items() if held]
