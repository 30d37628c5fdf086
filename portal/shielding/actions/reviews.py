"""What follows a shield: the review, the lift that takes two, the appeal."""

import datetime as dt
import uuid
from typing import Any

from flask_babel import lazy_gettext as _l

from portal.access.identity import Identity
from portal.access.log import Event, record
from portal.children import vault
from portal.children.actions import unhide_child
from portal.children.vault import Shelf, ledger
from portal.core import clock
from portal.core.errors import Conflict, Invalid, PortalError
from portal.shielding.actions.alerts import gather_alerts
from portal.shielding.actions.tasks import close_tasks_beside, open_tasks, open_tasks_of_stewards
from portal.shielding.queries.documents import document, moment
from portal.shielding.queries.sheets import ShieldLine, ShieldSheet, WorkList
from portal.shielding.queries.shields import (
    shield_sheet,
    shields_in_force,
    shields_lifted,
    work_list,
)
from portal.shielding.rules.documents import Content, DocumentKind, marks_of
from portal.shielding.rules.shields import (
    AppealOutcome,
    Appellant,
    LiftFault,
    LiftReason,
    fault_of_lift,
    liftable_from,
    may_be_reviewed_on,
)

FAULTS = {
    LiftFault.NONE_PROPOSED: _l("Nobody has proposed to lift this shield."),
    LiftFault.SAME_PERSON: _l("You proposed it: another shield officer must confirm."),
}


class TooEarly(PortalError):
    """The cooling-off day is not over: says from when on it can be done."""

    status = 409
    title = _l("A day must pass first")

    def __init__(self, lifts_at: dt.datetime) -> None:
        super().__init__(_l("A lift can be confirmed 24 hours after it was proposed, not before."))
        self.lifts_at = lifts_at


def look_at_shields(*, by: Identity) -> WorkList:
    """Return what waits for the shield officers, new alerts too, and what data stewards said of
    pairs one of whom was hidden meanwhile; the look is logged."""
    is_whole = gather_alerts(by=by)
    open_tasks_of_stewards(by=by)
    waiting = work_list(by, is_whole=is_whole)
    record(Event.SHIELD_LISTED, by=by, subject_kind="shield")
    return waiting


def look_at_shields_in_force(
    *, by: Identity
) -> tuple[tuple[ShieldLine, ...], tuple[ShieldLine, ...]]:
    """Return the shields in force and those that were lifted; the look is logged."""
    held = shields_in_force(by), shields_lifted(by)
    record(Event.SHIELD_LISTED, by=by, subject_kind="shield")
    return held


def open_shield(*, shield_id: uuid.UUID, by: Identity) -> ShieldSheet:
    """Show one shield; the look is logged. Raises NotFound."""
    sheet = shield_sheet(shield_id, by)
    _note(Event.SHIELD_OPENED, shield_id, by, grade=sheet.grade.value)
    return sheet


def review_shield(*, shield_id: uuid.UUID, review_on: dt.date, by: Identity) -> None:
    """Keep a shield until the next review; look anew for children at the same address.

    Raises NotFound, Conflict for one that is lifted, Invalid for a review too far off.
    """
    content = _shield(shield_id)
    if not may_be_reviewed_on(review_on, clock.today()):
        raise Invalid(_l("The review date must be after today and at most six months on."))
    until = review_on.isoformat()
    review = {"at": clock.now().isoformat(), "by": str(by.account_id), "review_on": until}
    _keep(shield_id, content, reviews=[*content["reviews"], review], review_on=until)
    open_tasks(child_id=uuid.UUID(content["child_id"]), shield_id=shield_id, by=by)
    _note(Event.SHIELD_REVIEWED, shield_id, by, review_on=until)


def propose_lift(*, shield_id: uuid.UUID, reason: LiftReason, by: Identity) -> None:
    """Propose to lift a shield. The same person twice changes nothing, and not the time either.

    Raises NotFound; Conflict for one that is lifted, proposed by somebody else, or of an old
    identity while the pair stands.
    """
    content = _shield(shield_id)
    _check_not_apart(content)
    if content["lift"] is not None:
        if content["lift"]["by"] == str(by.account_id):
            return
        raise Conflict(_l("Somebody else has proposed this already: confirm or withdraw it."))
    lift = {"by": str(by.account_id), "at": clock.now().isoformat(), "reason": reason.value}
    _keep(shield_id, content, lift=lift)
    _note(Event.SHIELD_LIFT_PROPOSED, shield_id, by, reason=reason.value)


def withdraw_lift(*, shield_id: uuid.UUID, by: Identity) -> None:
    """Take back a proposal to lift, one's own or another's. Raises NotFound and Conflict."""
    content = _shield(shield_id)
    if content["lift"] is None:
        return
    _keep(shield_id, content, lift=None)
    _note(Event.SHIELD_LIFT_PROPOSED, shield_id, by, withdrawn=True)


def confirm_lift(*, shield_id: uuid.UUID, by: Identity) -> None:
    """Lift a shield that another officer proposed to lift a day ago or earlier.

    Raises NotFound, Conflict, and TooEarly with the moment from which it can be done.
    """
    content = _shield(shield_id)
    _check_not_apart(content)
    lift = content["lift"]
    check_lift(lift=lift, by=by)
    unhide_child(child_id=uuid.UUID(content["child_id"]), by=by)
    both = [lift["by"], str(by.account_id)]
    _keep(shield_id, content, closed_at=clock.now().isoformat(), closed_by=both)
    _tell_ledger(shield_id)
    close_tasks_beside(shield_id=shield_id, by=by)
    _note(Event.SHIELD_LIFTED, shield_id, by, reason=lift["reason"], proposed_by=lift["by"])


def check_lift(*, lift: Content | None, by: Identity) -> None:
    """Refuse to confirm alone, or before the cooling-off day is over. Raises Conflict, TooEarly."""
    proposal = (str(lift["by"]), moment(lift["at"])) if lift else None
    fault = fault_of_lift(proposal, str(by.account_id), clock.now())
    if fault is LiftFault.TOO_EARLY and proposal:
        raise TooEarly(liftable_from(proposal[1]))
    if fault is not None:
        raise Conflict(FAULTS[fault])


def note_appeal(
    *,
    shield_id: uuid.UUID,
    appellant: Appellant,
    received_on: dt.date,
    outcome: AppealOutcome,
    by: Identity,
) -> None:
    """Note that somebody appealed, and what came of it. The outcome may be noted later: the same
    appeal, by the same kind of person and of the same day, is changed. Raises NotFound, Conflict.
    """
    content = _shield(shield_id)
    known = {"appellant": appellant.value, "received_on": received_on.isoformat()}
    other = [one for one in content["appeals"] if any(one[word] != known[word] for word in known)]
    appeal = {**known, "outcome": outcome.value, "by": str(by.account_id)}
    _keep(shield_id, content, appeals=[*other, appeal])
    _note(Event.SHIELD_APPEALED, shield_id, by, **known, outcome=outcome.value)


def _shield(shield_id: uuid.UUID) -> Content:
    """The document of a shield in force, nobody else writing meanwhile."""
    vault.enter()
    content = document(DocumentKind.SHIELD, shield_id)
    if content["closed_at"] is not None:
        raise Conflict(_l("This shield has been lifted."))
    return content


def _check_not_apart(content: Content) -> None:
    if vault.has_new_identity(uuid.UUID(content["child_id"])):
        raise Conflict(
            _l("This child has another identity. The pair that keeps the two apart must go first.")
        )


def _keep(shield_id: uuid.UUID, content: Content, **changes: Any) -> None:
    changed = content | changes
    vault.keep(Shelf.SHIELD, shield_id, changed, marks=marks_of(changed))


def _tell_ledger(shield_id: uuid.UUID) -> None:
    """A replay that shows the child again must close the shield as well."""
    lifted = document(DocumentKind.SHIELD, shield_id)
    child_id = uuid.UUID(lifted["child_id"])
    ledger.accompany(child_id, Shelf.SHIELD, shield_id, lifted, marks=marks_of(lifted))


def _note(event: Event, shield_id: uuid.UUID, by: Identity, **details: object) -> None:
    record(event, by=by, subject_kind="shield", subject_id=shield_id, details=details)
