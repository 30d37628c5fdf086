"""Writing to the log past every door."""

from flask import Flask

from portal.access.identity import operator
from portal.access.log import Event, record
from portal.core.db import db


def add_line() -> None:
    """Add a line in the present transaction."""
    record(Event.LOG_READ, by=operator("tests"))


def write_line(app: Flask) -> None:
    """Add a line and commit, as a command does."""
    with app.app_context():
        add_line()
        db.session.commit()
