"""What a practitioner says of their own involvement: begun, still right, lead, ended."""

import datetime as dt
import uuid
from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from portal.access import reasons
from portal.access.identity import Identity
from portal.access.log import Event, record
from portal.access.models import StatedReason
from portal.children.models import Involvement
from portal.children.rules import (
    ABOUT,
    OWN_WORD,
    PERIOD_FAULTS,
    Kind,
    fault_of_period,
    is_sensitive,
    kinds_for,
)
from portal.children.visibility import one
from portal.core import clock
from portal.core.db import db
from portal.core.errors import Conflict, Invalid, NotFound
from portal.directory import queries as directory


def record_involvement(
    *,
    child_id: uuid.UUID,
    kind: Kind,
    started_on: dt.date,
    is_lead: bool = False,
    has_early_help_assessment: bool = False,
    by: Identity,
) -> uuid.UUID:
    """Record that the practitioner works with this child; return the involvement's id.

    Saying the same again changes nothing. Raises ReasonNeeded, NotFound; Invalid for a kind or a
    day that does not fit, Conflict when they are already recorded from another day.
    """
    reason = reasons.current_reason(child_id=child_id, by=by)
    child = one(child_id, by=by, to_change=True)
    _check_kind(kind, by)
    _check_days(started_on, None, born_on=child.date_of_birth)
    held = _already(child_id, kind, started_on, by)
    if held:
        return held.id
    row = _new_row(child_id, kind, started_on, by)
    row.has_early_help_assessment = has_early_help_assessment
    db.session.add(row)
    db.session.flush()
    details = {"involvement": row.id, "kind": kind.value, "started_on": started_on}
    _note(Event.INVOLVEMENT_RECORDED, child_id, reason, details, by)
    if is_lead:
        _make_lead(row, reason, by)
    return row.id


def end_involvement(
    *, child_id: uuid.UUID, involvement_id: uuid.UUID, ended_on: dt.date, by: Identity
) -> None:
    """End one's own involvement. Raises ReasonNeeded, NotFound; Invalid for a day that does not
    fit, Conflict when it has ended already on another day.
    """
    reason = reasons.current_reason(child_id=child_id, by=by)
    row = _own(child_id, involvement_id, by)
    if row.ended_on == ended_on:
        return
    if row.ended_on is not None:
        raise Conflict(_l("This involvement has ended already."))
    _check_days(row.started_on, ended_on)
    row.ended_on = ended_on
    _touch(row)
    details = {"involvement": row.id, "ended_on": ended_on}
    _note(Event.INVOLVEMENT_ENDED, child_id, reason, details, by)


def confirm_involvement(*, child_id: uuid.UUID, involvement_id: uuid.UUID, by: Identity) -> None:
    """Say that one's own involvement is still right, today.

    Raises ReasonNeeded, NotFound, and Conflict when it has ended.
    """
    reason = reasons.current_reason(child_id=child_id, by=by)
    row = _own_open(child_id, involvement_id, by)
    row.last_confirmed_on = clock.today()
    row.changed_at = clock.now()
    details = {"involvement": row.id}
    _note(Event.INVOLVEMENT_CONFIRMED, child_id, reason, details, by)


def set_lead(*, child_id: uuid.UUID, involvement_id: uuid.UUID, by: Identity) -> bool:
    """Mark oneself as the lead; return whether somebody else was it until now.

    A child has one lead: the former one is no longer marked, and the log says so. Raises
    ReasonNeeded, NotFound, and Conflict when the involvement has ended.
    """
    reason = reasons.current_reason(child_id=child_id, by=by)
    row = _own_open(child_id, involvement_id, by)
    return False if row.is_lead else _make_lead(row, reason, by)


def _make_lead(row: Involvement, reason: StatedReason, by: Identity) -> bool:
    former = db.session.scalar(
        select(Involvement).where(
            Involvement.child_id == row.child_id,
            Involvement.is_lead,
            Involvement.ended_on.is_(None),
        )
    )
    if former is not None:
        former.is_lead = False
        former.lead_ended_on = clock.today()
        _touch(former)
        # One lead at a time is also a unique index: the former goes before the new one comes.
        db.session.flush()
    row.is_lead, row.lead_ended_on = True, None
    _touch(row)
    details = {"involvement": row.id, "former_lead": former.id if former else None}
    _note(Event.INVOLVEMENT_LEAD_CHANGED, row.child_id, reason, details, by)
    return former is not None


def _check_kind(kind: Kind, by: Identity) -> None:
    place = directory.organisation(by.organisation_id) if by.organisation_id else None
    if place is None or kind not in kinds_for(place.sector):
        raise Invalid(_l("Choose one of the kinds of work shown."))
    if is_sensitive(place.name) or is_sensitive(place.kind):
        raise Invalid(
            _l("Involvement of sexual health, mental health or substance misuse services cannot be "
               "recorded here yet.")
        )  # fmt: skip


def _check_days(
    started_on: dt.date | None, ended_on: dt.date | None, *, born_on: dt.date | None = None
) -> None:
    fault = fault_of_period(started_on, ended_on, today=clock.today(), born_on=born_on)
    if fault:
        raise Invalid(PERIOD_FAULTS[fault])


def _new_row(child_id: uuid.UUID, kind: Kind, started_on: dt.date, by: Identity) -> Involvement:
    now, today = clock.now(), clock.today()
    return Involvement(
        child_id=child_id,
        organisation_id=by.organisation_id,
        practitioner_id=by.practitioner_id,
        kind=kind.value,
        tier=ABOUT[kind].tier.value,
        started_on=started_on,
        last_confirmed_on=today,
        source=OWN_WORD,
        source_on=today,
        created_at=now,
        changed_at=now,
    )


def _already(
    child_id: uuid.UUID, kind: Kind, started_on: dt.date, by: Identity
) -> Involvement | None:
    """The same involvement when it is recorded. Raises Conflict when it is, from another day."""
    held = db.session.scalars(
        select(Involvement).where(
            Involvement.child_id == child_id,
            Involvement.practitioner_id == by.practitioner_id,
            Involvement.kind == kind.value,
            Involvement.ended_on.is_(None),
        )
    ).first()
    if held and held.started_on != started_on:
        raise Conflict(_l("You are already recorded as involved with this child."))
    return held


def _own(child_id: uuid.UUID, involvement_id: uuid.UUID, by: Identity) -> Involvement:
    """One's own involvement with a child one may see, locked; anything else is not there."""
    one(child_id, by=by, to_change=True)
    row = db.session.get(Involvement, involvement_id)
    is_own = row is not None and by.practitioner_id is not None
    if row is None or not is_own or row.child_id != child_id:
        raise NotFound
    if row.practitioner_id != by.practitioner_id:
        raise NotFound
    return row


def _own_open(child_id: uuid.UUID, involvement_id: uuid.UUID, by: Identity) -> Involvement:
    row = _own(child_id, involvement_id, by)
    if row.ended_on is not None:
        raise Conflict(_l("This involvement has ended already."))
    return row


def _touch(row: Involvement) -> None:
    """A person has said so: a feed's silence will not undo it."""
    row.source, row.source_on = OWN_WORD, clock.today()
    row.changed_at = clock.now()


def _note(
    event: Event,
    child_id: uuid.UUID,
    reason: StatedReason,
    details: Mapping[str, object],
    by: Identity,
) -> None:
    record(
        event, by=by, subject_kind="child", subject_id=child_id,
        search_id=reason.search_id, reason=reason.reason, details=details,
    )  # fmt: skip
