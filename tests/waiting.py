"""Waiting for something that must come, however slow the machine is."""

import time
from collections.abc import Callable

PATIENCE = 120


def until(is_there: Callable[[], object]) -> None:
    """Return when it is there. Fails only where it never comes."""
    last = time.monotonic() + PATIENCE
    while not is_there():
        assert time.monotonic() < last, "it does not come"
        time.sleep(0.002)
