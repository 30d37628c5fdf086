"""Operator's verbs about what is hidden. They tell nobody who, nor how many."""

from collections.abc import Iterator
from time import monotonic, sleep

import click

from portal.access.identity import operator
from portal.core.turns import BETWEEN_STEPS
from portal.shielding import actions, queries, room

# So many searches in a step, and so long it takes, whomever they met.
AT_ONCE, STEP_SECONDS = 10, 0.5


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
    yield from actions.replay_ledger(by=operator("shielding replay-ledger"), vouched=vouch)
    click.echo("The index has followed the ledger. Next: python -m portal serve")


@room.command("look-up-searches")
def look_up_searches() -> Iterator[None]:
    """Look up whom the searches since the last time would have met; shield officers read it.

    One transaction for each ten. Says how many searches there were, never whom they met, nor does
    the time that it takes.
    """
    count, by, begun = 0, operator("shielding look-up-searches"), monotonic()
    while some := actions.look_up_searches(most=AT_ONCE, by=by):
        count += some
        yield
        sleep(max(BETWEEN_STEPS, STEP_SECONDS - (monotonic() - begun)))
        begun = monotonic()
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
