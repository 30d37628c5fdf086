"""By when somebody is rung."""

import datetime as dt

import pytest

from portal.shielding.rules.deadlines import bank_holidays, call_by, easter_sunday, next_working_day


def by(made_at: str, *, is_urgent: bool = False, working_days: int = 2) -> str:
    """Return the deadline of a request made at a moment (UTC)."""
    moment = dt.datetime.fromisoformat(made_at).replace(tzinfo=dt.UTC)
    found = call_by(moment, is_urgent=is_urgent, urgent_minutes=60, working_days=working_days)
    assert found.tzinfo is dt.UTC
    return f"{found:%Y-%m-%d %H:%M}"


def test_an_urgent_one_counts_from_its_minute_also_at_night_and_at_christmas() -> None:
    assert by("2026-12-24 23:30", is_urgent=True) == "2026-12-25 00:30"


@pytest.mark.parametrize(
    ("made_at", "due_at"),
    [
        ("2026-11-23 09:00", "2026-11-25 17:00"),  # Monday
        ("2026-11-26 16:59", "2026-11-30 17:00"),  # Thursday, over a weekend
        ("2026-11-28 10:00", "2026-12-01 17:00"),  # Saturday
        ("2026-06-01 09:00", "2026-06-03 16:00"),  # In summer 17:00 in London is 16:00 UTC
        ("2026-06-02 23:30", "2026-06-05 16:00"),  # Already Wednesday in London
        ("2026-12-24 09:00", "2026-12-30 17:00"),  # Christmas, a Saturday in lieu of Boxing Day
        ("2026-04-02 09:00", "2026-04-08 16:00"),  # Good Friday, Easter Monday
        ("2026-03-27 12:00", "2026-03-31 16:00"),  # The clocks go forward in between
    ],
)
def test_others_have_until_five_on_the_second_working_day(made_at: str, due_at: str) -> None:
    assert by(made_at) == due_at


def test_as_many_working_days_as_the_setting_says() -> None:
    assert by("2026-11-23 09:00", working_days=1) == "2026-11-24 17:00"
    assert by("2026-11-23 09:00", working_days=5) == "2026-11-30 17:00"


@pytest.mark.parametrize(
    ("year", "day"),
    [(1961, "04-02"), (2000, "04-23"), (2008, "03-23"), (2024, "03-31"), (2026, "04-05"),
     (2038, "04-25"), (2285, "03-22")],
)  # fmt: skip
def test_easter_falls_where_it_falls(year: int, day: str) -> None:
    assert easter_sunday(year) == dt.date.fromisoformat(f"{year}-{day}")


@pytest.mark.parametrize(
    ("year", "days"),
    [
        (2024, "01-01 03-29 04-01 05-06 05-27 08-26 12-25 12-26"),
        (2026, "01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-28"),
        (2027, "01-01 03-26 03-29 05-03 05-31 08-30 12-27 12-28"),
        (2028, "01-03 04-14 04-17 05-01 05-29 08-28 12-25 12-26"),
    ],
)
def test_the_bank_holidays_of_england_and_wales(year: int, days: str) -> None:
    wanted = {dt.date.fromisoformat(f"{year}-{day}") for day in days.split()}
    assert bank_holidays(year) == wanted


def test_the_next_working_day_looks_into_the_next_year() -> None:
    assert next_working_day(dt.date(2027, 12, 31)) == dt.date(2028, 1, 4)
