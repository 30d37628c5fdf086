"""How well sources report, month by month; when a portal may go live."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from portal.feeds.rules.words import Told

# Fewer rows could be one child's, and of fewer children a share would move when one goes into
# hiding (decisions/0031).
FEWEST_ROWS, FEWEST_CHILDREN = 20, 1_000
MONTHS = 12
SIGN_OFF_HOLDS = dt.timedelta(days=1)
DAYS_OF_MONTH = 30.44


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """The rows of one kind that a source sent in one month. known, matched, possible and new are
    None where they were not counted, are too few, or belong to a month that is not over."""

    kind: str
    first: dt.date
    received: int
    refused: int
    known: int | None = None
    matched: int | None = None
    possible: int | None = None
    new: int | None = None

    @property
    def is_placed(self) -> bool:
        """True when it is told how the rows stand to the index."""
        return self.known is not None


def may_be_told(*, first: dt.date, received: int, today: dt.date) -> bool:
    """True when it may be said how the rows of a month stand to the index: the difference of two
    days could be one child, so a month has to be over, and have rows enough."""
    return first < today.replace(day=1) and received >= FEWEST_ROWS


def first_months(today: dt.date) -> dt.date:
    """Return the first day of the earliest month that is shown."""
    months = today.year * 12 + today.month - MONTHS
    return dt.date(months // 12, months % 12 + 1, 1)


def percent(part: int, whole: int) -> int:
    """Return a share in whole per cent, rounded down; none of none is 0."""
    return 100 * part // whole if whole else 0


def share_of_children(part: int, whole: int, *, children: int) -> int | None:
    """Return a share in whole per cent; None where there are too few children to tell."""
    return percent(part, whole) if children >= FEWEST_CHILDREN else None


def median(days: Iterable[tuple[int, int]]) -> int | None:
    """Return the median of ages in days, given as (age, how often); None of none."""
    known = sorted(days)
    half = sum(number for _, number in known) / 2
    seen = 0
    for age, number in known:
        seen += number
        if seen >= half:
            return age
    return None


def in_months(days: int) -> int:
    """Return a time in whole months."""
    return int(days / DAYS_OF_MONTH)


TOLD_WORDS: dict[Told, LazyString] = {
    Told.KNOWN: _l("Known"),
    Told.MATCHED: _l("Matched"),
    Told.POSSIBLE: _l("Possible match"),
    Told.NEW: _l("New"),
}


class Criterion(StrEnum):
    """What has to be so before a portal goes live."""

    MATCH_RATE = "match_rate"
    IMPORTS_ENDED = "imports_ended"
    SIGNED_OFF = "signed_off"


CRITERIA: dict[Criterion, LazyString] = {
    Criterion.MATCH_RATE: _l("Enough children have an NHS number, a UPN or two sources"),
    Criterion.IMPORTS_ENDED: _l("Every import that was begun has ended"),
    Criterion.SIGNED_OFF: _l("A shield officer has signed off, since the last import"),
}


def is_signed_off(
    *, cleared_at: dt.datetime | None, imported_at: dt.datetime | None, now: dt.datetime
) -> bool:
    """True while a shield officer's word holds: for a day, and until the next file is taken in,
    whatever that file brings."""
    if cleared_at is None or now - cleared_at > SIGN_OFF_HOLDS:
        return False
    return imported_at is None or imported_at < cleared_at
