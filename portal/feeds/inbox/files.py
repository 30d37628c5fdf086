"""Opening files, and locks: the only place that does."""

import fcntl
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from portal.feeds.inbox import documents, limits, tables
from portal.feeds.inbox.words import DocumentLayout, FileRefused, InUse, Layout, Parcel


@contextmanager
def opened(path: Path, layout: Layout | DocumentLayout) -> Iterator[Parcel]:
    """Open a file and look it through. Raises FileRefused when it cannot be used."""
    with _named(path), _stream(path) as stream:
        yield looked_through(stream, layout)


def looked_through(stream: BinaryIO, layout: Layout | DocumentLayout) -> Parcel:
    """Look a stream through that lies open. Raises FileRefused when it cannot be used."""
    if isinstance(layout, DocumentLayout):
        return documents.looked_through(stream, layout)
    return tables.looked_through(stream, layout)


def small(path: Path, largest: int) -> bytes:
    """Return a file, or of a larger one a byte more than largest. Raises FileRefused."""
    with _named(path), _stream(path) as stream:
        try:
            return stream.read(largest + 1)
        except OSError:
            raise FileRefused("cannot_read") from None


@contextmanager
def only_one(path: Path) -> Iterator[None]:
    """Hold a lock file for the length of the block; the system lets go of it when a process dies.

    Raises InUse when another process holds it.
    """
    with open(path, "ab", opener=_for_owner) as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise InUse from None
        yield


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """Say of every refusal which file it is about."""
    try:
        yield
    except FileRefused as refusal:
        refusal.name = refusal.name or path.name
        raise


def _stream(path: Path) -> BinaryIO:
    try:
        stream = open(path, "rb", opener=_without_waiting)  # noqa: SIM115
    except (OSError, ValueError):
        raise FileRefused("cannot_open") from None
    state = os.fstat(stream.fileno())
    fault = "" if stat.S_ISREG(state.st_mode) else "cannot_open"
    fault = fault or ("too_large" if state.st_size > limits.LARGEST_FILE else "")
    if fault:
        stream.close()
        raise FileRefused(fault)
    return stream


def _without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NONBLOCK | os.O_CLOEXEC)


def _for_owner(path: str, flags: int) -> int:
    """Open a lock. One that root makes belongs to whoever owns the folder: a command that was run
    as root once must not keep the account of the portal out for ever."""
    try:
        number = os.open(path, flags | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except FileExistsError:
        return os.open(path, flags | os.O_CLOEXEC, 0o600)
    if os.geteuid() == 0:
        owner = os.stat(Path(path).parent)
        os.fchown(number, owner.st_uid, owner.st_gid)
    return number
