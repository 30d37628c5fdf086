"""What happens to one word between a mouth and a keyboard: typing errors, mishearings, pet names.

Shares no rule and no table with the engine (`portal.matching`), and its author had not read it.
Mishearings and pet names are divided between two streams pair by pair, rule by rule: what the
engine is tuned on is not what it is reported on.
"""

import random
import re
import tomllib
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import StrEnum
from functools import cache
from itertools import permutations, product
from pathlib import Path
from zlib import crc32

TABLES = Path(__file__).with_name("misspelling.toml")
KEYBOARD = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
STROKES = str.maketrans("łøđðıßþæœŁØĐİÆŒ", "loddisteolodieo")
# Which tables a name of an origin is misheard by, its own first. Every office in England mishears
# the English way too. An origin not named here is misheard the English way only.
TABLES_OF = {
    "traveller": ("irish", "english"),
    **dict.fromkeys(("romanian", "ukrainian", "turkish", "jewish"), ("european", "english")),
    "vietnamese": ("european", "chinese"),
}
# Names that travel with a faith are shortened alike in many languages.
PETS_OF = dict.fromkeys(("south_asian", "somali", "west_african", "turkish"), ("arabic",))
OWN_TABLE_FIRST = 0.7
KNOWN_SPELLING = 0.5
TWO_SOUNDS = 0.35
# F. J. Damerau (1964) and J. J. Pollock and A. Zamora (1984) found four kinds of slip to make up
# four fifths and more of all: a letter left out, put in, replaced, or two transposed, in about this
# order of frequency. Both found few of them in the first letter.
SLIPS = {"dropped": 34, "doubled": 14, "inserted": 13, "neighbour": 25, "swapped": 14}
FIRST_LETTER = 0.08


class Stream(StrEnum):
    """Which half of the errors: the one to tune on, or the one to report on."""

    TUNING = "tuning"
    REPORTING = "reporting"


def stream_of(*entry: str) -> Stream:
    """Return the one stream to which an entry of a table, a pair of words or a child belongs."""
    mark = crc32("|".join(sorted(entry)).encode())
    return Stream.REPORTING if mark >> 7 & 1 else Stream.TUNING


def plain(word: str) -> str:
    """Return a word in small letters of the English keyboard where they exist."""
    parted = unicodedata.normalize("NFKD", word.translate(STROKES).lower())
    return "".join(letter for letter in parted if not unicodedata.combining(letter))


def like(word: str, typed: str) -> str:
    """Give a word the capitals of another."""
    if word[:1].isupper():
        return "-".join(part[:1].upper() + part[1:] for part in typed.split("-"))
    return typed


def slip(word: str, rng: random.Random) -> str | None:
    """Return a word with one typing error, or None when it is too short to be recognised then."""
    letters = [place for place, letter in enumerate(plain(word)) if letter.isalpha()]
    if len(letters) < 3 or len(plain(word)) != len(word):
        return None
    kind = rng.choices(list(SLIPS), list(SLIPS.values()))[0]
    for _ in range(20):
        place = letters[0] if rng.random() < FIRST_LETTER else rng.choice(letters[1:])
        made = _slipped(plain(word), place, kind, rng)
        if made != plain(word):
            return like(word, made)
    return None


def heard(word: str, origin: str, stream: Stream, rng: random.Random) -> str | None:
    """Return a word as somebody may write it who only heard it, or None when no rule fits."""
    first, *others = _tables_of(origin)
    tables = [first] if rng.random() < OWN_TABLE_FIRST else [*others, first]
    letters = plain(word)
    for table in tables:
        spellings = [one for one in _alike(table, letters) if stream_of(letters, one) is stream]
        if spellings and rng.random() < KNOWN_SPELLING:
            return like(word, rng.choice(spellings))
    for table in tables:
        made = _misheard(letters, _rules(table, stream), rng)
        if made != letters and len(made) > 1:
            return like(word, made)
    return None


def pet_name(word: str, origin: str, stream: Stream, rng: random.Random) -> str | None:
    """Return a short form for a full name or a full name for a short form, or None."""
    letters = plain(word)
    known = [
        one
        for table in (*_tables_of(origin), *PETS_OF.get(origin, ()))
        for one in _pets(table).get(letters, ())
        if stream_of(letters, one) is stream
    ]
    return like(word, rng.choice(known)) if known else None


def _tables_of(origin: str) -> tuple[str, ...]:
    return TABLES_OF.get(origin, (origin, "english"))


def _slipped(word: str, place: int, kind: str, rng: random.Random) -> str:
    letter = word[place]
    swapped = word[:place] + word[place + 1 : place + 2] + letter + word[place + 2 :]
    made: dict[str, Callable[[], str]] = {
        "dropped": lambda: word[:place] + word[place + 1 :],
        "doubled": lambda: word[:place] + letter + word[place:],
        "inserted": lambda: word[: place + 1] + _neighbour(letter, rng) + word[place + 1 :],
        "neighbour": lambda: word[:place] + _neighbour(letter, rng) + word[place + 1 :],
        "swapped": lambda: swapped if word[place + 1 : place + 2].isalpha() else word,
    }
    return made[kind]()


def _neighbour(letter: str, rng: random.Random) -> str:
    for row, keys in enumerate(KEYBOARD):
        place = keys.find(letter)
        if place >= 0:
            near = keys[max(place - 1, 0) : place] + keys[place + 1 : place + 2]
            near += "".join(
                other[max(place - 1, 0) : place + 1]
                for other in KEYBOARD[max(row - 1, 0) : row + 2]
                if other != keys
            )
            return rng.choice(near)
    return rng.choice("aeiou")


def _misheard(word: str, rules: Sequence[tuple[str, str]], rng: random.Random) -> str:
    wanted = 2 if rng.random() < TWO_SOUNDS else 1
    for pattern, sound in rng.sample(rules, len(rules)):
        places = list(re.finditer(pattern, word))
        if places and wanted:
            place = rng.choice(places)
            word = word[: place.start()] + sound + word[place.end() :]
            wanted -= 1
    return word


@cache
def _tables() -> dict[str, dict[str, str | list[str]]]:
    with TABLES.open("rb") as file:
        return tomllib.load(file)


@cache
def _rules(table: str, stream: Stream) -> tuple[tuple[str, str], ...]:
    written = str(_tables().get(table, {}).get("sounds", "")).split()
    return tuple(rule for text in written if stream_of(text) is stream for rule in _both_ways(text))


def _both_ways(text: str) -> Iterator[tuple[str, str]]:
    """Read "a>b" or "a=b". A look-ahead holds "=" too, so the last sign outside brackets parts."""
    parts = re.fullmatch(r"((?:\([^)]*\)|[^(>=])*)([>=])(.*)", text)
    assert parts, text
    left, sign, right = parts.groups()
    yield left, right
    if sign == "=":
        yield right, left


@cache
def _spellings(table: str) -> dict[str, tuple[str, ...]]:
    groups = [plain(group).split() for group in _tables().get(table, {}).get("alike", ())]
    return _grouped(pair for group in groups for pair in permutations(group, 2))


def _alike(table: str, word: str) -> tuple[str, ...]:
    return _spellings(table).get(word, ())


@cache
def _pets(table: str) -> dict[str, tuple[str, ...]]:
    groups = [plain(group).split("/") for group in _tables().get(table, {}).get("pets", ())]
    pairs = [pair for full, short in groups for pair in product(full.split(), short.split())]
    return _grouped([*pairs, *((short, full) for full, short in pairs)])


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for one, other in pairs:
        if one != other:
            found.setdefault(one, {})[other] = None
    return {word: tuple(others) for word, others in found.items()}
