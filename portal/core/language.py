"""English and Welsh. Welsh is offered only when its whole compiled catalogue is there."""

from pathlib import Path

from flask import Flask, current_app, redirect, request
from flask_babel import Babel, LazyString, get_locale
from werkzeug.wrappers import Response

from portal.core.errors import BadRequest
from portal.core.pages import local_referrer

NAMES = {"en": "English", "cy": "Cymraeg"}
COOKIE = "lang"
A_YEAR = 365 * 24 * 3600
TRANSLATIONS = Path(__file__).resolve().parents[1] / "translations"

# A lazy text is text. Flask-Babel passes it off as markup, so that pages would not escape it.
if hasattr(LazyString, "__html__"):
    del LazyString.__html__


def available(folder: Path = TRANSLATIONS) -> dict[str, str]:
    """The languages that are complete: code and own name, English first."""
    have = {code for code in NAMES if (folder / code / "LC_MESSAGES" / "messages.mo").is_file()}
    return {code: name for code, name in NAMES.items() if code == "en" or code in have}


def init_language(app: Flask, folder: Path = TRANSLATIONS) -> None:
    """Start Flask-Babel. The person's choice is the cookie `lang`; English without one."""
    languages = available(folder)
    app.extensions["portal_languages"] = languages
    Babel(
        app,
        default_locale="en",
        default_timezone="Europe/London",
        default_translation_directories=str(folder),
        locale_selector=chosen,
    )
    app.jinja_env.globals["languages"] = languages
    app.jinja_env.globals["current_language"] = current_language


def chosen() -> str:
    """The code of the language asked for, if we have it."""
    code = request.cookies.get(COOKIE, "") if request else ""
    return code if code in current_app.extensions["portal_languages"] else "en"


def current_language() -> str:
    """The code for the `lang` attribute of the page."""
    return str(get_locale() or "en")


def choose_language() -> Response:
    """The view behind POST /language: remembers `language` and goes back to the same page.

    Raises BadRequest for a language that is not offered.
    """
    code = request.form.get("language", "")
    if code not in current_app.extensions["portal_languages"]:
        raise BadRequest
    answer = redirect(local_referrer(), 303)
    answer.set_cookie(
        COOKIE,
        code,
        max_age=A_YEAR,
        httponly=True,
        secure=bool(current_app.config.get("SESSION_COOKIE_SECURE")),
        samesite="Lax",
    )
    return answer
