"""What happens to a whole name: its parts are swapped, dropped, joined, shortened, replaced.

Each error takes a draft of what is typed and returns another, or None where it cannot happen to
this child.
"""

import datetime as dt
import random
import re
import unicodedata
from dataclasses import dataclass, replace
from typing import Protocol

from tests.benchmarks.misspelling import Stream, heard, pet_name, plain, slip

PARTICLES = set(
    "al el as ash ad an ar bin bint ibn ben abu umm van von der den ter de da das do dos del della "
    "di du la le les lo st saint ap ab ferch mac mc ni nic o d san".split()
)
GLUED = re.compile(r"^(O['’ʼ]|D['’ʼ]|Mac(?=[A-Z])|Mc(?=[A-Z])|[AaEe]l-)(?=\w)")
ACCENTS = {"a": "áàâ", "e": "éèê", "i": "íï", "o": "óöô", "u": "úü", "n": "ñ", "c": "ç"}
OWN_ACCENTS = {"polish": {"l": "ł", "z": "ż", "s": "ś", "n": "ń", "o": "ó", "e": "ę"}}
OF_ENGLISH_KEYBOARD = {"english", "caribbean", "traveller"}


class Named(Protocol):
    """What an error must know of a child."""

    @property
    def given_names(self) -> str: ...
    @property
    def family_name(self) -> str: ...
    @property
    def former_family_name(self) -> str: ...
    @property
    def date_of_birth(self) -> dt.date: ...
    @property
    def postcode(self) -> str: ...
    @property
    def origin(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Draft:
    """What is about to be typed of a child. latest is the last day on which a child can be born."""

    child: Named
    given: str
    family: str
    birth: dt.date
    year: int
    postcode: str
    latest: dt.date


Moment = tuple[Stream, random.Random]


def in_one_word(draft: Draft, moment: Moment, error: str, field: str = "") -> Draft | None:
    """Make one "slip" or "heard" in one word of a field, or of either when none is named."""
    rng = moment[1]
    fields = [field] if field else rng.sample(["given", "family"], 2)
    for name in fields:
        words = getattr(draft, name).split(" ")
        for place in rng.sample(range(len(words)), len(words)):
            word = words[place]
            if plain(word) in PARTICLES:
                continue
            made = _changed(word, draft.child.origin, error, moment)
            if made:
                text = " ".join([*words[:place], made, *words[place + 1 :]])
                return _set(draft, name, text)
    return None


def slip_once(draft: Draft, moment: Moment) -> Draft | None:
    """One typing error in one of the names."""
    return in_one_word(draft, moment, "slip")


def slip_twice(draft: Draft, moment: Moment) -> Draft | None:
    """Two typing errors: in one long word, or one in each name."""
    field = moment[1].choice(["given", "family"])
    other = field if len(getattr(draft, field)) > 5 and moment[1].random() < 0.5 else ""
    other = other or ("family" if field == "given" else "given")
    first = in_one_word(draft, moment, "slip", field)
    second = first and in_one_word(first, moment, "slip", other)
    back = second and (second.given, second.family) == (draft.given, draft.family)
    return None if back else second


def hear(draft: Draft, moment: Moment) -> Draft | None:
    """One of the names as it was heard."""
    return in_one_word(draft, moment, "heard")


def in_both_names(draft: Draft, moment: Moment) -> Draft | None:
    """One error in each name: mistyped, misheard, or the given name a pet name."""
    given = moment[1].choice([shorten, _given_slip, _given_heard])(draft, moment)
    return given and in_one_word(given, moment, moment[1].choice(["slip", "heard"]), "family")


def swapped_and_wrong(draft: Draft, moment: Moment) -> Draft | None:
    """The names are in the wrong fields, and one of them is mistyped or misheard."""
    wrong = in_one_word(draft, moment, moment[1].choice(["slip", "heard"]))
    return wrong and swap(wrong, moment)


def shorten(draft: Draft, moment: Moment) -> Draft | None:
    """A pet name for the given name, or the full name for a child registered by a pet name."""
    made = pet_name(draft.given.split(" ")[0], draft.child.origin, *moment)
    return replace(draft, given=made) if made else None


def swap(draft: Draft, moment: Moment) -> Draft | None:
    """Given name and family name in each other's field."""
    if not draft.given or not draft.family:
        return None
    return replace(draft, given=draft.family, family=draft.given)


def initial(draft: Draft, moment: Moment) -> Draft | None:
    """Only the first letter of the given name."""
    if len(draft.given) < 2 or not draft.family:
        return None
    return replace(draft, given=draft.given[0] + ("." if moment[1].random() < 0.2 else ""))


def half_missing(draft: Draft, moment: Moment) -> Draft | None:
    """One half of a double name."""
    return _of_halves(draft, moment, lambda one, other: moment[1].choice([one, other]))


def halves_joined(draft: Draft, moment: Moment) -> Draft | None:
    """Both halves of a double name in one word."""
    return _of_halves(draft, moment, lambda one, other: one + other.lower())


def halves_swapped(draft: Draft, moment: Moment) -> Draft | None:
    """The halves of a double name in the other order."""
    return _of_halves(draft, moment, lambda one, other: f"{other}-{one}")


def particle(draft: Draft, moment: Moment) -> Draft | None:
    """A particle dropped, or written as one word with the name; or an article that is too much."""
    words = draft.family.split(" ")
    glued = GLUED.match(draft.family)
    rng = moment[1]
    if glued:
        front, rest = glued[0].strip("'’ʼ-"), draft.family[glued.end() :]
        made = [rest, front + rest.lower(), f"{front} {rest}"]
        return replace(draft, family=rng.choice(made))
    if len(words) > 1 and plain(words[0]).strip("'") in PARTICLES:
        return replace(draft, family=rng.choice([words[-1], "".join(words).capitalize()]))
    if draft.child.origin == "arabic" and draft.family and rng.random() < 0.1:
        return replace(draft, family=f"al-{draft.family}")
    return None


def former(draft: Draft, moment: Moment) -> Draft | None:
    """The family name that the child had before."""
    name = draft.child.former_family_name
    return replace(draft, family=name) if name and name != draft.family else None


def accents(draft: Draft, moment: Moment) -> Draft | None:
    """Accents left out; or one typed that the register does not have, for a name from abroad."""
    bare = replace(draft, given=unaccented(draft.given), family=unaccented(draft.family))
    if bare != draft:
        return bare
    rng, origin = moment[1], draft.child.origin
    if origin in OF_ENGLISH_KEYBOARD or rng.random() > 0.1:
        return None
    name = rng.choice(["given", "family"])
    text: str = getattr(draft, name)
    letters = {**ACCENTS, **OWN_ACCENTS.get(origin, {})}
    places = [place for place in range(1, len(text)) if text[place] in letters]
    if not places:
        return None
    place = rng.choice(places)
    accent = rng.choice(letters[text[place]])
    return _set(draft, name, text[:place] + accent + text[place + 1 :])


def middle(draft: Draft, moment: Moment) -> Draft | None:
    """A child known by the second given name. (Chinese given names of two words are one name.)"""
    names = draft.child.given_names.split(" ")
    if len(names) < 2 or not draft.family or draft.child.origin == "chinese":
        return None
    second = names[1]
    return None if plain(second) in PARTICLES else replace(draft, given=second)


def unaccented(text: str) -> str:
    """Return a text as it is typed on a keyboard without accents, capitals kept."""
    return "".join(
        plain(letter).upper() if letter.isupper() else plain(letter)
        for letter in unicodedata.normalize("NFC", text)
    )


def _given_slip(draft: Draft, moment: Moment) -> Draft | None:
    return in_one_word(draft, moment, "slip", "given")


def _given_heard(draft: Draft, moment: Moment) -> Draft | None:
    return in_one_word(draft, moment, "heard", "given")


def _changed(word: str, origin: str, error: str, moment: Moment) -> str | None:
    stream, rng = moment
    bare = unaccented(word)
    return slip(bare, rng) if error == "slip" else heard(bare, origin, stream, rng)


def _set(draft: Draft, name: str, text: str) -> Draft:
    return replace(draft, given=text) if name == "given" else replace(draft, family=text)


def _of_halves(draft: Draft, moment: Moment, make: "Halves") -> Draft | None:
    two_words_are_one = draft.child.origin == "chinese"
    for name, parting in (("family", "[- ]"), ("given", "[- ]" if two_words_are_one else "-")):
        halves = re.split(parting, getattr(draft, name))
        real = [half for half in halves if len(half) > 1 and plain(half) not in PARTICLES]
        if len(halves) == len(real) == 2 and real[0] != real[1]:
            return _set(draft, name, make(*real))
    return None


class Halves(Protocol):
    """Makes one name of the two halves of a name."""

    def __call__(self, one: str, other: str) -> str: ...
