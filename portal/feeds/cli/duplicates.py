"""Searching the whole index for duplicates."""

from collections.abc import Iterator
from time import sleep

import click
from flask import current_app
from flask_babel import gettext as _

from portal.access.identity import operator
from portal.bars import bar
from portal.children import actions
from portal.children.queries import count_of_children
from portal.core.config import Config
from portal.core.turns import BETWEEN_STEPS
from portal.feeds import room


@room.command("find-duplicates")
def find_duplicates() -> Iterator[None]:
    """Look through the whole index for records that may be about one child; a data steward decides
    about each pair.

    Everybody goes on working meanwhile. Stopped and begun again it asks nothing twice.
    """
    config: Config = current_app.extensions["portal_config"]
    by = operator("feeds find-duplicates")
    with bar(_("Children"), total=count_of_children()) as progress:
        for done in actions.find_duplicates(by=by):
            yield
            progress(done)
            if config.is_embedded:
                sleep(BETWEEN_STEPS)
    # No number: it would fall with every child who goes into hiding.
    click.echo(_("The whole index was searched. What was found waits under Possible duplicates."))
