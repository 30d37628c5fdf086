"""Emptying the write-ahead log of the embedded database, where old pages live on.

What has been deleted is overwritten in the file (secure_delete), but the log still holds pages as
they were before: whoever has the key of the index could read there what has just left it.
"""

from time import monotonic
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, event
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, SessionTransaction
from sqlcipher3 import dbapi2 as sqlcipher

from portal.core.db import WAIT_SECONDS, DatabaseProblem, db

_TO_BE_EMPTIED = "wal_to_be_emptied"
_PATIENCE_MS, _TRY_AGAIN_SECONDS = 250, 1.0
_waiting: WeakKeyDictionary[Engine, float] = WeakKeyDictionary()


def empty_wal_after_commit() -> None:
    """Empty the write-ahead log as soon as the present transaction has ended.

    Where somebody is reading meanwhile, the end of a later transaction tries
    again until it succeeds; every start empties it too. On PostgreSQL there is nothing to do here:
    see decisions/0016.
    """
    if db.engine.dialect.name == "sqlite":
        db.session().info[_TO_BE_EMPTIED] = db.engine


@event.listens_for(Session, "after_transaction_end")
def _ended(session: Session, transaction: SessionTransaction) -> None:
    if transaction.parent is not None:
        return
    if engine := session.info.pop(_TO_BE_EMPTIED, None):
        _waiting[engine] = 0.0
    for engine, tried in list(_waiting.items()):
        if monotonic() - tried >= _TRY_AGAIN_SECONDS:
            _waiting[engine] = monotonic()
            if _is_empty_or_gone(engine):
                _waiting.pop(engine, None)


def _is_empty_or_gone(engine: Engine) -> bool:
    """What has been committed stays committed: whoever happens to pass by learns of no trouble."""
    try:
        return empty_wal(engine)
    except (DatabaseProblem, SQLAlchemyError, sqlcipher.Error):
        return True


def empty_wal(engine: Engine) -> bool:
    """Write the log into the file and cut it to nothing; False when somebody was reading."""
    raw = engine.raw_connection()
    try:
        cursor = raw.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {_PATIENCE_MS}")
        (busy, _, _) = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        cursor.execute(f"PRAGMA busy_timeout = {WAIT_SECONDS * 1000}")
    finally:
        raw.close()
    return not busy
