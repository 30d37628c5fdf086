"""The keys of one installation, in a file of their own that no back-up contains.

One random 256-bit key for each purpose; AES-256-GCM (NIST SP 800-38D) seals single values and
binds them to the place they stand in, so that a sealed value moved elsewhere does not open.
"""

import dataclasses
import hashlib
import hmac
import json
import os
import secrets
import stat
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from portal.core.config import write_private

_NONCE, _TAG, _LENGTH = 12, 16, 4
_PAD = 256
# In every key file there ever was; a file without one of them is no key file.
_FIRST = frozenset({"database", "cookie", "log", "typed", "factor", "identifier"})
DAMAGED = "The key file {name} is damaged: put back a good copy."
INCOMPLETE = (
    "The key file {name} was made by an older program and lacks a key. "
    "Run: python -m portal upgrade"
)


class KeyProblem(Exception):
    """The key file is missing, unreadable, unsafe or wrong; the text says the remedy."""


@dataclass(frozen=True, slots=True, repr=False)
class Keys:
    """One 32-byte key a purpose. Never printed: repr is switched off."""

    database: bytes
    cookie: bytes
    log: bytes
    typed: bytes
    factor: bytes
    identifier: bytes
    vault: bytes
    ledger: bytes


def create_keys(path: Path) -> Keys:
    """Write a new key file (mode 0600) and return its keys. An existing file is never touched.

    Raises KeyProblem when a key file is already there.
    """
    keys = Keys(*(secrets.token_bytes(32) for _ in dataclasses.fields(Keys)))
    text = json.dumps({f.name: getattr(keys, f.name).hex() for f in dataclasses.fields(Keys)})
    try:
        write_private(path, text + "\n")
    except FileExistsError:
        raise KeyProblem(f"{path.name} exists already; a key file is never overwritten.") from None
    return keys


def complete_keys(path: Path) -> bool:
    """Add the keys that an older program did not make; True when there were any to add.

    The file is replaced in one step and every key that was in it stays. Raises KeyProblem.
    """
    held = _read(path)
    missing = [one.name for one in dataclasses.fields(Keys) if one.name not in held]
    if not missing:
        return False
    fresh = {name: secrets.token_bytes(32).hex() for name in missing}
    draft = path.with_name(f"{path.name}.new")
    draft.unlink(missing_ok=True)
    write_private(draft, json.dumps(held | fresh) + "\n")
    draft.replace(path)
    return True


def load_keys(path: Path) -> Keys:
    """Read the key file. Raises KeyProblem when it is missing, too open, damaged or incomplete."""
    held = _read(path)
    if not {one.name for one in dataclasses.fields(Keys)} <= held.keys():
        raise KeyProblem(INCOMPLETE.format(name=path.name))
    try:
        keys = Keys(*(bytes.fromhex(held[f.name]) for f in dataclasses.fields(Keys)))
    except (ValueError, KeyError, TypeError):
        raise KeyProblem(DAMAGED.format(name=path.name)) from None
    if any(len(getattr(keys, f.name)) != 32 for f in dataclasses.fields(Keys)):
        raise KeyProblem(DAMAGED.format(name=path.name))
    return keys


def _read(path: Path) -> dict[str, str]:
    """What the file holds. Raises KeyProblem when it is missing, too open, or no key file."""
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        raise KeyProblem(
            f"The key file {path.name} is missing. Without it the index cannot be opened: "
            "put it back from the safe place where you keep it."
        ) from None
    if os.name == "posix" and stat.S_IMODE(mode) & 0o077:
        raise KeyProblem(f"Others can read the key file {path.name}. Run: chmod 600 {path.name}")
    try:
        held = json.loads(path.read_text(encoding="ascii"))
    except ValueError:
        held = None
    if not isinstance(held, dict) or not held.keys() >= _FIRST:
        raise KeyProblem(DAMAGED.format(name=path.name))
    return held


def seal(key: bytes, plain: str, *, place: str) -> bytes:
    """Seal a text with AES-256-GCM, padded to steps of 256 bytes so that its length says little.

    place names table, column and row; opening needs the same words.
    """
    content = plain.encode("utf-8", "surrogatepass")
    return _sealed(key, content, -(_LENGTH + len(content)) % _PAD, place)


def seal_to(key: bytes, plain: str, *, place: str, size: int) -> bytes:
    """Seal a text so that exactly `size` bytes come of it, whatever its length.

    Raises ValueError when it does not fit (see room_in).
    """
    content = plain.encode("utf-8", "surrogatepass")
    free = room_in(size) - len(content)
    if free < 0:
        raise ValueError("the text is too long for its place")
    return _sealed(key, content, free, place)


def seal_bytes(key: bytes, content: bytes, *, place: str) -> bytes:
    """Seal bytes with AES-256-GCM, not padded; place names table, column and row."""
    return _sealed(key, content, 0, place)


def room_in(size: int) -> int:
    """How many bytes of text a sealed value of this size holds."""
    return size - _NONCE - _TAG - _LENGTH


# Setting a key up costs as much as sealing a row with it.
_cipher = lru_cache(16)(AESGCM)


def _sealed(key: bytes, content: bytes, padding: int, place: str) -> bytes:
    framed = len(content).to_bytes(_LENGTH, "big") + content + b"\0" * padding
    nonce = secrets.token_bytes(_NONCE)
    return nonce + _cipher(key).encrypt(nonce, framed, place.encode())


def unseal(key: bytes, sealed: bytes, *, place: str) -> str:
    """Open what seal() made. Raises KeyProblem when key, place or content are not the same."""
    return unseal_bytes(key, sealed, place=place).decode("utf-8", "surrogatepass")


def unseal_bytes(key: bytes, sealed: bytes, *, place: str) -> bytes:
    """Open what seal_bytes() made. Raises KeyProblem as unseal() does."""
    try:
        framed = _cipher(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], place.encode())
    except (InvalidTag, ValueError):
        raise KeyProblem("A sealed value does not open with this key.") from None
    length = int.from_bytes(framed[:_LENGTH], "big")
    return framed[_LENGTH : _LENGTH + length]


def mark(key: bytes, value: str) -> str:
    """Return a keyed fingerprint (HMAC-SHA256, 64 hex digits): equal values, equal marks."""
    return hmac.digest(key, value.encode(), "sha256").hex()


def token_mark(token: str) -> str:
    """Return the fingerprint under which a random token is kept; the token itself never is."""
    return hashlib.sha256(token.encode()).hexdigest()
