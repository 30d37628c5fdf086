"""What can go wrong, as words, and the one place that turns each into an answer.

An action raises a word; the person gets a page (or a piece) in plain language that says what to do
next. The last resort touches neither database nor session nor identity, and what it logs is the
class and the place of the failure, never its text: texts hold what people typed.
"""

import datetime as dt
import traceback
from http import HTTPStatus
from pathlib import Path
from typing import Any

import structlog
from flask import Flask, current_app, g, make_response, request, session
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import CSRFError
from markupsafe import Markup
from werkzeug.exceptions import HTTPException, InternalServerError, SecurityError
from werkzeug.wrappers import Response

from portal.core.pages import page, wants_piece
from portal.core.texts import address_parts

ROOT = Path(__file__).resolve().parents[2]
PLAIN = Markup(
    '<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>{0}</title><main><h1>{0}</h1>'
    "<p>Try again in a few minutes. If it goes on, ask your help desk and give them this "
    "reference: {1}</p></main></html>"
)


class PortalError(Exception):
    """Something the person can be told about in words.

    A subclass sets `status`, and where it needs them a `title` and a `template` of its own. The
    template gets the error as `error`. `sentence` says more; it must hold no personal detail.
    """

    status: int = 500
    template: str = "_frame/error.html"
    title: Any = ""

    def __init__(self, sentence: Any = "") -> None:
        super().__init__()
        self._sentence = sentence

    @property
    def sentence(self) -> str:
        """What is shown below the title, or nothing."""
        return str(self._sentence)


class BadRequest(PortalError):
    """The request makes no sense to us."""

    status = 400


class SessionEnded(PortalError):
    """The person was signed out, by the clock or elsewhere."""

    status = 401


class NotFound(PortalError):
    """Not there, or not for this person to know of: both look the same."""

    status = 404


class Conflict(PortalError):
    """Somebody else changed it first, or it is not in a state in which this can be done."""

    status = 409


class Invalid(PortalError):
    """What was sent cannot be used; field names the question it answers, where there is one."""

    status = 422

    def __init__(self, sentence: Any = "", *, field: str | None = None) -> None:
        super().__init__(sentence)
        self.field = field


class TooMany(PortalError):
    """A limit is reached. `lifts_at` (aware, UTC) is when it ends, if it ends by itself."""

    status = 429

    def __init__(self, sentence: Any = "", *, lifts_at: dt.datetime | None = None) -> None:
        super().__init__(sentence)
        self.lifts_at = lifts_at


class PageTooOld(PortalError):
    """The form token is missing or of another session."""

    status = 400
    title = _l("This page was open too long")

    def __init__(self) -> None:
        super().__init__(
            _l(
                "To keep records safe, a page stops working when you sign out or are signed out. "
                "Open the page again, then send what you typed once more."
            )
        )


def init_errors(app: Flask) -> None:
    """Answer every failure with a page. Nothing reaches the person as a traceback."""
    app.register_error_handler(PortalError, _answer)
    app.register_error_handler(CSRFError, _token_refused)
    app.register_error_handler(HTTPException, _of_http)
    app.register_error_handler(UnicodeDecodeError, lambda _: _answer(BadRequest()))
    app.register_error_handler(Exception, _last_resort)
    setattr(app, "log_exception", lambda exc_info: log_failure(exc_info[1]))  # noqa: B010


def _answer(error: PortalError) -> Response:
    if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return bare(error)
    try:
        answer: Response = page(error.template, status=error.status, error=error)
    except Exception as failure:
        log_failure(failure)
        return bare(error)
    lifts_at = getattr(error, "lifts_at", None)
    if lifts_at is not None:
        answer.headers["Retry-After"] = str(seconds_until(lifts_at))
    return _into_main(answer)


def _into_main(answer: Response) -> Response:
    """Tell htmx, when it asked, to show the error in place of the page's main part."""
    if wants_piece():
        answer.headers["HX-Retarget"] = "#main-content"
        answer.headers["HX-Reswap"] = "innerHTML show:window:top"
    return answer


def seconds_until(moment: dt.datetime) -> int:
    """Whole seconds from now to `moment` (aware), at least one."""
    return max(1, round((moment - dt.datetime.now(dt.UTC)).total_seconds()))


def bare(error: PortalError) -> Response:
    """The error as a page that needs nothing: no database, session, identity or links of rooms."""
    g.is_piece = wants_piece()
    reference = g.get("request_id", "")
    try:
        name = "_frame/_error.html" if g.is_piece else "_frame/bare.html"
        template = current_app.jinja_env.get_template(name)
        body = template.render(error=error, request_id=reference)
    except Exception as failure:
        log_failure(failure)
        body = PLAIN.format("Sorry, there is a problem", reference)
    return _into_main(make_response(body, error.status))


def _of_http(error: HTTPException) -> Any:
    code = error.code
    if code is None or code < HTTPStatus.BAD_REQUEST or error.response is not None:
        return error
    if isinstance(error, InternalServerError):
        return _last_resort(error.original_exception or error)
    word = PortalError()
    word.status = code
    answer = bare(word) if isinstance(error, SecurityError) else _answer(word)
    for name, value in error.get_headers(request.environ):
        if name in {"Allow", "Retry-After", "WWW-Authenticate", "Content-Range"}:
            answer.headers[name] = value
    return answer


def _token_refused(_: CSRFError) -> Response:
    answer = _answer(PageTooOld())
    if wants_piece() and "csrf_token" not in session:
        answer.headers["HX-Redirect"] = _page_they_are_on()
    return answer


def _page_they_are_on() -> str:
    """The path that htmx says the browser shows, or the start page. Never another site."""
    there = address_parts(request.headers.get("HX-Current-URL", ""))
    is_ours = there.netloc == request.host and there.path.startswith("/")
    # A browser reads a backslash as a slash: /\host is another site.
    if not is_ours or "\\" in there.path:
        return f"{request.script_root}/"
    return "/" + there.path.lstrip("/")


def _last_resort(error: BaseException) -> Response:
    if current_app.config.get("PROPAGATE_EXCEPTIONS"):
        raise error
    log_failure(error)
    return bare(PortalError())


def log_failure(error: BaseException | None) -> None:
    """Log the class of a failure and the places it passed; never its text or any value."""
    structlog.get_logger().error(
        "failed",
        error=type(error).__name__,
        place=place_of(error),
        endpoint=request.endpoint if request else None,
        method=request.method if request else None,
    )


def place_of(error: BaseException | None) -> str:
    """Where it happened: file:line function, innermost first; our own files, or the last one."""
    steps = traceback.extract_tb(error.__traceback__) if error else []
    ours = [step for step in steps if Path(step.filename).is_relative_to(ROOT / "portal")]
    chosen = list(reversed(ours))[:5] or list(steps)[-1:]
    return " < ".join(f"{_short(step.filename)}:{step.lineno} {step.name}" for step in chosen)


def _short(filename: str) -> str:
    path = Path(filename)
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT / "portal") else path.name
