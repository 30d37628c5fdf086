"""Counting shields for the yearly report."""

from portal.access.identity import Identity
from portal.access.log import Event, record
from portal.shielding.queries.counts import YearLine, year_lines


def look_at_counts(*, by: Identity) -> tuple[YearLine, ...]:
    """Return the counts of every year, small numbers withheld; the look is logged."""
    lines = year_lines()
    record(Event.SHIELD_COUNTED, by=by, subject_kind="shield")
    return lines
