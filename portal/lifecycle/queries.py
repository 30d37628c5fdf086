"""What is asked about the installation itself."""

import tomllib
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from portal.core.db import DatabaseProblem, db, is_reachable
from portal.lifecycle.schema import schema_problem

PACKAGE = "contactpoint-portal"


def program_version() -> str:
    """Return the version of the program, from the wheel or from the checkout."""
    try:
        return version(PACKAGE)
    except PackageNotFoundError:
        project = Path(__file__).resolve().parents[2] / "pyproject.toml"
        found: str = tomllib.loads(project.read_text(encoding="utf-8"))["project"]["version"]
        return found


def is_ready() -> bool:
    """True when the database answers and its tables fit this code."""
    try:
        return is_reachable() and not schema_problem(db.engine)
    except (SQLAlchemyError, DatabaseProblem):
        db.session.rollback()
        return False
