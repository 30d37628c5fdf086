"""Operator's verbs about what is hidden. They tell nobody who, nor how many."""

from collections.abc import Iterator

import click

from portal.access.identity import operator
from portal.children.actions.replaying import replay_ledger as replay
from portal.shielding import room


@room.command("replay-ledger")
def replay_ledger() -> Iterator[None]:
    """Hide again whoever went into hiding after the back-up that was put back.

    One transaction for each line of the ledger: killed, it goes on where it was.
    """
    yield from replay(by=operator("shielding replay-ledger"))
    click.echo("The index has followed the ledger. Next: python -m portal serve")
