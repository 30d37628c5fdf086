"""Operator's verbs about what is hidden. They tell nobody who, nor how many."""

from collections.abc import Iterator

import click

from portal.access.identity import operator
from portal.children.actions import replay_ledger as replay
from portal.shielding import actions, queries, room


@room.command("replay-ledger")
def replay_ledger() -> Iterator[None]:
    """Hide again whoever went into hiding after the back-up that was put back.

    One transaction for each line of the ledger: killed, it goes on where it was.
    """
    yield from replay(by=operator("shielding replay-ledger"))
    click.echo("The index has followed the ledger. Next: python -m portal serve")


@room.command("close-old-requests")
@click.option("--rehearse", is_flag=True, help="Say what would be closed, and close nothing.")
def close_old_requests(rehearse: bool) -> None:
    """Close requests for contact that nobody settled in thirty days: no one can be named."""
    if rehearse:
        count = queries.count_of_old_requests()
        click.echo(f"Requests for contact that would be closed: {count}.")
        return
    count = actions.close_old_requests(by=operator("shielding close-old-requests"))
    click.echo(f"Requests for contact closed: {count}.")
