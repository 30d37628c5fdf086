"""By when somebody who asked to be put in touch is to be rung."""

import datetime as dt

from babel.dates import get_timezone

LONDON = "Europe/London"
CLOSES_AT = dt.time(17)
_SATURDAY = 5


def call_by(
    made_at: dt.datetime, *, is_urgent: bool, urgent_minutes: int, working_days: int
) -> dt.datetime:
    """Return the moment (UTC) by which somebody rings: so many minutes from an urgent request, else
    the end (17:00 in London) of so many working days after the day it was made.
    """
    if is_urgent:
        return made_at + dt.timedelta(minutes=urgent_minutes)
    day = made_at.astimezone(get_timezone(LONDON)).date()
    for _ in range(working_days):
        day = next_working_day(day)
    return _in_utc(dt.datetime.combine(day, CLOSES_AT))


def next_working_day(day: dt.date) -> dt.date:
    """Return the first working day after a day."""
    following = day + dt.timedelta(days=1)
    while following.weekday() >= _SATURDAY or following in bank_holidays(following.year):
        following += dt.timedelta(days=1)
    return following


def bank_holidays(year: int) -> frozenset[dt.date]:
    """Return the yearly bank holidays of England and Wales; those proclaimed once are not known.

    Banking and Financial Dealings Act 1971, schedule 1; the days in lieu as always proclaimed.
    """
    easter = easter_sunday(year)
    movable = {
        easter - dt.timedelta(days=2),
        easter + dt.timedelta(days=1),
        _monday_from(dt.date(year, 5, 1)),
        _monday_from(dt.date(year, 5, 25)),
        _monday_from(dt.date(year, 8, 25)),
    }
    found: set[dt.date] = set()
    for fixed in (dt.date(year, 1, 1), dt.date(year, 12, 25), dt.date(year, 12, 26)):
        day = fixed
        while day.weekday() >= _SATURDAY or day in found:
            day += dt.timedelta(days=1)
        found.add(day)
    return frozenset(movable | found)


def easter_sunday(year: int) -> dt.date:
    """Return Easter Sunday of the Gregorian calendar (algorithm of Meeus, Jones and Butcher)."""
    golden, century, rest = year % 19, year // 100, year % 100
    moon = (19 * golden + century - century // 4 - (8 * century + 13) // 25 + 15) % 30
    week = (32 + 2 * (century % 4) + 2 * (rest // 4) - moon - rest % 4) % 7
    late = (golden + 11 * moon + 22 * week) // 451
    month, day = divmod(moon + week - 7 * late + 114, 31)
    return dt.date(year, month, day + 1)


def _in_utc(local: dt.datetime) -> dt.datetime:
    """The moment at which clocks in London show this; zones of pytz know it by localize() only."""
    zone = get_timezone(LONDON)
    localize = getattr(zone, "localize", None)
    aware: dt.datetime = localize(local) if localize else local.replace(tzinfo=zone)
    return aware.astimezone(dt.UTC)


def _monday_from(day: dt.date) -> dt.date:
    return day + dt.timedelta(days=-day.weekday() % 7)
