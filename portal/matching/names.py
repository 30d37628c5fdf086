"""Written names as comparable words: folded to a-z, cut into tokens, particles set aside."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from anyascii import anyascii

MAX_TEXT = 200
MAX_LETTERS = 40
MAX_TOKENS = 8

_APOSTROPHES = frozenset("'’‘ʼ`´ʻʿʾ")
_NOT_A_LETTER = re.compile(r"[^a-z \-]+")
_PREFIX_GLUED_TO_NEXT = frozenset({"o", "mc", "mac", "fitz"})
_GIVEN_PARTICLES = frozenset({"al", "el", "ul", "ur", "bin", "ibn", "bint", "binti"})
_EUROPEAN_PARTICLES = frozenset(
    "van von der den de da das do dos di del della la le lo ter ten te zu zur".split()
)
_PARTICLES = _GIVEN_PARTICLES | _EUROPEAN_PARTICLES | {"ben", "ap", "ab", "ferch", "verch"}
_NEVER_A_NAME = frozenset({"unknown", "unnamed", "notknown", "tbc", "tba", "notgiven"})
_GIVEN_PLACEHOLDERS = frozenset(
    [*_NEVER_A_NAME, "baby", "infant", "newborn", "boy", "girl", "twin", "babyboy", "babygirl"]
)
_NOT_KNOWN = re.compile(r"\b(not)[ -](known|given)\b")


@dataclass(frozen=True, slots=True)
class Name:
    """One name field. `tokens` are its words in written order, particles left out, initials as
    single letters; `joined` are the same words written together (smithjones, alhassan)."""

    tokens: tuple[str, ...] = ()
    joined: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.tokens)


def fold(text: str) -> str:
    """Any writing as lower-case a-z with spaces and hyphens: accents, scripts, emoji and control
    characters no longer matter. Reads at most MAX_TEXT characters."""
    shown = unicodedata.normalize("NFKC", text[:MAX_TEXT])
    latin = anyascii("".join(_plain(letter) for letter in shown)).lower()
    return " ".join(_NOT_A_LETTER.sub("", latin).split())


@lru_cache(maxsize=32_768)
def given_name(text: str) -> Name:
    """The given names as one Name; placeholders such as Baby or Infant carry no token, and only
    Arabic particles between names are set aside (Al, Ben and Le are given names too)."""
    words = _words(text)
    parts = _parts(words, _GIVEN_PLACEHOLDERS)
    tokens = tuple(
        part
        for place, part in enumerate(parts)
        if place == 0 or not _leads(parts, place, given=True)
    )
    return Name(tokens, _joined(words, parts, tokens))


@lru_cache(maxsize=32_768)
def family_name(text: str) -> Name:
    """The family name as one Name: both halves of a double name and the two joined; al-, bin, van
    set aside; O, Mc and Mac written apart belong to the word that follows."""
    words = _words(text)
    parts = _glued(_parts(words, _NEVER_A_NAME))
    tokens = tuple(part for place, part in enumerate(parts) if not _leads(parts, place))
    return Name(tokens, _joined(words, parts, tokens, written_apart=True))


def _plain(letter: str) -> str:
    if letter in _APOSTROPHES:
        return ""
    category = unicodedata.category(letter)
    if category[0] in "LM":
        return letter
    if category == "Cf":
        return ""
    return "-" if category == "Pd" else " "


def _words(text: str) -> list[str]:
    return _NOT_KNOWN.sub(r"\1\2", fold(text)).split()


def _parts(words: list[str], placeholders: frozenset[str]) -> list[str]:
    parts = [part for word in words for part in word.split("-") if part]
    kept = dict.fromkeys(part[:MAX_LETTERS] for part in parts if part not in placeholders)
    return list(kept)[:MAX_TOKENS]


def _leads(parts: list[str], place: int, *, given: bool = False) -> bool:
    """Is this part a particle of the word after it? The last part never is: Kim Le, Ali Bin."""
    particles = _GIVEN_PARTICLES if given else _PARTICLES
    return parts[place] in particles and place + 1 < len(parts)


def _glued(parts: list[str]) -> list[str]:
    """O Brien and Mc Donald are one word each; a lone O or Mac stays what it is."""
    glued: list[str] = []
    waiting = ""
    for part in parts:
        if part in _PREFIX_GLUED_TO_NEXT and not waiting:
            waiting = part
            continue
        glued.append((waiting + part)[:MAX_LETTERS])
        waiting = ""
    return [*glued, waiting] if waiting else glued


def _joined(
    words: list[str], parts: list[str], tokens: tuple[str, ...], *, written_apart: bool = False
) -> tuple[str, ...]:
    forms = [word.replace("-", "") for word in words if "-" in word] + _with_particles(parts)
    if written_apart and 2 <= len(tokens) <= 3:
        forms.append("".join(tokens))
    if written_apart and 2 <= len(parts) <= 4:
        forms.append("".join(parts))
    kept = dict.fromkeys(form[:MAX_LETTERS] for form in forms)
    return tuple(form for form in kept if form not in tokens and len(form) > 2)[:4]


def _with_particles(parts: list[str]) -> list[str]:
    forms: list[str] = []
    run = ""
    for part in parts:
        if part in _PARTICLES:
            run += part
        elif run:
            forms.append(run + part)
            run = ""
    return forms


def without_particle(token: str) -> frozenset[str]:
    """What remains of a token when a particle was written together with it: alhassan is hassan,
    vandenberg is denberg or berg. Empty for most tokens."""
    found: set[str] = set()
    for particle in _PARTICLES | _PREFIX_GLUED_TO_NEXT:
        rest = token.removeprefix(particle)
        if rest != token and len(rest) > 2:
            found |= {rest, *without_particle(rest)}
    return frozenset(found)
