"""Accounts as sheets: one's own, those the help desk finds, those an authoriser answers for."""

import datetime as dt
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from portal.access.identity import Identity
from portal.access.log import Event
from portal.access.models import AccessEvent
from portal.access.permissions import Role
from portal.accounts.models import Account, SignInTally
from portal.accounts.queries.sessions import accredited_until, email_mark, identity_for
from portal.accounts.rules import fold_email, fold_name, words
from portal.core import clock
from portal.core.db import db
from portal.directory.models import Organisation, Practitioner

SHOWN = 5
# Within a quarter of a year somebody who means harm would call.
NEWLY = dt.timedelta(days=90)
_ENTRY_CHANGED = (
    Event.PRACTITIONER_CHANGED,
    Event.PRACTITIONER_CORRECTED,
    Event.PRACTITIONER_CORRECTION_TAKEN_BACK,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountSheet:
    """One account. problems are codes (keys of words.PROBLEMS); the lock is the longest held.
    left_on is the day since which, as the directory says, its holder works there no more."""

    id: uuid.UUID
    email: str
    name: str
    roles: tuple[Role, ...]
    organisation_id: uuid.UUID
    organisation: str
    work_phone: str
    sponsor_id: uuid.UUID | None
    sponsor: str
    status: str
    problems: tuple[str, ...]
    locked_until: dt.datetime | None
    accredited_until: dt.date | None
    trained_until: dt.date | None
    vetted_until: dt.date | None
    reviewed_until: dt.date | None
    left_on: dt.date | None
    signed_in_at: dt.datetime | None
    created_at: dt.datetime


def account(account_id: uuid.UUID) -> AccountSheet | None:
    """Return one account."""
    return next(iter(_sheets(_accounts().where(Account.id == account_id))), None)


def account_by_email(email: str) -> AccountSheet | None:
    """Return the account with this e-mail address."""
    return next(iter(_sheets(_accounts().where(Account.email == fold_email(email)))), None)


def all_accounts() -> list[AccountSheet]:
    """Return every account in the order of e-mail addresses (for the operator)."""
    return _sheets(_accounts().order_by(Account.email))


def accounts_like(text: str) -> list[AccountSheet]:
    """Return accounts with this e-mail address, or with all these words in the name.

    At most one more than SHOWN, so that "too many" can be told from "all".
    """
    if "@" in text:
        found = account_by_email(text)
        return [found] if found else []
    wanted = [Account.name_key.contains(word, autoescape=True) for word in fold_name(text).split()]
    if not wanted:
        return []
    return _sheets(_accounts().where(*wanted).order_by(Account.name_key).limit(SHOWN + 1))


def sponsored_accounts(by: Identity) -> list[AccountSheet]:
    """Return the accounts that this authoriser answers for, in whichever organisation."""
    return _sheets(_accounts().where(*_sponsored(by)).order_by(Account.name_key))


def sponsored_account(account_id: uuid.UUID, by: Identity) -> AccountSheet | None:
    """Return one of them."""
    return next(iter(_sheets(_accounts().where(Account.id == account_id, *_sponsored(by)))), None)


def _sponsored(by: Identity) -> tuple[Any, ...]:
    return (
        Account.sponsor_id == by.account_id,
        Account.id != by.account_id,
        Account.status != "closed",
    )


def _accounts() -> Any:
    sponsor = aliased(Account)
    return (
        select(Account, Organisation, Practitioner.work_phone, Practitioner.left_on)
        .add_columns(sponsor.name.label("sponsor"))
        .join(Organisation, Organisation.id == Account.organisation_id)
        .outerjoin(Practitioner, Practitioner.id == Account.practitioner_id)
        .outerjoin(sponsor, sponsor.id == Account.sponsor_id)
    )


def _sheets(wanted: Any) -> list[AccountSheet]:
    rows = db.session.execute(wanted).all()
    locks = _locks([row.Account.email for row in rows])
    return [_sheet(row, locks.get(email_mark(row.Account.email))) for row in rows]


def _sheet(row: Any, locked_until: dt.datetime | None) -> AccountSheet:
    held: Account = row.Account
    return AccountSheet(
        id=held.id,
        email=held.email,
        name=held.name,
        roles=tuple(sorted(Role(one.role) for one in held.roles)),
        organisation_id=held.organisation_id,
        organisation=row.Organisation.name,
        work_phone=row.work_phone or row.Organisation.phone,
        sponsor_id=held.sponsor_id,
        sponsor=row.sponsor or "",
        status=held.status,
        problems=words.problems_of(identity_for(held, row.Organisation)),
        locked_until=locked_until,
        accredited_until=accredited_until(row.Organisation),
        trained_until=held.trained_until,
        vetted_until=held.vetted_until,
        reviewed_until=held.reviewed_until,
        left_on=row.left_on,
        signed_in_at=held.signed_in_at,
        created_at=held.created_at,
    )


def entry_changed_at(account_id: uuid.UUID) -> dt.datetime | None:
    """Return when a source or the index team last changed what the directory says of the holder,
    the number for calling back with it; None where that is long ago."""
    wanted = (
        select(func.max(AccessEvent.at))
        .join(Account, Account.practitioner_id == AccessEvent.subject_id)
        .where(
            Account.id == account_id,
            AccessEvent.event.in_(_ENTRY_CHANGED),
            AccessEvent.at > clock.now() - NEWLY,
        )
    )
    return db.session.scalar(wanted)


def _locks(emails: list[str]) -> dict[str, dt.datetime]:
    found = db.session.execute(
        select(SignInTally.email_mark, func.max(SignInTally.locked_until).label("until"))
        .where(
            SignInTally.email_mark.in_([email_mark(email) for email in emails]),
            SignInTally.locked_until > clock.now(),
        )
        .group_by(SignInTally.email_mark)
    )
    return {row.email_mark: row.until for row in found}


def names_of(ids: Collection[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Return the names of the holders of these accounts, by account id."""
    found = db.session.execute(select(Account.id, Account.name).where(Account.id.in_(set(ids))))
    return {row.id: row.name for row in found}


def index_teams() -> list[uuid.UUID]:
    """Return the organisations that are index teams and not closed."""
    found = select(Organisation.id).where(
        Organisation.kind == "index_team", Organisation.closed_on.is_(None)
    )
    return list(db.session.scalars(found))
