"""Pages and pieces: what a view answers with, and how values are written for people.

A page is templates/room/name.html. A piece is templates/room/_name.html: the inside of <main>,
complete with its own title, included by the page and sent alone when htmx asks for the same URL.
"""

import datetime as dt
import functools
import hashlib
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

import phonenumbers
from babel.dates import format_date, format_time, get_timezone
from flask import (
    Flask,
    current_app,
    g,
    has_request_context,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.templating import Environment as FlaskEnvironment
from flask.wrappers import Response
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _
from jinja2 import ChoiceLoader, Environment, PackageLoader, PrefixLoader, TemplateNotFound
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from portal.core.texts import address_parts

PRODUCT = "ContactPoint"
LIBRARIES = ("govuk_frontend_jinja", "govuk_frontend_wtf")
OWN_MACROS = "_frame/_form.html"
FOREVER = "public, max-age=31536000, immutable"
REGION = "GB"


class Templates(FlaskEnvironment):
    """Templates that all look at the same globals.

    Jinja gives each a chain of maps, and compares it with those of the page for each macro that
    is imported: a fifth of the time of a page with a form.
    """

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Return the globals themselves. Raises TypeError for globals of one template alone: they
        would become everybody's."""
        if d:
            raise TypeError("Templates share their globals: give render() the words instead.")
        return self.globals


def init_pages(app: Flask) -> None:
    """Set Jinja up: GOV.UK components and our macros as globals, filters, versioned files."""
    env = app.jinja_env
    env.trim_blocks = env.lstrip_blocks = True
    own = app.jinja_loader
    libraries = PrefixLoader({name: PackageLoader(name) for name in LIBRARIES})
    app.jinja_loader = ChoiceLoader([*([own] if own else []), libraries])
    env.filters.update(day=day, day_time=day_time, age=age, phone=phone, tel=tel)
    env.globals.update(asset=asset, link_to=link_to, title=title, page_title=page_title)
    env.globals.update(product=PRODUCT, **_of_installation(app))
    _register_macros(env, libraries)
    app.after_request(_keep_static)


def _of_installation(app: Flask) -> dict[str, Any]:
    """What the settings say about the portal, for the frame of every page."""
    settings = app.extensions.get("portal_config")
    phone_number = getattr(settings, "help_desk_phone", "")
    email = getattr(settings, "help_desk_email", "")
    return {
        "portal_name": getattr(settings, "portal_name", ""),
        "help_desk": {"phone": phone_number, "email": email} if phone_number or email else {},
        "idle_seconds": getattr(settings, "idle_minutes", 0) * 60,
    }


def _register_macros(env: Environment, libraries: PrefixLoader) -> None:
    """Make every component macro a global, so that page and piece need no imports."""
    for name in libraries.list_templates():
        if name.endswith("/macro.html"):
            component = Component(env, name)
            env.globals[component.macro] = component
    own = vars(env.get_template(OWN_MACROS).module)
    env.globals.update({word: value for word, value in own.items() if not word.startswith("_")})


class Component:
    """A GOV.UK component, compiled when a page first draws it: a command draws none at all."""

    def __init__(self, env: Environment, template: str) -> None:
        words = template.split("/")[-2].split("-")
        self.macro = "govuk" + "".join(word.capitalize() for word in words)
        self._env, self.template = env, template

    def __call__(self, *values: Any, **named: Any) -> Any:
        """Draw it, as the macro of the same name would."""
        return getattr(self._env.get_template(self.template).module, self.macro)(*values, **named)


def wants_piece() -> bool:
    """True when htmx asks for a part of a page, not for a page to put back or a boosted one."""
    headers = request.headers
    restoring = headers.get("HX-History-Restore-Request") or headers.get("HX-Boosted")
    return bool(headers.get("HX-Request")) and not restoring


def page(template: str, *, status: int = 200, **context: Any) -> Response:
    """Answer with a page, or with its piece when htmx asks and the template has one.

    `template` is "room/name.html". A piece that fills the main part of the page after a GET also
    tells htmx the address to show, so that a redirect after a form ends at the right one. One with
    a status of an error, but for 422, fills the main part: htmx shows no other error.
    """
    piece = _piece_of(template) if wants_piece() else None
    g.is_piece = piece is not None
    answer: Response = make_response(render_template(piece or template, **context), status)
    answer.headers["Cache-Control"] = "no-store"
    answer.vary.add("HX-Request")
    if wants_piece() and piece is None:
        answer.headers["HX-Retarget"] = "body"
        answer.headers["HX-Reswap"] = "innerHTML show:window:top"
    elif piece and status >= 400 and status != 422:
        answer.headers["HX-Retarget"] = "#main-content"
    elif piece and _fills_main() and status < 400:
        answer.headers["HX-Push-Url"] = request.full_path.rstrip("?")
    return answer


def _fills_main() -> bool:
    return request.method == "GET" and request.headers.get("HX-Target") == "main-content"


def _piece_of(template: str) -> str | None:
    room, _slash, name = template.rpartition("/")
    piece = f"{room}/_{name}"
    try:
        current_app.jinja_env.get_template(piece)
    except TemplateNotFound:
        return None
    return piece


def redirect_to(endpoint: str, **values: Any) -> AnyResponse:
    """Send the person on after a form: 303, so that going back does not send it again."""
    return redirect(url_for(endpoint, **values), 303)


def local_referrer() -> str:
    """The path and query of the page the person came from, or "/" when it is not one of ours."""
    came_from = address_parts(request.referrer or "")
    if came_from.netloc != request.host:
        return f"{request.script_root}/"
    path = "/" + came_from.path.lstrip("/")
    return f"{path}?{came_from.query}" if came_from.query else path


def title(text: str, form: Any = None) -> Markup:
    """Name the page; the first line of every piece. With a form that has errors it says so.

    The name must hold no personal detail: browsers keep it in their history.
    """
    is_wrong = form is not None and form.errors
    words = str(_("Error: %(title)s", title=text) if is_wrong else text)
    portal_name = str(current_app.jinja_env.globals.get("portal_name") or "")
    g.page_title = " – ".join(part for part in (words, portal_name, PRODUCT) if part)
    if g.get("is_piece"):
        return Markup("<title>{}</title>").format(g.page_title)
    return Markup("")


def page_title() -> str:
    """What the <title> of the page being drawn must say."""
    return str(g.get("page_title", PRODUCT))


def link_to(endpoint: str, **values: Any) -> str | None:
    """The address of a door, or None when this installation has no such door."""
    if endpoint not in current_app.view_functions:
        return None
    return url_for(endpoint, **values)


def asset(name: str) -> str:
    """The address of a file in static/, with a mark of its contents so that it can be kept."""
    root = request.script_root if has_request_context() else ""
    address = f"{root}{current_app.static_url_path}/{name}"
    mark = _mark_of(name)
    return f"{address}?v={mark}" if mark else address


def _mark_of(name: str) -> str:
    path = Path(current_app.static_folder or "") / name
    try:
        return _mark(path, path.stat().st_mtime_ns)
    except OSError:
        return ""


@functools.lru_cache(maxsize=256)
def _mark(path: Path, _changed: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]


def _keep_static(answer: Response) -> Response:
    """A file asked for by its mark may be kept for good; any other must be asked for again."""
    if request.endpoint == "static" and answer.status_code in {200, 304}:
        asked = request.args.get("v", "")
        right = asked and asked == _mark_of((request.view_args or {}).get("filename", ""))
        answer.headers["Cache-Control"] = FOREVER if right else "no-cache"
    return answer


def day(value: dt.date | None) -> str:
    """3 March 2019. A moment is first turned into the day it is in London."""
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        value = _in_london(value)
    return format_date(value, "d MMMM y", locale=get_locale() or "en")


def day_time(value: dt.datetime | None) -> str:
    """3 March 2019 at 4:05pm, in London. A moment without zone is taken as UTC."""
    if value is None:
        return ""
    local = _in_london(value)
    locale = get_locale() or "en"
    clock = format_time(local, "h:mm", locale=locale) + format_time(local, "a", locale=locale)
    return str(_("%(day)s at %(time)s", day=day(local), time=clock.lower()))


def _in_london(value: dt.datetime) -> dt.datetime:
    aware = value if value.tzinfo else value.replace(tzinfo=dt.UTC)
    return aware.astimezone(get_timezone("Europe/London"))


def age(born_on: dt.date | None, today: dt.date) -> str:
    """How old in words: months below two years, then years. Nothing for a day to come.

    Somebody born on 29 February is a year older on 1 March (Family Law Reform Act 1969 s.9).
    """
    if born_on is None or born_on > today:
        return ""
    months = (today.year - born_on.year) * 12 + today.month - born_on.month
    months -= today.day < born_on.day
    if months < 1:
        return str(_("under 1 month"))
    if months < 24:
        return str(ngettext("%(num)d month", "%(num)d months", months))
    return str(ngettext("%(num)d year", "%(num)d years", months // 12))


def _parsed(typed: str) -> phonenumbers.PhoneNumber | None:
    try:
        number = phonenumbers.parse(typed, REGION)
    except phonenumbers.NumberParseException:
        return None
    return number if phonenumbers.is_possible_number(number) else None


def phone(typed: str | None) -> str:
    """A telephone number as people here write it; as it was typed when it cannot be read."""
    number = _parsed(typed or "")
    if number is None:
        return (typed or "").strip()
    at_home = number.country_code == phonenumbers.country_code_for_region(REGION)
    style = phonenumbers.PhoneNumberFormat
    extension, number.extension = number.extension, None
    text = phonenumbers.format_number(number, style.NATIONAL if at_home else style.INTERNATIONAL)
    return (
        _("%(number)s ext %(extension)s", number=text, extension=extension) if extension else text
    )


def tel(typed: str | None) -> str:
    """The tel: address of a number (RFC 3966), or nothing when there is nothing to dial."""
    number = _parsed(typed or "")
    if number is not None:
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.RFC3966)
    digits = "".join(c for c in typed or "" if c in "0123456789")
    whole = all(c in "0123456789 ()-./" for c in typed or "")
    return f"tel:{digits}" if digits and whole else ""
