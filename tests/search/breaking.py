"""What goes wrong in the world: a flood of searches, a log that refuses."""

from flask import Flask
from sqlalchemy import select, update

from portal.access.models import AccessChain
from portal.core.db import db
from portal.search.models import Search
from portal.search.rules import FLOOD

COPIED = (
    "account_id", "session_mark", "reason", "sealed_typed", "outcome", "question", "made_at",
    "expires_at",
)  # fmt: skip


def flood(app: Flask, *, left: int = 0) -> None:
    """Let the last search count as the last of a flood, or leave so many until it is one."""
    with app.app_context():
        last = db.session.scalars(select(Search).order_by(Search.made_at.desc())).first()
        words = {name: getattr(last, name) for name in COPIED}
        db.session.add_all(Search(**words) for _ in range(FLOOD - 1 - left))
        db.session.commit()


def break_log(app: Flask) -> None:
    """Let the access log refuse every further line."""
    with app.app_context():
        db.session.execute(update(AccessChain).values(mac="broken"))
        db.session.commit()
