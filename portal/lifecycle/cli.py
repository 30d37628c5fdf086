"""Operator's verbs about the state of the portal, and the check that looks across all of it."""

from collections.abc import Iterator

import click
from flask import current_app

from portal.access.identity import operator
from portal.access.log import Event
from portal.access.state import State, current_state
from portal.bars import bar
from portal.feeds.rules.quality import CRITERIA
from portal.lifecycle import actions, room
from portal.lifecycle.verifying import verify as compare
from portal.shielding import room as shielding_room

PREPARED = "The portal is open to those who prepare it. It is not live yet."
NOT_PREPARED = "The portal is not being prepared: it was live before, or it is stopped."


@room.command("stop")
def stop() -> None:
    """Close the portal at once, for everybody."""
    actions.stop_portal(by=operator("lifecycle stop"))
    click.echo("The portal is stopped. To open it again: python -m portal lifecycle resume")


@room.command("resume")
def resume() -> None:
    """Open the portal again."""
    actions.resume_portal(by=operator("lifecycle resume"))
    is_prepared = current_state() is State.PREPARING
    click.echo(PREPARED if is_prepared else "The portal is open.")


@room.command("go-live")
def go_live() -> Iterator[None]:
    """Open the portal for the first time, to everybody. Counts how well the index is filled first.

    Needs a shield officer who has signed off that nothing of a feed waits for a decision: whoever
    types this is the second person. Exit 1 when something is missing; each condition is printed.
    """
    if current_state() is not State.PREPARING:
        raise click.ClickException(NOT_PREPARED)
    found = actions.go_live(by=operator("lifecycle go-live"))
    yield
    for criterion, sentence in CRITERIA.items():
        click.echo(f"{'yes' if criterion in found.met else 'no':<4}{sentence}")
    rate = "too few to say" if found.rate is None else f"{found.rate} %"
    click.echo(f"Children with a number or two sources: {rate} (needed: {found.needed:.0%}).")
    if not found.is_open:
        click.echo("The portal stays in preparation. See Quality (data steward) for what is open.")
        raise SystemExit(1)
    click.echo("The portal is live.")


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
