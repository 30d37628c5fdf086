"""Driving an import from the command line: a progress bar, and refusals in words."""

import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from time import sleep
from typing import TypeVar

import click
from flask import current_app
from flask_babel import gettext as _
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from portal.core.config import Config
from portal.feeds.actions import Busy, Paused
from portal.feeds.inbox import FileRefused
from portal.feeds.rules import FILE_FAULTS, Phase, Step

Ending = TypeVar("Ending")
# On the embedded database one writer works at a time, and who waits looks again every 100 ms at
# most. Without a pause an import would keep everybody's pages waiting (see decisions/0003).
PAUSE_SECONDS = 0.11
DRY_RUN = click.option(
    "--dry-run", "--rehearse", "rehearse", is_flag=True,
    help="Say what would happen and change nothing.",
)  # fmt: skip


class NotTaken(click.ClickException):
    """The file was refused; nothing was changed."""

    exit_code = 2


@contextmanager
def told() -> Iterator[None]:
    """Turn what can go wrong with a file into a sentence and an exit code."""
    try:
        yield
    except FileRefused as refusal:
        raise NotTaken(_sentence(refusal)) from None
    except Busy:
        raise click.ClickException(
            _("Another import from this source is running. Run this one when it has ended.")
        ) from None
    except Paused:
        raise click.ClickException(
            _("This source is paused: nothing is taken from it. What was taken before stays. "
              "Once it is resumed, run the same command again.")
        ) from None  # fmt: skip


def _sentence(refusal: FileRefused) -> str:
    said = [str(FILE_FAULTS[refusal.fault])]
    if refusal.columns and refusal.fault == "header":
        said.append(_("Missing: %(names)s.", names=", ".join(refusal.columns)))
    elif refusal.columns:
        said.append(_("Columns: %(names)s.", names=", ".join(refusal.columns)))
    if refusal.line:
        said.insert(0, _("Line %(line)d:", line=refusal.line))
    if refusal.fault != "changed_meanwhile":
        said.append(_("Nothing was changed."))
    return " ".join(said)


def driven(steps: Generator[Step, None, Ending]) -> Generator[None, None, Ending]:
    """Pass on each step, showing how far it has come when somebody watches; return its value."""
    config: Config = current_app.extensions["portal_config"]
    is_shared = config.is_embedded
    phases = {Phase.STAGING: _("Reading"), Phase.DECIDING: _("Deciding")}
    console = Console(file=sys.stderr)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    bar = Progress(
        *columns, TimeRemainingColumn(), console=console, disable=not console.is_terminal
    )
    tasks = {phase: bar.add_task(word, total=None, visible=False) for phase, word in phases.items()}
    with bar:
        while True:
            try:
                step = next(steps)
            except StopIteration as end:
                ending: Ending = end.value
                return ending
            bar.update(tasks[step.phase], completed=step.done, total=step.total, visible=True)
            yield
            if is_shared and step.phase is Phase.DECIDING:
                sleep(PAUSE_SECONDS)
