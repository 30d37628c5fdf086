"""What every answer carries, and which requests are refused before anything else looks at them.

Sources: OWASP ASVS 5.0 chapter 3 (browser security), htmx 2 documentation "Security". Nothing here
allows inline code: the one line of script in the GOV.UK page template is allowed by its hash.
"""

import base64
import hashlib
import re
import uuid
from typing import Any
from urllib.parse import urlsplit

import structlog
from flask import Flask, abort, current_app, g, request
from flask.wrappers import Response
from flask_wtf import CSRFProtect

from portal.core.texts import address_parts

csrf = CSRFProtect()

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
GOVUK_PAGE = "govuk_frontend_jinja/template.html"
POLICY = (
    "default-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
    "script-src 'self'{inline}; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'"
)
UNUSED = (
    "accelerometer autoplay camera display-capture encrypted-media fullscreen geolocation "
    "gyroscope magnetometer microphone midi payment picture-in-picture screen-wake-lock usb "
    "xr-spatial-tracking"
).split()
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{name}=()" for name in UNUSED),
    "X-Robots-Tag": "noindex, nofollow",
}
TWO_YEARS = 63072000
# Beside the file itself: the boundaries, the form token, a small second file.
AROUND_A_FILE = 100_000


def init_headers(app: Flask) -> None:
    """Put the headers on every answer, give every request an id, check origin and form token."""
    app.config.setdefault("WTF_CSRF_TIME_LIMIT", None)
    app.extensions["portal_inline_hashes"] = None
    app.before_request(_name_request)
    app.before_request(_refuse_other_sites)
    app.before_request(_let_a_file_in)
    csrf.init_app(app)
    app.after_request(_add_headers)


def _name_request() -> None:
    g.request_id = uuid.uuid4().hex
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def _refuse_other_sites() -> None:
    """A form on another site may not act here, whatever cookies the browser sends along."""
    if request.method in SAFE_METHODS:
        return
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        abort(403)
    origin = request.headers.get("Origin")
    if origin is not None and address_parts(origin).netloc not in _own_hosts():
        abort(403)


def with_file(view: Any) -> Any:
    """Mark a view that may be sent a file."""
    view.takes_file = True
    return view


def _let_a_file_in() -> None:
    """Before the form token is looked for, since that reads all that was sent."""
    view = current_app.view_functions.get(request.endpoint or "")
    if getattr(view, "takes_file", False):
        settings = current_app.extensions["portal_config"]
        request.max_content_length = settings.largest_upload + AROUND_A_FILE


def _own_hosts() -> set[str]:
    """The host that was asked, and the one that people type when a proxy renames it."""
    settings = current_app.extensions.get("portal_config")
    public = urlsplit(settings.public_url).netloc if settings else ""
    return {request.host, public} - {""}


def _add_headers(answer: Response) -> Response:
    answer.headers.update(ALWAYS)
    answer.headers["Content-Security-Policy"] = POLICY.format(inline=_inline_hashes())
    answer.headers["X-Request-ID"] = g.get("request_id", "")
    if current_app.config.get("SESSION_COOKIE_SECURE"):
        answer.headers["Strict-Transport-Security"] = f"max-age={TWO_YEARS}"
    if request.endpoint != "static" or answer.status_code >= 400:
        answer.headers["Cache-Control"] = "no-store"
    return answer


def _inline_hashes() -> str:
    """The hashes of the inline scripts in the GOV.UK page template, read from the installed one."""
    known: str | None = current_app.extensions["portal_inline_hashes"]
    if known is None:
        loader = current_app.jinja_env.loader
        source = loader.get_source(current_app.jinja_env, GOVUK_PAGE)[0] if loader else ""
        scripts = re.findall(r"<script[^>]*>(.+?)</script>", _without_tags(source), re.DOTALL)
        known = "".join(f" '{_sha256(script)}'" for script in scripts)
        current_app.extensions["portal_inline_hashes"] = known
    return known


def _without_tags(source: str) -> str:
    return re.sub(r"{%.*?%}", "", source)


def _sha256(script: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def forget_in_browser(answer: Response) -> Response:
    """For sign-out: tells the browser to drop what it keeps of this site; returns the answer."""
    answer.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return answer
