"""Who stands behind a session token, and what a sign-in is held against."""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from flask import current_app
from sqlalchemy import Row, bindparam, select, update

from portal.access.identity import Identity
from portal.access.models import PortalState
from portal.access.permissions import Role
from portal.access.state import OPEN, State, current_state
from portal.accounts.models import Account, AccountRole, AccountSession
from portal.accounts.rules import fold_email, sign_in
from portal.core import clock
from portal.core.config import Config
from portal.core.db import db
from portal.core.keys import Keys, mark, token_mark
from portal.directory.models import Organisation


@dataclass(frozen=True, slots=True)
class Held:
    """What a typed passphrase is held against; known_place as in rules.sign_in."""

    account_id: uuid.UUID | None
    passphrase_hash: str
    known_place: str


class SessionTimes(Protocol):
    """When a session began, and when it was seen last: a row of account_session, or some of it."""

    @property
    def began_at(self) -> dt.datetime: ...  # noqa: D102
    @property
    def seen_at(self) -> dt.datetime: ...  # noqa: D102


class Accredited(Protocol):
    """Until when an organisation is accredited, and since when it is closed."""

    @property
    def accredited_until(self) -> dt.date | None: ...  # noqa: D102
    @property
    def closed_on(self) -> dt.date | None: ...  # noqa: D102


# Asked at every request: plain columns, one statement, made once.
_HOLDER = (
    select(
        AccountSession.id.label("session_id"),
        AccountSession.began_at,
        AccountSession.seen_at,
        Account.id,
        Account.name,
        Account.organisation_id,
        Account.sponsor_id,
        Account.practitioner_id,
        Account.trained_until,
        Account.vetted_until,
        Account.reviewed_until,
        Account.override_until,
        Account.sealed_factor.is_not(None).label("has_second_factor"),
        Organisation.sector,
        Organisation.authority_id,
        Organisation.closed_on,
        Organisation.accredited_until,
        AccountRole.role,
        select(PortalState.state).scalar_subquery().label("portal_state"),
    )
    .join(Account, Account.id == AccountSession.account_id)
    .join(Organisation, Organisation.id == Account.organisation_id)
    .outerjoin(AccountRole, AccountRole.account_id == Account.id)
    .where(
        AccountSession.token_mark == bindparam("mark"),
        AccountSession.stage == "open",
        AccountSession.ended_at.is_(None),
        Account.status == "active",
    )
)
_SEEN = (
    update(AccountSession)
    .where(AccountSession.id == bindparam("session"))
    .values(seen_at=bindparam("now"))
    .execution_options(synchronize_session=False)
)


def identity_of_session(token: str) -> Identity | None:
    """Return who holds this session token now; None when the session is over or never was.

    Marks the session as seen, at most once a minute: the one write among the queries, because
    being asked for is what keeps a session alive. The door commits it.
    """
    now = clock.now()
    rows = db.session.execute(_HOLDER, {"mark": token_mark(token)}).all()
    if not rows or has_ended(rows[0], now):
        return None
    if now - rows[0].seen_at >= sign_in.TOUCH_EVERY:
        db.session.execute(_SEEN, {"session": rows[0].session_id, "now": now})
    return _holder(rows, token)


def _holder(rows: Sequence[Any], token: str) -> Identity:
    """The identity in the rows of a session, one row for each role of the account."""
    row = rows[0]
    return _identity(
        row,
        row,
        roles=[one.role for one in rows if one.role],
        has_second_factor=bool(row.has_second_factor),
        portal_is_open=row.portal_state in OPEN,
        portal_is_live=row.portal_state == State.LIVE,
        session_token=token,
        session_mark=token_mark(token)[:16],
    )


def seconds_left(by: Identity) -> int:
    """Return for how many seconds the present session holds if nothing more is asked."""
    row = db.session.scalars(
        select(AccountSession).where(AccountSession.token_mark == token_mark(by.session_token))
    ).one()
    idle, absolute = _limits()
    return int((min(row.seen_at + idle, row.began_at + absolute) - clock.now()).total_seconds())


def _limits() -> tuple[dt.timedelta, dt.timedelta]:
    config: Config = current_app.extensions["portal_config"]
    return dt.timedelta(minutes=config.idle_minutes), dt.timedelta(hours=config.absolute_hours)


def has_ended(row: SessionTimes, now: dt.datetime) -> bool:
    """True when a session was idle too long or has lasted too long."""
    idle, absolute = _limits()
    return sign_in.is_over(
        began_at=row.began_at, seen_at=row.seen_at, now=now, idle=idle, absolute=absolute
    )


def identity_for(account: Account, organisation: Organisation) -> Identity:
    """Return the identity of an account as things stand, without a session."""
    state = current_state()
    return _identity(
        account,
        organisation,
        roles=[one.role for one in account.roles],
        has_second_factor=account.sealed_factor is not None,
        portal_is_open=state in OPEN,
        portal_is_live=state is State.LIVE,
    )


def _identity(
    account: Account | Row[Any],
    organisation: Organisation | Row[Any],
    *,
    roles: Iterable[str],
    **known: Any,
) -> Identity:
    """What both ways share: an account and its organisation, or a row with columns of both."""
    return Identity(
        account_id=account.id,
        name=account.name,
        roles=frozenset(map(Role, roles)),
        team_id=account.sponsor_id or account.id,
        organisation_id=account.organisation_id,
        organisation_sector=organisation.sector,
        authority_id=organisation.authority_id,
        practitioner_id=account.practitioner_id,
        accredited_until=accredited_until(organisation),
        trained_until=account.trained_until,
        vetted_until=account.vetted_until,
        reviewed_until=account.reviewed_until,
        override_until=account.override_until,
        **known,
    )


def accredited_until(organisation: Accredited) -> dt.date | None:
    """The last day of accreditation; a closed organisation has none."""
    is_closed = organisation.closed_on is not None and organisation.closed_on <= clock.today()
    return None if is_closed else organisation.accredited_until


def held_passphrase(*, email: str, address: str) -> Held:
    """Return what to hold a typed passphrase against; for an unknown address nothing matches."""
    row = db.session.execute(
        select(Account.id, Account.passphrase_hash).where(Account.email == fold_email(email))
    ).one_or_none()
    account_id = row.id if row else None
    seen = db.session.scalar(
        select(AccountSession.id)
        .where(
            AccountSession.account_id == account_id,
            AccountSession.address == address,
            AccountSession.stage == "open",
            AccountSession.began_at > clock.now() - sign_in.KNOWN_FOR,
        )
        .limit(1)
    )
    known = address if seen else sign_in.ELSEWHERE
    return Held(account_id, row.passphrase_hash if row else "", known)


def half_open_session(token: str) -> AccountSession | None:
    """Return the row of a session that waits for its code (for actions only)."""
    return db.session.scalars(
        select(AccountSession).where(
            AccountSession.token_mark == token_mark(token),
            AccountSession.stage == "code",
            AccountSession.ended_at.is_(None),
            AccountSession.began_at > clock.now() - sign_in.HALF_OPEN_FOR,
        )
    ).one_or_none()


def email_mark(email: str) -> str:
    """Return the keyed fingerprint under which failed tries with an e-mail address are counted."""
    keys: Keys = current_app.extensions["portal_keys"]
    return mark(keys.identifier, f"sign_in|{fold_email(email)}")


def is_half_open(token: str) -> bool:
    """True while a session waits for its code."""
    return half_open_session(token) is not None
