"""Driving an import from the command line: a progress bar, and refusals in words."""

import datetime as dt
import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import TypeVar

import click
from flask import current_app
from flask_babel import gettext as _
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from portal.children.queries import EngineFull, EngineMissing
from portal.core import clock
from portal.core.config import Config
from portal.core.db import db
from portal.core.turns import BETWEEN_STEPS, holds_up_others
from portal.feeds.actions import Busy, Paused
from portal.feeds.inbox import FileRefused, Parcel, small
from portal.feeds.rules import (
    LARGEST_MAP,
    PAUSED,
    ColumnMap,
    FileKind,
    MapRefused,
    Phase,
    Step,
    file_sentences,
    map_sentences,
    read_map,
    told_day,
)

Ending = TypeVar("Ending")
MOST_OF_A_KEY = 80
# After a transaction the database is left free for so much of the time that it took. Programs
# that queue (core/turns.py) are let in whatever the pause; one that only asks again and again, such
# as the doctor, is let in by it.
FREE_SHARE = 0.05
# So long at most a transaction takes in one step after another while nobody waits for it: what a
# killed import does again, and how long a program that does not queue may wait (ten seconds at
# most) before it is let in.
SPAN_SECONDS = 3.0
# Who has waited once will mostly come again soon: so long each step is committed by itself.
AGAIN_SECONDS = 5.0
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
    except EngineMissing:
        raise NotTaken(
            _(
                "This engine is not installed: see README, Large files. Without --engine the "
                "file is taken in all the same."
            )
        ) from None
    except EngineFull:
        raise click.ClickException(
            _(
                "The memory that bulk_gigabytes allows is full. Nothing is lost: allow more, or "
                "run the same command with --engine index, which is slower."
            )
        ) from None
    except Busy:
        raise click.ClickException(
            _("Another import from this source is running. Run this one when it has ended.")
        ) from None
    except Paused:
        again = _("Once it is resumed, run the same command again.")
        raise click.ClickException(f"{PAUSED} {again}") from None


def _sentence(refusal: FileRefused) -> str:
    """Say which file, where and why; the name only as far as it can be printed."""
    said = file_sentences(refusal.fault, line=refusal.line, columns=refusal.columns)
    return " ".join([f"{printable(refusal.name)}:", *said])


def mapped(file: Path, kind: FileKind) -> ColumnMap:
    """Read a map. Raises NotTaken, with the line or the key of the first mistake."""
    try:
        return read_map(small(file, LARGEST_MAP), kind)
    except MapRefused as refusal:
        key = printable(refusal.key[:MOST_OF_A_KEY])
        said = map_sentences(refusal.fault, line=refusal.line, key=key)
        raise NotTaken(" ".join([f"{printable(file.name)}:", *said])) from None


def printable(name: str) -> str:
    """Return the name of a file without what would do something to a terminal."""
    return "".join(letter if letter.isprintable() else "?" for letter in name)


def say_encoding(parcel: Parcel) -> None:
    """Say in which encoding a file was read, where it is not the usual one."""
    if parcel.encoding == "cp1252":
        click.echo(_("The file was read as Windows-1252."))
    elif parcel.encoding != "utf-8":
        click.echo(_("The file was read as UTF-16."))


class Span:
    """The steps of one transaction. A page of an index that many of them change is sealed and
    written once for all (decisions/0046)."""

    def __init__(self) -> None:
        """Nothing has been done yet."""
        config: Config = current_app.extensions["portal_config"]
        self._is_shared = config.is_embedded
        self._begun, self._waited = monotonic(), float("-inf")

    def may_hold_more(self, step: Step) -> bool:
        """True when the next step may be done before this one is committed; what was done is with
        the database then, and is read anew, as after a commit.

        Not where somebody waits, or did a moment ago; nor at the beginning and end of a phase, when
        a file may be looked through; nor on PostgreSQL, where others write beside an import and may
        wait for the log.
        """
        now, is_within = monotonic(), 0 < step.done < step.total
        if not self._is_shared or not is_within or step.phase is Phase.COMPARING:
            return False
        if holds_up_others(db.session.connection()):
            self._waited = now
        if now - self._begun > SPAN_SECONDS or now - self._waited < AGAIN_SECONDS:
            return False
        db.session.flush()
        db.session.expire_all()
        return True

    def begin_anew(self, after: Step) -> None:
        """Leave the database free for a moment, once it is committed."""
        if self._is_shared and after.phase is not Phase.COMPARING:
            sleep(min(BETWEEN_STEPS, FREE_SHARE * (monotonic() - self._begun)))
        self._begun = monotonic()


def driven(steps: Generator[Step, None, Ending]) -> Generator[None, None, Ending]:
    """Pass on each step that is to be committed, showing how far it has come when somebody watches;
    return the value of the steps."""
    phases = {
        Phase.STAGING: _("Reading"),
        Phase.COMPARING: _("Comparing"),
        Phase.DECIDING: _("Deciding"),
    }
    console = Console(file=sys.stderr)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    bar = Progress(
        *columns, TimeRemainingColumn(), console=console, disable=not console.is_terminal
    )
    tasks = {phase: bar.add_task(word, total=None, visible=False) for phase, word in phases.items()}
    span = Span()
    with bar:
        while True:
            try:
                step = next(steps)
            except StopIteration as end:
                ending: Ending = end.value
                return ending
            bar.update(tasks[step.phase], completed=step.done, total=step.total, visible=True)
            if not span.may_hold_more(step):
                yield
                span.begin_anew(step)


def day_said(as_of: dt.datetime | None) -> dt.date | None:
    """The day that a file speaks of, as the operator said it. Raises UsageError for a day to
    come."""
    try:
        return told_day(as_of.date(), now=clock.now()) if as_of else None
    except ValueError:
        raise click.UsageError(_("--as-of: the day must be today or in the past.")) from None
