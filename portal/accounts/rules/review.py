"""How long access, training and vetting hold.

Access is confirmed every four months, as in Victoria's Child Link; vetting every three years, as
England's ContactPoint asked (domain.md 11.2 K8, 3.2); training every year.
"""

import calendar
import datetime as dt

REVIEW_MONTHS, TRAINING_MONTHS, VETTING_MONTHS = 4, 12, 36


def months_after(day: dt.date, months: int) -> dt.date:
    """Return the same day so many months on, or the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return dt.date(year, month + 1, min(day.day, last))


def next_review(today: dt.date) -> dt.date:
    """Return the last day on which access confirmed today holds."""
    return months_after(today, REVIEW_MONTHS)
