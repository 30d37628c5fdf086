"""The lines of a file as bytes in UTF-8 or Windows-1252, whatever it came in."""

import codecs
import hashlib
from collections.abc import Iterator, Mapping
from typing import BinaryIO

from portal.feeds.inbox import limits
from portal.feeds.inbox.pieces import as_stream, pieces_of
from portal.feeds.inbox.unpacking import GZIP, ZIP, content
from portal.feeds.inbox.words import FileRefused

UTF16 = "utf-16"
UTF8_MARK = b"\xef\xbb\xbf"
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_PACKED: dict[bytes, str] = {
    **dict.fromkeys((GZIP, *ZIP), "packed_twice"),
    **dict.fromkeys((b"BZh", b"7z\xbc\xaf", b"\xfd7zX", b"Rar!", b"(\xb5/\xfd"), "packed_unknown"),
}
# The order counts: the mark of UTF-32 begins with that of UTF-16.
_NO_TABLE: dict[bytes, str] = {
    b"\xff\xfe\0\0": "utf32",
    b"\0\0\xfe\xff": "utf32",
    **_PACKED,
    b"\xd0\xcf\x11\xe0": "spreadsheet",
    b"%PDF": "not_a_table",
    b"SQLi": "not_a_table",
}  # fmt: skip


def look_at_bytes(stream: BinaryIO) -> tuple[str, str]:
    """Return the encoding of a file and its fingerprint; refuse what is no table at all.

    UTF-16 says so itself. Else UTF-8, unless most lines with other than ASCII letters are not:
    those are Windows-1252.
    """
    start = _start(stream)
    _refuse_other_formats(start)
    is_utf16 = start.startswith(UTF16_MARKS)
    fits = fails = 0
    digest = hashlib.sha256()
    for number, raw in raw_lines(stream, is_utf16=is_utf16):
        digest.update(raw)
        if number == 1 and b"\r" in raw.rstrip(b"\r\n"):
            raise FileRefused("old_line_ends", 1)
        if not raw.isascii():
            is_utf8 = _is_utf8(raw)
            fits, fails = fits + is_utf8, fails + (not is_utf8)
    if is_utf16:
        return UTF16, digest.hexdigest()
    is_windows = fails > fits and not start.startswith(UTF8_MARK)
    return "cp1252" if is_windows else "utf-8", digest.hexdigest()


def raw_lines(stream: BinaryIO, *, is_utf16: bool) -> Iterator[tuple[int, bytes]]:
    """Yield every line of a file with its number, from the first on; UTF-16 as UTF-8.

    Raises FileRefused when one is longer than any could be, or they are more than in any file, or
    the file cannot be read on.
    """
    unpacked = content(stream)
    text = as_stream(_as_utf8(unpacked)) if is_utf16 else unpacked
    number = 0
    while raw := _next_line(text, number + 1):
        number += 1
        if number > limits.MOST_LINES:
            raise FileRefused("many_lines", number)
        yield number, raw


def _start(stream: BinaryIO) -> bytes:
    try:
        return content(stream).read(4)
    except OSError:
        raise FileRefused("cannot_read") from None


def _next_line(text: BinaryIO, number: int) -> bytes:
    try:
        raw = text.readline(limits.LONGEST_LINE + 1)
    except FileRefused as refusal:
        raise FileRefused(refusal.fault, number) from None
    except OSError:
        raise FileRefused("cannot_read", number) from None
    if len(raw) > limits.LONGEST_LINE:
        raise FileRefused("long_line", number)
    return raw


def _as_utf8(stream: BinaryIO) -> Iterator[bytes]:
    """Write UTF-16 anew. Halves of a letter pass on as what is no UTF-8: a fault of their row."""
    decoder = codecs.getincrementaldecoder(UTF16)("surrogatepass")
    for piece in pieces_of(stream):
        yield decoder.decode(piece).encode("utf-8", "surrogatepass")
    try:
        yield decoder.decode(b"", True).encode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        raise FileRefused("cut_off") from None


def refuse_archives(start: bytes) -> None:
    """Raise FileRefused when what was unpacked, or was not packed, begins like an archive."""
    _refuse(start, _PACKED)


def _refuse(start: bytes, marks: Mapping[bytes, str]) -> None:
    for mark, fault in marks.items():
        if start.startswith(mark):
            raise FileRefused(fault, 1)


def _refuse_other_formats(start: bytes) -> None:
    if not start:
        raise FileRefused("empty")
    _refuse(start, _NO_TABLE)
    if start[1:2] == b"\0" or start[:1] == b"\0":
        raise FileRefused("utf16", 1)


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
