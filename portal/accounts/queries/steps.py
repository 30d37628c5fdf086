"""Sessions of one's own, steps that others took, and enrolment links."""

import datetime as dt
import uuid
from dataclasses import dataclass

from flask import current_app
from sqlalchemy import select

from portal.access.identity import Identity
from portal.accounts.models import Account, AccountSession, AccountStep, EnrolmentLink
from portal.accounts.queries.accounts import names_of
from portal.accounts.queries.sessions import has_ended
from portal.accounts.rules import factors, words
from portal.core import clock
from portal.core.db import db
from portal.core.keys import Keys, token_mark, unseal
from portal.directory.models import Organisation

CHECK_HOLDS = dt.timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionSheet:
    """One open session of the person who asks."""

    id: uuid.UUID
    began_at: dt.datetime
    seen_at: dt.datetime
    address: str
    browser: str
    is_this: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StepSheet:
    """A step taken on an account. taken_by is empty when no account took it."""

    kind: words.Step
    taken_by: str
    taken_at: dt.datetime
    is_acknowledged: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkSheet:
    """A living enrolment link and whom it is for. secret is empty until a passphrase is chosen."""

    id: uuid.UUID
    account_id: uuid.UUID
    name: str
    email: str
    organisation: str
    expires_at: dt.datetime
    secret: str


def open_sessions(by: Identity) -> list[SessionSheet]:
    """Return the open sessions of this account, the newest first."""
    now = clock.now()
    rows = db.session.scalars(
        select(AccountSession)
        .where(
            AccountSession.account_id == by.account_id,
            AccountSession.stage == "open",
            AccountSession.ended_at.is_(None),
        )
        .order_by(AccountSession.began_at.desc())
    )
    return [_session(row, by) for row in rows if not has_ended(row, now)]


def _session(row: AccountSession, by: Identity) -> SessionSheet:
    return SessionSheet(
        id=row.id,
        began_at=row.began_at,
        seen_at=row.seen_at,
        address=row.address,
        browser=row.browser,
        is_this=row.token_mark == token_mark(by.session_token),
    )


def steps_of(account_id: uuid.UUID, *, limit: int = 20) -> list[StepSheet]:
    """Return the last steps that others took on an account, the newest first."""
    rows = db.session.scalars(
        select(AccountStep)
        .where(AccountStep.account_id == account_id)
        .order_by(AccountStep.taken_at.desc())
        .limit(limit)
    ).all()
    names = names_of([row.taken_by for row in rows if row.taken_by])
    return [
        StepSheet(
            kind=words.Step(row.kind),
            taken_by=names.get(row.taken_by, "") if row.taken_by else "",
            taken_at=row.taken_at,
            is_acknowledged=row.acknowledged_at is not None,
        )
        for row in rows
    ]


def has_news(account_id: uuid.UUID | None) -> bool:
    """True when the owner has not yet seen a step that they should see after signing in."""
    found = db.session.scalar(
        select(AccountStep.id)
        .where(
            AccountStep.account_id == account_id,
            AccountStep.acknowledged_at.is_(None),
            AccountStep.kind.not_in(words.QUIET),
        )
        .limit(1)
    )
    return found is not None


def last_step(account_id: uuid.UUID, by: Identity) -> words.Step | None:
    """Return what this person last did to an account within CHECK_HOLDS, looking not counted."""
    found = db.session.scalar(
        select(AccountStep.kind)
        .where(
            AccountStep.account_id == account_id,
            AccountStep.taken_by == by.account_id,
            AccountStep.taken_at > clock.now() - CHECK_HOLDS,
            AccountStep.kind.not_in([words.Step.FOUND, words.Step.OPENED]),
        )
        .order_by(AccountStep.taken_at.desc())
        .limit(1)
    )
    return words.Step(found) if found else None


def is_checked(account_id: uuid.UUID, by: Identity) -> bool:
    """True when this clerk has just passed the checklist; it holds for one act."""
    return last_step(account_id, by) is words.Step.CHECKED


def living_link(token: str) -> LinkSheet | None:
    """Return an enrolment link that can still be used; None when used, revoked, late or unknown."""
    row = db.session.execute(
        select(EnrolmentLink, Account, Organisation.name.label("organisation"))
        .join(Account, Account.id == EnrolmentLink.account_id)
        .join(Organisation, Organisation.id == Account.organisation_id)
        .where(
            EnrolmentLink.token_mark == token_mark(token),
            EnrolmentLink.used_at.is_(None),
            EnrolmentLink.revoked_at.is_(None),
            EnrolmentLink.expires_at > clock.now(),
            Account.status == "active",
        )
    ).one_or_none()
    if row is None:
        return None
    return LinkSheet(
        id=row.EnrolmentLink.id,
        account_id=row.Account.id,
        name=row.Account.name,
        email=row.Account.email,
        organisation=row.organisation,
        expires_at=row.EnrolmentLink.expires_at,
        secret=_secret(row.EnrolmentLink),
    )


def _secret(link: EnrolmentLink) -> str:
    if link.sealed_factor is None:
        return ""
    keys: Keys = current_app.extensions["portal_keys"]
    return unseal(keys.factor, link.sealed_factor, place=factors.pending_place(link.id))
