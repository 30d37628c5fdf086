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

# All that people type for an apostrophe or a glottal stop is left out, before compatibility forms
# are resolved: some of them would turn into a space with an accent.
_LEFT_OUT = str.maketrans(dict.fromkeys("'’‘ʼ`´ʻʿʾʽʹˈ‛′＇ꞌ՚׳", ""))
_NOT_PLAIN = re.compile(r"[^a-z\-]+")
_NOT_A_LETTER = re.compile(r"[^a-z \-]+")

_PREFIX_GLUED_TO_NEXT = frozenset({"o", "mc", "mac", "fitz"})
_GIVEN_PARTICLES = frozenset({"al", "el", "ul", "ur", "bin", "ibn", "bint", "binti"})
_EUROPEAN_PARTICLES = frozenset(
    "van von der den het de da das do dos di del della dello degli la le lo ter ten te zu zur af av"
    "".split()
)
_CELTIC_PARTICLES = frozenset("ap ab ferch verch ni nic ui".split())
_PARTICLES = _GIVEN_PARTICLES | _EUROPEAN_PARTICLES | _CELTIC_PARTICLES | {"ben"}
# Nicola is no Ni Cola.
_EVER_GLUED = (_PARTICLES | _PREFIX_GLUED_TO_NEXT) - {"ni", "nic", "ui", "ab", "af", "av", "het"}

_NEVER_A_NAME = frozenset(
    "unknown unnamed notknown notgiven notstated notrecorded notnamed tbc tba nfn fnu lnu infant "
    "newborn unborn".split()
)
_GIVEN_PLACEHOLDERS = _NEVER_A_NAME | frozenset(
    "baby boy girl male female twin triplet babyboy babygirl".split()
)
_NUMBERED = "baby|boy|girl|infant|newborn|twin|triplet"
# Phrases of more than one word, read for what they mean: nothing, a child with a number, and the
# Arabic article, which takes on the letter that follows (ar-Rahman, us Salam, ed-Din).
_PHRASE = re.compile(
    r"\bnot[ -](?:yet[ -])?(?P<not>known|given|stated|recorded|named)\b"
    rf"|\b(?P<numbered>{_NUMBERED})[ -](?:one|two|three|i+|[abc])(?![a-z])(?! [a-z])"
    r"|\b[au](?P<sun>d|n|r|s|t|z|dh|sh|th)[ -](?=(?P=sun))"
    r"|\be(?P<dark>d|n|r|s|t|z|dh|sh|th)-(?=(?P=dark))"
)
# "Male Infant of Amina Khan" names the mother.
_OF_MOTHER = re.compile(
    rf"^(?:(?:{_NUMBERED}|male|female|child|one|two|three|i+|[abc])[ -])+of\b.*"
)
_CHILD_OF = re.compile(r"\b([bds])/o\b", re.IGNORECASE)


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
    characters no longer matter. Reads at most MAX_TEXT characters and gives no more."""
    text = text[:MAX_TEXT]
    if not text.isascii():
        return " ".join(_NOT_A_LETTER.sub("", _latin(text)).split())[:MAX_TEXT].rstrip()
    if text.isalpha():
        return text.lower()
    plain = text.replace("'", "").replace("`", "").lower()
    return " ".join(_NOT_PLAIN.sub(" ", plain).split())


def kept_name(text: str) -> str:
    """A name as an index keeps it, to be cut later: folded, and s/o, d/o and b/o, whose stroke
    folding takes away, read for what they mean before that."""
    if "/" in text:
        text = _CHILD_OF.sub(lambda of: "baby of" if of[1] in "bB" else "bin", text[:MAX_TEXT])
    return fold(text)


@lru_cache(maxsize=32_768)
def given_name(text: str) -> Name:
    """The given names as one Name; placeholders such as Baby or Infant carry no token, and only
    Arabic particles between names are set aside (Al, Ben and Le are given names too)."""
    written = _written(text)
    if written.isalpha():
        return _one_word(written, _GIVEN_PLACEHOLDERS)
    if "of" in written:
        written = _OF_MOTHER.sub("", written)
    words = written.split()
    parts = _parts(words, _GIVEN_PLACEHOLDERS)
    tokens = _without_particles(parts, _GIVEN_PARTICLES, first_may_be=False)
    return Name(tokens, _joined(words, parts, tokens))


@lru_cache(maxsize=32_768)
def family_name(text: str) -> Name:
    """The family name as one Name: both halves of a double name and the two joined; al-, bin, van
    set aside; O, Mc and Mac written apart belong to the word that follows."""
    written = _written(text)
    if written.isalpha():
        return _one_word(written, _NEVER_A_NAME)
    words = written.split()
    parts = _glued(_parts(words, _NEVER_A_NAME))
    tokens = _without_particles(parts, _PARTICLES)
    return Name(tokens, _joined(words, parts, tokens, written_apart=True))


def _latin(text: str) -> str:
    shown = unicodedata.normalize("NFKC", text.translate(_LEFT_OUT))
    return anyascii("".join([_plain(letter) for letter in shown[: 2 * MAX_TEXT]])).lower()


@lru_cache(maxsize=4_096)
def _plain(letter: str) -> str:
    """A letter or accent as it is, a dash as a hyphen, invisible marks as nothing, else a space."""
    category = unicodedata.category(letter)
    if category[0] in "LM":
        return letter
    if category == "Cf":
        return ""
    return "-" if category == "Pd" else " "


def _written(text: str) -> str:
    """The folded text with phrases that are no names read for what they mean."""
    folded = kept_name(text)
    if " " in folded or "-" in folded:
        return _PHRASE.sub(_meant, folded)
    return folded


def _meant(phrase: re.Match[str]) -> str:
    if phrase["not"]:
        return "not" + phrase["not"]
    return phrase["numbered"] or "al "


def _one_word(word: str, placeholders: frozenset[str]) -> Name:
    return Name() if word in placeholders else Name((word[:MAX_LETTERS],))


def _parts(words: list[str], placeholders: frozenset[str]) -> list[str]:
    parts = [part for word in words for part in word.split("-") if part]
    kept = dict.fromkeys([part[:MAX_LETTERS] for part in parts if part not in placeholders])
    return list(kept)[:MAX_TOKENS]


def _without_particles(
    parts: list[str], particles: frozenset[str], *, first_may_be: bool = True
) -> tuple[str, ...]:
    """The parts that are no particle of the word after them. The last never is: Kim Le, Ali Bin."""
    if len(parts) < 2 or particles.isdisjoint(parts):
        return tuple(parts)
    first, last = int(not first_may_be), len(parts) - 1
    return tuple(
        part
        for place, part in enumerate(parts)
        if not first <= place < last or part not in particles
    )


def _glued(parts: list[str]) -> list[str]:
    """O Brien and Mc Donald are one word each, O Brien-OBrien is no more; a lone O or Mac stays
    what it is."""
    if _PREFIX_GLUED_TO_NEXT.isdisjoint(parts):
        return parts
    glued: list[str] = []
    waiting = ""
    for part in parts:
        if part in _PREFIX_GLUED_TO_NEXT and not waiting:
            waiting = part
            continue
        glued.append((waiting + part)[:MAX_LETTERS])
        waiting = ""
    return list(dict.fromkeys([*glued, waiting] if waiting else glued))


def _joined(
    words: list[str], parts: list[str], tokens: tuple[str, ...], *, written_apart: bool = False
) -> tuple[str, ...]:
    if len(parts) < 2:
        return ()
    forms = [word.replace("-", "") for word in words if "-" in word] + _with_particles(parts)
    if written_apart and 2 <= len(tokens) <= 3:
        forms.append("".join(tokens))
    if written_apart and len(parts) <= 4:
        forms.append("".join(parts))
    kept = dict.fromkeys([form[:MAX_LETTERS] for form in forms])
    return tuple([form for form in kept if form not in tokens and len(form) > 2])[:4]


def _with_particles(parts: list[str]) -> list[str]:
    if _PARTICLES.isdisjoint(parts):
        return []
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
    waiting = [token]
    while waiting:
        written = waiting.pop()
        for particle in _EVER_GLUED:
            rest = written.removeprefix(particle)
            if rest != written and len(rest) > 2 and rest not in found:
                found.add(rest)
                waiting.append(rest)
    return frozenset(found)
