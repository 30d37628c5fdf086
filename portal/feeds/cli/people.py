"""Files of people, and their receipts."""

import datetime as dt
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.access.identity import Identity, operator
from portal.children.queries import Engine
from portal.feeds import actions, queries, room
from portal.feeds.cli.driving import DRY_RUN, day_said, driven, mapped, say_encoding, told
from portal.feeds.cli.printing import print_receipt
from portal.feeds.inbox import layout_of, opened
from portal.feeds.queries import ReceiptSheet
from portal.feeds.rules import SUBJECTS, ColumnMap, FileKind, Scope, Step, Unmarked, is_source

Run = Callable[..., Generator[Step, None, ReceiptSheet]]
NO_SOURCE = _l(
    "--source: small letters, digits and hyphens; not 'practitioner', 'index' or 'registers'."
)


@dataclass(frozen=True, slots=True)
class _Order:
    """What was typed: which file, and how it is to be taken in."""

    file: Path
    source: str
    kind: FileKind
    by_map: ColumnMap | None
    scope: Scope
    engine: Engine


@room.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--source", required=True, help="Which system reports: small letters and hyphens.")
@click.option("--kind", required=True, type=click.Choice([kind.value for kind in FileKind]))
@click.option("--map", "map_file", type=click.Path(path_type=Path), help="Where our columns stand.")
@click.option("--full", is_flag=True, help="The file says everything: what it leaves out is gone.")
@click.option(
    "--as-of", type=click.DateTime(["%Y-%m-%d"]), help="The day it speaks of; otherwise today."
)
@click.option("--accept-drop", is_flag=True, help="It may leave out much: somebody has looked.")
@DRY_RUN
@click.option(
    "--engine", type=click.Choice([engine.value for engine in Engine]), default=Engine.AUTO.value,
    help="Who finds likely children: the name index row by row, or for large files DuckDB or Spark."
)  # fmt: skip
def import_file(
    file: Path, source: str, kind: str, map_file: Path | None, rehearse: bool, engine: str,
    **said: Any,
) -> Iterator[None]:  # fmt: skip
    """Take in a CSV file of practitioners, children or involvements, or a file of a school (ctf: a
    Common Transfer File of version 17 or later, in XML); plain, gzip or zip.

    Rows that cannot be used are set aside and listed. Safe to run twice; after a crash the same
    command goes on where it stopped. What a full file leaves out is marked as no longer reported,
    never deleted; when it leaves out too much nothing is marked, and --accept-drop says that it is
    right. Exit 0: taken. 1: not finished, run it again, or the source is paused; or taken, and
    nothing marked; or not a row of it could be used. 2: refused.
    """
    if not is_source(source):
        raise click.UsageError(str(NO_SOURCE))
    wanted = FileKind(kind)
    if map_file and wanted is FileKind.CTF:
        raise click.UsageError(_("--map: a file of a school has no columns."))
    scope = _scope(wanted, **said)
    by = operator("feeds import")
    with told():
        by_map = mapped(map_file, wanted) if map_file else None
        taken = _rehearse if rehearse else _import
        order = _Order(file, source, wanted, by_map, scope, Engine(engine))
        sheet = yield from taken(order, by)
    print_receipt(sheet)
    if sheet.unmarked == Unmarked.TOO_MANY or sheet.took_nothing:
        raise click.exceptions.Exit(1)


def _scope(kind: FileKind, full: bool, as_of: dt.datetime | None, accept_drop: bool) -> Scope:
    """How the file is to be understood. Raises UsageError for what cannot be."""
    if full and kind not in SUBJECTS:
        raise click.UsageError(_("--full: nothing is marked of practitioners."))
    if accept_drop and not full:
        raise click.UsageError(_("--accept-drop goes with --full."))
    return Scope(is_full=full, on=day_said(as_of), accepts_drop=accept_drop)


def _import(order: _Order, by: Identity) -> Generator[None, None, ReceiptSheet]:
    """Import, unless the source is paused: then not a byte is read."""
    actions.refuse_while_paused(source=order.source, by=by)
    # Nobody waits while a long file is looked through.
    yield
    return (yield from _read(order, by, actions.import_people))


def _rehearse(order: _Order, by: Identity) -> Generator[None, None, ReceiptSheet]:
    """Rehearse, and remember of a paused source how it went: also when its file is refused."""
    begun = actions.begin_rehearsal(source=order.source, kind=order.kind, by=by)
    yield
    sheet = yield from _read(order, by, actions.rehearse_people)
    if begun is not None:
        actions.end_rehearsal(begun=begun, sheet=sheet, by=by)
    return sheet


def _read(order: _Order, by: Identity, run: Run) -> Generator[None, None, ReceiptSheet]:
    with opened(order.file, layout_of(order.kind, order.by_map)) as parcel:
        steps = run(
            source=order.source, kind=order.kind, parcel=parcel, by_map=order.by_map,
            scope=order.scope, engine=order.engine, by=by,
        )  # fmt: skip
        sheet = yield from driven(steps)
        say_encoding(parcel)
    return sheet


@room.command("receipt")
@click.argument("number")
def show_receipt(number: str) -> None:
    """Print the receipt with this number again, with every row that was set aside."""
    sheet = queries.receipt(number.strip().lower())
    if sheet is None:
        raise click.ClickException(_("There is no receipt with this number."))
    print_receipt(sheet, every_row=queries.every_row_set_aside(sheet.number))
