"""What is asked about the installation itself."""

import tomllib
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import structlog
from flask import current_app
from sqlalchemy.exc import SQLAlchemyError

from portal.children.vault.ledger import installation
from portal.children.vault.ledger_standing import Fault
from portal.children.vault.ledger_watch import Watch
from portal.core.db import DatabaseProblem, db, is_reachable
from portal.core.errors import PortalError
from portal.lifecycle.schema import schema_problem

PACKAGE = "contactpoint-portal"
_WATCH = "portal_ledger_watch"


class NotFollowed(PortalError):
    """The index does not fit its ledger: until a replay nobody is answered."""

    status = 503


def program_version() -> str:
    """Return the version of the program, from the wheel or from the checkout."""
    try:
        return version(PACKAGE)
    except PackageNotFoundError:
        project = Path(__file__).resolve().parents[2] / "pyproject.toml"
        found: str = tomllib.loads(project.read_text(encoding="utf-8"))["project"]["version"]
        return found


def is_ready() -> bool:
    """True when the database answers and fits this code and its ledger."""
    try:
        return is_reachable() and not schema_problem(db.engine) and not ledger_fault()
    except (SQLAlchemyError, DatabaseProblem):
        db.session.rollback()
        return False


def ledger_fault() -> Fault:
    """What is wrong between the index and its ledger at this moment."""
    watch = current_app.extensions.get(_WATCH)
    if watch is None:
        watch = current_app.extensions[_WATCH] = Watch(*installation())
    found: Fault = watch.fault(db.engine)
    return found


def refuse_unfollowed() -> None:
    """Raise NotFollowed where the index does not fit its ledger, and say so in the server's log: a
    line in the access log of an earlier index would be lost with it."""
    found = ledger_fault()
    if found:
        structlog.get_logger().error("ledger", state=found.value)
        raise NotFollowed
