"""Standing in for the one function that brings commits to disk, on each database."""

import threading
from collections.abc import Callable
from typing import Any

import pytest

from portal.core import durable
from portal.core.config import Config


class Syncs:
    """The syncs of an application: counted, held up, or failing."""

    def __init__(self, config: Config, patch: pytest.MonkeyPatch) -> None:
        self.number = 0
        self.may_end = threading.Event()
        self.may_end.set()
        self.fails = False
        name = "to_disk" if config.is_embedded else "flush"
        self._right: Callable[[Any], None] = getattr(durable, name)
        patch.setattr(durable, name, self._sync)

    def _sync(self, place: Any) -> None:
        self.number += 1
        self.may_end.wait()
        if self.fails:
            raise OSError(5, "the disk is lost")
        self._right(place)
