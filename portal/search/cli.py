"""Operator's verbs of the search."""

import click

from portal.access.identity import operator
from portal.search import actions, queries, room


@room.command("forget")
@click.option("--rehearse", is_flag=True, help="Say what would be deleted, and delete nothing.")
def forget(rehearse: bool) -> None:
    """Delete searches a day after their results were no longer shown."""
    if rehearse:
        count = queries.count_of_expired()
        click.echo(f"Searches that would be deleted: {count}. The access log keeps its lines.")
        return
    count = actions.forget_expired_searches(by=operator("search forget"))
    click.echo(f"Searches deleted: {count}. The access log keeps its lines.")
