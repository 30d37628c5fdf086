"""What is wrong with the rows of a file by themselves, and beside one another."""

from collections.abc import Iterator
from dataclasses import dataclass

from portal.children.queries import mark_of_number
from portal.core import clock
from portal.directory.rules import Flaw, PractitionerFacts
from portal.feeds.actions.exchanges import Exchanges
from portal.feeds.actions.neighbours import Neighbours
from portal.feeds.actions.shifts import Shifts
from portal.feeds.inbox import Parcel, Row
from portal.feeds.queries import unusable_people
from portal.feeds.rules import (
    MOST_AT_ONCE,
    NUMBERS,
    Cells,
    ColumnMap,
    FileKind,
    Phase,
    Step,
    in_batches,
    number_in,
    read_row,
)

Said = Cells | PractitionerFacts
Checked = tuple[int, Said, Flaw | None]


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a file, and how they are read."""

    source: str
    kind: FileKind
    parcel: Parcel
    by_map: ColumnMap | None = None

    def heard(self, neighbours: Neighbours) -> Iterator[Step]:
        """Let every involvement be heard before any is judged, where one names nobody; who can be
        named is asked in steps."""
        if self.kind is not FileKind.INVOLVEMENTS or self._names_everybody():
            return
        for _, cells, read in self._read():
            neighbours.hear(cells, read)
        for some in neighbours.people():
            neighbours.ignore(unusable_people(some))
            yield Step(Phase.STAGING, 0, self.parcel.count)

    def checked(self, neighbours: Neighbours) -> Iterator[Checked]:
        """Say of every row what is wrong with it. A practitioner is given as read: a telephone
        number costs more to read than all else, and means the same on every day. Raises FileRefused
        at the end, when too many children or practitioners would become others (shifts.py,
        exchanges.py)."""
        shifts = Exchanges(self.source) if self.kind is FileKind.PRACTITIONERS else Shifts()
        for line, cells, read in self._read():
            if isinstance(read, Flaw):
                yield line, cells, read
            else:
                said = read if isinstance(read, PractitionerFacts) else cells
                flaw = neighbours.judge(self.kind, cells, read)
                if flaw is None:
                    shifts.hear(read)
                yield line, said, flaw
        shifts.refuse_too_many()

    def about(self, said: Said) -> int | None:
        """The mark of the child's number that a row names, None where it cannot be read."""
        number = None if isinstance(said, PractitionerFacts) else number_in(self.kind, said)
        return mark_of_number(self.source, number) if number is not None else None

    def fit(self) -> Iterator[list[Cells]]:
        """The rows that can be read, by themselves, as many at a time as a step may take."""
        kept = (cells for _, cells, read in self._read() if not isinstance(read, Flaw))
        for batch in in_batches(kept, MOST_AT_ONCE):
            yield list(batch)

    def _names_everybody(self) -> bool:
        """True when no row of a file of involvements leaves its person out: then none of them
        means what another says of the same work."""
        cells = map(self._cells, self.parcel.rows())
        return all(isinstance(one, Flaw) or one["practitioner_email"].strip() for one in cells)

    def _read(self) -> Iterator[tuple[int, Cells, object]]:
        today = clock.today()
        for row in self.parcel.rows():
            cells = self._cells(row)
            if isinstance(cells, Flaw):
                yield row.line, self._number(row), cells
            else:
                yield row.line, cells, read_row(self.kind, cells, source=self.source, on=today)

    def _number(self, row: Row) -> Cells:
        """What can be read of a row that fits no table: the child's number."""
        column = NUMBERS.get(self.kind)
        if row.fault or column is None or self.by_map is None:
            return {}
        return {column: self.by_map.cell(column, self.parcel.named(row))}

    def _cells(self, row: Row) -> Cells | Flaw:
        if row.fault:
            return Flaw(row.fault)
        cells = self.parcel.named(row)
        return self.by_map.cells(cells) if self.by_map else cells
