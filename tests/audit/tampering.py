"""A log with lines, proved, and changed by somebody who may do everything to the database."""

from flask import Flask
from sqlalchemy import Connection, func, select, text

from portal.access.chain import ChainReport, verify_chain
from portal.access.identity import operator
from portal.access.log import Event, record
from portal.access.models import AccessEvent
from portal.core.db import db, random_id, snapshot
from portal.core.keys import Keys

LINES = 40


def add_lines(portal: Flask, count: int = LINES) -> int:
    """Add lines and return the number of the last."""
    with portal.app_context():
        for _ in range(count):
            record(
                Event.CHILD_OPENED, by=operator("tests"), subject_id=random_id(),
                details={"note": "Zażółć"}, reason="referral",
            )  # fmt: skip
        db.session.commit()
        last = db.session.scalar(select(func.max(AccessEvent.line)))
    return int(last or 0)


def verify(portal: Flask) -> ChainReport:
    """Prove the log, as the command does."""
    keys: Keys = portal.extensions["portal_keys"]
    with portal.app_context(), snapshot(db.engine) as connection:
        return verify_chain(connection, keys.log)


def drop_triggers(connection: Connection) -> None:
    """Take the triggers of both log tables away."""
    if connection.dialect.name == "sqlite":
        found = connection.scalars(
            text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'access_%'")
        ).all()
        for name in found:
            connection.execute(text(f"DROP TRIGGER {name}"))
        return
    for table in ("access_event", "access_chain"):
        connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))


def tamper(portal: Flask, *statements: str) -> None:
    """Run statements as somebody who may do everything to the database."""
    with portal.app_context(), db.engine.begin() as connection:
        drop_triggers(connection)
        for statement in statements:
            connection.execute(text(statement))


def move(line: int, to: int) -> str:
    """Say how to give a line another number."""
    return f"UPDATE access_event SET line = {to} WHERE line = {line}"
