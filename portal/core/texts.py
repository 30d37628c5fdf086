"""Text as it comes from outside: what may be stored, and in which spelling."""

import unicodedata
from typing import Any
from urllib.parse import SplitResult, urlsplit

from flask_babel import gettext as _

INVISIBLE = dict.fromkeys(map(ord, "\ufeff\u200b\u00ad\u2060\u200e\u200f\u061c"))
DIRECTION_MARKS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
LINE_BREAKS = frozenset("\r\n\t")


def is_forbidden(character: str) -> bool:
    """True for what no form may store: controls, halves of pairs, marks that turn text round."""
    if character in DIRECTION_MARKS or unicodedata.category(character) in {"Cc", "Cs"}:
        return True
    return ord(character) & 0xFFFE == 0xFFFE


def harmless(text: str) -> str:
    """The text as it can be put back into a page."""
    return "".join(c for c in text if c in LINE_BREAKS or not is_forbidden(c))


def the_only(values: list[Any]) -> str:
    """The one text that was posted for a field, "" when its part is missing.

    Raises ValueError when there are several, or when it is not text.
    """
    if not values:
        return ""
    if len(values) != 1 or not isinstance(values[0], str):
        raise ValueError(_("Give one answer only"))
    return values[0]


def clean(text: str, *, lines: bool = False) -> str:
    """Text in one spelling (Unicode NFC), without invisible marks or blanks at its ends.

    A single line has single blanks. Raises ValueError when a character may not be stored.
    """
    text = unicodedata.normalize("NFC", text.translate(INVISIBLE))
    text = text.replace("\r\n", "\n") if lines else text.replace("\t", " ")
    allowed = LINE_BREAKS if lines else frozenset()
    if any(is_forbidden(c) and c not in allowed for c in text):
        raise ValueError(_("Take out characters that cannot be shown, then try again"))
    return text.strip() if lines else " ".join(text.split())


def address_parts(text: str) -> SplitResult:
    """The parts of an address as somebody sent it; all of them empty when it is no address."""
    try:
        return urlsplit(text)
    except ValueError:
        return urlsplit("")
