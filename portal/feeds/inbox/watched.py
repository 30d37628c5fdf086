"""The watched folder: FOLDER/SOURCE/KIND/FILE, opened step by step without following a link.

Whoever may write into it is a stranger: a link, a pipe, or a file that has a second name elsewhere
is left where it lies and counted, never opened.
"""

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from portal.feeds.inbox import limits
from portal.feeds.inbox.words import FileRefused

# A file is taken when nothing of it has changed for so long (seconds, by the clock of the disk).
QUIET = 60
MAP, DONE, REFUSED = "map.toml", "done", "refused"
_NOT_YET = (".part", ".partial", ".tmp", ".filepart", ".crdownload")
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE = os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC
# What a file system keeps at its root, closed to everybody: the folder may be one.
_OF_THE_DISK = "lost+found"
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


class FolderUnsafe(Exception):
    """The watched folder cannot be used as it is, or one of its folders; fault is a coded word,
    where names the folder."""

    def __init__(self, fault: str, where: str = "") -> None:
        super().__init__(fault)
        self.fault, self.where = fault, where


@dataclass(slots=True)
class Tray:
    """The folder of one source and kind, held open. strange counts what is left where it lies."""

    source: str
    kind: str
    folder: int
    strange: int = 0

    def ripe(self, *, at: float) -> list[str]:
        """Return the names of the files that are complete at this moment (Unix time), the oldest
        first; none while the map is on its way, since half a map may be a map. Whoever moves them
        may need rights that are not there: raises FolderUnsafe."""
        found = []
        self.strange = 0
        by_map = self._state(MAP)
        if by_map is not None and at - by_map.st_ctime < QUIET:
            return []
        for name in os.listdir(self.folder):
            if name in {MAP, DONE, REFUSED} or name.startswith(".") or name.endswith(_NOT_YET):
                continue
            state = self._state(name)
            if state is None:
                continue
            if not _is_plain(state):
                self.strange += 1
            elif at - state.st_ctime >= QUIET:
                found.append((state.st_mtime_ns, name))
        if found and not os.access(".", os.W_OK | os.X_OK, dir_fd=self.folder):
            raise FolderUnsafe("read_only", f"{self.source}/{self.kind}")
        return [name for _, name in sorted(found)]

    def map_of(self, largest: int) -> bytes | None:
        """Return the map that lies here, or of a larger one a byte more than largest."""
        if self._state(MAP) is None:
            return None
        with self.stream(MAP) as stream:
            return stream.read(largest + 1)

    @contextmanager
    def stream(self, name: str) -> Iterator[BinaryIO]:
        """Open one of the files. Raises FileRefused."""
        try:
            stream = open(name, "rb", opener=self._opener)  # noqa: SIM115
        except (OSError, ValueError):
            raise FileRefused("cannot_open") from None
        with stream:
            state = os.fstat(stream.fileno())
            if not _is_plain(state):
                raise FileRefused("cannot_open")
            if state.st_size > limits.LARGEST_FILE:
                raise FileRefused("too_large")
            yield stream

    def is_still(self, name: str, stream: BinaryIO, *, since: float) -> bool:
        """True when the name still means this open file, unchanged since that moment."""
        there, here = self._state(name), os.fstat(stream.fileno())
        is_same = there is not None and (there.st_dev, there.st_ino) == (here.st_dev, here.st_ino)
        return is_same and here.st_ctime == since

    def delete(self, name: str) -> None:
        """Remove a file."""
        os.unlink(name, dir_fd=self.folder)

    def put_aside(self, name: str, where: str, *, stamp: str, why: str = "") -> None:
        """Move a file into done or refused, under a name that begins with the stamp; why, if given,
        is written beside it."""
        with suppress(FileExistsError):
            os.mkdir(where, 0o700, dir_fd=self.folder)
        with _opened_folder(where, self.folder) as folder:
            # No name may have more than 255 bytes; the end of one tells more than its beginning.
            whole = f"{stamp}-{name[-50:]}"
            if why:
                text = os.open(f"{whole}.txt", _NEW, 0o600, dir_fd=folder)
                try:
                    os.write(text, f"{why}\n".encode())
                finally:
                    os.close(text)
            os.rename(name, whole, src_dir_fd=self.folder, dst_dir_fd=folder)

    def _opener(self, name: str, _flags: int) -> int:
        return os.open(name, _FILE, dir_fd=self.folder)

    def _state(self, name: str) -> os.stat_result | None:
        try:
            return os.stat(name, dir_fd=self.folder, follow_symlinks=False)
        except (OSError, ValueError):
            return None


def changed_at(stream: BinaryIO) -> float:
    """Return when an open file was changed last (Unix time, by the clock of the disk)."""
    return os.fstat(stream.fileno()).st_ctime


def trays(root: Path, tell: Callable[[FolderUnsafe], None]) -> Iterator[Tray]:
    """Yield each folder of a source and kind, in the order of their names, whatever they are named.

    One that cannot be opened is told, and left out: whoever owns it must hold up nobody else.
    Raises FolderUnsafe when the watched folder is missing, or others may look or write into it.
    """
    try:
        top = os.open(root, _FOLDER)
    except OSError:
        raise FolderUnsafe("missing") from None
    try:
        if os.fstat(top).st_mode & stat.S_IRWXO:
            raise FolderUnsafe("open_to_others")
        for source, middle in _each(top, "", tell):
            for kind, folder in _each(middle, f"{source}/", tell):
                yield Tray(source, kind, folder)
    finally:
        os.close(top)


def _each(
    inside: int, above: str, tell: Callable[[FolderUnsafe], None]
) -> Iterator[tuple[str, int]]:
    """The folders in an open folder, one open at a time; one that is closed to us is told, and that
    files lie beside them, which nobody would ever take."""
    if _has_files(inside):
        tell(FolderUnsafe("stray", above.rstrip("/")))
    for name in _folders(inside):
        try:
            with _opened_folder(name, inside) as number:
                yield name, number
        except FolderUnsafe as fault:
            tell(FolderUnsafe(fault.fault, f"{above}{name}"))


@contextmanager
def _opened_folder(name: str, inside: int) -> Iterator[int]:
    """Open a folder in an open folder. Raises FolderUnsafe where it is a link or closed to us."""
    try:
        number = os.open(name, _FOLDER, dir_fd=inside)
    except OSError:
        raise FolderUnsafe("strange") from None
    try:
        yield number
    finally:
        os.close(number)


def _folders(inside: int) -> list[str]:
    """The names of the folders in an open folder, in their order; a link to one is none."""
    with os.scandir(inside) as entries:
        found = [one.name for one in entries if one.is_dir(follow_symlinks=False)]
    return sorted(name for name in found if not name.startswith(".") and name != _OF_THE_DISK)


def _has_files(inside: int) -> bool:
    with os.scandir(inside) as entries:
        return any(
            one.is_file(follow_symlinks=False) and not one.name.startswith(".") for one in entries
        )


def _is_plain(state: os.stat_result) -> bool:
    return stat.S_ISREG(state.st_mode) and state.st_nlink == 1
