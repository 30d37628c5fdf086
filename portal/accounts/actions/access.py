"""Giving, confirming and taking away access: the authoriser for their people, the operator."""

import datetime as dt
import uuid
from collections.abc import Collection
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import update

from portal.access.identity import Identity
from portal.access.log import Event, record
from portal.access.permissions import Role
from portal.accounts import queries
from portal.accounts.actions.steps import end_sessions, take_step
from portal.accounts.models import Account, AccountRole
from portal.accounts.rules import fold_email
from portal.accounts.rules.review import next_review
from portal.accounts.rules.words import Step, may_be_held_together
from portal.core import clock
from portal.core.db import db, random_id
from portal.core.errors import Conflict, Invalid, NotFound


def add_account(
    *,
    email: str,
    name: str,
    roles: Collection[Role],
    organisation_id: uuid.UUID,
    trained_until: dt.date | None,
    vetted_until: dt.date | None,
    reviewed_until: dt.date | None,
    by: Identity,
    practitioner_id: uuid.UUID | None = None,
    sponsor_id: uuid.UUID | None = None,
) -> uuid.UUID:
    """Add an account nobody can sign in to yet; return its id.

    Raises Conflict when it exists, and Invalid for roles that must not be in one hand.
    """
    _check_new(email, roles)
    account = Account(
        id=random_id(), email=fold_email(email), name=name, organisation_id=organisation_id,
        practitioner_id=practitioner_id, sponsor_id=sponsor_id, trained_until=trained_until,
        vetted_until=vetted_until, reviewed_until=reviewed_until, created_at=clock.now(),
        roles=[AccountRole(role=role.value) for role in sorted(set(roles))],
    )  # fmt: skip
    db.session.add(account)
    db.session.flush()
    record(Event.ACCOUNT_ADDED, by=by, subject_kind="account", subject_id=account.id)
    return account.id


def _check_new(email: str, roles: Collection[Role]) -> None:
    if not may_be_held_together(roles):
        raise Invalid(_l("These roles must not be in one hand: add an account for each."))
    if queries.account_by_email(email):
        raise Conflict(_l("There is an account with this e-mail address already."))


def confirm_access(*, account_id: uuid.UUID, by: Identity) -> dt.date:
    """Confirm that somebody still needs access; return the last day of the new period."""
    until = next_review(clock.today())
    _change(account_id, Step.REVIEWED, by, reviewed_until=until)
    return until


def renew_dates(
    *,
    account_id: uuid.UUID,
    by: Identity,
    trained_until: dt.date | None = None,
    vetted_until: dt.date | None = None,
    reviewed_until: dt.date | None = None,
    override_until: dt.date | None = None,
) -> None:
    """Set the dates that are given (the operator, on proof of training or vetting).

    Until override_until the person may override shields; a day that has passed takes it away.
    """
    given = {
        "trained_until": trained_until, "vetted_until": vetted_until,
        "reviewed_until": reviewed_until, "override_until": override_until,
    }  # fmt: skip
    _change(account_id, Step.RENEWED, by, **{name: day for name, day in given.items() if day})


def suspend_account(*, account_id: uuid.UUID, by: Identity) -> None:
    """Stop an account at once: nobody signs in to it and every session ends."""
    _change(account_id, Step.SUSPENDED, by, status="suspended")
    end_sessions(account_id=account_id, by=by)


def resume_account(*, account_id: uuid.UUID, by: Identity) -> None:
    """Lift a suspension."""
    _change(account_id, Step.RESUMED, by, status="active")


def _change(account_id: uuid.UUID, kind: Step, by: Identity, **values: Any) -> None:
    """Change an account that this person answers for. Raises NotFound for any other."""
    sheet = queries.account(account_id) if by.command else queries.sponsored_account(account_id, by)
    if sheet is None or sheet.status == "closed":
        raise NotFound
    db.session.execute(update(Account).where(Account.id == account_id).values(**values))
    take_step(account_id=account_id, kind=kind, by=by)
