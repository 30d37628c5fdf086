"""A row of any file of people."""

import datetime as dt

from portal.children.rules import ChildDraft
from portal.directory.rules import Flaw, PractitionerFacts
from portal.feeds.rules.pupils import PupilFacts, read_pupil
from portal.feeds.rules.rows import read_child, read_involvement, read_practitioner
from portal.feeds.rules.words import Cells, FileKind, InvolvementFacts


def read_row(
    kind: FileKind, cells: Cells, *, source: str, on: dt.date
) -> PractitionerFacts | ChildDraft | InvolvementFacts | PupilFacts | Flaw:
    """Read a row of one of the files, received from this source on this day."""
    if kind is FileKind.PRACTITIONERS:
        return read_practitioner(cells)
    if kind is FileKind.CHILDREN:
        return read_child(cells, source=source, on=on)
    if kind is FileKind.CTF:
        return read_pupil(cells, source=source, on=on)
    return read_involvement(cells, on=on)
