"""Rows of one file that are about the same thing: periods, as pairs of days, and what they share.

A period is two numbers of days (date.toordinal), both inside it; all time where a row has none.
"""

import datetime as dt
from array import array

from portal.feeds.rules.words import InvolvementFacts

Days = tuple[int, int]
ALWAYS: Days = (dt.date.min.toordinal(), dt.date.max.toordinal())


def days_of(read: object) -> Days:
    """Return the days that a row speaks of: all time, but for an involvement."""
    if not isinstance(read, InvolvementFacts):
        return ALWAYS
    first = read.started_on.toordinal() if read.started_on else ALWAYS[0]
    return first, read.ended_on.toordinal() if read.ended_on else ALWAYS[1]


def is_within(said: bytes, days: Days) -> bool:
    """True when a period shares a day with one of those that were said (see with_days)."""
    return any(first <= days[1] and days[0] <= last for first, last in _pairs(said))


def with_days(said: bytes, days: Days) -> bytes:
    """Return the periods that were said and one more. Those that share a day become one, so that
    they cannot be many, however often a row stands in a file."""
    apart = array("i")
    for first, last in _pairs(said):
        if first <= days[1] and days[0] <= last:
            days = min(first, days[0]), max(last, days[1])
        else:
            apart.extend((first, last))
    apart.extend(days)
    return apart.tobytes()


def _pairs(said: bytes) -> list[Days]:
    every = array("i", said)
    return list(zip(every[::2], every[1::2], strict=True))
