"""The two factors: a passphrase kept as Argon2id, and the one-time codes of an app (RFC 6238).

COST is the OWASP minimum for Argon2id (Password Storage Cheat Sheet): 19 MiB, two passes, one
lane. Tests may lower it here and nowhere else. At most LANES are computed at a time, so that a
flood of sign-ins takes a bounded share of the memory.
"""

import datetime as dt
import hmac
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from threading import BoundedSemaphore
from typing import Any

import pyotp
import segno
from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from argon2.low_level import Type
from zxcvbn import zxcvbn

COST: dict[str, Any] = {"memory_cost": 19_456, "time_cost": 2, "parallelism": 1}
SHORTEST, LONGEST = 12, 256
STRONG_ENOUGH, LEFT_OVER = 3, 8
STEP_SECONDS = 30
_READ_BY_ZXCVBN = 72
_LANES = BoundedSemaphore(4)
_dummies: dict[tuple[tuple[str, Any], ...], str] = {}


@dataclass(frozen=True, slots=True)
class QrSheet:
    """A QR code as one path of squares, for a drawing that needs no style and no picture file."""

    size: int
    path: str


def _hasher() -> PasswordHasher:
    return PasswordHasher(**COST, type=Type.ID)


def hash_passphrase(passphrase: str) -> str:
    """Return the Argon2id hash under which a passphrase is kept."""
    with _LANES:
        return _hasher().hash(passphrase.encode("utf-8", "surrogatepass"))


def is_passphrase(kept: str, typed: str) -> bool:
    """True when the typed passphrase belongs to the kept hash.

    Without a hash (nobody we know, nothing chosen yet) the same work is done in vain.
    """
    octets = typed[:LONGEST].encode("utf-8", "surrogatepass")
    with _LANES:
        try:
            return _hasher().verify(kept or _dummy(), octets) and bool(kept)
        except (Argon2Error, InvalidHashError):
            return False


def is_dated(kept: str) -> bool:
    """True when a hash was made at another cost and should be made again."""
    return _hasher().check_needs_rehash(kept)


def _dummy() -> str:
    now = tuple(sorted(COST.items()))
    if now not in _dummies:
        _dummies[now] = _hasher().hash(uuid.uuid4().bytes)
    return _dummies[now]


def is_guessable(passphrase: str, words: list[str]) -> bool:
    """True when a guesser who knows these words about the person would soon find it.

    Without the words too little is left (ASVS 6.2.11), or zxcvbn says so.
    """
    known = {part for word in words for part in re.findall(r"\w{3,}", word.lower())}
    left = passphrase.lower()
    for part in sorted(known, key=len, reverse=True):
        left = left.replace(part, "")
    if len(re.sub(r"\W", "", left)) < LEFT_OVER:
        return True
    verdict: dict[str, Any] = zxcvbn(passphrase[:_READ_BY_ZXCVBN], user_inputs=sorted(known))
    return int(verdict["score"]) < STRONG_ENOUGH


def new_secret() -> str:
    """Return a new secret for one-time codes: 160 random bits in base 32."""
    return pyotp.random_base32()


def step_of(moment: dt.datetime) -> int:
    """Return the number of the half minute."""
    return int(moment.timestamp()) // STEP_SECONDS


def matching_step(secret: str, code: str, moment: dt.datetime) -> int | None:
    """Return the half minute to which the code belongs: this one, the last or the next."""
    codes = pyotp.TOTP(secret, interval=STEP_SECONDS)
    now, found = step_of(moment), None
    for step in (now - 1, now, now + 1):
        if hmac.compare_digest(codes.generate_otp(step).encode(), code.encode("utf-8", "replace")):
            found = step
    return found


def factor_place(account_id: uuid.UUID) -> str:
    """Return the place to which the sealed secret of an account is bound."""
    return f"account|sealed_factor|{account_id}"


def pending_place(link_id: uuid.UUID) -> str:
    """Return the place to which the secret that waits in an enrolment link is bound."""
    return f"enrolment_link|sealed_factor|{link_id}"


def spaced(secret: str) -> str:
    """Return a secret in groups of four, for typing it."""
    return " ".join(secret[i : i + 4] for i in range(0, len(secret), 4))


def qr_of(secret: str, *, name: str, issuer: str) -> QrSheet:
    """Return the QR code that an authenticator app reads (otpauth URI)."""
    address = pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=issuer)
    rows = list(segno.make(address, error="m", micro=False).matrix_iter(border=4))
    return QrSheet(size=len(rows), path="".join(_bars(rows)))


def _bars(rows: list[Any]) -> Iterator[str]:
    for y, row in enumerate(rows):
        x = 0
        for is_dark, squares in groupby(row):
            width = len(list(squares))
            if is_dark:
                yield f"M{x} {y}h{width}v1h-{width}z"
            x += width
