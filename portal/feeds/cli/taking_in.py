"""Taking in what waits: files that were uploaded, and those in the watched folder."""

from collections.abc import Generator, Iterator
from contextlib import suppress

import click
from flask import current_app
from flask_babel import gettext as _

from portal.access.identity import Identity, operator
from portal.core import clock
from portal.core.config import Config
from portal.core.db import db
from portal.core.errors import place_of
from portal.feeds import actions, queries, room
from portal.feeds.actions import Busy, Ending, Paused
from portal.feeds.cli.driving import MOST_OF_A_KEY, driven, printable
from portal.feeds.cli.printing import said_of_left_out
from portal.feeds.inbox import FileRefused, FolderUnsafe, Tray, trays
from portal.feeds.rules import (
    LARGEST_MAP,
    NOTHING_TAKEN,
    REGISTERS,
    SUBJECTS,
    UNMARKED,
    USUAL,
    ColumnMap,
    FileKind,
    MapRefused,
    Register,
    Scope,
    Step,
    Unmarked,
    file_sentences,
    map_sentences,
    read_map,
)

# A lock beside that of an import: no source has a name with such a letter in it.
LOCK = "{}_take-in"
# What a folder of a source may be named: a kind of file, and after it that its files are full.
FULL = "-full"
KINDS = {kind.value: (kind, USUAL) for kind in FileKind} | {
    f"{kind.value}{FULL}": (kind, Scope(is_full=True)) for kind in SUBJECTS
}


@room.command("add")
@click.argument("name")
def add_source(name: str) -> None:
    """Make a source known, so that its files can be uploaded or put into the watched folder.

    The first import at the command line does it too. Exit 0 also when it is known already.
    """
    try:
        is_new = actions.add_feed(name=name, by=operator("feeds add"))
    except ValueError:
        raise click.UsageError(
            _(
                "A source has small letters, digits and hyphens; "
                "not 'practitioner', 'index' or 'registers'."
            )
        ) from None
    said = _("%(name)s is known now.") if is_new else _("%(name)s is known already.")
    click.echo(said % {"name": name})


@room.command("take-in")
def take_in() -> Iterator[None]:
    """Take in files that were uploaded, and those in the watched folder: for cron, every five
    minutes. Prints nothing when nothing waits.

    Goes on with what a killed process left. What is paused, or busy elsewhere, waits. Exit 1 when
    something needs a person; the text says what.
    """
    by, needs = operator("feeds take-in"), Needs()
    for one in queries.waiting_uploads():
        steps = actions.take_in_upload(upload_id=one.id, by=by)
        yield from _driven(steps, one.source, one.kind, needs, by, is_dry=one.is_rehearsal)
    config: Config = current_app.extensions["portal_config"]
    if config.watched_path:
        try:
            for tray in trays(config.watched_path, needs.tell_of_folder):
                yield from _tray(tray, config.keep_taken_files, needs, by)
        except FolderUnsafe as fault:
            needs.tell_of_folder(fault)
    if needs.some:
        raise click.exceptions.Exit(1)


class Needs:
    """Whether something needs a person. Each is told once, on standard error."""

    def __init__(self) -> None:
        self.some = False

    def tell(self, sentence: str) -> None:
        """Say it."""
        self.some = True
        click.echo(sentence, err=True)

    def tell_of_folder(self, fault: FolderUnsafe) -> None:
        """Say what is wrong with the watched folder, or with one of its folders."""
        where = f"{printable(fault.where)}: " if fault.where else ""
        self.tell(f"{where}{_folder_faults()[fault.fault]}")


def _tray(tray: Tray, keeps: bool, needs: Needs, by: Identity) -> Iterator[None]:
    """Take in the files of one source and kind, the oldest first."""
    kind, scope = _kind_of(tray)
    try:
        names = tray.ripe(at=clock.now().timestamp())
    except FolderUnsafe as fault:
        needs.tell_of_folder(fault)
        return
    if tray.strange:
        left = _("%(n)d links or the like were left where they lie.", n=tray.strange)
        needs.tell(_of(tray, left))
    if not names:
        return
    if kind is None:
        needs.tell(
            _("A folder with files in it is not named after a source and a kind of file. Name it "
              "SOURCE/KIND; a source that is new needs: python -m portal feeds add NAME")
        )  # fmt: skip
        return
    try:
        by_map = _map(tray, kind)
    except (FileRefused, MapRefused) as refusal:
        needs.tell(_of(tray, _map_said(refusal)))
        return
    for name in names:
        steps = actions.take_in_watched(
            tray=tray, kind=kind, name=name, by_map=by_map, scope=scope, keeps=keeps, by=by
        )
        yield from _driven(steps, tray.source, tray.kind, needs, by, is_watched=True)


def _kind_of(tray: Tray) -> tuple[FileKind | Register | None, Scope]:
    """What the files of a folder hold; nothing for a folder that is named after nothing we know."""
    if tray.source == REGISTERS:
        return next((one for one in Register if one == tray.kind), None), USUAL
    if queries.source_named(tray.source) is None:
        return None, USUAL
    return KINDS.get(tray.kind, (None, USUAL))


def _driven(
    steps: Generator[Step, None, Ending],
    source: str,
    kind: str,
    needs: Needs,
    by: Identity,
    *,
    is_dry: bool = False,
    is_watched: bool = False,
) -> Iterator[None]:
    """Drive one file to its end and say what became of it, without its name.

    One that fails in a way nobody foresaw stays, is told, and holds up no other source.
    """
    with suppress(Busy, Paused), actions.alone(source=LOCK.format(source), by=by):
        try:
            ending = yield from driven(steps)
        except (Busy, Paused):
            db.session.rollback()
            raise
        except Exception as error:
            db.session.rollback()
            failure = f"{type(error).__name__}: {place_of(error)}"
            said = _("failed, and stays: %(failure)s", failure=failure)
            needs.tell(f"{source}, {kind}: {said}")
            return
        _say(ending, source, kind, needs, is_dry, is_watched)
    yield


def _say(
    ending: Ending, source: str, kind: str, needs: Needs, is_dry: bool, is_watched: bool
) -> None:
    if ending is None:
        return
    if isinstance(ending, FileRefused):
        said = file_sentences(ending.fault, line=ending.line, columns=ending.columns)
        sentence = f"{source}, {kind}: {' '.join(said)}"
        (needs.tell if is_watched else click.echo)(sentence)
        return
    counts = _(
        "%(received)d received, %(added)d added, %(changed)d changed, %(unchanged)d unchanged, "
        "%(set_aside)d set aside",
        received=ending.received, added=ending.added, changed=ending.changed,
        unchanged=ending.unchanged, set_aside=ending.set_aside,
    )  # fmt: skip
    what = _("dry run") if is_dry else ending.number
    whose = ", ".join(word for word in (source, kind, what) if word)
    left_out = (
        _(", no longer reported: %(n)s", n=said_of_left_out(ending)) if ending.is_full else ""
    )
    click.echo(f"{whose}: {counts}{left_out}")
    if ending.unmarked is not None:
        sentence = f"{source}, {kind}: {UNMARKED[Unmarked(ending.unmarked)]}"
        is_urgent = ending.unmarked == Unmarked.TOO_MANY and not is_dry
        (needs.tell if is_urgent else click.echo)(sentence)
    if ending.took_nothing:
        (needs.tell if is_watched else click.echo)(f"{source}, {kind}: {NOTHING_TAKEN}")


def _map(tray: Tray, kind: FileKind | Register) -> ColumnMap | None:
    """A file of a school has no columns, those of a register are known: no map is read for them."""
    if isinstance(kind, Register) or kind is FileKind.CTF:
        return None
    text = tray.map_of(LARGEST_MAP)
    return read_map(text, kind) if text is not None else None


def _map_said(refusal: FileRefused | MapRefused) -> str:
    if isinstance(refusal, FileRefused):
        return f"map.toml: {' '.join(file_sentences(refusal.fault))}"
    key = printable(refusal.key[:MOST_OF_A_KEY])
    return f"map.toml: {' '.join(map_sentences(refusal.fault, line=refusal.line, key=key))}"


def _of(tray: Tray, sentence: str) -> str:
    return f"{printable(tray.source)}, {printable(tray.kind)}: {sentence}"


def _folder_faults() -> dict[str, str]:
    return {
        "missing": _("The watched folder is not there, or is a link."),
        "open_to_others": _(
            "Others can look or write into the watched folder. Take those rights away: chmod o-rwx"
        ),
        "read_only": _(
            "The account of the portal may not delete files in the watched folder, so nothing was "
            "taken. Let it write into the folder of each kind."
        ),
        "stray": _("Files lie here that nobody takes: they belong into SOURCE/KIND/"),
        "strange": _("This folder cannot be opened, or was changed while it was read."),
    }
