"""Operator's verbs about the records."""

import click

from portal.access.identity import operator
from portal.bars import bar
from portal.children import actions, queries, room


@room.command("rebuild-index")
@click.option("--rehearse", is_flag=True, help="Say what does not fit, and change nothing.")
def rebuild_index(rehearse: bool) -> None:
    """Make the name index anew from the records; needed after an upgrade that says so.

    On the embedded database nobody can search meanwhile: about a minute for a million children.
    """
    if rehearse:
        click.echo(f"Places that do not fit: {queries.faults_of_name_index():,}.")
        return
    with bar("Children", total=queries.count_of_children()) as progress:
        actions.rebuild_name_index(by=operator("children rebuild-index"), progress=progress)
    # No number: it would fall with every child who goes into hiding.
    click.echo("The name index was made anew.")
