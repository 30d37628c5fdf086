"""Counting how well the index is filled."""

import click
from flask_babel import gettext as _

from portal.access.identity import operator
from portal.feeds import actions, room


@room.command("count-quality")
def count_quality() -> None:
    """Count how well the index is filled, for the data steward's page; run it every night."""
    actions.count_quality(by=operator("feeds count-quality"))
    click.echo(_("The filling of the index is counted. Data stewards read it under Quality."))
