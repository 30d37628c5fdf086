"""The authoriser: whose access still holds, and who no longer needs it. No child data."""

import uuid

from flask import request
from werkzeug.wrappers import Response

from portal.access.identity import current_identity
from portal.access.permissions import Permission
from portal.accounts import actions, queries, room
from portal.accounts.rules.review import next_review
from portal.accounts.rules.words import PROBLEMS, ROLES, STEPS, Step
from portal.core import clock
from portal.core.errors import NotFound
from portal.core.pages import page, redirect_to

# What is said after an act; ?done= names one of these and nothing else.
DONE = {step.value: STEPS[step] for step in (Step.REVIEWED, Step.SUSPENDED, Step.RESUMED)}


@room.get("/access-reviews", requires=Permission.ACCOUNT_REVIEW)
def reviews() -> Response:
    """List the accounts this authoriser answers for."""
    sheets = queries.sponsored_accounts(current_identity())
    return page("accounts/reviews.html", sheets=sheets, today=clock.today())


@room.get("/access-reviews/<uuid:account_id>", requires=Permission.ACCOUNT_REVIEW)
def review(account_id: uuid.UUID) -> Response:
    """Show one of them."""
    sheet = queries.sponsored_account(account_id, current_identity())
    if sheet is None:
        raise NotFound
    return page(
        "accounts/review.html", sheet=sheet, steps=queries.steps_of(account_id), roles=ROLES,
        step_words=STEPS, problem_words=PROBLEMS, next_review=next_review(clock.today()),
        done=DONE.get(request.args.get("done", "")),
    )  # fmt: skip


@room.post("/access-reviews/<uuid:account_id>/confirm", requires=Permission.ACCOUNT_REVIEW)
def confirm_access(account_id: uuid.UUID) -> Response:
    """Confirm access for another period."""
    actions.confirm_access(account_id=account_id, by=current_identity())
    return redirect_to("accounts.review", account_id=account_id, done=Step.REVIEWED.value)


@room.post("/access-reviews/<uuid:account_id>/suspend", requires=Permission.ACCOUNT_REVIEW)
def suspend_account(account_id: uuid.UUID) -> Response:
    """Stop an account at once."""
    actions.suspend_account(account_id=account_id, by=current_identity())
    return redirect_to("accounts.review", account_id=account_id, done=Step.SUSPENDED.value)


@room.post("/access-reviews/<uuid:account_id>/resume", requires=Permission.ACCOUNT_REVIEW)
def resume_account(account_id: uuid.UUID) -> Response:
    """Lift a suspension."""
    actions.resume_account(account_id=account_id, by=current_identity())
    return redirect_to("accounts.review", account_id=account_id, done=Step.RESUMED.value)
