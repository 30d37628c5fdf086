"""The help desk. It sees accounts and no child, and never a passphrase.

Finding answers the POST with the page itself: there is nothing to go back to, and keeping what was
typed would mean a table of whom people rang about.
"""

import uuid
from typing import Any

from flask import current_app
from werkzeug.wrappers import Response

from portal.access.identity import current_identity
from portal.access.permissions import Permission
from portal.accounts import actions, queries, room
from portal.accounts.forms import ChecklistForm, FindForm
from portal.accounts.rules import enrolment_address
from portal.accounts.rules.words import PROBLEMS, ROLES, STEPS
from portal.core.errors import NotFound
from portal.core.forms import ask_again
from portal.core.pages import page, redirect_to

WORDS: dict[str, Any] = {"roles": ROLES, "step_words": STEPS, "problem_words": PROBLEMS}


@room.get("/accounts", requires=Permission.ACCOUNT_FIND)
def find() -> Response:
    """Ask for an e-mail address or a name."""
    return page("accounts/find.html", form=FindForm(), found=None)


@room.post("/accounts", requires=Permission.ACCOUNT_FIND)
def find_accounts() -> Response:
    """Show at most five accounts."""
    form = FindForm()
    if not form.validate():
        return ask_again("accounts/find.html", form, found=None)
    found = actions.find_accounts(text=form.text.data or "", by=current_identity())
    return page("accounts/find.html", form=form, found=found, roles=ROLES)


@room.get("/accounts/<uuid:account_id>", requires=Permission.ACCOUNT_FIND)
def account(account_id: uuid.UUID) -> Response:
    """Show why an account does not work, and the checklist."""
    opened = actions.open_account(account_id=account_id, by=current_identity())
    return page("accounts/account.html", opened=opened, form=ChecklistForm(), **WORDS)


@room.post("/accounts/<uuid:account_id>/check", requires=Permission.ACCOUNT_RESET)
def check_identity(account_id: uuid.UUID) -> Response:
    """Note that the caller was checked."""
    by, form = current_identity(), ChecklistForm()
    if not form.validate():
        opened = actions.open_account(account_id=account_id, by=by)
        return ask_again("accounts/account.html", form, opened=opened, **WORDS)
    actions.check_identity(account_id=account_id, checks=form.checks.data or (), by=by)
    return redirect_to("accounts.account", account_id=account_id)


@room.post("/accounts/<uuid:account_id>/reset", requires=Permission.ACCOUNT_RESET)
def reset_sign_in(account_id: uuid.UUID) -> Response:
    """Issue a link and show it, this once: the answer itself, as it must not be kept anywhere."""
    token = actions.reset_sign_in(account_id=account_id, by=current_identity())
    sheet = queries.account(account_id)
    if sheet is None:
        raise NotFound
    address = enrolment_address(current_app.extensions["portal_config"].public_url, token)
    return page("accounts/link_issued.html", sheet=sheet, address=address)


@room.post("/accounts/<uuid:account_id>/unlock", requires=Permission.ACCOUNT_RESET)
def unlock_account(account_id: uuid.UUID) -> Response:
    """Lift a lock before its time."""
    actions.unlock_account(account_id=account_id, by=current_identity())
    return redirect_to("accounts.account", account_id=account_id)
