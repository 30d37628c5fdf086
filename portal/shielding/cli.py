"""Operator's verbs about what is hidden. They tell nobody who, nor how many."""

from collections.abc import Iterator
from time import sleep

import click

from portal.access.identity import operator
from portal.children.actions import look_up_searches as look_up
from portal.children.actions import replay_ledger as replay
from portal.core.turns import BETWEEN_STEPS
from portal.shielding import actions, queries, room

AT_ONCE = 100


@room.command("replay-ledger")
@click.option(
    "--vouch", is_flag=True,
    help="For a back-up of a program that did not yet note its ledger: you vouch that this is the "
    "one kept for it, and that none was ever begun in its place. Whoever was hidden in a ledger "
    "that was lost is shown. It is logged.",
)  # fmt: skip
def replay_ledger(vouch: bool) -> Iterator[None]:
    """Hide again whoever went into hiding after the back-up that was put back.

    One transaction for each line of the ledger: killed, it goes on where it was.
    """
    yield from replay(by=operator("shielding replay-ledger"), vouched=vouch)
    click.echo("The index has followed the ledger. Next: python -m portal serve")


@room.command("look-up-searches")
def look_up_searches() -> Iterator[None]:
    """Look up whom the searches since the last time would have met; shield officers read it.

    One transaction for each hundred. Says how many searches there were, never whom they met.
    """
    count, by = 0, operator("shielding look-up-searches")
    while some := look_up(most=AT_ONCE, by=by):
        count += some
        yield
        sleep(BETWEEN_STEPS)
    click.echo(f"Searches looked up: {count}.")


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
