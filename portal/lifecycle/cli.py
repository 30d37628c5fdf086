"""Operator's verbs about the state of the portal, and the check that looks across all of it."""

from collections.abc import Iterator

import click
from flask import current_app

from portal.access.identity import operator
from portal.access.log import Event
from portal.bars import bar
from portal.lifecycle import actions, room
from portal.lifecycle.verifying import verify as compare
from portal.shielding import room as shielding_room


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


@shielding_room.command("verify")
@click.option(
    "--probes", type=click.IntRange(20, 100_000), default=400, show_default=True,
    help="How many questions to ask.",
)  # fmt: skip
def verify(probes: int) -> Iterator[None]:
    """Ask a copy of the index, and one whose vault is emptied, the same: nobody may be answered
    otherwise. The index itself is only read. Exit 1 at the first difference.
    """
    config, keys = current_app.extensions["portal_config"], current_app.extensions["portal_keys"]
    with bar("Questions", total=probes) as progress:
        verdict = compare(config, keys, probes=probes, progress=progress)
    found = int(bool(verdict.difference))
    details: dict[str, object] = {"probes": verdict.probes, "differing": found}
    by = operator("shielding verify")
    actions.note_care(event=Event.SHIELD_VERIFIED, details=details, by=by)
    yield
    if verdict.missing:
        click.echo(f"Nobody in good standing could ask as: {', '.join(verdict.missing)}.")
    if not found:
        click.echo(f"0 differing answers over {verdict.probes} probes")
        return
    click.echo(f"Probe {verdict.probes} was answered differently: {verdict.question}.")
    click.echo(f"What differed: {verdict.difference}.")
    click.echo("Stop the portal (python -m portal lifecycle stop) and report this.")
    raise SystemExit(1)
