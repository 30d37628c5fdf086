"""The one-time link, and what its bearer chooses with it."""

import secrets
import uuid

from flask import current_app
from flask_babel import lazy_gettext as _l
from sqlalchemy import select, update

from portal.access.identity import Identity
from portal.accounts import queries
from portal.accounts.actions.sign_in import forget_failures
from portal.accounts.actions.steps import end_sessions, take_step
from portal.accounts.models import Account, EnrolmentLink
from portal.accounts.rules import factors
from portal.accounts.rules.sign_in import LINK_LASTS
from portal.accounts.rules.words import Step
from portal.core import clock
from portal.core.db import db
from portal.core.errors import NotFound, PortalError
from portal.core.keys import Keys, seal, token_mark

WIPED = {"passphrase_hash": "", "sealed_factor": None}


class LinkDead(PortalError):
    """The enrolment link was used, replaced, or is too old, or never was: all look the same."""

    status = 410
    title = _l("This link does not work any more")

    def __init__(self) -> None:
        super().__init__(
            _l(
                "An enrolment link works once and for 30 minutes, and a newer link replaces it. "
                "Ring the help desk and ask for a new one."
            )
        )


def issue_link(*, account_id: uuid.UUID, by: Identity) -> str:
    """Make a link with which a new passphrase and second factor are chosen; return its token.

    Older links, every session, and the present passphrase and factor stop working at once. Raises
    NotFound for an account that is not there or closed.
    """
    account = db.session.get(Account, account_id)
    if account is None or account.status == "closed":
        raise NotFound
    now, token = clock.now(), secrets.token_urlsafe(32)
    _revoke_links(account_id)
    db.session.add(
        EnrolmentLink(
            token_mark=token_mark(token), account_id=account_id, issued_by=by.account_id,
            issued_at=now, expires_at=now + LINK_LASTS,
        )
    )  # fmt: skip
    account.passphrase_hash, account.sealed_factor = "", None
    account.factor_enrolled_at = None
    db.session.flush()
    end_sessions(account_id=account_id, by=by)
    take_step(account_id=account_id, kind=Step.LINKED, by=by)
    return token


def _revoke_links(account_id: uuid.UUID) -> None:
    db.session.execute(
        update(EnrolmentLink)
        .where(
            EnrolmentLink.account_id == account_id,
            EnrolmentLink.used_at.is_(None),
            EnrolmentLink.revoked_at.is_(None),
        )
        .values(revoked_at=clock.now(), **WIPED)
    )


def choose_passphrase(*, token: str, passphrase: str, by: Identity) -> None:
    """Keep the passphrase in the link until the second factor is confirmed too.

    Makes the secret of the second factor. Raises LinkDead.
    """
    link = queries.living_link(token)
    if link is None:
        raise LinkDead
    keys: Keys = current_app.extensions["portal_keys"]
    secret = link.secret or factors.new_secret()
    db.session.execute(
        update(EnrolmentLink)
        .where(EnrolmentLink.id == link.id)
        .values(
            passphrase_hash=factors.hash_passphrase(passphrase),
            sealed_factor=seal(keys.factor, secret, place=factors.pending_place(link.id)),
        )
    )


def confirm_factor(*, token: str, code: str, by: Identity) -> bool:
    """Give the account what was chosen with the link, when the code is right; False when not.

    The link is used up by this. Raises LinkDead, also for the second of two at the same moment.
    """
    link = queries.living_link(token)
    if link is None or not link.secret:
        raise LinkDead
    step = factors.matching_step(link.secret, code, clock.now())
    if step is None:
        return False
    chosen = db.session.scalar(
        select(EnrolmentLink.passphrase_hash).where(EnrolmentLink.id == link.id)
    )
    used = db.session.execute(
        update(EnrolmentLink)
        .where(EnrolmentLink.id == link.id, EnrolmentLink.used_at.is_(None))
        .values(used_at=clock.now(), **WIPED)
    )
    if not chosen or not getattr(used, "rowcount", 0):
        raise LinkDead
    _enrol(link, chosen, step, by)
    return True


def _enrol(link: queries.LinkSheet, passphrase_hash: str, step: int, by: Identity) -> None:
    keys: Keys = current_app.extensions["portal_keys"]
    place = factors.factor_place(link.account_id)
    db.session.execute(
        update(Account)
        .where(Account.id == link.account_id)
        .values(
            passphrase_hash=passphrase_hash,
            sealed_factor=seal(keys.factor, link.secret, place=place),
            factor_enrolled_at=clock.now(),
            factor_last_step=step,
        )
    )
    forget_failures(email=link.email, by=by)
    take_step(account_id=link.account_id, kind=Step.ENROLLED, by=by)
