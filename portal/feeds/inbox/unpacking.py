"""What gzip and zip hold: one file, without using any name or size that the archive tells.

Sizes lie, so that what comes out is measured while it comes. Archives in archives are refused: one
may hold itself, for ever. No name in an archive is used for anything but to know a spreadsheet.
"""

import os
import struct
import zipfile
import zlib
from collections.abc import Generator, Iterator
from typing import IO, BinaryIO, cast

from portal.feeds.inbox import limits
from portal.feeds.inbox.pieces import as_stream, pieces_of
from portal.feeds.inbox.words import FileRefused

GZIP = b"\x1f\x8b"
ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_LOCAL_HEAD = 30
_OF_SPREADSHEETS = {"[Content_Types].xml", "content.xml"}
_IS_LOCKED = 1
# What zipfile and zlib raise on bytes that are not what they say. UnicodeError is a ValueError.
_DAMAGED = (
    zipfile.BadZipFile, zlib.error, struct.error, NotImplementedError, EOFError,
    ValueError, OverflowError, IndexError,
)  # fmt: skip


def content(stream: BinaryIO) -> BinaryIO:
    """Return what a file holds, from its beginning, unpacked when it is packed.

    Whatever was returned before is spent. Raises FileRefused, at once or while it is read.
    """
    stream.seek(0)
    start = stream.read(4)
    stream.seek(0)
    if start.startswith(GZIP):
        return as_stream(_measured(_gunzipped(stream), stream, 0))
    if start in ZIP:
        member = _member(stream)
        return as_stream(_measured(_unzipped(stream, member), stream, member.header_offset))
    return stream


def _measured(pieces: Iterator[bytes], stream: BinaryIO, start: int) -> Iterator[bytes]:
    """Pass the pieces on until they are too many for what was packed, or for anybody."""
    total = 0
    try:
        for piece in pieces:
            total += len(piece)
            if total > limits.LARGEST_FILE:
                raise FileRefused("too_large")
            packed = stream.tell() - start
            if total > limits.FREELY_GROWN and total > limits.MOST_GROWTH * packed:
                raise FileRefused("packed_bomb")
            yield piece
    except _DAMAGED:
        raise FileRefused("packed_damaged") from None


def _gunzipped(stream: BinaryIO) -> Iterator[bytes]:
    """Unpack gzip, also several joined into one (RFC 1952, 2.2); zeros may fill up the end."""
    packed, left = pieces_of(stream), b""
    for _ in range(limits.MOST_JOINED):
        left = yield from _inflated(zlib.decompressobj(16 + zlib.MAX_WBITS), left, packed)
        while left.strip(b"\0") == b"":
            try:
                left = next(packed)
            except StopIteration:
                return
    raise FileRefused("packed_damaged")


def _inflated(
    engine: "zlib._Decompress", waiting: bytes, packed: Iterator[bytes]
) -> Generator[bytes, None, bytes]:
    """Yield what the packed bytes become; return those behind their end."""
    while not engine.eof:
        is_last = False
        if not waiting:
            waiting = next(packed, b"")
            is_last = not waiting
        piece = engine.decompress(waiting, limits.PIECE)
        if is_last and not piece and not engine.eof:
            raise FileRefused("packed_damaged")
        waiting = engine.unconsumed_tail
        yield piece
    return engine.unused_data


def _unzipped(stream: BinaryIO, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """Unpack the one file of an archive; length and checksum must be what the archive says."""
    stream.seek(member.header_offset)
    head = stream.read(_LOCAL_HEAD)
    if not head.startswith(ZIP[0]):
        raise FileRefused("packed_damaged")
    stream.seek(sum(struct.unpack("<HH", head[26:])), os.SEEK_CUR)
    pieces = pieces_of(stream, member.compress_size)
    if member.compress_type == zipfile.ZIP_DEFLATED:
        pieces = _inflated(zlib.decompressobj(-zlib.MAX_WBITS), b"", pieces)
    size = checksum = 0
    for piece in pieces:
        size, checksum = size + len(piece), zlib.crc32(piece, checksum)
        yield piece
    if (size, checksum) != (member.file_size, member.CRC):
        raise FileRefused("packed_damaged")


def _member(stream: BinaryIO) -> zipfile.ZipInfo:
    """Return what an archive says of the one file it holds."""
    try:
        with zipfile.ZipFile(cast(IO[bytes], _Careful(stream))) as archive:
            members = [one for one in archive.infolist() if not one.is_dir()]
    except (*_DAMAGED, OSError):
        raise FileRefused("packed_damaged") from None
    if any(one.filename in _OF_SPREADSHEETS for one in members):
        raise FileRefused("spreadsheet")
    if len(members) != 1:
        raise FileRefused("packed_many")
    member = members[0]
    if member.header_offset < 0:
        raise FileRefused("packed_damaged")
    if member.flag_bits & _IS_LOCKED:
        raise FileRefused("packed_locked")
    if member.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise FileRefused("packed_unknown")
    return member


class _Careful:
    """A stream that never gives much at once: a directory may say that it is as large as it likes.

    It is asked for a directory whole, and for the comment at the end.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.seek, self.tell = stream.seek, stream.tell

    def read(self, size: int = -1) -> bytes:
        most = limits.LARGEST_DIRECTORY
        found = self._stream.read(size if 0 <= size <= most else most + 1)
        if len(found) > most:
            raise FileRefused("packed_many")
        return found
