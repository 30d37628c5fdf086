"""The door to files: a table of rows or a document of branches, read safely or refused in words
with a line number.

A file is read whole before any of it is used, so that a wrong header, a quotation mark or an
element that is never closed, a cut last line or a damaged archive refuses it while nothing has
happened yet. A row that is merely odd (a missing cell, a NUL, bytes of another encoding) is handed
on with its fault.

What was packed or in UTF-16 comes out piece by piece, anew for each time the file is gone through:
nothing of it is ever written to a disk, and no more than a line of it is kept.
"""

from portal.feeds.inbox.files import looked_through, only_one, opened, small
from portal.feeds.inbox.layouts import layout_of
from portal.feeds.inbox.watched import DONE, REFUSED, FolderUnsafe, Tray, changed_at, trays
from portal.feeds.inbox.words import (
    DocumentLayout,
    FileRefused,
    InUse,
    Layout,
    Leaf,
    Parcel,
    Row,
)

__all__ = [
    "DONE",
    "REFUSED",
    "DocumentLayout",
    "FileRefused",
    "FolderUnsafe",
    "InUse",
    "Layout",
    "Leaf",
    "Parcel",
    "Row",
    "Tray",
    "changed_at",
    "layout_of",
    "looked_through",
    "only_one",
    "opened",
    "small",
    "trays",
]
