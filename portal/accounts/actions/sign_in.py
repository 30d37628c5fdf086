"""Signing in, in two steps. Each step has a session of its own; an id is never used again."""

import datetime as dt
import secrets
import uuid
from dataclasses import dataclass
from typing import Any

from flask import current_app
from sqlalchemy import delete, update
from sqlalchemy.dialects import postgresql, sqlite

from portal.access.identity import Identity
from portal.access.log import REFUSED, Event, record
from portal.accounts import queries
from portal.accounts.models import Account, AccountSession, SignInTally
from portal.accounts.rules import factors
from portal.accounts.rules.sign_in import FORGET_AFTER, KNOWN_FOR, Place, lock_after
from portal.core import clock
from portal.core.db import db, random_id
from portal.core.keys import Keys, token_mark, unseal


@dataclass(frozen=True, slots=True)
class Attempt:
    """How a step of signing in went: a new session token, or nothing, perhaps with a lock.

    is_over means that signing in has to start again.
    """

    token: str = ""
    lifts_at: dt.datetime | None = None
    is_over: bool = False


def begin_sign_in(*, email: str, passphrase: str, place: Place, by: Identity) -> Attempt:
    """Hold the passphrase against the account and open a session that waits for the code.

    Unknown address, wrong passphrase, suspended account and lock cost the same work and, until
    the lock, give the same answer. The hash is computed outside any transaction: on SQLite it
    would keep every other writer waiting.
    """
    held = queries.held_passphrase(email=email, address=place.address)
    db.session.rollback()
    is_right = factors.is_passphrase(held.passphrase_hash, passphrase)
    is_dated = is_right and factors.is_dated(held.passphrase_hash)
    renewed = factors.hash_passphrase(passphrase) if is_dated else ""
    tally = _tally(email, held.known_place)
    if _is_locked(tally):
        return _refuse(tally, "locked", held.account_id, by)
    account = _unchanged(held) if is_right else None
    if account is None:
        return _fail(tally, "passphrase", held.account_id, by)
    account.passphrase_hash = renewed or account.passphrase_hash
    return Attempt(_open(account.id, "code", place))


def finish_sign_in(*, token: str, code: str, place: Place, by: Identity) -> Attempt:
    """Hold the one-time code against the account and open a session that counts.

    token is that of the session opened by begin_sign_in(). It ends here, as does the session of
    `by`, if any: a browser has one session.
    """
    waiting = queries.half_open_session(token)
    account = db.session.get(Account, waiting.account_id) if waiting else None
    if waiting is None or account is None or account.status != "active":
        return Attempt(is_over=True)
    held = queries.held_passphrase(email=account.email, address=place.address)
    tally = _tally(account.email, held.known_place)
    if _is_locked(tally):
        waiting.ended_at = clock.now()
        return _refuse(tally, "locked", account.id, by)
    if not _take_code(account, code):
        failed = _fail(tally, "code", account.id, by)
        waiting.ended_at = clock.now() if failed.lifts_at else None
        return failed
    waiting.ended_at = tally.failed_at = clock.now()
    tally.failed_count, tally.locked_until = 0, None
    _leave(by)
    return Attempt(_admit(account, place))


def prove_again(*, code: str, address: str, by: Identity) -> Attempt:
    """Hold a fresh one-time code against somebody who is signed in; the token is that of their
    session when it is right. A wrong one counts as it does at sign-in."""
    account = db.session.get(Account, by.account_id)
    if account is None:
        return Attempt(is_over=True)
    held = queries.held_passphrase(email=account.email, address=address)
    tally = _tally(account.email, held.known_place)
    if _is_locked(tally):
        return _refuse(tally, "locked", account.id, by)
    if not _take_code(account, code):
        return _fail(tally, "fresh_code", account.id, by)
    return Attempt(by.session_token)


def _admit(account: Account, place: Place) -> str:
    now = clock.now()
    account.signed_in_at = now
    db.session.execute(
        delete(AccountSession).where(
            AccountSession.account_id == account.id, AccountSession.seen_at < now - KNOWN_FOR
        )
    )
    token = _open(account.id, "open", place)
    who = queries.identity_of_session(token)
    assert who is not None
    record(Event.ACCOUNT_SIGNED_IN, by=who, subject_kind="account", subject_id=account.id)
    return token


def _leave(by: Identity) -> None:
    if by.session_token:
        db.session.execute(
            update(AccountSession)
            .where(AccountSession.token_mark == token_mark(by.session_token))
            .values(ended_at=clock.now())
        )


def _open(account_id: uuid.UUID, stage: str, place: Place) -> str:
    token, now = secrets.token_urlsafe(32), clock.now()
    db.session.add(
        AccountSession(
            token_mark=token_mark(token), account_id=account_id, stage=stage, began_at=now,
            seen_at=now, address=place.address[:45], browser=place.browser[:80],
        )
    )  # fmt: skip
    db.session.flush()
    return token


def _unchanged(held: queries.Held) -> Account | None:
    """The account, when nobody suspended it or changed its passphrase while we were hashing."""
    account = db.session.get(Account, held.account_id)
    same = account is not None and account.passphrase_hash == held.passphrase_hash
    return account if account is not None and same and account.status == "active" else None


def _take_code(account: Account, code: str) -> bool:
    """Use up a right code. A code works once, also when it is sent twice at the same moment."""
    if account.sealed_factor is None:
        return False
    keys: Keys = current_app.extensions["portal_keys"]
    place = factors.factor_place(account.id)
    secret = unseal(keys.factor, account.sealed_factor, place=place)
    step = factors.matching_step(secret, code, clock.now())
    if step is None:
        return False
    used = db.session.execute(
        update(Account)
        .where(Account.id == account.id, Account.factor_last_step < step)
        .values(factor_last_step=step)
        .execution_options(synchronize_session=False)
    )
    return bool(getattr(used, "rowcount", 0))


def _tally(email: str, place: str) -> SignInTally:
    """The count for this address and place, held for writing, so that no parallel try slips by."""
    insert: Any = sqlite.insert if db.engine.dialect.name == "sqlite" else postgresql.insert
    now = clock.now()
    found: SignInTally = db.session.scalars(
        insert(SignInTally)
        .values(
            id=random_id(), email_mark=queries.email_mark(email), place=place,
            failed_count=0, failed_at=now,
        )
        .on_conflict_do_update(index_elements=["email_mark", "place"], set_={"place": place})
        .returning(SignInTally),
        execution_options={"populate_existing": True},
    ).one()  # fmt: skip
    if found.failed_at < now - FORGET_AFTER:
        found.failed_count, found.locked_until = 0, None
    return found


def _is_locked(tally: SignInTally) -> bool:
    return tally.locked_until is not None and tally.locked_until > clock.now()


def _refuse(
    tally: SignInTally, question: str, account_id: uuid.UUID | None, by: Identity
) -> Attempt:
    """Log a try that failed. The typed address is not logged: people type secrets there."""
    record(
        Event.ACCOUNT_SIGN_IN_FAILED,
        by=by,
        subject_kind="account" if account_id else "",
        subject_id=account_id,
        outcome=REFUSED,
        details={"question": question},
    )
    return Attempt(lifts_at=tally.locked_until if _is_locked(tally) else None)


def _fail(tally: SignInTally, question: str, account_id: uuid.UUID | None, by: Identity) -> Attempt:
    """Count a failure, lock when it is one too many, forget counts that are old."""
    now = clock.now()
    tally.failed_count, tally.failed_at = tally.failed_count + 1, now
    wait = lock_after(tally.failed_count)
    tally.locked_until = now + wait if wait else None
    db.session.flush()
    db.session.execute(delete(SignInTally).where(SignInTally.failed_at < now - FORGET_AFTER))
    attempt = _refuse(tally, question, account_id, by)
    if wait:
        kind = "account" if account_id else ""
        record(Event.ACCOUNT_LOCKED, by=by, subject_kind=kind, subject_id=account_id)
    return attempt


def forget_failures(*, email: str, by: Identity) -> None:
    """Clear the counts for an e-mail address; whoever calls leaves the line in the log."""
    db.session.execute(
        delete(SignInTally).where(SignInTally.email_mark == queries.email_mark(email))
    )
