"""Writing the database anew, so that nothing of what was deleted lies between what is there.

secure_delete overwrites a row where it stands. When SQLite shares out the rows of a full page among
its neighbours, though, the bytes of those that moved stay behind in the gap of the page they left
(its function rebuildPage), and a row that is deleted later is overwritten in its new place only.
Nobody can read them through SQL; whoever has the key of the index can read them from the file.
"""

from sqlalchemy.engine import Engine
from sqlcipher3 import dbapi2 as sqlcipher

from portal.core.config import Config
from portal.core.db import DatabaseProblem, make_engine
from portal.core.keys import Keys
from portal.core.wal import empty_wal

BUSY = (
    "Others were writing in the index all the time. Nothing was changed: try again at a quiet hour."
)
NO_ROOM = (
    "The index could not be written anew, and is as it was. Is there as much room on the disk of "
    "the instance folder as the index takes, twice?"
)
DAMAGED = (
    "The index could not be written anew: its pages are damaged. Nothing was changed; see what "
    "python -m portal doctor says."
)
STILL_READ = (
    "The index was written anew, but somebody was reading all the time, so the write-ahead log "
    "still holds former pages: try again at a quiet hour."
)
_ATTEMPTS = 20
# The draft of the new file is ciphered like the old one, but as large: not in memory.
_DRAFT_ON_DISK = ("PRAGMA temp_store = FILE", "PRAGMA temp_store_directory = '{folder}'")


def rewrite(config: Config, keys: Keys) -> None:
    """Write the whole database anew. Who writes meanwhile waits; on PostgreSQL, who reads too.

    A killed program leaves the index as it was. Raises DatabaseProblem when it could not be done.
    """
    engine = make_engine(config, keys.database)
    try:
        if config.is_embedded:
            _rewrite_file(engine, config)
        else:
            with engine.connect() as connection:
                alone = connection.execution_options(isolation_level="AUTOCOMMIT")
                alone.exec_driver_sql("VACUUM (FULL)")
    finally:
        engine.dispose()


def _rewrite_file(engine: Engine, config: Config) -> None:
    raw = engine.raw_connection()
    folder = str(config.database_file.absolute().parent).replace("'", "''")
    try:
        for pragma in _DRAFT_ON_DISK:
            raw.cursor().execute(pragma.format(folder=folder))
        raw.cursor().execute("VACUUM")
    except sqlcipher.OperationalError as error:
        raise DatabaseProblem(BUSY if "locked" in str(error) else NO_ROOM) from None
    except sqlcipher.DatabaseError:
        raise DatabaseProblem(DAMAGED) from None
    finally:
        raw.close()
    if not any(empty_wal(engine) for _ in range(_ATTEMPTS)):
        raise DatabaseProblem(STILL_READ)
