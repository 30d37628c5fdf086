"""Pausing a source, proposing to resume it, and how every source stands."""

import datetime as dt
import json
from typing import Any

import click
from flask_babel import gettext as _

from portal.access.identity import operator
from portal.core.errors import PortalError
from portal.feeds import actions, queries, room
from portal.feeds.queries import SourceSheet
from portal.feeds.rules import CAUSES, STATES, PauseCause

COUNTS = ("received", "added", "changed", "unchanged", "set_aside")


@room.command("pause")
@click.argument("name")
@click.option(
    "--cause",
    type=click.Choice([cause.value for cause in PauseCause]),
    default=PauseCause.PRECAUTION.value,
    show_default=True,
    help="Why, in one word; it is kept and logged.",
)
def pause_source(name: str, cause: str) -> None:
    """Take nothing more from a source, for everybody at once.

    An import that runs stops before its next rows; what it took stays. Exit 0 also when the source
    is paused already.
    """
    sheet, by = _source(name), operator("feeds pause")
    if actions.pause_feed(feed_id=sheet.id, cause=PauseCause(cause), by=by):
        click.echo(_("%(name)s is paused: nothing is taken from it.", name=name))
    else:
        click.echo(_("%(name)s is paused already. Nothing was changed.", name=name))


@room.command("resume")
@click.argument("name")
def resume_source(name: str) -> None:
    """Propose that a paused source is taken in again; a shield officer confirms it in the portal.

    Needs a dry run since the pause in which every row would have been taken.
    """
    sheet = _source(name)
    try:
        actions.propose_resume(feed_id=sheet.id, by=operator("feeds resume"))
    except PortalError as refusal:
        raise click.ClickException(refusal.sentence) from None
    click.echo(
        _("Resuming %(name)s waits for the second person: a shield officer confirms it.", name=name)
    )


@room.command("status")
@click.option("--json", "as_json", is_flag=True, help="One JSON object, for programs that watch.")
def show_status(as_json: bool) -> None:
    """Print how many children the index holds, and how each source stands."""
    children, sources = queries.count_of_children(), queries.sources()
    if as_json:
        told = {"children": children, "sources": [_told(one) for one in sources]}
        click.echo(json.dumps(told, indent=2))
        return
    click.echo(_("Children: %(number)d", number=children))
    head = (_("Source"), _("State"), _("Last file"), _("Began"), _("Received"), _("Set aside"))
    rows = [head, *(_line(one) for one in sources)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(head))]
    for row in rows if sources else []:
        padded = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        click.echo("  ".join(padded).rstrip())


def _source(name: str) -> SourceSheet:
    found = queries.source_named(name)
    if found is None:
        raise click.ClickException(
            _("No source has this name. All of them: python -m portal feeds status")
        )
    return found


def _line(one: SourceSheet) -> tuple[str, ...]:
    run, state = one.last_run, str(STATES[one.state])
    if one.pause:
        state = f"{state} ({CAUSES[one.pause.cause]})"
    if run is None:
        return (one.name, state, "-", "-", "-", "-")
    counts = (str(run.receipt.received), str(run.receipt.set_aside))
    return (one.name, state, run.receipt.kind, f"{run.started_at:%Y-%m-%d %H:%M} UTC", *counts)


def _told(one: SourceSheet) -> dict[str, Any]:
    pause, run = one.pause, one.last_run
    return {
        "name": one.name,
        "state": one.state.value,
        "cause": pause.cause.value if pause else None,
        "paused_at": _moment(pause.paused_at) if pause else None,
        "dry_run": _counted(pause.dry_run, pause.dry_run.kind, pause.dry_run.began_at, {
            "is_clean": pause.dry_run.is_clean,
        }) if pause and pause.dry_run else None,
        "last_run": _counted(run.receipt, run.receipt.kind, run.started_at, {
            "receipt": run.receipt.number,
            "state": run.receipt.state,
            "ended_at": _moment(run.ended_at) if run.ended_at else None,
        }) if run else None,
    }  # fmt: skip


def _counted(counts: object, kind: str, at: dt.datetime, more: dict[str, Any]) -> dict[str, Any]:
    numbers = {word: getattr(counts, word) for word in COUNTS}
    return {"kind": kind, "started_at": _moment(at), **more, **numbers}


def _moment(at: dt.datetime) -> str:
    return at.astimezone(dt.UTC).isoformat(timespec="seconds")
