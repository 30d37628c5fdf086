"""Chance that two worlds share: the process's own source of random bytes, started from a seed.

Everything that the portal draws comes from os.urandom: secrets and SystemRandom read it under a
name of their own in the module random, uuid4 and the form tokens under its own name. What does not
come from there is SQLCipher's: salts and nonces of its pages, so that files are compared by name
and size and never by their bytes.
"""

import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import shake_256
from itertools import count
from unittest.mock import patch


@contextmanager
def chance_from(seed: str) -> Iterator[None]:
    """Let the process draw the same bytes whenever it is given this seed."""
    draws = count()

    def draw(size: int) -> bytes:
        return shake_256(f"{seed}|{next(draws)}".encode()).digest(size)

    with patch.object(os, "urandom", draw), patch.object(random, "_urandom", draw):
        yield
