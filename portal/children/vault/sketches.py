"""What a search is compared with, and the marks by which the two come together.

A mark of a sketch and a question of a search are the same words, kept and asked as keyed
fingerprints. A search ranks the slots by how many of its questions they answer, so one that is
right about little, an initial and a family name, still stands before those that share a sound.
Slips of the pen that change no sound need nothing; of a slip that does, one half of the word
stays whole (`_halves`, `_halves_near`), and short forms are asked for by the name index's table.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, islice, product

from portal.children.vault.identity import (
    Document,
    day_mark,
    days_near,
    description_of,
    number_mark,
)
from portal.children.vault.tables import MARKS
from portal.matching import BirthWindow, Description
from portal.matching.dates import swapped
from portal.matching.keys import edits_allowed
from portal.matching.names import Name, kept_name, without_particle
from portal.matching.nicknames import related
from portal.matching.sounds import sounds as sounds_of

# No look asks more questions, whatever was typed.
ASKED = 400
# A child with many names is found by any of them: the sketch then stands whole on so many slots.
_MOST_SLOTS = 3
_MOST_LETTERS, _MOST_FORMER, _MOST_POSTCODES = 120, 8, 8
_MOST_NUMBERS, _MOST_DAYS, _MOST_WORDS, _MOST_HALVED = 6, 56, 40, 3
_MOST_SOUNDS, _MOST_OF_YEARS, _MOST_BY_INITIAL, _MOST_BY_HALVES = 80, 120, 56, 60
_MARKED_POSTCODES, _MARKED_INITIALS = 4, 4


def sketch_of(document: Document) -> Document:
    """Return what a search is compared with: as much as one slot holds, whoever the child is.
    Names as the name index folds them."""
    return {
        "child_id": document["child_id"],
        "given_names": kept_name(document["given_names"])[:_MOST_LETTERS],
        "family_name": kept_name(document["family_name"])[:_MOST_LETTERS],
        "former": [
            [kept_name(given)[:_MOST_LETTERS], kept_name(family)[:_MOST_LETTERS]]
            for given, family in document["former"][:_MOST_FORMER]
        ],
        "born": document["born"],
        "gender": document["gender"],
        "postcodes": document["postcodes"][:_MOST_POSTCODES],
        "numbers": document["numbers"],
        "since": document["since"],
    }


def sketch_marks(sketch: Document) -> list[str]:
    """Return the marks of a sketch: those it cannot do without, and as many others as find room
    on the same slots."""
    known = description_of(sketch)
    born = dt.date.fromisoformat(sketch["born"])
    names = [known.given, known.family, *known.former_given, *known.former]
    sounds = _sounds(word for name in names for word in _words(name))
    initials = _initials(w for name in (known.given, *known.former_given) for w in name.tokens)
    family = _sounds(word for name in (known.family, *known.former) for word in _words(name))
    needed = [
        day_mark(born), _born(born),
        *(number_mark(*number) for number in sketch["numbers"].items()),
        *(_sound(code) for code in sounds),
        *(_sound_of_year(born.year, code) for code in sounds),
        *(_by_initial(*one) for one in product(initials[:_MARKED_INITIALS], family)),
        *(_postcode(code) for code in sorted(known.postcodes)[:_MARKED_POSTCODES]),
    ]  # fmt: skip
    needed = list(dict.fromkeys(needed))
    room = min(-(-len(needed) // (MARKS - 1)), _MOST_SLOTS) * (MARKS - 1)
    return list(dict.fromkeys([*needed, *_marks_of_halves(known, born.year, initials)]))[:room]


def _marks_of_halves(known: Description, year: int, initials: list[str]) -> Iterator[str]:
    given, family = known.given.tokens[:1], known.family.tokens[:2]
    ends = [half for word in given for half in _halves(word)[1:]]
    families = [half for word in family for half in _halves(word)]
    yield from (_by_half(*one) for one in product([*initials[:1], *ends], families))
    halves = [half for word in (*family, *given) for half in _halves(word)]
    yield from (_half_of_year(year, half) for half in halves)
    yield from (_half(half) for half in halves)


def questions(asked: Description, *, numbers: Mapping[str, str]) -> list[str]:
    """Return the marks that a search asks for, those that say most first.

    They allow for days mistyped, years nearly right, given and family name exchanged, initials,
    short forms, words written together or apart, and slips of the pen.
    """
    given = _typed([asked.given, *asked.former_given])
    family = _typed([asked.family, *asked.former])
    every = list(dict.fromkeys([*_with_related(given), *_with_related(family)]))[:_MOST_WORDS]
    years, sounds = _years(asked), _sounds(every)
    found = [
        *islice((number_mark(*one) for one in numbers.items() if one[1]), _MOST_NUMBERS),
        *(_born(day) for day in _borne_days(asked)),
        *(day_mark(day) for day in days_near(asked.birth)[:_MOST_DAYS]),
        *(_postcode(code) for code in sorted(asked.postcodes)[:_MARKED_POSTCODES]),
        *(_sound(code) for code in sounds[:_MOST_SOUNDS]),
        *islice((_sound_of_year(y, c) for c, y in product(sounds, years)), _MOST_OF_YEARS),
        *_questions_by_initial(given, family),
        *_questions_of_halves(given, family, years),
    ]
    return list(dict.fromkeys(found))[:ASKED]


def _questions_by_initial(given: list[str], family: list[str]) -> Iterator[str]:
    initials, sounds = _initials(_with_related(given)), _sounds(_with_related(family))
    both = ((initial, code) for code, initial in product(sounds, initials))
    return islice((_by_initial(*one) for one in both), _MOST_BY_INITIAL)


def _questions_of_halves(given: list[str], family: list[str], years: list[int]) -> Iterator[str]:
    starts = [*_initials(_with_related(given)), *_near(given[:1], ends_only=True)]
    ends = _near(family[:_MOST_HALVED])
    halves = list(dict.fromkeys([*ends, *_near(given[:_MOST_HALVED])]))
    yield from islice((_by_half(*one) for one in product(starts, ends)), _MOST_BY_HALVES)
    yield from (_half(half) for half in halves)
    yield from islice((_half_of_year(y, h) for y, h in product(years, halves)), _MOST_BY_HALVES)


def _words(name: Name) -> list[str]:
    """The words of a name, and those that were written as one; no initials."""
    whole = ("".join(name.tokens),) if len(name.tokens) > 1 else ()
    found = dict.fromkeys([*name.tokens, *name.joined, *whole])
    return [word for word in found if len(word) > 1]


def _typed(names: Iterable[Name]) -> list[str]:
    """The words that were typed, initials too."""
    found = [word for name in names for word in (*name.tokens, *_words(name))]
    return list(dict.fromkeys(found))


def _with_related(words: list[str]) -> list[str]:
    """The words, what remains of them without a particle, and what else the same name is called."""
    apart = [part for word in words for part in sorted(without_particle(word))]
    other = [sorted(found, key=found.__getitem__) for found in map(related, words)]
    return list(dict.fromkeys([*words, *apart, *chain.from_iterable(other)]))


def _sounds(words: Iterable[str]) -> list[str]:
    codes = (code for word in words if len(word) > 1 for code in sorted(sounds_of(word)))
    return list(dict.fromkeys(codes))


def _initials(words: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(word[0] for word in words))


def _borne_days(asked: Description) -> list[dt.date]:
    """The day that was typed, and with day and month exchanged."""
    if not isinstance(asked.birth, dt.date):
        return []
    return list(dict.fromkeys([asked.birth, swapped(asked.birth) or asked.birth]))


def _years(asked: Description) -> list[int]:
    """The years that were meant, then those before and after."""
    if isinstance(asked.birth, dt.date):
        return [asked.birth.year]
    if not isinstance(asked.birth, BirthWindow):
        return []
    first, last = asked.birth.earliest.year, asked.birth.latest.year
    return [*range(first, last + 1), first - 1, last + 1]


def _halves(word: str) -> list[str]:
    """The beginning and the end of a word, a letter left out between them: a letter wrong, too
    many, missing, or two exchanged, spoil no more than one of them."""
    middle = len(word) // 2
    return [f"{word[:middle]}-", f"-{word[middle + 1 :]}"] if len(word) > 2 else []


def _halves_near(word: str) -> tuple[list[str], list[str]]:
    """The beginnings and the ends of the words that this one may be a slip for."""
    slips = edits_allowed(len(word) + 1)
    lengths = range(max(3, len(word) - slips), len(word) + slips + 1)
    starts = dict.fromkeys(f"{word[: length // 2]}-" for length in lengths)
    ends = dict.fromkeys(f"-{word[1 + length // 2 - length :]}" for length in lengths)
    return list(starts), list(ends)


def _near(words: Iterable[str], *, ends_only: bool = False) -> list[str]:
    found: list[str] = []
    for word in words:
        if len(word) > 2:
            starts, ends = _halves_near(word)
            found += ends if ends_only else [*starts, *ends]
    return found


def _born(day: dt.date) -> str:
    return f"born|{day.toordinal()}"


def _postcode(code: str) -> str:
    return f"postcode|{code}"


def _sound(code: str) -> str:
    return f"sound|{code}"


def _sound_of_year(year: int, code: str) -> str:
    return f"year|{year}|{code}"


def _by_initial(initial: str, code: str) -> str:
    return f"initial|{initial}|{code}"


def _by_half(start: str, half: str) -> str:
    return f"halves|{start}|{half}"


def _half(half: str) -> str:
    return f"half|{half}"


def _half_of_year(year: int, half: str) -> str:
    return f"half|{year}|{half}"
