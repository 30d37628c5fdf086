"""Operator's verbs about the state of the portal."""

import click

from portal.access.identity import operator
from portal.lifecycle import actions, room


@room.command("stop")
def stop() -> None:
    """Close the portal at once, for everybody."""
    actions.stop_portal(by=operator("lifecycle stop"))
    click.echo("The portal is stopped. To open it again: python -m portal lifecycle resume")


@room.command("resume")
def resume() -> None:
    """Open the portal again."""
    actions.resume_portal(by=operator("lifecycle resume"))
    click.echo("The portal is open.")
