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
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from portal.core.config import write_private

_NONCE = 12
_PAD = 256


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


def load_keys(path: Path) -> Keys:
    """Read the key file. Raises KeyProblem when it is missing, too open, or damaged."""
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
        keys = Keys(*(bytes.fromhex(held[f.name]) for f in dataclasses.fields(Keys)))
    except (ValueError, KeyError, TypeError):
        raise KeyProblem(f"The key file {path.name} is damaged: put back a good copy.") from None
    if any(len(getattr(keys, f.name)) != 32 for f in dataclasses.fields(Keys)):
        raise KeyProblem(f"The key file {path.name} is damaged: put back a good copy.")
    return keys


def seal(key: bytes, plain: str, *, place: str) -> bytes:
    """Seal a text with AES-256-GCM, padded to steps of 256 bytes so that its length says little.

    place names table, column and row; opening needs the same words.
    """
    content = plain.encode("utf-8", "surrogatepass")
    framed = len(content).to_bytes(4, "big") + content
    framed += b"\0" * (-len(framed) % _PAD)
    nonce = secrets.token_bytes(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, framed, place.encode())


def unseal(key: bytes, sealed: bytes, *, place: str) -> str:
    """Open what seal() made. Raises KeyProblem when key, place or content are not the same."""
    try:
        framed = AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], place.encode())
    except (InvalidTag, ValueError):
        raise KeyProblem("A sealed value does not open with this key.") from None
    length = int.from_bytes(framed[:4], "big")
    return framed[4 : 4 + length].decode("utf-8", "surrogatepass")


def mark(key: bytes, value: str) -> str:
    """Return a keyed fingerprint (HMAC-SHA256, 64 hex digits): equal values, equal marks."""
    return hmac.new(key, value.encode(), hashlib.sha256).hexdigest()


def token_mark(token: str) -> str:
    """Return the fingerprint under which a random token is kept; the token itself never is."""
    return hashlib.sha256(token.encode()).hexdigest()
