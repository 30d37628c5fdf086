"""Keys under which a token can be found again although it was misspelt or heard.

Symmetric deletes (Garbe's SymSpell): a token and its misspelling, each with up to two letters left
out, meet in at least one form. Only the first DELETE_LETTERS letters take part, which keeps the
guarantee (an edit shifts a prefix by no more letters than it costs) and bounds the work.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b
from itertools import combinations

import jellyfish

from portal.matching.sounds import skeleton, sounds

DELETE_LETTERS = 8


def edits_allowed(token: str) -> int:
    """Typing errors tolerated in a token of this length: 0 up to 2 letters, 1 up to 5, else 2."""
    if len(token) <= 2:
        return 0
    return 1 if len(token) <= 5 else 2


def deletes(token: str) -> frozenset[str]:
    """The token's beginning, with none, one or two letters left out as its length allows."""
    start = token[:DELETE_LETTERS]
    places = range(len(start))
    forms = {start}
    for count in range(1, edits_allowed(token) + 1):
        forms.update(_without(start, gaps) for gaps in combinations(places, count))
    return frozenset(forms)


def _without(start: str, gaps: tuple[int, ...]) -> str:
    return "".join(letter for place, letter in enumerate(start) if place not in gaps)


@lru_cache(maxsize=65_536)
def keys(token: str) -> frozenset[str]:
    """All keys of a folded token (a-z), at most about fifty; each begins with the letter of its
    kind: d(eletes), s(ound), m(etaphone), k (consonant skeleton). Empty for an empty token."""
    if not token:
        return frozenset()
    found = {f"d{form}" for form in deletes(token)}
    if len(token) > 1:
        found.update(f"s{code}" for code in sounds(token))
        found.add(f"m{jellyfish.metaphone(token)}")
        found.add(f"k{skeleton(token)}")
    return frozenset(found)


def initial_key(token: str) -> str:
    """The key under which every token with this first letter stands, for a typed initial."""
    return f"i{token[:1]}"


def key_number(key: str) -> int:
    """A key as a signed 64-bit number, so that an index of keys stays narrow."""
    return int.from_bytes(blake2b(key.encode(), digest_size=8).digest(), "big", signed=True)
