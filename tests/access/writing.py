"""Writing to the log past every door, and a log that refuses."""

from flask import Flask
from sqlalchemy import update

from portal.access.identity import operator
from portal.access.log import Event, record
from portal.access.models import AccessChain
from portal.core.db import db


def add_line() -> None:
    """Add a line in the present transaction."""
    record(Event.LOG_READ, by=operator("tests"))


def write_line(app: Flask) -> None:
    """Add a line and commit, as a command does."""
    with app.app_context():
        add_line()
        db.session.commit()


def break_log(app: Flask) -> None:
    """Spoil the head of the chain, so that no further line can be added."""
    with app.app_context():
        db.session.execute(update(AccessChain).values(mac="broken"))
        db.session.commit()
