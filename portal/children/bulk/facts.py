"""What is compared of a child, or of a row, as columns of text; and what two of them must share to
be compared at all."""

from datetime import date
from functools import lru_cache
from itertools import chain

from portal.matching import Description
from portal.matching.dates import swapped
from portal.matching.names import Name
from portal.matching.sounds import sounds

COLUMNS = (
    "given", "given_first", "given_heard", "family", "family_first", "family_heard",
    "born", "born_swapped", "born_year", "born_day", "gender", "postcode", "sector",
)  # fmt: skip
Line = tuple[str | None, ...]
Key = tuple[str, ...]

# Two are compared when they agree in one of these ways: columns of the child, those of the row.
WAYS: tuple[tuple[Key, Key], ...] = tuple(
    (ours, theirs or ours)
    for ours, theirs in (
        (("born", "given_heard"), ()),
        (("born", "family_heard"), ()),
        (("born", "postcode"), ()),
        (("born", "family_heard"), ("born", "given_heard")),
        (("born_swapped", "family_heard"), ("born", "family_heard")),
        (("born_swapped", "given_heard"), ("born", "given_heard")),
        (("born_swapped", "family_heard"), ("born", "given_heard")),
        (("postcode", "given_heard"), ()),
        (("postcode", "family_heard"), ()),
        (("postcode", "family_heard"), ("postcode", "given_heard")),
        (("given_first", "family_first", "born_year"), ()),
        (("given_first", "family_first", "born_day"), ()),
    )
)
_PLACE = {column: place for place, column in enumerate(COLUMNS)}
_OUR_PLACES = [tuple(_PLACE[column] for column in ours) for ours, _ in WAYS]
_THEIR_PLACES = [tuple(_PLACE[column] for column in theirs) for _, theirs in WAYS]
_MOST_NAMES = 5


def lines_of(one: Description) -> list[Line]:
    """One line for each name with one postcode, and one for each further postcode; most children
    have a single line."""
    birth = _birth(one.birth) if isinstance(one.birth, date) else (None,) * 4
    if not one.former and not one.former_given and len(one.postcodes) < 2:
        return [_line(one, birth, one.given, one.family, min(one.postcodes, default=""))]
    codes = sorted(one.postcodes) or [""]
    names = [(one.given, one.family), *((one.given, former) for former in one.former)]
    names += [(former, one.family) for former in one.former_given]
    told = chain(
        ((name, codes[0]) for name in names[:_MOST_NAMES]),
        ((names[0], code) for code in codes[1:]),
    )
    return [_line(one, birth, given, family, code) for (given, family), code in told]


def _line(one: Description, birth: Line, given: Name, family: Name, code: str) -> Line:
    return (
        *_named(given), *_named(family), *birth, one.gender, code or None, code[:-2] or None,
    )  # fmt: skip


def ways_to(one: Description, *, is_row: bool) -> set[tuple[int, Line]]:
    """The keys under which a child is found, or those under which a row looks: WAYS in Python."""
    places = _THEIR_PLACES if is_row else _OUR_PLACES
    return {
        (way, key)
        for line in lines_of(one)
        for way, columns in enumerate(places)
        if None not in (key := tuple(line[place] for place in columns))
    }


@lru_cache(maxsize=262_144)
def _named(name: Name) -> tuple[str | None, str | None, str | None]:
    if not name.tokens:
        return None, None, None
    first = name.tokens[0]
    # A word may be said in several ways. One is enough here: other ways lead to the child as well.
    return " ".join(name.tokens), first, min(sounds(first), default=first)


@lru_cache(maxsize=32_768)
def _birth(day: date) -> tuple[str | None, ...]:
    written, other = f"{day:%Y%m%d}", swapped(day)
    return written, f"{other:%Y%m%d}" if other else None, written[:4], written[4:]
