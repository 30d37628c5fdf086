"""Sensitive services: recorded in confidence, looked at by whoever recorded them, withdrawn.

The lines of the log say who and when, never which child: withdrawn consent leaves nothing behind.
"""

import datetime as dt
import uuid
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from portal.access import reasons
from portal.access.identity import Identity
from portal.access.log import Event, record
from portal.children import queries, vault
from portal.children.actions.looking import open_name
from portal.children.models import ChildRecord
from portal.children.rules import (
    PERIOD_FAULTS,
    Basis,
    BasisFault,
    ConfidedSheet,
    NameSheet,
    SensitiveKind,
    fault_of_basis,
    fault_of_period,
    needs_provider,
)
from portal.children.visibility import one
from portal.core import clock
from portal.core.db import random_id
from portal.core.errors import Invalid, NotFound

BASIS_FAULTS: dict[BasisFault, LazyString] = {
    BasisFault.TOO_YOUNG: _l(
        "At this age somebody with parental responsibility must consent, not the child alone."
    ),
    BasisFault.OLD_ENOUGH: _l("At this age the young person alone decides. Ask them."),
}
NOT_PROVIDER = _l("Only the service itself may record its own suspicion.")


def record_in_confidence(
    *,
    child_id: uuid.UUID,
    kind: SensitiveKind,
    basis: Basis,
    says_provider: bool = False,
    started_on: dt.date,
    by: Identity,
) -> uuid.UUID:
    """Record that a sensitive service works with this child; return the involvement's id.

    says_provider: the person says that they work for that service; the directory does not know
    which organisation gives which. Saying it again replaces what was said. Raises ReasonNeeded,
    NotFound, and Invalid for a basis or a day that does not fit.
    """
    reasons.current_reason(child_id=child_id, by=by)
    vault.enter()
    child = one(child_id, by=by, to_change=True)
    is_told = says_provider and needs_provider(basis)
    _check(child, basis, started_on, is_told=is_told)
    held = _own_of(child_id, kind, by)
    said = {"basis": basis, "started_on": started_on, "says_provider": is_told}
    if held and all(getattr(held, word) == value for word, value in said.items()):
        return held.id
    sheet = _sheet_of(child, held.id if held else random_id(), kind=kind, **said)
    _confide(sheet, by)
    return sheet.id


def _sheet_of(child: ChildRecord, involvement_id: uuid.UUID, **said: Any) -> ConfidedSheet:
    return ConfidedSheet(
        id=involvement_id,
        child_id=child.id,
        given_names=child.given_names,
        family_name=child.family_name,
        date_of_birth=child.date_of_birth,
        recorded_at=clock.now(),
        **said,
    )


def _confide(sheet: ConfidedSheet, by: Identity) -> None:
    vault.confide(
        sheet,
        practitioner_id=by.practitioner_id,
        organisation_id=by.organisation_id,
        recorded_by=by.account_id,
    )
    record(Event.SENSITIVE_RECORDED, by=by, subject_kind="shield", subject_id=sheet.id)


def open_name_and_confided(
    *, child_id: uuid.UUID, by: Identity
) -> tuple[NameSheet, tuple[ConfidedSheet, ...]]:
    """Show which child a form is about, and what this person recorded of them in confidence.

    Logged as for every form. Raises ReasonNeeded and NotFound.
    """
    shown = open_name(child_id=child_id, by=by)
    return shown, vault.confided_with(child_id, by.practitioner_id)


def look_at_confided(*, by: Identity) -> tuple[ConfidedSheet, ...]:
    """Return what this person recorded in confidence, the newest first; the look is logged."""
    held = vault.confided_by(by.practitioner_id)
    record(Event.SENSITIVE_LISTED, by=by, subject_kind="shield", details={"count": len(held)})
    return held


def open_confided(*, involvement_id: uuid.UUID, by: Identity) -> ConfidedSheet:
    """Show one; the look is logged. Raises NotFound, also for somebody else's."""
    held = _own(involvement_id, by)
    record(Event.SENSITIVE_LISTED, by=by, subject_kind="shield", subject_id=involvement_id)
    return held


def withdraw_confided(*, involvement_id: uuid.UUID, by: Identity) -> None:
    """Delete one at once: consent is withdrawn, or the work has ended. Raises NotFound."""
    _own(involvement_id, by)
    vault.take_back(involvement_id)
    record(Event.SENSITIVE_WITHDRAWN, by=by, subject_kind="shield", subject_id=involvement_id)


def _check(child: ChildRecord, basis: Basis, started_on: dt.date, *, is_told: bool) -> None:
    if needs_provider(basis) and not is_told:
        raise Invalid(NOT_PROVIDER, field="says_provider")
    today, born_on = clock.today(), child.date_of_birth
    own_from = queries.age_of_own_consent()
    fault = fault_of_basis(basis, born_on=born_on, today=today, own_from=own_from)
    if fault:
        raise Invalid(BASIS_FAULTS[fault], field="basis")
    period = fault_of_period(started_on, None, today=today, born_on=born_on)
    if period:
        raise Invalid(PERIOD_FAULTS[period], field="started_on")


def _own_of(child_id: uuid.UUID, kind: SensitiveKind, by: Identity) -> ConfidedSheet | None:
    held = vault.confided_with(child_id, by.practitioner_id)
    return next((sheet for sheet in held if sheet.kind is kind), None)


def _own(involvement_id: uuid.UUID, by: Identity) -> ConfidedSheet:
    held = vault.confided(involvement_id, by.practitioner_id)
    if held is None:
        raise NotFound
    return held
