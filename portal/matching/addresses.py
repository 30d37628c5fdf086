"""Written addresses as house numbers and a street, and whether two of them are one place."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from anyascii import anyascii
from rapidfuzz.fuzz import ratio

MAX_TEXT = 200
# Of a hundred signs so many agree: one wrong sign in a street and its kind of ten.
_ALIKE = 90.0
_SHORTEST = 5
_POSTCODE = re.compile(r"\b[a-z]{1,2}[0-9][a-z0-9]? ?[0-9][a-z]{2}\b")
_WORD = re.compile(r"[a-z0-9]+")
# What stands before a number and says nothing of the street.
_UNSAID = frozenset("flat flt apartment apt unit no number".split())
# As Royal Mail and councils shorten them; written so in exports more often than not.
_SHORT = {
    "ave": "avenue", "av": "avenue", "bldg": "building", "blvd": "boulevard", "cl": "close",
    "cres": "crescent", "cresc": "crescent", "ct": "court", "crt": "court", "dr": "drive",
    "drv": "drive", "est": "estate", "gdn": "garden", "gdns": "gardens", "gr": "grove",
    "grn": "green", "gro": "grove", "hse": "house", "la": "lane", "ln": "lane", "lwr": "lower",
    "mt": "mount", "pde": "parade", "pk": "park", "pl": "place", "rd": "road", "sq": "square",
    "st": "street", "str": "street", "ter": "terrace", "terr": "terrace", "tce": "terrace",
    "upr": "upper", "wk": "walk", "wy": "way",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Address:
    """The numbers that stand in an address (14, 3b), and its words written together."""

    numbers: frozenset[str]
    street: str


def fold_address(text: str | None) -> Address | None:
    """`Flat 2, 14 Mill Rd, LS1 4AP` as numbers 2 and 14 and `millroad`. None without a number or
    without a street: a house that bears only a name is written in too many ways."""
    plain = _POSTCODE.sub(" ", _plain((text or "")[:MAX_TEXT]))
    words = [_SHORT.get(word, word) for word in _WORD.findall(plain) if word not in _UNSAID]
    numbers = frozenset(word for word in words if word[0].isdigit())
    street = "".join(word for word in words if not word[0].isdigit())
    return Address(numbers, street) if numbers and len(street) >= _SHORTEST else None


def is_one_place(ones: Iterable[Address], others: Iterable[Address]) -> bool:
    """Is one of these addresses one of those? A slip in the street is forgiven, and that one of the
    two lacks the number of the flat or goes on with the town; a number that differs is another
    door. The order does not matter."""
    return any(_agree(one, other) for one in ones for other in others)


def _agree(one: Address, other: Address) -> bool:
    if not (one.numbers <= other.numbers or other.numbers <= one.numbers):
        return False
    said = min(len(one.street), len(other.street))
    return ratio(one.street[:said], other.street[:said], score_cutoff=_ALIKE) > 0


def _plain(text: str) -> str:
    written = text if text.isascii() else anyascii(text)
    return written.lower().replace("'", "")
