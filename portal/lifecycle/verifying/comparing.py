"""What two copies showed, held against each other; a difference in words without anybody's name."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

# What is drawn by chance, and so differs without meaning anything: ids, whole, short, or as the
# number of a request for contact.
DRAWN = re.compile(
    r"(?<![\w-])([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32}|[0-9a-f]{8}|\d{5}-\d{5})"
    r"(?![\w-])"
)
# The moment and signature of a cookie or form token, which follow what it says. They hang on the
# second in which it was signed, by a clock that does not stop.
SIGNED = re.compile(r"(?<=[\w-]{8})\.[\w-]{6}\.[\w-]{27}(?![\w-])")
STATUS, SIGN_IN = "the status of", "/sign-in"
# Everybody who asks is signed in and may: a refusal says that the check went wrong.
REFUSALS = {"400", "401", "403"}
IDS = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Piece:
    """One thing that was shown: what it is, in words without a name, and its text."""

    what: str
    text: str


class Pairing:
    """Which drawn words of the one copy stand for which of the other, from their first appearance:
    one for one, so that a child shown in the place of another is a difference."""

    def __init__(self) -> None:
        self._here: dict[str, str] = {}
        self._there: dict[str, str] = {}

    def is_same(self, here: str, there: str) -> bool:
        """True for texts that differ in drawn words alone, always in the same ones."""
        ones, others = (DRAWN.split(SIGNED.sub("", text)) for text in (here, there))
        if len(ones) != len(others) or ones[::2] != others[::2]:
            return False
        return all(map(self._is_pair, ones[1::2], others[1::2]))

    def _is_pair(self, here: str, there: str) -> bool:
        is_known = self._here.setdefault(here, there) == there
        return self._there.setdefault(there, here) == here and is_known


def first_difference(here: Sequence[Piece], there: Sequence[Piece], pairing: Pairing) -> str | None:
    """Say in words where two copies first showed something else; None when they did not."""
    for one, other in zip_longest(here, there):
        if one is None or other is None:
            return f"one copy showed more than the other, beginning with {(one or other).what}"
        if one.what != other.what:
            return f"{one.what} in one copy, {other.what} in the other"
        if not pairing.is_same(one.text, other.text):
            return f"{one.what}{_place(one.text, other.text, pairing)}"
    return None


def failure(seen: Sequence[Piece]) -> str | None:
    """Say in words what neither copy answered: equal failures and refusals prove nothing."""
    for one in seen:
        if one.what.startswith(STATUS) and (one.text in REFUSALS or one.text.startswith("5")):
            return f"nothing, but {one.what} is {one.text} in both"
        if one.what.startswith("the header Location") and SIGN_IN in one.text:
            return f"nothing, but {one.what} leads to the sign-in page in both"
    return None


def _place(here: str, there: str, pairing: Pairing) -> str:
    lines = list(zip_longest(here.split("\n"), there.split("\n")))
    if len(lines) == 1:
        return ""
    return next(
        (f", line {number}" for number, pair in enumerate(lines, 1) if _differs(*pair, pairing)), ""
    )


def _differs(here: str | None, there: str | None, pairing: Pairing) -> bool:
    return here is None or there is None or not pairing.is_same(here, there)


def without_ids(address: str) -> str:
    """Return an address as a difference may name it."""
    return IDS.sub("…", address)


def rows_of(counts: dict[str, int], before: dict[str, int]) -> Iterator[Piece]:
    """Say how many rows came to each table."""
    for name, count in counts.items():
        yield Piece(f"the number of rows of {name}", str(count - before.get(name, 0)))
