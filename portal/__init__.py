"""ContactPoint: who else works with this child, and how to reach them."""

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from flask import Flask

from portal.access.identity import init_identity
from portal.access.room import init_doors
from portal.core.config import Config, flask_settings, load_config
from portal.core.db import init_db
from portal.core.errors import init_errors
from portal.core.forms import PortalRequest
from portal.core.headers import init_headers
from portal.core.keys import load_keys
from portal.core.language import init_language
from portal.core.logs import init_logs
from portal.core.pages import Templates, init_pages

HERE = Path(__file__).parent
ROOMS = (
    "directory",
    "help",
    "accounts",
    "children",
    "search",
    "shielding",
    "feeds",
    "audit",
    "lifecycle",
)


def create_app(config: Config | None = None) -> Flask:
    """Make the application of one installation.

    Raises UnsafeConfiguration, KeyProblem or DatabaseProblem with a sentence that says the remedy.
    """
    settings = config or load_config()
    keys = load_keys(settings.key_path)
    init_logs()
    app = Flask(
        __name__,
        instance_path=str(settings.instance),
        template_folder=str(_beside("templates")),
        static_folder=str(_beside("static")),
    )
    app.jinja_environment = Templates
    app.request_class = PortalRequest
    app.config.update(flask_settings(settings, keys.cookie))
    app.extensions["portal_config"] = settings
    app.extensions["portal_keys"] = keys
    init_db(app, settings, keys.database)
    init_language(app)
    init_headers(app)
    init_pages(app)
    init_errors(app)
    init_doors(app)
    for name in ROOMS:
        _furnish(app, name)
    init_identity(app, import_module("portal.accounts.queries").identity_of_session)
    return app


def _furnish(app: Flask, name: str) -> None:
    """Open one room: its tables, doors and commands."""
    room = import_module(f"portal.{name}").room
    for kind in ("models", "routes", "cli"):
        if find_spec(f"portal.{name}.{kind}"):
            import_module(f"portal.{name}.{kind}")
    app.register_blueprint(room)


def _beside(folder: str) -> Path:
    """Return a top-level folder: inside the package in a wheel, beside it in a checkout."""
    inside = HERE / folder
    return inside if inside.is_dir() else HERE.parent / folder
