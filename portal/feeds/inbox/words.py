"""The words of the inbox: what a file must look like, its rows, and why it is refused."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol


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


Leaf = tuple[str, str]


@dataclass(frozen=True, slots=True)
class DocumentLayout:
    """What a document in XML must look like. Paths are names of elements joined by slashes.

    head and branch stand below the root; leaves and groups below each branch. What is in none of
    them is never kept. fault_of_head says what is wrong with the head, if anything; day is the path
    in it of the day that the document speaks of. cells_of makes the cells of a row, and a fault, of
    the head and the leaves of a branch in their order. A group stands among them with no text,
    where it begins.
    """

    root: str
    head: frozenset[str]
    branch: str
    leaves: frozenset[str]
    groups: frozenset[str]
    columns: tuple[str, ...]
    fault_of_head: Callable[[Mapping[str, str]], str]
    cells_of: Callable[[Mapping[str, str], Sequence[Leaf]], tuple[list[str], str]]
    day: str = ""


class Parcel(Protocol):
    """A file that has been looked through: a table or a document.

    count is its number of rows; fingerprint is the same for the same content in any wrapping; day
    is what it says itself of the day it speaks of, empty when it says nothing.
    """

    encoding: str
    fingerprint: str
    count: int
    day: str

    def rows(self) -> Iterator[Row]:
        """Read the rows. Raises FileRefused when the file is not what it was at the first look."""

    def named(self, row: Row) -> dict[str, str]:
        """Return the cells of a row by the names of their columns."""
