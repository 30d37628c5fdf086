"""Signing in: passphrase, then code.

The flood guard stands here, not in core, because its key is this form's own: network address and
typed e-mail address together. A whole office behind one address is never throttled as one. It
lives in the memory of the process and only keeps floods from the hashing; what counts failures and
locks is in the database (rules.sign_in).
"""

import datetime as dt
from typing import cast

from flask import Flask, current_app, redirect, request, session
from flask_babel import gettext as _
from flask_limiter import Limiter, RequestLimit
from flask_login import login_user
from werkzeug.wrappers import Response

from portal.access.identity import current_identity
from portal.access.room import ANYONE
from portal.accounts import actions, queries, room
from portal.accounts.forms import CodeForm, SignInForm
from portal.accounts.rules.sign_in import Place, browser_of, is_local_path
from portal.core.errors import TooMany, seconds_until
from portal.core.forms import ask_again
from portal.core.pages import page, redirect_to

OPEN = ANYONE("people must be able to reach sign-in")
WAITING, GO_ON_TO = "waiting", "go_on_to"
FLOOD = "20 per minute; 120 per hour"


def _flood_key() -> str:
    return queries.email_mark(request.form.get("email", "")) + (request.remote_addr or "")


def _is_off() -> bool:
    return not current_app.config.get("RATELIMIT_ENABLED", True)


def _flooded(limit: RequestLimit) -> None:
    raise TooMany(lifts_at=dt.datetime.fromtimestamp(limit.reset_at, dt.UTC))


limiter = Limiter(_flood_key, storage_uri="memory://", on_breach=_flooded)
room.record_once(lambda state: limiter.init_app(cast(Flask, state.app)))


def place() -> Place:
    """Return where this request comes from."""
    return Place(request.remote_addr or "", browser_of(request.user_agent.string))


@room.get("/sign-in", requires=OPEN)
def sign_in() -> Response:
    """Ask for e-mail address and passphrase."""
    if current_identity().is_authenticated:
        return redirect_to("accounts.home")
    return page("accounts/sign_in.html", form=SignInForm(), go_on_to=_asked_for())


@room.post("/sign-in", requires=OPEN)
@limiter.limit(FLOOD, exempt_when=_is_off)
def begin_sign_in() -> Response:
    """Check them, and ask for the code."""
    form = SignInForm()
    if not form.validate():
        return ask_again("accounts/sign_in.html", form, go_on_to=_asked_for())
    attempt = actions.begin_sign_in(
        email=form.email.data or "", passphrase=form.passphrase.data or "", place=place(),
        by=current_identity(),
    )  # fmt: skip
    if attempt.lifts_at:
        return _locked(attempt.lifts_at)
    if not attempt.token:
        form.add_error(_("Email address or passphrase is not right, or the account is not active"))
        return ask_again("accounts/sign_in.html", form, go_on_to=_asked_for())
    session[WAITING], session[GO_ON_TO] = attempt.token, _asked_for()
    return redirect_to("accounts.sign_in_code")


@room.get("/sign-in/code", requires=OPEN)
def sign_in_code() -> Response:
    """Ask for the code."""
    if not queries.is_half_open(session.get(WAITING, "")):
        return redirect_to("accounts.sign_in", again=1)
    return page("accounts/sign_in_code.html", form=CodeForm())


@room.post("/sign-in/code", requires=OPEN)
def finish_sign_in() -> Response:
    """Check it, and let the person in with a new session."""
    form = CodeForm()
    if not queries.is_half_open(session.get(WAITING, "")):
        return redirect_to("accounts.sign_in", again=1)
    if not form.validate():
        return ask_again("accounts/sign_in_code.html", form)
    attempt = actions.finish_sign_in(
        token=session.get(WAITING, ""),
        code=form.code.data or "",
        place=place(),
        by=current_identity(),
    )
    if attempt.lifts_at:
        return _locked(attempt.lifts_at)
    if attempt.is_over:
        return redirect_to("accounts.sign_in", again=1)
    if not attempt.token:
        form.add_error(
            _("The code is not right, or was used before. Wait for the next one"), "code"
        )
        return ask_again("accounts/sign_in_code.html", form)
    return _let_in(attempt.token)


def _let_in(token: str) -> Response:
    target = session.get(GO_ON_TO, "")
    session.clear()
    who = queries.identity_of_session(token)
    login_user(who)
    if who is not None and queries.has_news(who.account_id):
        return redirect_to("accounts.own_account")
    return redirect(target, 303) if target else redirect_to("accounts.home")


def _asked_for() -> str:
    """The path to go on to, if it is one of ours; else nothing."""
    target = request.args.get("next", "")
    return target if is_local_path(target) else ""


def _locked(lifts_at: dt.datetime) -> Response:
    session.pop(WAITING, None)
    answer = page("accounts/locked.html", status=429, lifts_at=lifts_at)
    answer.headers["Retry-After"] = str(seconds_until(lifts_at))
    return answer
