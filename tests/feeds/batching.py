"""Imports in small batches: the steps of a long file, over fewer rows."""

from collections.abc import Callable
from functools import partial

from portal.feeds.actions import importing
from portal.feeds.rules import in_batches

SMALL = 50


def make_small(put: Callable[[object, str, object], None] = setattr) -> None:
    """Let every batch of an import be a small one, whatever time it takes, from now on."""
    put(importing, "AT_ONCE", SMALL)
    put(importing, "in_batches", partial(in_batches, size=SMALL))
    put(importing, "next_size", lambda size, seconds, is_waited_for: SMALL)
