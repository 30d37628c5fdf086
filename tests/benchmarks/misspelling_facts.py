"""What happens to a date of birth and a postcode. Errors as in misspelling_names."""

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import replace

from tests.benchmarks.misspelling_names import Draft, Moment

# The letters that the last part of a postcode uses: Royal Mail leaves out C I K M O V.
UNIT = "ABDEFGHJLNPQRSTUWXYZ"
# Heard for one another on a telephone, or alike in handwriting.
CONFUSED = {
    "B": "DPE", "D": "BTE", "P": "BTE", "T": "DPE", "E": "BDP", "M": "N", "N": "M", "F": "S",
    "S": "F", "A": "H", "H": "A", "G": "J", "J": "G", "U": "W", "W": "U", "Q": "U", "L": "N",
    "R": "A", "5": "96", "9": "5", "1": "7", "7": "1", "6": "5", "8": "3", "3": "8",
}  # fmt: skip


def day_and_month(draft: Draft, moment: Moment) -> Draft | None:
    """Day and month in each other's place."""
    day, month = draft.birth.day, draft.birth.month
    if day > 12 or day == month:
        return None
    return _born(draft, [(draft.birth.year, day, month)], moment[1])


def one_digit(draft: Draft, moment: Moment) -> Draft | None:
    """One digit of the date is another: most often of the day, seldom of the year."""
    day, month, year = draft.birth.day, draft.birth.month, draft.birth.year
    part = moment[1].choices(["day", "month", "year"], [5, 3, 2])[0]
    made = {
        "day": [(year, month, other) for other in _one_digit_off(day)],
        "month": [(year, other, day) for other in _one_digit_off(month)],
        "year": [(other, month, day) for other in (year - 1, year + 1, year - 2, year + 2)],
    }
    return _born(draft, made[part], moment[1])


def about_the_age(draft: Draft, moment: Moment) -> Draft | None:
    """The age was guessed: the year is one too early or one too late."""
    return replace(draft, year=draft.year + moment[1].choice([-1, 1]))


def one_sign(draft: Draft, moment: Moment) -> Draft | None:
    """One letter or digit of the postcode is another."""
    rng, text = moment[1], draft.postcode.upper()
    places = [place for place, sign in enumerate(text) if sign.isalnum() and place]
    if not places:
        return None
    place = rng.choice(places)
    sign = text[place]
    near = CONFUSED.get(sign, "") if rng.random() < 0.6 else ""
    signs = near or ("123456789" if sign.isdigit() else UNIT)
    made = text[:place] + rng.choice(signs.replace(sign, "")) + text[place + 1 :]
    return replace(draft, postcode=made)


def moved(draft: Draft, moment: Moment) -> Draft | None:
    """Another postcode of the same town: an address before or after the one that the index has."""
    rng, area = moment[1], draft.postcode.split(" ")[0].rstrip("0123456789")
    if not area or not area.isalpha():
        return None
    made = f"{area}{rng.randint(1, 20)} {rng.randint(1, 9)}{rng.choice(UNIT)}{rng.choice(UNIT)}"
    return replace(draft, postcode=made) if made != draft.postcode else None


def _one_digit_off(number: int) -> Iterator[int]:
    """Every number of two digits that differs from this one in one of them."""
    for tenth in (10, 1):
        digit = number // tenth % 10
        yield from (number + (other - digit) * tenth for other in range(10) if other != digit)


def _born(draft: Draft, days: list[tuple[int, int, int]], rng: random.Random) -> Draft | None:
    possible = [day for one in days if (day := _day(one)) and day <= draft.latest]
    if not possible:
        return None
    born = rng.choice(possible)
    return replace(draft, birth=born, year=born.year)


def _day(parts: tuple[int, int, int]) -> dt.date | None:
    try:
        return dt.date(*parts)
    except ValueError:
        return None
