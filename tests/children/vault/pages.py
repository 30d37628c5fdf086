"""The pages of an encrypted SQLite file as whoever holds the key of the index can read them.

Page by page and not through SQLite: what SQLite no longer shows (freed pages, old frames of the
write-ahead log) is what is looked for. SQLCipher 4: AES-256-CBC, the vector and the HMAC in the
last 80 bytes of each page, a salt in the first 16 bytes of the first.
"""

from collections.abc import Iterator
from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from portal.core.db import PAGE_BYTES

_RESERVED, _VECTOR, _SALT = 80, 16, 16
_WAL_HEAD, _FRAME_HEAD = 32, 24
_HEAD_BYTES = {2: 12, 5: 12, 10: 8, 13: 8}  # Kind of b-tree page: how long its head is.


def readable(path: Path, key: bytes, *, gaps: bool = False) -> bytes:
    """Return what can be read in the file and its write-ahead log.

    gaps: also what lies between the rows of a page and was never overwritten, because the page was
    shared out among its neighbours (see portal/lifecycle/rewriting.py).
    """
    wal = Path(f"{path}-wal")
    pages = [*_pages(path.read_bytes())]
    pages += [*_frames(wal.read_bytes())] if wal.exists() else []
    plain = (_plain(page, key, is_first) for page, is_first in pages)
    return b"".join(page if gaps else _without_gap(page) for page in plain)


def _pages(content: bytes) -> Iterator[tuple[bytes, bool]]:
    for start in range(0, len(content), PAGE_BYTES):
        yield content[start : start + PAGE_BYTES], start == 0


def _frames(content: bytes) -> Iterator[tuple[bytes, bool]]:
    for start in range(_WAL_HEAD, len(content), _FRAME_HEAD + PAGE_BYTES):
        frame = content[start : start + _FRAME_HEAD + PAGE_BYTES]
        yield frame[_FRAME_HEAD:], frame[:4] == (1).to_bytes(4, "big")


def _plain(page: bytes, key: bytes, is_first: bool) -> bytes:
    body = page[_SALT if is_first else 0 : -_RESERVED]
    vector = page[-_RESERVED : -_RESERVED + _VECTOR]
    opened = Cipher(algorithms.AES(key), modes.CBC(vector)).decryptor()
    return opened.update(body) + opened.finalize()


def _without_gap(page: bytes) -> bytes:
    """Blank what stands between the list of the cells of a b-tree page and the first of them.

    Places count from the start of the page in the file, whose first 16 bytes the first page lacks:
    there its head stands at 100 (SQLite's file format, "B-tree Pages").
    """
    missing = PAGE_BYTES - _RESERVED - len(page)
    head = 100 - missing if missing else 0
    if page[head] not in _HEAD_BYTES:
        return page
    cells = int.from_bytes(page[head + 3 : head + 5], "big")
    start = head + _HEAD_BYTES[page[head]] + 2 * cells
    end = (int.from_bytes(page[head + 5 : head + 7], "big") or 65_536) - missing
    return page[:start] + bytes(max(end - start, 0)) + page[max(start, end) :]
