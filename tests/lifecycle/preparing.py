"""A sandbox put back to how a real installation begins, for tests."""

import datetime as dt

from flask import Flask
from sqlalchemy import update

from portal.access.models import PortalState
from portal.core import clock
from portal.core.db import db


def prepare(app: Flask, *, cleared_at: dt.datetime | None = None) -> None:
    """Let the portal be one that never went live."""
    with app.app_context():
        values = {"state": "preparing", "live_at": None, "cleared_at": cleared_at}
        db.session.execute(update(PortalState).values(**values, changed_at=clock.now()))
        db.session.commit()


def state(app: Flask) -> PortalState:
    """Return how the portal stands."""
    with app.app_context():
        row = db.session.get_one(PortalState, 1)
        db.session.expunge(row)
        return row
