"""What a file of each kind must look like."""

from portal.feeds.inbox.words import DocumentLayout, Layout
from portal.feeds.rules import COLUMNS, ColumnMap, FileKind, pupils

PUPILS = DocumentLayout(
    root=pupils.ROOT,
    head=pupils.HEAD,
    branch=pupils.PUPIL,
    leaves=pupils.LEAVES,
    groups=pupils.GROUPS,
    columns=COLUMNS[FileKind.CTF],
    fault_of_head=pupils.fault_of_head,
    cells_of=pupils.cells_of,
    day=pupils.WRITTEN_AT,
)


def layout_of(kind: FileKind, by_map: ColumnMap | None) -> Layout | DocumentLayout:
    """Return how a file is laid out; one that is read by a map may hold more than it needs."""
    if kind is FileKind.CTF:
        return PUPILS
    if by_map is None:
        return Layout(columns=COLUMNS[kind])
    return Layout(columns=by_map.wanted, open_ended=True)
