"""The rows whose coming in is timed are rows that an import takes, and the report says how fast."""

import datetime as dt

from portal.directory.rules import PractitionerFacts
from portal.feeds.rules import COLUMNS, FileKind, InvolvementFacts, key_of, read_row
from tests.benchmarks.importing import Cells, Finding, Taken, involvements, practitioners, report
from tests.benchmarks.timing import spread

CODES, TODAY = ("X99001", "T-1", "T-2"), dt.date(2026, 1, 1)


def whole(kind: FileKind, cells: Cells) -> Cells:
    return dict.fromkeys(COLUMNS[kind], "") | cells


def test_every_row_can_be_taken_and_is_another() -> None:
    for kind, expected, rows in (
        (FileKind.PRACTITIONERS, PractitionerFacts, practitioners(40, CODES)),
        (FileKind.INVOLVEMENTS, InvolvementFacts, involvements(40, CODES, 7, ("B1", "B2"))),
    ):
        cells = [whole(kind, row) for row in rows]
        for one in cells:
            assert isinstance(read_row(kind, one, source="bench", on=TODAY), expected)
        assert len({key_of(kind, one) for one in cells}) == 40


def test_the_report_sets_a_search_beside_an_import_against_one_alone() -> None:
    alone, beside = spread([0.010] * 20), spread([0.025] * 20)
    taken = (
        Taken(FileKind.PRACTITIONERS, 6_000, 1.0, 0.9, 150.0, None),
        Taken(FileKind.INVOLVEMENTS, 6_000, 2.0, 1.2, 160.0, None),
        Taken(FileKind.PRACTITIONERS, 6_000, 1.0, 0.9, 150.0, beside),
        Taken(FileKind.INVOLVEMENTS, 4_000, 1.5, 1.2, 160.0, beside),
    )
    text = report(Finding(100, alone, 0.5, taken), 10_000, {"Processor": "one"})
    assert "| practitioners | 6,000 | 1.0 | 6,000 | 150 | 150 | 20 | 25.0 | 25.0 | 2.5 |" in text
    assert "| involvements | 6,000 | 2.0 | 3,000 | 200 | 160 | none |  |  |  |" in text
    assert "**4,000 rows a second** while nobody searches (5,000 are wanted), 4,000\n" in text
    assert "- Processor: one" in text
