"""Enrolment: the link, a passphrase, a second factor.

The link's own page shows nothing: it moves the token into the signed cookie and goes on to an
address without it, so that the token stays out of every later address and Referer. Nothing is used
up by that, so mail scanners that follow links do no harm.
"""

from typing import Any

from flask import session
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.access.identity import current_identity
from portal.access.room import ANYONE
from portal.accounts import actions, queries, room
from portal.accounts.forms import CodeForm, PassphraseForm
from portal.accounts.rules.factors import qr_of, spaced
from portal.core.forms import ask_again
from portal.core.pages import PRODUCT, page, redirect_to

OPEN = ANYONE("the bearer of an enrolment link cannot sign in yet")
TOKEN = "enrolment"


@room.get("/enrol/<string(length=43):token>", requires=OPEN)
def enrol(token: str) -> Response:
    """Take the link and go on."""
    _living(token)
    session[TOKEN] = token
    return redirect_to("accounts.passphrase")


@room.get("/enrol/passphrase", requires=OPEN)
def passphrase() -> Response:
    """Ask for a new passphrase."""
    link = _living(session.get(TOKEN, ""))
    return page("accounts/passphrase.html", form=_passphrase_form(link), link=link)


@room.post("/enrol/passphrase", requires=OPEN)
def choose_passphrase() -> Response:
    """Keep it until the second factor is there."""
    link = _living(session.get(TOKEN, ""))
    form = _passphrase_form(link)
    if not form.validate():
        return ask_again("accounts/passphrase.html", form, link=link)
    actions.choose_passphrase(
        token=session[TOKEN], passphrase=form.passphrase.data or "", by=current_identity()
    )
    return redirect_to("accounts.second_factor")


@room.get("/enrol/second-factor", requires=OPEN)
def second_factor() -> Response:
    """Show the secret as a QR code and as text, and ask for a code."""
    link = _living(session.get(TOKEN, ""))
    if not link.secret:
        return redirect_to("accounts.passphrase")
    return page("accounts/second_factor.html", form=CodeForm(), **_secret_of(link))


@room.post("/enrol/second-factor", requires=OPEN)
def confirm_factor() -> Response:
    """Check the code; then both factors hold and the link is used up."""
    link = _living(session.get(TOKEN, ""))
    form = CodeForm()
    if not form.validate():
        return ask_again("accounts/second_factor.html", form, **_secret_of(link))
    done = actions.confirm_factor(
        token=session[TOKEN], code=form.code.data or "", by=current_identity()
    )
    if not done:
        form.add_error(
            _("The code is not right. Check the time on your phone, then try again"), "code"
        )
        return ask_again("accounts/second_factor.html", form, **_secret_of(link))
    session.clear()
    return redirect_to("accounts.sign_in", enrolled=1)


def _living(token: str) -> queries.LinkSheet:
    link = queries.living_link(token)
    if link is None:
        raise actions.LinkDead
    return link


def _passphrase_form(link: queries.LinkSheet) -> PassphraseForm:
    return PassphraseForm(known_words=[link.name, link.email, link.organisation, PRODUCT])


def _secret_of(link: queries.LinkSheet) -> dict[str, Any]:
    return {
        "qr": qr_of(link.secret, name=link.email, issuer=PRODUCT),
        "secret": spaced(link.secret),
    }
