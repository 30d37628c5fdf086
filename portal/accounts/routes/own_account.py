"""The start page, one's own account, and leaving."""

import uuid

from flask import make_response, session
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from portal.access.identity import Identity, current_identity
from portal.access.permissions import Permission, Role
from portal.access.policy import IN_GOOD_STANDING, may, portal_live
from portal.accounts import actions, queries, room
from portal.accounts.rules.words import ROLES, STEPS
from portal.core.errors import NotFound
from portal.core.headers import forget_in_browser
from portal.core.pages import link_to, page, redirect_to

# Where each role begins; a role with one page is sent there at once.
STARTS = {
    Role.PRACTITIONER: [(Permission.CHILD_SEARCH, "search.new_search", _l("Find a child"))],
    Role.AUTHORISER: [(Permission.ACCOUNT_REVIEW, "accounts.reviews", _l("Access reviews"))],
    Role.HELPDESK: [(Permission.ACCOUNT_FIND, "accounts.find", _l("Accounts"))],
    Role.DATA_STEWARD: [
        (Permission.CORRECTION_READ, "children.corrections", _l("Corrections")),
        (Permission.CONTACT_BROKER, "shielding.contact_requests", _l("Requests for contact")),
        (Permission.FEED_READ, "feeds.sources", _l("Sources")),
        (Permission.QUALITY_READ, "feeds.quality", _l("Quality")),
        (Permission.CHILD_SEARCH, "search.new_search", _l("Find a child")),
    ],
    Role.SHIELD_OFFICER: [
        (Permission.SHIELD_DECIDE, "shielding.shields", _l("Shield work")),
    ],
    Role.AUDITOR: [(Permission.LOG_READ, "audit.log", _l("Access log"))],
}


@room.get("/", requires=Permission.ACCOUNT_OWN)
def home() -> Response:
    """Send a person with one task to it; else offer the tasks, or say what is missing."""
    by = current_identity()
    missing = [question.otherwise for question in IN_GOOD_STANDING if not question.holds(by)]
    starts = _starts(by)
    if not missing and len(starts) == 1:
        return redirect_to(next(iter(starts)))
    links = [(link_to(endpoint), text) for endpoint, text in starts.items()]
    waits = None if portal_live.holds(by) or starts or not by.roles else portal_live.otherwise
    shown = [] if missing else links
    return page("accounts/home.html", missing=missing, links=shown, waits=waits)


def _starts(by: Identity) -> dict[str, object]:
    return {
        endpoint: text
        for role in Role
        if role in by.roles
        for permission, endpoint, text in STARTS[role]
        if may(permission, by) and link_to(endpoint)
    }


@room.get("/account", requires=Permission.ACCOUNT_OWN)
def own_account() -> Response:
    """Show what is held on the person who asks, and where they are signed in."""
    by = current_identity()
    assert by.account_id is not None
    sheet = queries.account(by.account_id)
    if sheet is None:
        raise NotFound
    return page(
        "accounts/own_account.html",
        sheet=sheet,
        missing=[question.otherwise for question in IN_GOOD_STANDING if not question.holds(by)],
        sessions=queries.open_sessions(by),
        steps=queries.steps_of(by.account_id),
        has_news=queries.has_news(by.account_id),
        roles=ROLES,
        step_words=STEPS,
    )


@room.post("/account/steps/acknowledge", requires=Permission.ACCOUNT_OWN)
def acknowledge_steps() -> Response:
    """Note that the person has seen what others did."""
    actions.acknowledge_steps(by=current_identity())
    return redirect_to("accounts.own_account")


@room.post("/account/sessions/<uuid:session_id>/end", requires=Permission.ACCOUNT_OWN)
def end_session(session_id: uuid.UUID) -> Response:
    """End one of one's own sessions."""
    actions.end_session(session_id=session_id, by=current_identity())
    return redirect_to("accounts.own_account")


@room.post("/account/sign-out-everywhere", requires=Permission.ACCOUNT_OWN)
def sign_out_everywhere() -> Response:
    """End every session, this one too."""
    actions.sign_out_everywhere(by=current_identity())
    return _gone()


@room.post("/sign-out", requires=Permission.ACCOUNT_OWN)
def sign_out() -> Response:
    """End this session and let the browser forget what it keeps."""
    actions.sign_out(by=current_identity())
    return _gone()


@room.post("/stay", requires=Permission.ACCOUNT_OWN)
def stay_signed_in() -> Response:
    """Begin the idle time anew; says in a header for how many seconds the session holds."""
    seconds = actions.stay_signed_in(by=current_identity())
    return Response(status=204, headers={"X-Session-Seconds": str(seconds)})


def _gone() -> Response:
    session.clear()
    return forget_in_browser(make_response(redirect_to("accounts.sign_in", left=1)))
