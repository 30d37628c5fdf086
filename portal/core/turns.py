"""A fair turn for the writers of an embedded database.

SQLite lets one connection write. The others poll, and sleep longer and longer in between: a lock
that is free for a moment is seldom seen, and who has bad luck for ten seconds is refused. So the
threads of one program wait here, first come, first served; of several programs one at a time asks.
SQLite's own lock stays what decides.
"""

from __future__ import annotations

import fcntl
import os
import threading
import time
import weakref
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.engine import Connection
from sqlcipher3 import dbapi2 as sqlcipher

LOOK_AGAIN = 0.001  # seconds
# A command of many steps sleeps so long between them at most (seconds): a program that does not
# queue here looks again every 100 ms, and without a pause it could wait for the whole command.
BETWEEN_STEPS = 0.11
WAITED = (
    "Others wrote for {:g} seconds, and nothing of this step was kept. Try again. If it goes on, a "
    "program of the portal hangs on this machine: end it."
)
TWICE = "This is a mistake of the portal: this thread writes already, through another connection."


class NoTurn(Exception):
    """The database could not be had for writing in time; the text says what to do."""


class Turn:
    """Writers of one program, first come, first served; handed over at once, without polling."""

    def __init__(self, *, seconds: float) -> None:
        """Writers wait so many seconds at most."""
        self.seconds = seconds
        self._door = threading.Lock()
        self._waiting: deque[tuple[threading.Lock, int]] = deque()
        self._writer: int | None = None
        self.roomy: weakref.ref[TurnConnection] | None = None

    def take(self) -> None:
        """Wait for the turn. Raises NoTurn after the time, or at once when it would be for ever."""
        me, called = threading.get_ident(), threading.Lock()
        with self._door:
            if self._writer is None:
                self._writer = me
                return
            if self._writer == me:
                raise NoTurn(TWICE)
            called.acquire()
            self._waiting.append((called, me))
        if not called.acquire(timeout=self.seconds):
            self._give_up(called, me)

    def _give_up(self, called: threading.Lock, me: int) -> None:
        with self._door:
            if (called, me) in self._waiting:
                self._waiting.remove((called, me))
                raise NoTurn(WAITED.format(self.seconds))

    def is_wanted(self) -> bool:
        """True when somebody waits."""
        with self._door:
            return bool(self._waiting)

    def pass_on(self) -> None:
        """Give the turn to whoever has waited longest."""
        with self._door:
            if not self._waiting:
                self._writer = None
                return
            called, self._writer = self._waiting.popleft()
            called.release()


@dataclass(frozen=True, slots=True)
class Room:
    """How much of the file a connection may keep in memory (KiB): the one that wrote last, which
    alone can still know what it read, and each of the others."""

    writing_kib: int
    waiting_kib: int


class _Grip:
    """Kept by the thread that writes: when the thread ends, what it left open ends as well."""

    here = threading.local()

    def __init__(self, connection: TurnConnection) -> None:
        self._connection, self._mark = weakref.ref(connection), connection.mark

    def __del__(self) -> None:
        connection = self._connection()
        # Where the mark is another, the transaction has ended, or a later one of others goes on.
        if connection is not None and connection.mark is self._mark:
            connection.rollback()


class TurnConnection(sqlcipher.Connection):
    """A connection that passes its turn on when its transaction ends, however it ends."""

    turn: Turn
    queue: Path
    room: Room
    mark: object | None = None
    only_reads = False

    @contextmanager
    def in_turn(self) -> Iterator[None]:
        """Begin a writing transaction inside. Raises NoTurn.

        Of several programs only the one at the head of the queue asks SQLite, so that a busy one
        does not pass the others by. The queue is a lock on the folder of the database.
        """
        last = time.monotonic() + self.turn.seconds
        self.turn.take()
        self.mark = object()
        _Grip.here.grip = _Grip(self)
        try:
            self._take_the_room()
            with self._at_the_head(last):
                yield
        except BaseException:
            self._pass_on()
            raise

    def _take_the_room(self) -> None:
        """Whoever writes may keep much of the file, and nobody else: it makes the others forget
        what they keep. Only who has the turn gives or takes room."""
        before = self.turn.roomy() if self.turn.roomy else None
        # Who reads might have to be waited for, and nobody waits in their turn.
        if before is self or (before is not None and before.only_reads):
            return
        self.turn.roomy = weakref.ref(self)
        if before is not None:
            # It may have been closed meanwhile: then it keeps nothing.
            with suppress(sqlcipher.Error):
                before.keep(self.room.waiting_kib)
        self.keep(self.room.writing_kib)

    def keep(self, kib: int) -> None:
        """Keep so much of the file in memory, deciphered, and let go of what is more."""
        self.execute(f"PRAGMA cache_size = {-kib}")

    @contextmanager
    def _at_the_head(self, last: float) -> Iterator[None]:
        place = os.open(self.queue, os.O_RDONLY)
        try:
            # Who waits for the lock in the system cannot be called back: a program that hangs with
            # it would hold up this one for ever.
            while not _is_first(place):
                if time.monotonic() > last:
                    raise NoTurn(WAITED.format(self.turn.seconds))
                time.sleep(LOOK_AGAIN)
            yield
        finally:
            os.close(place)

    def is_wanted(self) -> bool:
        """True when a thread of this program, or another program, waits for its turn."""
        if self.turn.is_wanted():
            return True
        place = os.open(self.queue, os.O_RDONLY)
        try:
            return not _is_first(place)
        finally:
            os.close(place)

    def commit(self) -> None:
        """Commit; the next writer is let in at once, the sync comes after."""
        super().commit()
        self._pass_on()

    def rollback(self) -> None:
        """Roll back; the next writer is let in."""
        try:
            super().rollback()
        finally:
            self._pass_on()

    def close(self) -> None:
        """Close; the next writer is let in."""
        try:
            super().close()
        finally:
            self._pass_on()

    def __del__(self) -> None:
        self._pass_on()

    def _pass_on(self) -> None:
        self.only_reads = False
        if self.mark is not None:
            self.mark = None
            self.turn.pass_on()


def _is_first(place: int) -> bool:
    try:
        fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def holds_up_others(connection: Connection) -> bool:
    """True when somebody waits until this transaction ends; never on PostgreSQL, where they run
    side by side."""
    opened = connection.connection.dbapi_connection
    return isinstance(opened, TurnConnection) and opened.is_wanted()


def in_turns(
    file: Path, *, seconds: float, room: Room
) -> Callable[[TurnConnection], TurnConnection]:
    """Return what makes connections to this database file wait for each other."""
    turn = Turn(seconds=seconds)

    def join(connection: TurnConnection) -> TurnConnection:
        connection.turn, connection.queue, connection.room = turn, file.parent, room
        return connection

    return join
