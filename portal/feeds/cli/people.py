"""Files of people, and their receipts."""

from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import click
from flask_babel import gettext as _

from portal.access.identity import Identity, operator
from portal.children.queries import Engine
from portal.feeds import actions, queries, room
from portal.feeds.cli.driving import DRY_RUN, driven, mapped, say_encoding, told
from portal.feeds.cli.printing import print_receipt
from portal.feeds.inbox import layout_of, opened
from portal.feeds.queries import ReceiptSheet
from portal.feeds.rules import ColumnMap, FileKind, Step, is_source

Run = Callable[..., Generator[Step, None, ReceiptSheet]]


@room.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--source", required=True, help="Which system reports: small letters and hyphens.")
@click.option("--kind", required=True, type=click.Choice([kind.value for kind in FileKind]))
@click.option("--map", "map_file", type=click.Path(path_type=Path), help="Where our columns stand.")
@DRY_RUN
@click.option(
    "--engine", type=click.Choice([engine.value for engine in Engine]), default=Engine.AUTO.value,
    help="Who finds likely children: the name index row by row, or for large files DuckDB or Spark."
)  # fmt: skip
def import_file(
    file: Path, source: str, kind: str, map_file: Path | None, rehearse: bool, engine: str
) -> Iterator[None]:
    """Take in a CSV file of practitioners, children or involvements, or a file of a school (ctf: a
    Common Transfer File of version 17 or later, in XML); plain, gzip or zip.

    Rows that cannot be used are set aside and listed. Safe to run twice; after a crash the same
    command goes on where it stopped. Exit 0: taken. 1: not finished, run it again, or the source
    is paused. 2: refused.
    """
    if not is_source(source):
        raise click.UsageError(
            _("--source: small letters, digits and hyphens; neither 'practitioner' nor 'index'.")
        )
    wanted = FileKind(kind)
    if map_file and wanted is FileKind.CTF:
        raise click.UsageError(_("--map: a file of a school has no columns."))
    by = operator("feeds import")
    with told():
        by_map = mapped(map_file, wanted) if map_file else None
        taken = _rehearse if rehearse else _import
        sheet = yield from taken(file, source, wanted, by_map, Engine(engine), by)
    print_receipt(sheet)


def _import(
    file: Path, source: str, kind: FileKind, by_map: ColumnMap | None, engine: Engine, by: Identity
) -> Generator[None, None, ReceiptSheet]:
    """Import, unless the source is paused: then not a byte is read."""
    actions.refuse_while_paused(source=source, by=by)
    # Nobody waits while a long file is looked through.
    yield
    return (yield from _read(file, source, kind, by_map, engine, by, actions.import_people))


def _rehearse(
    file: Path, source: str, kind: FileKind, by_map: ColumnMap | None, engine: Engine, by: Identity
) -> Generator[None, None, ReceiptSheet]:
    """Rehearse, and remember of a paused source how it went: also when its file is refused."""
    begun = actions.begin_rehearsal(source=source, kind=kind, by=by)
    yield
    sheet = yield from _read(file, source, kind, by_map, engine, by, actions.rehearse_people)
    if begun is not None:
        actions.end_rehearsal(begun=begun, sheet=sheet, by=by)
    return sheet


def _read(
    file: Path,
    source: str,
    kind: FileKind,
    by_map: ColumnMap | None,
    engine: Engine,
    by: Identity,
    run: Run,
) -> Generator[None, None, ReceiptSheet]:
    with opened(file, layout_of(kind, by_map)) as parcel:
        steps = run(source=source, kind=kind, parcel=parcel, by_map=by_map, engine=engine, by=by)
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
    print_receipt(sheet, every_row=True)
