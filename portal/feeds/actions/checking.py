"""What is wrong with the rows of a file by themselves, and beside one another."""

from collections.abc import Iterator
from dataclasses import dataclass

from portal.core import clock
from portal.directory.rules import Flaw, PractitionerFacts
from portal.feeds.actions.neighbours import Neighbours
from portal.feeds.inbox import Parcel, Row
from portal.feeds.queries import unusable_people
from portal.feeds.rules import Cells, ColumnMap, FileKind, Phase, Step, read_row

Said = Cells | PractitionerFacts
Checked = tuple[int, Said, Flaw | None]


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a file, and how they are read."""

    source: str
    kind: FileKind
    parcel: Parcel
    by_map: ColumnMap | None = None


def heard(table: Table, neighbours: Neighbours) -> Iterator[Step]:
    """Let every involvement be heard before any is judged; who can be named is asked in steps."""
    if table.kind is not FileKind.INVOLVEMENTS:
        return
    for _, cells, read in _read(table):
        neighbours.hear(cells, read)
    for some in neighbours.people():
        neighbours.ignore(unusable_people(some))
        yield Step(Phase.STAGING, 0, table.parcel.count)


def checked(table: Table, neighbours: Neighbours) -> Iterator[Checked]:
    """Say of every row what is wrong with it. A practitioner is given as read: a telephone number
    costs more to read than the rest of the row, and what it means is the same on every day."""
    for line, cells, read in _read(table):
        if isinstance(read, Flaw):
            yield line, {}, read
        else:
            said = read if isinstance(read, PractitionerFacts) else cells
            yield line, said, neighbours.judge(table.kind, cells, read)


def _read(table: Table) -> Iterator[tuple[int, Cells, object]]:
    today = clock.today()
    for row in table.parcel.rows():
        cells = _cells(row, table)
        if isinstance(cells, Flaw):
            yield row.line, {}, cells
        else:
            yield row.line, cells, read_row(table.kind, cells, source=table.source, on=today)


def _cells(row: Row, table: Table) -> Cells | Flaw:
    if row.fault:
        return Flaw(row.fault)
    cells = table.parcel.named(row)
    return table.by_map.cells(cells) if table.by_map else cells
