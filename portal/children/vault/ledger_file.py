"""The ledger as a file: lines of one length, each sealed, chained to the one before and signed.

A line is `number hash signature sealed`. The hash (SHA-256) covers the number, the hash of the line
before and the sealed content, so that no line can be changed, moved or taken out; the signature
(Ed25519, a key of its own) covers the hash, so that nobody without the key can write another. Every
line is as long as every other, whatever it says about whom.

A line without its end was being written when the machine stopped: what it was for never happened.
"""

import base64
import binascii
import fcntl
import hashlib
import json
import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from portal.core.config import write_private
from portal.core.db import WAIT_SECONDS
from portal.core.durable import to_disk
from portal.core.keys import Keys, room_in, seal_to, unseal
from portal.core.turns import LOOK_AGAIN

SEALED_BYTES = 4_096
BEGINNING = "0" * 64
_DIGITS = 10
_HASH, _SIGNATURE, _TEXT = 64, 88, 4 * -(-SEALED_BYTES // 3)
LINE_BYTES = _DIGITS + _HASH + _SIGNATURE + _TEXT + 4
_SHAPE = re.compile(
    rb"(\d{%d}) ([0-9a-f]{%d}) ([\w+/=]{%d}) ([\w+/=]{%d})\n" % (_DIGITS, _HASH, _SIGNATURE, _TEXT)
)
# What of a document may be left out, the last first, when a line would be too long for it.
LISTS = ("former", "addresses", "postcodes", "sources")


class Damaged(Exception):
    """A line is not as it was written; `number` says which, the first of them."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


@dataclass(frozen=True, slots=True)
class Line:
    """One line that fits the one before. Number 0 stands for the place before the first."""

    number: int = 0
    hash: str = BEGINNING
    sealed: bytes = b""


def create(path: Path, first: dict[str, Any], keys: Keys) -> None:
    """Write a new ledger of one line (mode 0600), whole or not at all.

    Raises FileExistsError when there is one: a ledger is never overwritten.
    """
    text, _ = draft(Line(), [first], keys)
    write_private(path, text.decode("ascii"))
    _keep_name(path)


def lines(path: Path, keys: Keys) -> Iterator[Line]:
    """Read the ledger from its beginning. Raises Damaged at the first bad line, or OSError."""
    key, last = _verifying(keys), Line()
    with path.open("rb") as file:
        while text := file.read(LINE_BYTES):
            if not text.endswith(b"\n") and not file.read(1):
                return  # Never finished.
            last = _checked(text, last, key)
            yield last


def tail(path: Path, after: int, keys: Keys) -> list[Line]:
    """Return the line of this number and those that follow, while others may be writing; empty when
    there are fewer. Raises Damaged or OSError."""
    place = os.open(path, os.O_RDONLY)
    try:
        return Ledger(place, keys).tail(after)
    finally:
        os.close(place)


class Ledger:
    """The ledger while nobody else may write to it."""

    def __init__(self, place: int, keys: Keys) -> None:
        self._place, self._keys = place, keys

    def tail(self, after: int) -> list[Line]:
        """Return the line of this number (0: the place before the first) and those that follow.

        Empty when the ledger is shorter. Raises Damaged; what stands before is not proved.
        """
        key, found = _verifying(self._keys), []
        first, whole = max(after, 1), self._whole()
        before = Line()
        if 1 < first <= whole:
            before = _signed(self._text(first - 1), first - 1, key)
        for number in range(first, whole + 1):
            before = _checked(self._text(number), before, key)
            found.append(before)
        return [Line(), *found] if after == 0 else found

    def append(self, last: Line, drafted: bytes) -> None:
        """Write drafted lines after the last one, at once and onto the disk.

        Raises OSError, and takes back then what was written.
        """
        size = last.number * LINE_BYTES
        if os.fstat(self._place).st_size != size:
            os.ftruncate(self._place, size)  # A line that was never finished.
        try:
            _write_all(self._place, drafted)
            to_disk(self._place)
        except OSError:
            os.ftruncate(self._place, size)
            raise

    def _text(self, number: int) -> bytes:
        return os.pread(self._place, LINE_BYTES, (number - 1) * LINE_BYTES)

    def _whole(self) -> int:
        size = os.fstat(self._place).st_size
        number, rest = divmod(size, LINE_BYTES)
        if number and not rest and os.pread(self._place, 1, size - 1) != b"\n":
            return number - 1
        return number


@contextmanager
def alone(path: Path, keys: Keys) -> Iterator[Ledger]:
    """Hold the ledger against every other process of every machine.

    Raises OSError, as when somebody else has held it for ten seconds: a program that hangs must not
    hold up the others for ever.
    """
    place = os.open(path, os.O_RDWR | os.O_APPEND)
    try:
        _lock(place, until=time.monotonic() + WAIT_SECONDS)
        yield Ledger(place, keys)
    finally:
        os.close(place)


def content_of(line: Line, keys: Keys) -> dict[str, Any]:
    """Open what a line says. Raises Damaged when it does not open with the key of the vault."""
    try:
        text = unseal(keys.vault, line.sealed, place=_place(line.number, keys))
        content: dict[str, Any] = json.loads(text)
    except Exception as fault:
        raise Damaged(line.number) from fault
    return content


def draft(last: Line, contents: list[dict[str, Any]], keys: Keys) -> tuple[bytes, Line]:
    """Return lines to be written after the last one, and which will be the last then."""
    text = b""
    for content in contents:
        more, last = _written(last, content, keys)
        text += more
    return text, last


def _written(before: Line, content: dict[str, Any], keys: Keys) -> tuple[bytes, Line]:
    number = before.number + 1
    text = _fitting(content)
    sealed = seal_to(keys.vault, text, place=_place(number, keys), size=SEALED_BYTES)
    line = Line(number, _hash(number, before.hash, sealed), sealed)
    signature = Ed25519PrivateKey.from_private_bytes(keys.ledger).sign(bytes.fromhex(line.hash))
    parts = [
        f"{number:0{_DIGITS}d}".encode(),
        line.hash.encode(),
        base64.b64encode(signature),
        base64.b64encode(sealed),
    ]
    return b" ".join(parts) + b"\n", line


def _fitting(content: dict[str, Any]) -> str:
    """The content as JSON that a line holds. Of very many former names, places and sources the last
    are left out, then what accompanies them: the vault keeps it all."""
    text = json.dumps(content, ensure_ascii=False)
    while len(text.encode("utf-8", "surrogatepass")) > room_in(SEALED_BYTES):
        content = _shorter(content)
        text = json.dumps(content, ensure_ascii=False)
    return text


def _shorter(content: dict[str, Any]) -> dict[str, Any]:
    document = content.get("identity") or {}
    longest = max(LISTS, key=lambda name: len(json.dumps(document.get(name, []))))
    if document.get(longest):
        return {**content, "identity": {**document, longest: document[longest][:-1]}}
    if content.get("papers"):
        return {**content, "papers": []}
    raise ValueError("the content is too long for a line of the ledger")


def _checked(text: bytes, before: Line, key: Ed25519PublicKey) -> Line:
    line = _signed(text, before.number + 1, key)
    if line.hash != _hash(line.number, before.hash, line.sealed):
        raise Damaged(line.number)
    return line


def _signed(text: bytes, number: int, key: Ed25519PublicKey) -> Line:
    """The line whose place in the file is this. Whether it follows the one before is not asked."""
    found = _SHAPE.fullmatch(text)
    if found is None or int(found[1]) != number:
        raise Damaged(number)
    try:
        key.verify(base64.b64decode(found[3], validate=True), bytes.fromhex(found[2].decode()))
        sealed = base64.b64decode(found[4], validate=True)
    except (InvalidSignature, binascii.Error):
        raise Damaged(number) from None
    return Line(number, found[2].decode(), sealed)


def _hash(number: int, before: str, sealed: bytes) -> str:
    return hashlib.sha256(f"ledger|{number}|{before}|".encode() + sealed).hexdigest()


def _verifying(keys: Keys) -> Ed25519PublicKey:
    return Ed25519PrivateKey.from_private_bytes(keys.ledger).public_key()


def _place(number: int, keys: Keys) -> str:
    return f"ledger|{number}|{hashlib.sha256(keys.vault).hexdigest()[:8]}"


def _write_all(place: int, text: bytes) -> None:
    while text:
        text = text[os.write(place, text) :]


def _lock(place: int, *, until: float) -> None:
    while True:
        try:
            return fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                raise
            time.sleep(LOOK_AGAIN)


def _keep_name(path: Path) -> None:
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
