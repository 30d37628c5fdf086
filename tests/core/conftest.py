"""A small application with the frame and nothing else of the portal."""

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask, abort, request, session
from flask.testing import FlaskClient
from jinja2 import ChoiceLoader, DictLoader, FileSystemLoader
from werkzeug.datastructures import MultiDict

from portal import assets
from portal.core import errors
from portal.core.choices import Checkboxes, Menu, Radios, Tick, option
from portal.core.errors import init_errors
from portal.core.fields import (
    DateParts,
    Email,
    Line,
    Lines,
    Needed,
    NhsNumber,
    OneTimeCode,
    Passphrase,
    Phone,
    Postcode,
)
from portal.core.forms import PortalForm, ask_again
from portal.core.headers import csrf, init_headers
from portal.core.language import choose_language, init_language
from portal.core.pages import Templates, init_pages, page, redirect_to

NO_TRANSLATIONS = Path(__file__).parent
PAGE = '{{% extends "_frame/page.html" %}}{{% block piece %}}{{% include "{}" %}}{{% endblock %}}'
TEMPLATES = {
    "trial/form.html": PAGE.format("trial/_form.html"),
    "trial/_form.html": """
        {{ title("Everything", form) }}{{ error_summary(form) }}<h1>Everything</h1>
        {% call portal_form(url_for("trial.send")) %}
          {{ field(form.name) }}{{ field(form.note) }}{{ date_parts(form.born) }}
          {{ radios(form.kind, reveal={"other": field(form.code)}) }}
          {{ checkboxes(form.days) }}{{ field(form.area) }}{{ form.agreed() }}
          {{ field(form.email) }}{{ field(form.phone) }}{{ field(form.postcode) }}
          {{ field(form.nhs_number) }}{{ field(form.secret) }}{{ submit("Send") }}
        {% endcall %}""",
    "trial/home.html": PAGE.format("trial/_home.html"),
    "trial/_home.html": '{{ title("Start") }}<h1>Start</h1><p>piece</p>',
    "trial/whole.html": '{% extends "_frame/page.html" %}{% block piece %}<h1>W</h1>{% endblock %}',
}


class Everything(PortalForm):
    """One field of each kind."""

    name = Line("Name", [Needed("Enter a name")], noun="Name", longest=40)
    note = Lines("Note", longest=200)
    born = DateParts("Date of birth", noun="Date of birth", past=True)
    kind = Radios(
        "Kind",
        [Needed("Choose a kind")],
        choices=[option("one", "One", "A hint"), option("other", "Other")],
    )
    days = Checkboxes("Days", choices=[option("mon", "Monday"), option("tue", "Tuesday")])
    area = Menu("Area", choices=[option("", "Choose"), option("north", "North")])
    agreed = Tick("I agree")
    email = Email("Email")
    phone = Phone("Telephone")
    postcode = Postcode("Postcode")
    nhs_number = NhsNumber("NHS number")
    secret = Passphrase("Passphrase", longest=64)
    code = OneTimeCode("Code")


FAULTS: dict[str, Callable[[], BaseException]] = {
    "conflict": errors.Conflict,
    "signed-out": errors.SessionEnded,
    "no-such": errors.NotFound,
    "limit": lambda: errors.TooMany(lifts_at=dt.datetime.now(dt.UTC) + dt.timedelta(minutes=5)),
    "crash": lambda: RuntimeError("Fred Flintstone, 4 Quarry Road"),
    "bytes": lambda: UnicodeDecodeError("utf-8", b"\xff", 0, 1, "Fred"),
}


def send() -> Any:
    form = Everything()
    return redirect_to("accounts.home") if form.validate() else ask_again("trial/form.html", form)


def fail(how: str) -> Any:
    if how.isdigit():
        abort(int(how))
    raise FAULTS[how]()


def make_app(**settings: Any) -> Flask:
    """The application; keywords go to its configuration."""
    app = Flask("trial", template_folder=None, static_folder=str(assets.STATIC))
    app.jinja_environment = Templates
    app.config.update({"SECRET_KEY": "k" * 32, "MAX_CONTENT_LENGTH": 100_000, **settings})
    templates = assets.STATIC.parent / "templates"
    app.jinja_loader = ChoiceLoader([FileSystemLoader(templates), DictLoader(TEMPLATES)])
    app.extensions["portal_config"] = SimpleNamespace(
        portal_name="Harbour",
        public_url="http://portal.example",
        help_desk_phone="01632 960001",
        help_desk_email="help@harbour.example",
        mail_domains=("council.local",),
        idle_minutes=settings.get("IDLE_MINUTES", 15),
    )
    init_language(app, NO_TRANSLATIONS)
    init_headers(app)
    init_pages(app)
    init_errors(app)
    _add_doors(app)
    return app


def _add_doors(app: Flask) -> None:
    known = SimpleNamespace(is_authenticated=True, name="Jo Green")
    nobody = SimpleNamespace(is_authenticated=False, name="")
    app.context_processor(
        lambda: {
            "identity": known if "known" in session else nobody,
            "can": lambda word: word == "account:find",
        }
    )
    rules: list[tuple[str, str, Callable[..., Any], str]] = [
        ("/", "accounts.home", lambda: page("trial/home.html"), "GET"),
        ("/whole", "trial.whole", lambda: page("trial/whole.html"), "GET"),
        ("/form", "trial.form", lambda: page("trial/form.html", form=Everything()), "GET"),
        ("/form", "trial.send", send, "POST"),
        ("/find", "accounts.find", lambda: "", "GET"),
        ("/log", "audit.events", lambda: "", "GET"),
        (
            "/enter",
            "trial.enter",
            lambda: session.update(known=1) or page("trial/home.html"),
            "GET",
        ),
        ("/stay", "accounts.stay_signed_in", lambda: ("", 204), "POST"),
        ("/sign-in", "accounts.sign_in", lambda: page("trial/home.html"), "GET"),
        ("/language", "help.choose_language", choose_language, "POST"),
        ("/fail/<how>", "trial.fail", fail, "GET"),
        ("/fail/<how>", "trial.fail_to_act", fail, "POST"),
        ("/echo", "trial.echo", lambda: request.form.get("x", ""), "POST"),
    ]
    for rule, endpoint, view, method in rules:
        app.add_url_rule(rule, endpoint, view, methods=[method])
    csrf.exempt(app.view_functions["trial.echo"])


@pytest.fixture(scope="session")
def trial_app() -> Flask:
    """The application without form tokens, for tests that are not about them."""
    return make_app(WTF_CSRF_ENABLED=False)


@pytest.fixture
def browser(trial_app: Flask) -> FlaskClient:
    """A client of it."""
    return trial_app.test_client()


@pytest.fixture
def guarded() -> FlaskClient:
    """A client of an application that checks form tokens."""
    return make_app().test_client()


@pytest.fixture(scope="session")
def sent(trial_app: Flask) -> Callable[..., Everything]:
    """sent({"name": "Ann"}) gives the form as it is after that post; validate() has run."""

    def post(values: Any, *, valid: dict[str, str] | None = None) -> Everything:
        body = MultiDict({"name": "Ann", "kind": "one"} if valid is None else valid)
        for key, value in values.items():
            body.setlist(key, value if isinstance(value, list) else [value])
        with trial_app.test_request_context("/form", method="POST", data=body):
            form = Everything()
            form.validate()
            return form

    return post


@pytest.fixture
def inside(trial_app: Flask) -> Iterator[None]:
    """A request is going on."""
    with trial_app.test_request_context("/"):
        yield
