"""Names that a register keeps in capitals, written as people write them."""

import re
from itertools import pairwise

from portal.directory.rules.reading import plain

_LOWER = frozenset("and at by de for in le of on the to under upon with y".split())
_TITLED = frozenset(
    "AN AS CO CT CTR CTRE DR DRS GRP GRT HLTH HSE LN LTD MR MRS MS MT NR NO PK PL RD ST UP WST"
    "".split()
)
_KEPT = frozenset("CAMHS APMS GMS PMS OOH UTC WIC ICB III VII VIII XII XIII".split())
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")


def shown_name(text: str) -> str:
    """Write a name kept in capitals as people write it: DR O'DEA'S NHS PRACTICE becomes
    Dr O'Dea's NHS Practice. A name with small letters is left alone.
    """
    text = plain(text)
    if any(c.islower() for c in text):
        return text
    return _WORD.sub(lambda found: _shown_word(found, text), text)


def _shown_word(found: re.Match[str], text: str) -> str:
    word = found.group()
    before = text[: found.start()]
    if before[-1:].isdigit():
        return word.lower() if word in {"ST", "ND", "RD", "TH"} else word
    if word.lower() in _LOWER and re.search(r"[^\W\d][ -]$", before):
        return word.lower()
    return "'".join(_shown_part(word.replace("’", "'").split("'")))


def _shown_part(parts: list[str]) -> list[str]:
    """Write the parts between apostrophes: O'Dea's, D'Arcy, Children's."""
    shown = [_capital(parts[0])]
    for before, part in pairwise(parts):
        shown.append(part.capitalize() if len(before) == 1 and len(part) > 1 else part.lower())
    return shown


def _capital(word: str) -> str:
    if word in _TITLED or word.lower() in _LOWER:
        return word.capitalize()
    if word in _KEPT or len(word) <= 2 or (len(word) <= 4 and not set(word) & set("AEIOUY")):
        return word
    if word.startswith("MC") and len(word) > 4:
        return f"Mc{word[2:].capitalize()}"
    return word.capitalize()
