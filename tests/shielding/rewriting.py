"""Imports replayed in several worlds: one with a hidden child, one where nobody is hidden."""

import datetime as dt
import re
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy import func, select, text

from portal.access.models import AccessEvent
from portal.children import finding, queries, vault
from portal.children.actions import hide_child
from portal.children.finding.tables import NameEntry
from portal.children.models import SourceWord
from portal.children.visibility import Job, everything
from portal.core.db import Base, db
from portal.feeds import actions
from portal.feeds.inbox import Layout, opened
from portal.feeds.models import Arrival
from portal.feeds.queries import ReceiptSheet
from portal.feeds.rules import COLUMNS, USUAL, FileKind, Scope
from portal.matching import describe
from tests.children.reporting import FEED
from tests.feeds.filing import Cells, holdings, write

SOURCES = ("mosaic", "emis")
MEANINGLESS = re.compile("[0-9a-f]{32}")
BORN = dt.date(2015, 3, 4)
# What is nobody's to see: the vault, the log (compared line by line), feeds (by their receipts),
# and what sources told of, which arrivals() compares mark by mark.
_APART = ("vault_", "access_", "feed", "arrival", "source_word")


@dataclass(frozen=True)
class Sent:
    """One file of one source."""

    source: str
    kind: FileKind
    rows: tuple[Cells, ...]
    rehearsed: bool = False
    scope: Scope = USUAL

    def without(self, numbers: Iterable[tuple[str, str]]) -> "Sent":
        """The file without the rows about these numbers of its source."""
        column = "source_id" if self.kind is FileKind.CHILDREN else "child_source_id"
        gone = {number for source, number in numbers if source == self.source}
        return replace(self, rows=tuple(row for row in self.rows if row[column] not in gone))


def send(file: Sent) -> ReceiptSheet:
    """Import a file, or rehearse that, without committing; the receipt without its number."""
    run = actions.rehearse_people if file.rehearsed else actions.import_people
    with tempfile.TemporaryDirectory() as folder:
        path = write(Path(folder) / "some.csv", file.kind, file.rows)
        with opened(path, Layout(columns=COLUMNS[file.kind])) as parcel:
            drive = run(
                source=file.source, kind=file.kind, parcel=parcel, scope=file.scope, by=FEED
            )
            while True:
                try:
                    next(drive)
                except StopIteration as end:
                    receipt: ReceiptSheet = end.value
                    return replace(receipt, number="")


def hide(source: str, number: str, grade: vault.Grade) -> None:
    """Hide the child that a source knows under this number."""
    child_id = queries.child_ids(source, [number])[number]
    hide_child(child_id=child_id, grade=grade, by=FEED)


def in_a_world(act: Callable[[], Any]) -> Any:
    """Do something in a world that is gone afterwards."""
    db.session.rollback()
    _begin_alike()
    try:
        return act()
    finally:
        db.session.rollback()


def _begin_alike() -> None:
    """PostgreSQL does not take back the numbers that a world has used, and names are weighed by the
    greatest: every world begins with the same."""
    if db.session.connection().dialect.name == "postgresql":
        table = NameEntry.__tablename__
        last = "SELECT setval(pg_get_serial_sequence(:name, 'id'), (SELECT max(id) FROM {}))"
        db.session.execute(text(last.format(table)), {"name": table})


def lines_of_log(after: int) -> list[tuple[Any, ...]]:
    """The lines as an ordinary reader of the log sees them: which, by whom, in which order."""
    wanted = select(AccessEvent).where(AccessEvent.line > after).order_by(AccessEvent.line)
    return [
        (row.event, row.roles, row.outcome, row.subject_kind, row.subject_id is not None,
         len(row.sealed or b""))
        for row in db.session.scalars(wanted)
        if not row.event.startswith("shield:")
    ]  # fmt: skip


def length_of_log() -> int:
    """How many lines the log has."""
    return db.session.scalar(select(func.max(AccessEvent.line))) or 0


def arrivals() -> list[tuple[Any, ...]]:
    """What is kept of the rows of files, and of what they told. An involvement has its id by
    chance, and so its mark."""
    rows = db.session.scalars(select(Arrival).order_by(Arrival.run_id, Arrival.line))
    kept: list[tuple[Any, ...]] = [
        (row.line, row.decision or "", row.fault, row.column, row.sealed is None, row.about or 0)
        for row in rows
    ]
    kept += [
        (0, one.source, one.subject, one.under, one.mark if one.subject == "child" else 0,
         str(one.told_on), str(one.unreported_since))
        for one in db.session.scalars(select(SourceWord))
    ]  # fmt: skip
    return sorted(kept, key=str)


def seen(names: Sequence[tuple[str, str]]) -> list[Any]:
    """All that ordinary people can come to see: what the tables outside the vault hold, and whom
    the name index offers for these names."""
    held = [row for source in SOURCES for row in holdings(source) if row[0] != "child"]
    sizes = {
        name: db.session.scalar(select(func.count()).select_from(table))
        for name, table in sorted(Base.metadata.tables.items())
        if not name.startswith(_APART)
    }
    offered = [len(_candidates(given, family)) for given, family in names]
    return [_children(), held, sizes, offered]


def _children() -> list[tuple[str, ...]]:
    """Every child; the number of a stub says nothing and differs from world to world."""
    words = ("given_names", "family_name", "date_of_birth", "gender", "lifecycle")
    rows = db.session.scalars(everything(Job.FEED)).all()
    return sorted(
        ("" if MEANINGLESS.fullmatch(row.source_id) else f"{row.source} {row.source_id}",
         *(str(getattr(row, word)) for word in words))
        for row in rows
    )  # fmt: skip


def _candidates(given: str, family: str) -> tuple[Any, ...]:
    asked = describe(given_names=given, family_name=family, birth=BORN)
    return tuple(finding.candidates(db.session(), asked).candidates)
