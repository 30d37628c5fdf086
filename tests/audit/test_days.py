"""A day of the log is a day in London."""

import datetime as dt

import pytest

from portal.audit.rules import bounds


@pytest.mark.parametrize(
    ("day", "begins", "ends"),
    [
        ("2026-06-23", "2026-06-22T23:00", "2026-06-23T23:00"),
        ("2026-11-23", "2026-11-23T00:00", "2026-11-24T00:00"),
        ("2026-03-29", "2026-03-29T00:00", "2026-03-29T23:00"),
    ],
)
def test_a_day_begins_and_ends_at_midnight_in_london(day: str, begins: str, ends: str) -> None:
    found = [
        f"{one.astimezone(dt.UTC):%Y-%m-%dT%H:%M}" for one in bounds(dt.date.fromisoformat(day))
    ]
    assert found == [begins, ends]
