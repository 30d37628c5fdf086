"""Doors to the pages for everybody."""

from flask import Response
from werkzeug.wrappers import Response as AnyResponse

from portal.access.room import ANYONE
from portal.core import language
from portal.core.pages import page
from portal.help import room

PUBLIC = ANYONE("people must be able to read what the portal is before they sign in")


@room.get("/help/accessibility", requires=PUBLIC)
def accessibility() -> Response:
    """Say how accessible the portal is and how to complain."""
    return page("help/accessibility.html")


@room.get("/help/cookies", requires=PUBLIC)
def cookies() -> Response:
    """Say which cookies the portal sets."""
    return page("help/cookies.html")


@room.get("/help/what-is-held", requires=PUBLIC)
def what_is_held() -> Response:
    """Say what the portal holds and what it never holds."""
    return page("help/what_is_held.html")


@room.post("/language", requires=ANYONE("the language is chosen before anybody signs in"))
def choose_language() -> AnyResponse:
    """Remember the language and go back to the page."""
    return language.choose_language()
