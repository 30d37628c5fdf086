"""What a practitioner says of their own involvement: begun, still right, lead, ended.

With a hidden child it is kept in the vault instead of the index, and everything else is the same.
"""

import datetime as dt
import uuid
from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from portal.access import reasons
from portal.access.identity import Identity
from portal.access.log import Event, record
from portal.access.models import StatedReason
from portal.children import queries, vault
from portal.children.models import ChildRecord, Involvement
from portal.children.rules import (
    ABOUT,
    OWN_WORD,
    PERIOD_FAULTS,
    Kind,
    fault_of_period,
    kinds_for,
)
from portal.children.visibility import one
from portal.core import clock
from portal.core.db import db, random_id
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
    day that does not fit, and for somebody whose post tells of a sensitive service; Conflict when
    they are already recorded from another day.
    """
    reason = reasons.current_reason(child_id=child_id, by=by)
    child = _held(child_id, by)
    is_hidden = vault.grade_of(child_id) is not None
    _check_kind(kind, by)
    _check_days(started_on, None, born_on=child.date_of_birth)
    held = _already(child_id, kind, started_on, by)
    if held:
        return held.id
    row = _new_row(child_id, kind, started_on, by)
    row.has_early_help_assessment = has_early_help_assessment
    _begin(row, reason, by, is_hidden=is_hidden)
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
    _keep(row)
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
    _keep(row)
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


def _begin(row: Involvement, reason: StatedReason, by: Identity, *, is_hidden: bool) -> None:
    if not is_hidden:
        db.session.add(row)
    _keep(row)
    details = {"involvement": row.id, "kind": row.kind, "started_on": row.started_on}
    _note(Event.INVOLVEMENT_RECORDED, row.child_id, reason, details, by)


def _make_lead(row: Involvement, reason: StatedReason, by: Identity) -> bool:
    former = _lead_of(row.child_id, by)
    if former is not None:
        former.is_lead = False
        former.lead_ended_on = clock.today()
        _touch(former)
        # One lead at a time is also a unique index: the former goes before the new one comes.
        _keep(former)
    row.is_lead, row.lead_ended_on = True, None
    _touch(row)
    _keep(row)
    details = {"involvement": row.id, "former_lead": former.id if former else None}
    _note(Event.INVOLVEMENT_LEAD_CHANGED, row.child_id, reason, details, by)
    return former is not None


def _lead_of(child_id: uuid.UUID, by: Identity) -> Involvement | None:
    """The lead that this person can see: of a hidden child only they themselves."""
    shown = select(Involvement).where(
        Involvement.child_id == child_id, Involvement.is_lead, Involvement.ended_on.is_(None)
    )
    own = vault.own_withheld(child_id, by.practitioner_id)
    hidden = (row for row in own if row.is_lead and row.ended_on is None)
    return db.session.scalar(shown) or next(hidden, None)


def _check_kind(kind: Kind, by: Identity) -> None:
    place = directory.organisation(by.organisation_id) if by.organisation_id else None
    if place is None or kind not in kinds_for(place.sector):
        raise Invalid(_l("Choose one of the kinds of work shown."))
    if queries.sensitive_kind_of_post(by):
        raise Invalid(_l("Your post tells of a sensitive service: record this in confidence."))


def _check_days(
    started_on: dt.date | None, ended_on: dt.date | None, *, born_on: dt.date | None = None
) -> None:
    fault = fault_of_period(started_on, ended_on, today=clock.today(), born_on=born_on)
    if fault:
        raise Invalid(PERIOD_FAULTS[fault])


def _new_row(child_id: uuid.UUID, kind: Kind, started_on: dt.date, by: Identity) -> Involvement:
    now, today = clock.now(), clock.today()
    return Involvement(
        id=random_id(),
        child_id=child_id,
        organisation_id=by.organisation_id,
        practitioner_id=by.practitioner_id,
        kind=kind.value,
        tier=ABOUT[kind].tier.value,
        started_on=started_on,
        is_lead=False,
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
    alike = (
        row for row in _own_rows(child_id, by) if row.kind == kind.value and row.ended_on is None
    )
    held = next(alike, None)
    if held and held.started_on != started_on:
        raise Conflict(_l("You are already recorded as involved with this child."))
    return held


def _held(child_id: uuid.UUID, by: Identity) -> ChildRecord:
    """The child's row, locked; the vault before it, for every child and in the order of all who
    move children and of feeds. Raises NotFound."""
    vault.enter()
    return one(child_id, by=by, to_change=True)


def _own(child_id: uuid.UUID, involvement_id: uuid.UUID, by: Identity) -> Involvement:
    """One's own involvement with a child one may see, locked; anything else is not there."""
    _held(child_id, by)
    found = (row for row in _own_rows(child_id, by) if row.id == involvement_id)
    row = next(found, None)
    if row is None:
        raise NotFound
    return row


def _own_rows(child_id: uuid.UUID, by: Identity) -> list[Involvement]:
    """One's own involvements with a child, in the index and in the vault."""
    if by.practitioner_id is None:
        return []
    shown = select(Involvement).where(
        Involvement.child_id == child_id, Involvement.practitioner_id == by.practitioner_id
    )
    return [*db.session.scalars(shown), *vault.own_withheld(child_id, by.practitioner_id)]


def _keep(row: Involvement) -> None:
    """Keep a row where it belongs: in the index, or (in no session) in the vault. Either way a slot
    of the vault is written anew."""
    if row in db.session:
        db.session.flush()
        vault.stir()
    else:
        vault.withhold(row)


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
