"""Bytes that come piece by piece, read as a file is read."""

import io
from collections.abc import Iterator
from typing import BinaryIO, cast

from portal.feeds.inbox import limits


class _Pieces(io.RawIOBase):
    def __init__(self, pieces: Iterator[bytes]) -> None:
        super().__init__()
        self._pieces, self._left = pieces, b""

    def readable(self) -> bool:
        return True

    def readinto(self, room: memoryview) -> int:  # type: ignore[override]
        """Fill the room as far as the next piece goes; 0 at the end only."""
        while not self._left:
            try:
                self._left = next(self._pieces)
            except StopIteration:
                return 0
        taken, self._left = self._left[: len(room)], self._left[len(room) :]
        room[: len(taken)] = taken
        return len(taken)


def as_stream(pieces: Iterator[bytes]) -> BinaryIO:
    """Return the pieces, none longer than limits.PIECE or so, as a stream that is read once."""
    return cast(BinaryIO, io.BufferedReader(_Pieces(pieces), limits.PIECE))


def pieces_of(stream: BinaryIO, most: int = limits.LARGEST_FILE) -> Iterator[bytes]:
    """Yield what a stream holds from where it stands, at most so many bytes."""
    while most > 0 and (piece := stream.read(min(most, limits.PIECE))):
        most -= len(piece)
        yield piece
