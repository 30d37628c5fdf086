"""The help desk: find, look, check who is calling, then unlock or issue a link. Never more."""

import datetime as dt
import uuid
from collections.abc import Collection
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

from portal.access.identity import Identity
from portal.access.log import Event, record
from portal.access.policy import Question
from portal.access.room import Refused
from portal.accounts import queries
from portal.accounts.actions.enrolment import issue_link
from portal.accounts.actions.sign_in import forget_failures
from portal.accounts.actions.steps import take_step
from portal.accounts.rules.words import Check, Step, may_reset
from portal.core.errors import Conflict, Invalid, NotFound

not_theirs = Question(
    "not_theirs",
    lambda who: False,
    _l("You cannot do this for your own account, or for a clerk or an auditor. Ask the operator."),
)


@dataclass(frozen=True, slots=True)
class Found:
    """What a search for accounts gave. When is_too_many, nobody is shown."""

    accounts: tuple[queries.AccountSheet, ...]
    is_too_many: bool


@dataclass(frozen=True, slots=True)
class Opened:
    """One account as the help desk sees it, and how far the clerk has come."""

    account: queries.AccountSheet
    steps: tuple[queries.StepSheet, ...]
    is_checked: bool
    may_reset: bool
    entry_changed_at: dt.datetime | None


def find_accounts(*, text: str, by: Identity) -> Found:
    """Find accounts by e-mail address or name; at most five, and each of them is told."""
    found = queries.accounts_like(text)
    if len(found) > queries.SHOWN:
        record(Event.ACCOUNT_FOUND, by=by, details={"typed": text, "found": "too_many"})
        return Found((), True)
    if not found:
        record(Event.ACCOUNT_FOUND, by=by, details={"typed": text, "found": "none"})
    for sheet in found:
        take_step(account_id=sheet.id, kind=Step.FOUND, by=by)
    return Found(tuple(found), False)


def open_account(*, account_id: uuid.UUID, by: Identity) -> Opened:
    """Look at one account. Raises NotFound."""
    sheet = _present(account_id)
    take_step(account_id=account_id, kind=Step.OPENED, by=by)
    return Opened(
        account=sheet,
        steps=tuple(queries.steps_of(account_id)),
        is_checked=queries.is_checked(account_id, by),
        may_reset=may_reset(account_id=sheet.id, roles=sheet.roles, by=by),
        entry_changed_at=queries.entry_changed_at(account_id),
    )


def check_identity(*, account_id: uuid.UUID, checks: Collection[str], by: Identity) -> None:
    """Note that the whole checklist was gone through. Raises Invalid when part of it was not."""
    _resettable(account_id, by)
    if set(checks) != set(Check):
        raise Invalid
    take_step(account_id=account_id, kind=Step.CHECKED, by=by)


def reset_sign_in(*, account_id: uuid.UUID, by: Identity) -> str:
    """Issue an enrolment link after the checklist; return its token, to be shown once.

    Raises Conflict without a checklist passed in the last 15 minutes.
    """
    _resettable(account_id, by)
    _need_check(account_id, by)
    return issue_link(account_id=account_id, by=by)


def unlock_account(*, account_id: uuid.UUID, by: Identity) -> None:
    """Lift a lock before its time, after the checklist. Raises Conflict without it."""
    sheet = _resettable(account_id, by)
    _need_check(account_id, by)
    forget_failures(email=sheet.email, by=by)
    take_step(account_id=account_id, kind=Step.UNLOCKED, by=by)


def _present(account_id: uuid.UUID) -> queries.AccountSheet:
    sheet = queries.account(account_id)
    if sheet is None:
        raise NotFound
    return sheet


def _resettable(account_id: uuid.UUID, by: Identity) -> queries.AccountSheet:
    sheet = _present(account_id)
    if not may_reset(account_id=sheet.id, roles=sheet.roles, by=by):
        raise Refused(not_theirs)
    if sheet.status != "active":
        raise Conflict(_l("This account is suspended or closed. Ask its authoriser."))
    return sheet


def _need_check(account_id: uuid.UUID, by: Identity) -> None:
    if not queries.is_checked(account_id, by):
        raise Conflict(_l("Go through the checklist first. It holds for 15 minutes and one act."))
