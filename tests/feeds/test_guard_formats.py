"""However a file is wrapped or mapped, nothing tells whether one of its children is hidden."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from portal.children import vault
from portal.core.db import db
from portal.feeds import actions
from portal.feeds.inbox import Layout, opened
from portal.feeds.queries import ReceiptSheet
from portal.feeds.rules import COLUMNS, ColumnMap, FileKind, Step, read_map
from tests.children.reporting import FEED
from tests.feeds.exports import SURGERY, surgery
from tests.feeds.filing import Cells, child, write
from tests.feeds.packing import gzipped, zipped
from tests.shielding.rewriting import (
    arrivals,
    hide,
    in_a_world,
    length_of_log,
    lines_of_log,
)

CHILDREN = FileKind.CHILDREN
GRADES = list(vault.Grade)
BEFORE = [child(1), child(2)]
# A new address and family name of the one who may be hidden, somebody new, and a row that is wrong.
AFTER = [
    child(1, family_name="Nowak", address="9 Weavers Close", postcode="QH2 2BB"),
    child(2),
    child(3),
    child(4, gender="Q"),
]


def documented(tmp_path: Path, rows: list[Cells]) -> bytes:
    """The rows under our own header."""
    return write(tmp_path / "rows.csv", CHILDREN, rows).read_bytes()


def as_utf16(tmp_path: Path, rows: list[Cells]) -> bytes:
    """The same in UTF-16."""
    return documented(tmp_path, rows).decode().encode("utf-16")


def as_gzip(tmp_path: Path, rows: list[Cells]) -> bytes:
    """The same, packed."""
    return gzipped(documented(tmp_path, rows))


def as_zip(tmp_path: Path, rows: list[Cells]) -> bytes:
    """The same in an archive, in UTF-16 as well."""
    return zipped(as_utf16(tmp_path, rows))


def as_export(_: Path, rows: list[Cells]) -> bytes:
    """The rows as another system has them."""
    return surgery(rows)


Wrap = Callable[[Path, list[Cells]], bytes]
PLAIN: list[Wrap] = [documented, as_utf16, as_gzip, as_zip]
WAYS = [*((wrap, None) for wrap in PLAIN), (as_export, read_map(SURGERY.encode(), CHILDREN))]


def taken(path: Path, by_map: ColumnMap | None, rehearsed: bool) -> tuple[list[Step], ReceiptSheet]:
    """Import or rehearse a file without committing; every step, and the receipt less its number."""
    layout = Layout(columns=by_map.wanted, open_ended=True) if by_map else None
    run = actions.rehearse_people if rehearsed else actions.import_people
    steps = []
    with opened(path, layout or Layout(columns=COLUMNS[CHILDREN])) as parcel:
        drive = run(source="mosaic", kind=CHILDREN, parcel=parcel, by_map=by_map, by=FEED)
        while True:
            try:
                steps.append(next(drive))
                db.session.flush()
                db.session.expire_all()  # as the commit at every step does
            except StopIteration as end:
                sheet: ReceiptSheet = end.value
                return steps, sheet


@pytest.mark.parametrize("grade", GRADES)
@pytest.mark.parametrize(("wrap", "by_map"), WAYS)
def test_a_receipt_says_the_same_in_every_format(
    town: Flask,
    tmp_path: Path,
    session: Session,
    wrap: Wrap,
    by_map: ColumnMap | None,
    grade: vault.Grade,
) -> None:
    before, path = tmp_path / "before", tmp_path / "after"
    before.write_bytes(wrap(tmp_path, BEFORE))
    path.write_bytes(wrap(tmp_path, AFTER))

    def seen(is_hidden: bool) -> list[Any]:
        taken(before, by_map, rehearsed=False)
        if is_hidden:
            hide("mosaic", "K1", grade)
        start = length_of_log()
        found: list[Any] = []
        for rehearsed in (True, False, False):
            steps, sheet = taken(path, by_map, rehearsed)
            words = (sheet.received, sheet.added, sheet.changed, sheet.unchanged, sheet.rows)
            found.append((steps, words))
        return [found, lines_of_log(start), arrivals()]

    ordinary = in_a_world(lambda: seen(False))
    assert in_a_world(lambda: seen(True)) == ordinary
    counts = [words[:4] for _, words in ordinary[0]]
    assert counts == [(4, 1, 1, 1), (4, 1, 1, 1), (4, 0, 0, 3)]
