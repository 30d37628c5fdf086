"""The one place that asks what time it is, so that a test can move it."""

import datetime as dt


def now() -> dt.datetime:
    """Return the present moment, aware, in UTC."""
    return dt.datetime.now(dt.UTC)


def today() -> dt.date:
    """Return the present date in UTC."""
    return now().date()
