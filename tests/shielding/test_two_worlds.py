"""Two worlds that differ in one hidden child show the same, whatever ordinary people do."""

import os
from collections.abc import Iterator

import pytest

from tests.shielding.worlds import beginnings
from tests.shielding.worlds.lockstep import drive
from tests.shielding.worlds.pair import Pair, Told
from tests.shielding.worlds.stages import pair


@pytest.fixture(scope="module")
def absent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """A world in which the child never was, and one in which it is absent."""
    folder = tmp_path_factory.mktemp("absent")
    made = pair(folder, None, beginnings.without, beginnings.absent)
    yield made
    made.close()


def test_nobody_can_tell_that_a_child_is_absent(absent: Pair) -> None:
    drive(absent, examples=20)
