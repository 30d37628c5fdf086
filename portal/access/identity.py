"""Who is asking: a frozen value, detached from the database.

A check on an Identity can never cause a query. Flask-Login carries the session token in the signed
cookie; what the token stands for is a row that the accounts room reads (see load_identities_with).
"""

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask, has_request_context
from flask_login import LoginManager, current_user

from portal.access.permissions import Role
from portal.core import clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """A person (or a named command) at the moment of asking.

    The dates are the last days on which each condition still holds. team_id is the account that
    vouches for this one and others, or the account itself.
    """

    account_id: uuid.UUID | None = None
    name: str = ""
    roles: frozenset[Role] = frozenset()
    team_id: uuid.UUID | None = None
    organisation_id: uuid.UUID | None = None
    organisation_sector: str = ""
    authority_id: uuid.UUID | None = None
    practitioner_id: uuid.UUID | None = None
    on_behalf_of: uuid.UUID | None = None
    accredited_until: dt.date | None = None
    trained_until: dt.date | None = None
    vetted_until: dt.date | None = None
    reviewed_until: dt.date | None = None
    override_until: dt.date | None = None
    has_second_factor: bool = False
    portal_is_open: bool = True
    portal_is_live: bool = True
    session_token: str = ""
    session_mark: str = ""
    command: str = ""
    asked_on: dt.date | None = None

    @property
    def is_authenticated(self) -> bool:
        """True for a signed-in account (a word of Flask-Login)."""
        return self.account_id is not None

    is_active = is_authenticated

    @property
    def is_anonymous(self) -> bool:
        """True for nobody we know (a word of Flask-Login)."""
        return self.account_id is None

    @property
    def asked_today(self) -> dt.date:
        """The day against which conditions are held."""
        return self.asked_on or clock.today()

    def get_id(self) -> str:
        """Return the session token (a word of Flask-Login)."""
        return self.session_token


NOBODY = Identity()
login_manager = LoginManager()


def operator(command: str) -> Identity:
    """Return the identity of a command typed by the operator: it has no role and no account."""
    return Identity(command=command, name=command)


def init_identity(app: Flask, load: Callable[[str], Identity | None]) -> None:
    """Start Flask-Login; load turns a session token into an Identity, or None."""
    login_manager.session_protection = None
    login_manager.anonymous_user = lambda: NOBODY
    login_manager.user_loader(load)
    login_manager.init_app(app)


def current_identity() -> Identity:
    """Return who is asking now; NOBODY outside a request."""
    if not has_request_context():
        return NOBODY
    found: Identity = current_user._get_current_object()
    return found
