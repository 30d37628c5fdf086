"""The words of the inbox: what a file must look like, its rows, and why it is refused."""

from collections.abc import Sequence
from dataclasses import dataclass


class FileRefused(Exception):
    """The file cannot be used, and nothing of it was. fault is a coded word; line counts from 1.

    name is what the file is called, without its folders. columns names what the header lacks or has
    twice, of those that were asked for; it never holds anything that stood in the file.
    """

    def __init__(self, fault: str, line: int = 0, columns: Sequence[str] = ()) -> None:
        super().__init__(fault)
        self.fault, self.line, self.columns, self.name = fault, line, tuple(columns), ""


class InUse(Exception):
    """Somebody else holds this lock."""


@dataclass(frozen=True, slots=True)
class Layout:
    """What a file must look like. Without columns there is no header and every row has width cells.

    With open_ended, columns beyond the named ones are allowed and passed over.
    """

    columns: tuple[str, ...] = ()
    width: int = 0
    open_ended: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the number of its first line, its cells, and what is odd about it, if anything."""

    line: int
    cells: list[str]
    fault: str = ""
