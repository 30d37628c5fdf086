"""Saying that something on a record is wrong, and settling it."""

import datetime as dt
import uuid

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from portal.access import reasons
from portal.access.identity import Identity
from portal.access.log import Event, record
from portal.children import correcting, queries, vault
from portal.children.actions.looking import state_reason
from portal.children.models import ChildRecord, Correction, Involvement
from portal.children.queries import CorrectionSheet
from portal.children.rules import (
    OWN_WORD,
    PERIOD_FAULTS,
    CorrectionKind,
    Settlement,
    fault_of_period,
    overlap,
)
from portal.children.visibility import one, visible
from portal.core import clock
from portal.core.db import db, random_id
from portal.core.errors import Conflict, Invalid, NotFound


def dispute_involvement(
    *, child_id: uuid.UUID, involvement_id: uuid.UUID | None, kind: CorrectionKind, by: Identity
) -> bool:
    """Tell the index team what is wrong with a contact, or (None) with the child's own details.

    Returns False when the same had been said and still waits; of one's own contact always True:
    nobody can settle what was said of one that is withheld, and it must read the same. Raises
    ReasonNeeded, NotFound, and Invalid for a kind that does not fit.
    """
    reason = reasons.current_reason(child_id=child_id, by=by)
    vault.enter()
    one(child_id, by=by, to_change=True)
    if kind.is_about_contact != (involvement_id is not None):
        raise Invalid(_l("Choose one of the answers shown."))
    said = Correction(
        id=random_id(), child_id=child_id, involvement_id=involvement_id, kind=kind.value,
        reported_by=by.account_id, reported_at=clock.now(),
    )  # fmt: skip
    is_new = _keep_where_it_belongs(said, by)
    record(
        Event.INVOLVEMENT_DISPUTED, by=by, subject_kind="child", subject_id=child_id,
        search_id=reason.search_id, reason=reason.reason,
        details={"involvement": involvement_id, "kind": kind.value, "again": not is_new},
    )  # fmt: skip
    return is_new


def look_at_corrections(*, by: Identity) -> list[CorrectionSheet]:
    """Return the corrections that wait, without a word of which children; the look is logged."""
    waiting = queries.open_corrections()
    record(Event.CORRECTIONS_LISTED, by=by, details={"count": len(waiting)})
    return waiting


def look_at_correction(*, correction_id: uuid.UUID, by: Identity) -> CorrectionSheet:
    """Return one correction; the look is logged. Of one about the child's own details that waits it
    shows who the child is, too: a look at the child. Raises NotFound."""
    found = queries.correction(correction_id)
    if found is None:
        raise NotFound
    child = None if found.outcome or found.kind.is_about_contact else _child(correction_id, by)
    if child is None:
        record(Event.CORRECTIONS_LISTED, by=by, subject_kind="correction", subject_id=correction_id)
        return found
    record(
        Event.CORRECTION_OPENED, by=by, subject_kind="child", subject_id=child.id,
        reason=reasons.Reason.DATA_QUALITY.value, details={"correction": correction_id},
    )  # fmt: skip
    return queries.with_details(found, child)


def check_correction(*, correction_id: uuid.UUID, by: Identity) -> uuid.UUID:
    """State the checking of a correction as the reason to open its record; return the child's id.

    Raises NotFound.
    """
    child_id = correcting.locked_correction(correction_id).child_id
    state_reason(child_id=child_id, reason=reasons.Reason.DATA_QUALITY, by=by)
    return child_id


def settle_correction(*, correction_id: uuid.UUID, outcome: Settlement, by: Identity) -> None:
    """Say how a correction ended. The same again changes nothing.

    Raises NotFound, and Conflict when it ended otherwise.
    """
    row = correcting.locked_correction(correction_id)
    if row.outcome == outcome.value:
        return
    if row.outcome is not None:
        raise Conflict(_l("Somebody else has settled this already."))
    if row.fact is not None:
        raise NotFound
    end_correction(row=row, outcome=outcome, by=by)


def end_contact(*, correction_id: uuid.UUID, ended_on: dt.date, by: Identity) -> None:
    """Put right that somebody is no longer involved: their work ended on this day, whatever a
    source goes on saying, and the report is settled. The same again changes nothing.

    Raises NotFound, Invalid for a day before the work began, and Conflict when the report or the
    work ended otherwise.
    """
    vault.enter()
    row = correcting.locked_correction(correction_id)
    contact = db.session.get(Involvement, row.involvement_id) if row.involvement_id else None
    if contact is None or not CorrectionKind(row.kind).is_about_end:
        raise NotFound
    one(row.child_id, by=by, to_change=True)
    db.session.refresh(contact)
    if row.outcome == Settlement.FIXED and contact.ended_on == ended_on:
        return
    if row.outcome is not None:
        raise Conflict(_l("Somebody else has settled this already."))
    if contact.ended_on is not None:
        raise Conflict(_l("This involvement has ended already."))
    _end(contact, ended_on)
    for same in _same_work(contact):
        _end(same, ended_on)
    record(
        Event.INVOLVEMENT_ENDED, by=by, subject_kind="child", subject_id=row.child_id,
        reason=reasons.Reason.DATA_QUALITY.value,
        details={"involvement": contact.id, "ended_on": ended_on, "correction": row.id},
    )  # fmt: skip
    end_correction(row=row, outcome=Settlement.FIXED, by=by)


def end_correction(*, row: Correction, outcome: Settlement, by: Identity) -> None:
    """Write down how it ended, with its line."""
    row.outcome = outcome.value
    row.settled_by, row.settled_at = by.account_id, clock.now()
    record(
        Event.CORRECTION_SETTLED, by=by, subject_kind="child", subject_id=row.child_id,
        details={"correction": row.id, "outcome": outcome.value},
    )  # fmt: skip


def _same_work(contact: Involvement) -> list[Involvement]:
    """What other sources tell of the same work as a contact that ended: it is shown once
    (work_once). What began after it is other work."""
    alike = select(Involvement).where(
        Involvement.child_id == contact.child_id,
        Involvement.organisation_id == contact.organisation_id,
        Involvement.kind == contact.kind,
        Involvement.practitioner_id.is_not_distinct_from(contact.practitioner_id),
        Involvement.ended_on.is_(None),
    )
    period = contact.started_on, contact.ended_on
    return [one for one in db.session.scalars(alike) if overlap(period, (one.started_on, None))]


def _end(contact: Involvement, ended_on: dt.date) -> None:
    """A person has said so: a source's silence will not undo it."""
    fault = fault_of_period(contact.started_on, ended_on, today=clock.today())
    if fault:
        raise Invalid(PERIOD_FAULTS[fault])
    contact.ended_on, contact.changed_at = ended_on, clock.now()
    contact.source, contact.source_on = OWN_WORD, clock.today()


def _child(correction_id: uuid.UUID, by: Identity) -> ChildRecord | None:
    """The child that a correction is about, None for one who is archived."""
    about = select(Correction.child_id).where(Correction.id == correction_id)
    return db.session.scalar(visible(by).where(ChildRecord.id == about.scalar_subquery()))


def _keep_where_it_belongs(said: Correction, by: Identity) -> bool:
    """Keep what is wrong in the index, or beside the person's own contact with a hidden child in
    the vault; looked up for every child. Raises NotFound when there is no such contact."""
    own = vault.own_withheld(said.child_id, by.practitioner_id)
    if said.involvement_id in {row.id for row in own}:
        vault.withhold_correction(said)
        return True
    contact = _contact(said)
    is_new = _keep(said)
    return is_new or (contact is not None and contact.practitioner_id == by.practitioner_id)


def _contact(said: Correction) -> Involvement | None:
    """The contact in the index of which it is said, None for the child's own details."""
    if said.involvement_id is None:
        return None
    row = db.session.get(Involvement, said.involvement_id)
    if row is None or row.child_id != said.child_id:
        raise NotFound
    return row


def _keep(said: Correction) -> bool:
    """Keep what is wrong unless it waits already."""
    is_new = not _is_open(said.child_id, said.involvement_id, CorrectionKind(said.kind))
    if is_new:
        db.session.add(said)
    return is_new


def _is_open(child_id: uuid.UUID, involvement_id: uuid.UUID | None, kind: CorrectionKind) -> bool:
    same = select(Correction.id).where(
        Correction.child_id == child_id,
        Correction.involvement_id.is_not_distinct_from(involvement_id),
        Correction.kind == kind.value,
        Correction.settled_at.is_(None),
    )
    return db.session.scalars(same).first() is not None
