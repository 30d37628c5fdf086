"""Leaks where records are joined, parted, undone and restored."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Any
from unittest.mock import patch

import click

from portal.children import actions as children
from portal.core.errors import Conflict
from portal.shielding import actions as shielding
from tests.shielding.worlds.planting import instead, leak
from tests.shielding.worlds.world import World


@leak("join_and_part")
def a_refused_undoing(_: World) -> AbstractContextManager[Any]:
    """Whoever undoes a merge or a split hears that somebody else had a say in it."""

    def refuse(**_: Any) -> None:
        raise Conflict("An officer has to look at this first.")

    return patch.object(children, "undo_merge", refuse)


@leak("join_and_part")
def a_shorter_list_of_merges(_: World) -> AbstractContextManager[Any]:
    """What was joined or split is not on the list while somebody hidden is near."""
    return instead(children, "look_at_merges", lambda lines, **_: lines[1:])


@leak("restore_and_replay")
def a_count_of_the_replay(_: World) -> AbstractContextManager[Any]:
    """Following the ledger prints whom it found hidden already."""
    return instead(shielding, "replay_ledger", lambda steps, **_: _counted(steps))


def _counted(steps: Iterator[None]) -> Iterator[None]:
    click.echo("Hidden already: 1.")
    yield from steps
