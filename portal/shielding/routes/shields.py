"""Doors of the shield officers: what waits, one shield, its review, its lift, its appeals."""

import uuid
from typing import Any

from flask import Response, request
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as AnyResponse

from portal.access.identity import current_identity
from portal.access.permissions import Permission
from portal.children.queries import Lead
from portal.children.rules import AGREEMENTS
from portal.core import clock
from portal.core.errors import Conflict, Invalid
from portal.core.forms import PortalForm, ask_again
from portal.core.pages import page, redirect_to
from portal.shielding import actions, room
from portal.shielding.forms.shields import (
    AppealForm,
    IdentityForm,
    LiftForm,
    ReviewForm,
    TaskForm,
    read_count,
)
from portal.shielding.queries.sheets import ShieldSheet
from portal.shielding.rules.shields import (
    APPEAL_OUTCOMES,
    APPELLANTS,
    FACTS,
    GRADE_HINTS,
    GRADES,
    GROUNDS,
    LIFT_REASONS,
    SHORT_GROUNDS,
    TASK_WORDS,
    TaskOutcome,
    latest_review,
)

# So many of one kind on the work list, and so many on a page of all.
SHOWN, PAGE = 25, 100
ONE = "/shields/<uuid:shield_id>"
TASK = "/shield-tasks/<uuid:task_id>"
REVIEW, LIFT, APPEAL, IDENTITY = (
    "shielding/review.html", "shielding/lift.html", "shielding/appeal.html",
    "shielding/new_identity.html",
)  # fmt: skip
WORDS: dict[str, Any] = {
    "grounds": GROUNDS,
    "short_grounds": SHORT_GROUNDS,
    "grades": GRADES,
    "grade_hints": GRADE_HINTS,
    "lift_reasons": LIFT_REASONS,
    "appellants": APPELLANTS,
    "appeal_outcomes": APPEAL_OUTCOMES,
    "task_words": TASK_WORDS,
    "agreements": AGREEMENTS,
    "facts": FACTS,
}
# What an officer is told after an act; ?done= names one of these and nothing else.
DONE = {
    "hidden": _l("The details are withheld from now on."),
    "refused": _l("The request is refused."),
    "reviewed": _l("The shield stays, and the next review is set."),
    "proposed": _l("The lift is proposed. Another shield officer can confirm it after 24 hours."),
    "withdrawn": _l("The proposal is withdrawn. The shield stays."),
    "lifted": _l("The shield is lifted. The record is in the index again."),
    "appealed": _l("The appeal is noted."),
    "settled": _l("That is settled."),
}


@room.get("/shields", requires=Permission.SHIELD_DECIDE)
def shields() -> Response:
    """List what waits for the shield officers."""
    work = actions.look_at_shields(by=current_identity())
    return page("shielding/shields.html", work=work, shown=SHOWN, done=_done(), **WORDS)


@room.get("/shields/in-force", requires=Permission.SHIELD_DECIDE)
def shields_in_force() -> Response:
    """List every shield in force, the next review first, and those that were lifted."""
    held, lifted = actions.look_at_shields_in_force(by=current_identity())
    after = read_count(request.args.get("after", ""))
    end = after + PAGE
    return page(
        "shielding/shields_in_force.html",
        held=held[after:end],
        lifted=() if after else lifted[:PAGE],
        older=end if len(held) > end else None,
        **WORDS,
    )


@room.get("/shields/counts", requires=Permission.SHIELD_DECIDE)
def shield_counts() -> Response:
    """Show yearly counts by ground; small numbers are withheld."""
    lines = actions.look_at_counts(by=current_identity())
    return page("shielding/shield_counts.html", lines=lines, **WORDS)


@room.get(ONE, requires=Permission.SHIELD_DECIDE)
def shield(shield_id: uuid.UUID) -> Response:
    """Show one shield and what was decided about it."""
    sheet = actions.open_shield(shield_id=shield_id, by=current_identity())
    return page("shielding/shield.html", sheet=sheet, done=_done(), **WORDS)


@room.get(f"{ONE}/review", requires=Permission.SHIELD_DECIDE)
def review(shield_id: uuid.UUID) -> Response:
    """Ask until when the shield stays."""
    sheet = actions.open_shield(shield_id=shield_id, by=current_identity())
    form = ReviewForm(data={"review_on": latest_review(clock.today())})
    return page(REVIEW, form=form, sheet=sheet, **WORDS)


@room.post(f"{ONE}/review", requires=Permission.SHIELD_DECIDE)
def review_shield(shield_id: uuid.UUID) -> AnyResponse:
    """Keep the shield until the next review."""
    form = ReviewForm()
    if not form.validate() or not form.review_on.data:
        return _ask_again(REVIEW, form, shield_id)
    actions.review_shield(shield_id=shield_id, review_on=form.review_on.data, by=current_identity())
    return _back(shield_id, "reviewed")


@room.get(f"{ONE}/lift", requires=Permission.SHIELD_LIFT)
def lift(shield_id: uuid.UUID) -> Response:
    """Ask why the shield should be lifted."""
    sheet = actions.open_shield(shield_id=shield_id, by=current_identity())
    return page(LIFT, form=LiftForm(), sheet=sheet, **WORDS)


@room.post(f"{ONE}/lift", requires=Permission.SHIELD_LIFT)
def propose_lift(shield_id: uuid.UUID) -> AnyResponse:
    """Propose to lift the shield."""
    form = LiftForm()
    if not form.validate():
        return _ask_again(LIFT, form, shield_id)
    actions.propose_lift(shield_id=shield_id, reason=form.reason.data, by=current_identity())
    return _back(shield_id, "proposed")


@room.post(f"{ONE}/lift/withdraw", requires=Permission.SHIELD_LIFT)
def withdraw_lift(shield_id: uuid.UUID) -> AnyResponse:
    """Take the proposal back."""
    actions.withdraw_lift(shield_id=shield_id, by=current_identity())
    return _back(shield_id, "withdrawn")


@room.post(f"{ONE}/lift/confirm", requires=Permission.SHIELD_LIFT)
def confirm_lift(shield_id: uuid.UUID) -> AnyResponse:
    """Lift the shield, as another officer proposed a day ago."""
    actions.confirm_lift(shield_id=shield_id, by=current_identity())
    return _back(shield_id, "lifted")


@room.get(f"{ONE}/appeal", requires=Permission.SHIELD_DECIDE)
def appeal(shield_id: uuid.UUID) -> Response:
    """Ask who appealed and what came of it."""
    sheet = actions.open_shield(shield_id=shield_id, by=current_identity())
    return page(APPEAL, form=AppealForm(), sheet=sheet, **WORDS)


@room.post(f"{ONE}/appeal", requires=Permission.SHIELD_DECIDE)
def note_appeal(shield_id: uuid.UUID) -> AnyResponse:
    """Note an appeal, or what came of one."""
    form = AppealForm()
    if not form.validate() or not form.received_on.data:
        return _ask_again(APPEAL, form, shield_id)
    actions.note_appeal(
        shield_id=shield_id, appellant=form.appellant.data, received_on=form.received_on.data,
        outcome=form.outcome.data, by=current_identity(),
    )  # fmt: skip
    return _back(shield_id, "appealed")


@room.get(TASK, requires=Permission.SHIELD_DECIDE)
def task(task_id: uuid.UUID) -> Response:
    """Show a record in the open that may give a hidden child away."""
    line = actions.open_task(task_id=task_id, by=current_identity())
    return page("shielding/task.html", form=TaskForm(), line=line, **WORDS)


@room.post(TASK, requires=Permission.SHIELD_DECIDE)
def settle_task(task_id: uuid.UUID) -> AnyResponse:
    """Say why the record stays in the open."""
    by, form = current_identity(), TaskForm()
    if not form.validate():
        line = actions.open_task(task_id=task_id, by=by)
        return ask_again("shielding/task.html", form, line=line, **WORDS)
    actions.settle_task(task_id=task_id, outcome=form.outcome.data, by=by)
    return redirect_to("shielding.shields", done="settled")


@room.post(f"{TASK}/same", requires=Permission.SHIELD_DECIDE)
def shield_same_child(task_id: uuid.UUID) -> AnyResponse:
    """Hide a further record of a hidden child."""
    actions.shield_same_child(task_id=task_id, by=current_identity())
    return redirect_to("shielding.shields", done="hidden")


@room.post(f"{TASK}/split", requires=Permission.SHIELD_DECIDE)
def split_hidden(task_id: uuid.UUID) -> AnyResponse:
    """Make two hidden records of a hidden one."""
    actions.split_hidden(task_id=task_id, by=current_identity())
    return redirect_to("shielding.shields", done="hidden")


@room.post(f"{TASK}/one-child", requires=Permission.SHIELD_DECIDE)
def leave_whole(task_id: uuid.UUID) -> AnyResponse:
    """Say that a hidden record is about one child."""
    actions.settle_task(task_id=task_id, outcome=TaskOutcome.ONE_CHILD, by=current_identity())
    return redirect_to("shielding.shields", done="settled")


@room.post(f"{TASK}/another", requires=Permission.SHIELD_DECIDE)
def leave_lookalike(task_id: uuid.UUID) -> AnyResponse:
    """Say that a record is about another child."""
    actions.settle_task(task_id=task_id, outcome=TaskOutcome.ANOTHER, by=current_identity())
    return redirect_to("shielding.shields", done="settled")


@room.post(f"{TASK}/request", requires=Permission.SHIELD_DECIDE)
def request_shield_beside(task_id: uuid.UUID) -> AnyResponse:
    """Ask for a shield on the child beside, and go on to decide it."""
    found = actions.request_shield_beside(task_id=task_id, by=current_identity())
    return redirect_to("shielding.shield_request", request_id=found)


@room.get(f"{ONE}/new-identity", requires=Permission.SHIELD_DECIDE)
def new_identity(shield_id: uuid.UUID) -> Response:
    """Ask under which name the child is known from now on."""
    sheet = actions.open_shield(shield_id=shield_id, by=current_identity())
    return page(IDENTITY, form=_identity_form(sheet), sheet=sheet, **WORDS)


@room.post(f"{ONE}/new-identity", requires=Permission.SHIELD_DECIDE)
def begin_identity(shield_id: uuid.UUID) -> AnyResponse:
    """Begin a record that nothing joins to the old one."""
    form = IdentityForm()
    leads: tuple[Lead, ...] = ()
    if form.validate() and form.date_of_birth.data:
        try:
            actions.begin_identity(
                shield_id=shield_id, given_names=form.given_names.data or "",
                family_name=form.family_name.data or "", date_of_birth=form.date_of_birth.data,
                gender=form.gender.data, beginning=form.beginning.data or None,
                by=current_identity(),
            )  # fmt: skip
            return redirect_to("shielding.kept_apart", done="begun")
        except actions.OldNameLeads as found:
            leads = found.leads
            form.add_error(found.sentence, "beginning")
        except (Conflict, Invalid) as refusal:
            form.add_error(refusal.sentence)
    return _ask_again(IDENTITY, form, shield_id, leads=leads)


def _identity_form(sheet: ShieldSheet) -> IdentityForm:
    born = sheet.child.date_of_birth if sheet.child else None
    return IdentityForm(data={"date_of_birth": born})


def _ask_again(
    template: str, form: PortalForm, shield_id: uuid.UUID, **more: object
) -> AnyResponse:
    sheet = actions.open_shield(shield_id=shield_id, by=current_identity())
    return ask_again(template, form, sheet=sheet, **more, **WORDS)


def _back(shield_id: uuid.UUID, done: str) -> AnyResponse:
    return redirect_to("shielding.shield", shield_id=shield_id, done=done)


def _done() -> Any:
    return DONE.get(request.args.get("done", ""))
