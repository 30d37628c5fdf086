"""Commits that are on disk before an answer leaves, many of them for the price of one sync.

**The order of things.** A commit of the application writes and lets go of the database at once,
without a sync; then it waits until a sync that *began after it* has ended. Whoever comes first
syncs for all who came meanwhile (Gathering). Only then does the commit return, and only then can
the door answer: everything that was shown has its line on disk.

**Why syncing the WAL is enough on SQLite** (its source: src/wal.c, src/pager.c, src/os_unix.c).
With `synchronous = NORMAL` a commit appends its frames to the WAL by write() and does not sync.
- fdatasync() works on the file, not on the descriptor: what any connection of any program wrote
  before is on disk when it returns.
- The frames may be gone from the WAL by then, because a checkpoint has let it begin anew. In every
  mode but OFF a checkpoint syncs the WAL, copies, and syncs the database *before* it publishes
  nBackfill (walCheckpoint); only when nBackfill has reached the last frame may a writer begin at
  the head (walRestartLog), whose new header is synced too (sqlite3WalFrames). So what is no longer
  in the WAL is on disk in the database.
- The WAL may be gone altogether: the last connection to close removes it after a checkpoint of
  all its frames (sqlite3WalClose). The name of a new WAL reaches the disk with the sync of its
  header, which syncs the folder as well (UNIXFILE_DIRSYNC).
- A descriptor of our own is harmless. Closing one drops the locks of the whole program on that
  file (POSIX), so the database and -shm must never be opened past SQLite; but SQLite takes its
  locks on those two and none on the WAL (UNIXFILE_NOLOCK).
- After a sync that failed the system may have dropped what it could not write, and a second sync
  would say "done". So one failure is the last word for the program: no answer leaves until it is
  started again, when SQLite reads what really is on disk.

**On PostgreSQL** the same, where others are at work: the commit does not flush and lets go of the
head of the access log's chain, and the leader commits one small message as the server's own
settings say. Its record lies behind all those before it in one log. Who is alone in their program
commits as ever: an answer that wrote no line may hold what another program has not flushed yet.
"""

import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

UNSURE = (
    "The last step may not be on disk: syncing it failed. Look at the disk and at the log of the "
    "database, then at what is there, before you do it again."
)


class NotDurable(Exception):
    """A commit could not be brought to disk: its answer must not leave."""


class _Round:
    """Those who wait for the same sync."""

    def __init__(self) -> None:
        self.waiting = 0
        self.ended = threading.Event()
        self.failure: BaseException | None = None


class Gathering:
    """One sync for everybody who waits: the first of a round leads it, the others follow."""

    def __init__(self) -> None:
        self._door = threading.Lock()
        self._syncing = threading.Lock()
        self._gathered = _Round()

    def wait(self, sync: Callable[[], None]) -> None:
        """Return when a sync that began after this call has ended. Raises NotDurable."""
        with self._door:
            mine = self._gathered
            mine.waiting += 1
            leads = mine.waiting == 1
        if leads:
            self._lead(mine, sync)
        mine.ended.wait()
        if mine.failure is not None:
            raise NotDurable(UNSURE) from mine.failure

    def _lead(self, mine: _Round, sync: Callable[[], None]) -> None:
        try:
            # While the sync of the round before goes on, others join this one.
            with self._syncing:
                self._close(mine)
                sync()
        except BaseException as failure:
            mine.failure = failure
            if not isinstance(failure, Exception):
                raise  # Ctrl+C is for who leads; the others only know that nothing was synced.
        finally:
            self._close(mine)
            mine.ended.set()

    def _close(self, mine: _Round) -> None:
        with self._door:
            if self._gathered is mine:
                self._gathered = _Round()


class Wal:
    """The write-ahead log of an embedded database, to be synced by one thread at a time."""

    def __init__(self, path: Path) -> None:
        """path is of the -wal file; it need not exist."""
        self._path = path
        self._door = threading.Lock()
        self._held: int | None = None
        self._failure: OSError | None = None

    def sync(self) -> None:
        """Bring to disk what was written. Raises OSError, and for ever after a failed sync."""
        with self._door:
            if self._failure is not None:
                raise self._failure
            held = self._descriptor()
            if held is None:
                return  # Removed after a checkpoint: see the head of this file.
            try:
                to_disk(held)
            except OSError as failure:
                self._failure = failure
                raise

    def _descriptor(self) -> int | None:
        """The file as it is now. It is kept open: a new descriptor may miss an older failure."""
        try:
            now = os.stat(self._path)
            if self._held is None or not os.path.samestat(now, os.fstat(self._held)):
                self._let_go()
                self._held = os.open(self._path, os.O_RDWR)
        except FileNotFoundError:
            self._let_go()
        return self._held

    def _let_go(self) -> None:
        if self._held is not None:
            os.close(self._held)
            self._held = None

    def close(self) -> None:
        """Close the file; a later sync opens it again."""
        with self._door:
            self._let_go()


def sync_embedded(engine: Engine, file: Path) -> None:
    """Let every commit of this engine return only when the WAL is on disk."""
    wal, gathering = Wal(file.with_name(f"{file.name}-wal")), Gathering()
    event.listen(engine, "engine_disposed", lambda _: wal.close())

    def commit_and_wait(commit: Callable[[], None], _: Any) -> None:
        commit()
        gathering.wait(wal.sync)

    _instead_of_commit(engine, commit_and_wait)


def sync_server(engine: Engine) -> None:
    """Let every commit of this engine return only when the server has flushed it.

    What an administrator set (synchronous_standby_names, remote_apply) holds as before.
    """
    event.listen(engine, "connect", lambda connection, _: _refuse_memory_only(connection))
    gathering = Gathering()

    def commit_and_wait(commit: Callable[[], None], connection: Any) -> None:
        if engine.pool.checkedout() == 1:  # type: ignore[attr-defined]
            commit()
            return
        connection.execute("SET LOCAL synchronous_commit = off")
        commit()
        gathering.wait(lambda: flush(connection))

    _instead_of_commit(engine, commit_and_wait)


def _instead_of_commit(engine: Engine, settle: Callable[[Callable[[], None], Any], None]) -> None:
    """Hook where nothing can pass by: below sessions, connections and savepoints."""
    commit = engine.dialect.do_commit

    def do_commit(dbapi_connection: Any) -> None:
        opened = dbapi_connection.dbapi_connection
        settle(lambda: commit(opened), opened)

    setattr(engine.dialect, "do_commit", do_commit)  # noqa: B010


def _refuse_memory_only(connection: Any) -> None:
    """Where the server's own setting is to flush nothing, lines would be in memory only."""
    if connection.execute("SHOW synchronous_commit").fetchone() == ("off",):
        connection.execute("SET synchronous_commit = local")
    connection.commit()


def to_disk(descriptor: int) -> None:
    """Sync one file: its content and its length. Raises OSError."""
    getattr(os, "fdatasync", os.fsync)(descriptor)


def flush(connection: Any) -> None:
    """Let a PostgreSQL server flush everything that was committed before.

    One question, so one transaction: the message takes part in it and makes its commit count.
    """
    connection.autocommit = True
    try:
        connection.execute("SELECT pg_logical_emit_message(true, 'portal', '')")
    finally:
        try:
            connection.autocommit = False
        except Exception:  # It is lost, or still busy. The pool opens another.
            connection.close()
