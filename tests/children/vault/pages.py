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


def readable(path: Path, key: bytes) -> bytes:
    """Return everything that can be read in the file and its write-ahead log."""
    wal = Path(f"{path}-wal")
    pages = [*_pages(path.read_bytes())]
    pages += [*_frames(wal.read_bytes())] if wal.exists() else []
    return b"".join(_plain(page, key, is_first) for page, is_first in pages)


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
