"""The one place that asks what time it is, so that a test can move it."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_stopped: ContextVar[dt.datetime | None] = ContextVar("stopped", default=None)


def now() -> dt.datetime:
    """Return the present moment, aware, in UTC."""
    return _stopped.get() or dt.datetime.now(dt.UTC)


def today() -> dt.date:
    """Return the present date in UTC."""
    return now().date()


@contextmanager
def stopped() -> Iterator[None]:
    """Let no time pass for whoever runs inside; others' clocks go on."""
    token = _stopped.set(now())
    try:
        yield
    finally:
        _stopped.reset(token)
