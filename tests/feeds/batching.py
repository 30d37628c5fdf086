"""Imports in small batches: the steps of a long file, over fewer rows; each is committed."""

from collections.abc import Callable
from functools import partial

from portal.feeds.actions import importing
from portal.feeds.cli import driving
from portal.feeds.rules import in_batches

SMALL = 50


def make_small(put: Callable[[object, str, object], None] = setattr, *, size: int = SMALL) -> None:
    """Let every batch of an import hold so few rows, whatever time it takes, and every transaction
    one batch, from now on."""
    put(importing, "AT_ONCE", size)
    put(importing, "in_batches", partial(in_batches, size=size))
    put(importing, "next_size", lambda *_, is_waited_for: size)
    put(driving, "SPAN_SECONDS", -1.0)
