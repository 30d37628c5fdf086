"""Birth dates as people report them: exact, day and month swapped, a digit wrong, only a year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date, timedelta
from enum import IntEnum
from functools import lru_cache
from itertools import chain

_DAY = timedelta(days=1)
_YEAR = timedelta(days=366)
# Where two adjacent digits of one writing of a date may be exchanged: in the year, month, day.
_EXCHANGED = (0, 1, 2, 4, 6)


@dataclass(frozen=True, slots=True)
class BirthWindow:
    """Born on one of these days, both ends included. `about`: from a stated age, not a year."""

    earliest: date
    latest: date
    about: bool = False

    def __contains__(self, day: date) -> bool:
        return self.earliest <= day <= self.latest

    @property
    def days(self) -> int:
        """How many days it spans, at least one."""
        return (self.latest - self.earliest).days + 1


Birth = date | BirthWindow | None


class DateLikeness(IntEnum):
    """The kinds of agreement between two reports of one birth; the smaller, the closer."""

    SAME = 0
    SWAPPED = 1
    NEXT_DAY = 2
    ONE_DIGIT = 3
    YEAR = 4
    ABOUT = 5
    NEAR = 6
    DIFFERENT = 7
    UNKNOWN = 8


def year_window(year: int) -> BirthWindow:
    """Born in this calendar year. Raises ValueError for a year no date can have."""
    return BirthWindow(date(year, 1, 1), date(year, 12, 31))


def age_window(years: int, on: date) -> BirthWindow:
    """Born so that a person guessing on that day would say about this many years, give or take one.
    Raises ValueError for a negative age or one that reaches before the calendar."""
    if years < 0:
        raise ValueError("an age is not negative")
    earliest = _years_before(on, years + 2) + _DAY
    return BirthWindow(earliest, _years_before(on, max(years - 1, 0)), about=True)


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return date(day.year - years, 2, 28)


def swapped(day: date) -> date | None:
    """The date with day and month exchanged, where that is another real date."""
    if day.day > 12 or day.day == day.month:
        return None
    return day.replace(month=day.day, day=day.month)


def neighbours(day: date) -> frozenset[date]:
    """The day before and the day after."""
    return frozenset(
        other for step in (-1, 1) if (other := _from_number(day.toordinal() + step)) is not None
    )


@lru_cache(maxsize=1_024)
def one_digit_away(day: date) -> frozenset[date]:
    """Every real date whose ISO writing differs in one digit, or in two adjacent digits exchanged
    within day, month or year; the day itself is not among them."""
    written = f"{day.year:04}{day.month:02}{day.day:02}"
    replaced = (
        written[:place] + digit + written[place + 1 :]
        for place in range(len(written))
        for digit in "0123456789"
    )
    exchanged = (
        written[:place] + written[place + 1] + written[place] + written[place + 2 :]
        for place in _EXCHANGED
    )
    found = (_from_digits(digits) for digits in chain(replaced, exchanged))
    return frozenset(other for other in found if other is not None and other != day)


def is_one_digit_away(one: date, other: date) -> bool:
    """True when the other is among `one_digit_away(one)`, without writing them all down."""
    ours, theirs = (f"{day.year:04}{day.month:02}{day.day:02}" for day in (one, other))
    places = [place for place in range(8) if ours[place] != theirs[place]]
    if len(places) != 2:
        return len(places) == 1
    first, second = places
    is_pair = second == first + 1 and first in _EXCHANGED
    return is_pair and ours[first] == theirs[second] and ours[second] == theirs[first]


def _from_digits(digits: str) -> date | None:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None


def _from_number(number: int) -> date | None:
    return date.fromordinal(number) if 1 <= number <= date.max.toordinal() else None


def compare_births(one: Birth, other: Birth) -> DateLikeness:
    """The closest kind of agreement; UNKNOWN when either is not known. Order does not matter."""
    if one is None or other is None:
        return DateLikeness.UNKNOWN
    if isinstance(one, BirthWindow):
        return _in_window(one, other)
    if isinstance(other, BirthWindow):
        return _in_window(other, one)
    return _two_days(one, other)


def _two_days(one: date, other: date) -> DateLikeness:
    if one == other:
        return DateLikeness.SAME
    if swapped(one) == other:
        return DateLikeness.SWAPPED
    if abs((one - other).days) == 1:
        return DateLikeness.NEXT_DAY
    if is_one_digit_away(one, other):
        return DateLikeness.ONE_DIGIT
    return DateLikeness.DIFFERENT


def _in_window(window: BirthWindow, other: date | BirthWindow) -> DateLikeness:
    first, last = (
        (other.earliest, other.latest) if isinstance(other, BirthWindow) else (other, other)
    )
    about = window.about or (isinstance(other, BirthWindow) and other.about)
    if first <= window.latest and last >= window.earliest:
        return DateLikeness.ABOUT if about else DateLikeness.YEAR
    near = min(abs(first - window.latest), abs(window.earliest - last)) <= _YEAR
    return DateLikeness.NEAR if near else DateLikeness.DIFFERENT


def widened(window: BirthWindow) -> BirthWindow:
    """The window with a year added at either end, inside which a birth still counts as near."""
    earliest = max(window.earliest.toordinal() - _YEAR.days, date(MINYEAR, 1, 1).toordinal())
    latest = min(window.latest.toordinal() + _YEAR.days, date(MAXYEAR, 12, 31).toordinal())
    return BirthWindow(date.fromordinal(earliest), date.fromordinal(latest), window.about)
