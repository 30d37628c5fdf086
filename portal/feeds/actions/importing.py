"""A file of people, from its rows to its receipt.

Staged first: every row is checked and sealed into the database. Then decided, some hundred rows
at a time, each batch in one transaction with its counts: a process that dies leaves whole batches
behind it, and the same command goes on from there.
"""

import json
import uuid
from collections import Counter
from collections.abc import Generator, Iterator, Sequence
from typing import Any

from flask import current_app
from sqlalchemy import func, insert, select, update

from portal.access.identity import Identity
from portal.access.log import Event, record
from portal.core import clock
from portal.core.db import db
from portal.core.keys import Keys, mark, seal, unseal
from portal.directory.rules import Flaw
from portal.feeds.actions.deciding import decide_rows
from portal.feeds.actions.runs import alone, begin_run, end_run, end_staging
from portal.feeds.actions.standing import refuse_while_paused
from portal.feeds.inbox import Parcel, Row
from portal.feeds.models import Arrival, FeedRun
from portal.feeds.queries import ReceiptSheet, receipt, unusable_people
from portal.feeds.rules import (
    AT_ONCE,
    COLUMNS,
    Cells,
    ColumnMap,
    Decision,
    FileKind,
    Neighbours,
    Phase,
    SetAside,
    Step,
    Verdict,
    in_batches,
    read_row,
)

Checked = tuple[int, Cells, Flaw | None]


def import_people(
    *, source: str, kind: FileKind, parcel: Parcel, by_map: ColumnMap | None = None, by: Identity
) -> Generator[Step, None, ReceiptSheet]:
    """Take a file in. Commit at every step; the generator's value is the receipt.

    With a map, the columns are those of the file. The same file under another map is another file.
    Raises Busy when another import of this source runs, FileRefused when the file changes
    meanwhile, Paused before a step when the source is paused: the steps before it stay.
    """
    with alone(source=source, by=by):
        refuse_while_paused(source=source, by=by)
        run_id = begin_run(source=source, kind=kind, mark=_file_mark(parcel, by_map), by=by)
        run = db.session.get_one(FeedRun, run_id)
        number, state, through = run.receipt, run.state, run.read_through
        yield Step(Phase.STAGING, 0, parcel.count)
        if state == "staging":
            rows = _checked(source, kind, parcel, by_map)
            yield from _stage(run_id, through, rows, source, kind, parcel.count, by)
            end_staging(run_id=run_id, by=by)
        yield from _decide(run_id, source, kind, by)
        end_run(run_id=run_id, by=by)
        yield Step(Phase.DECIDING, parcel.count, parcel.count)
    found = receipt(number)
    if found is None:
        raise LookupError("the run has gone")
    return found


def rehearse_people(
    *, source: str, kind: FileKind, parcel: Parcel, by_map: ColumnMap | None = None, by: Identity
) -> Generator[Step, None, ReceiptSheet]:
    """Do all that import_people would do and undo it, batch by batch; the value is the receipt.

    Only a line in the log stays: a rehearsal too can tell whether the index knows a child.
    """
    rows: list[SetAside] = []
    counts: Counter[str] = Counter()
    done = 0
    for batch in in_batches(_checked(source, kind, parcel, by_map)):
        for line, verdict in _rehearsed(source, kind, batch, by):
            counts[verdict.decision.value] += 1
            if verdict.flaw is not None:
                rows.append(SetAside(line, verdict.flaw.fault, verdict.flaw.column))
        done += len(batch)
        yield Step(Phase.DECIDING, done, parcel.count)
    record(Event.FEED_REHEARSED, by=by, details={"source": source, "kind": kind, **counts})
    return ReceiptSheet(
        source=source,
        kind=kind.value,
        received=done,
        added=counts["added"],
        changed=counts["changed"],
        unchanged=counts["unchanged"],
        set_aside=counts["set_aside"],
        rows=tuple(rows),
    )


def _rehearsed(
    source: str, kind: FileKind, batch: Sequence[Checked], by: Identity
) -> list[tuple[int, Verdict]]:
    fit = [(line, cells) for line, cells, flaw in batch if flaw is None]
    trial = db.session.begin_nested()
    verdicts = decide_rows(source=source, kind=kind, rows=[cells for _, cells in fit], by=by)
    trial.rollback()
    decided = [(line, verdict) for (line, _), verdict in zip(fit, verdicts, strict=True)]
    flawed = [
        (line, Verdict(Decision.SET_ASIDE, flaw)) for line, _, flaw in batch if flaw is not None
    ]
    return sorted(decided + flawed, key=lambda one: one[0])


def _checked(
    source: str, kind: FileKind, parcel: Parcel, by_map: ColumnMap | None
) -> Iterator[Checked]:
    """Say of every row what is wrong with it by itself, or beside the others."""
    neighbours = Neighbours()
    if kind is FileKind.INVOLVEMENTS:
        for _, cells, read in _read(source, kind, parcel, by_map):
            neighbours.hear(cells, read)
        neighbours.ignore(unusable_people(neighbours.people))
    for line, cells, read in _read(source, kind, parcel, by_map):
        if isinstance(read, Flaw):
            yield line, {}, read
        else:
            yield line, cells, neighbours.judge(kind, cells, read)


def _read(
    source: str, kind: FileKind, parcel: Parcel, by_map: ColumnMap | None
) -> Iterator[tuple[int, Cells, object]]:
    today = clock.today()
    for row in parcel.rows():
        cells = _cells(row, parcel, by_map)
        if isinstance(cells, Flaw):
            yield row.line, {}, cells
        else:
            yield row.line, cells, read_row(kind, cells, source=source, on=today)


def _cells(row: Row, parcel: Parcel, by_map: ColumnMap | None) -> Cells | Flaw:
    if row.fault:
        return Flaw(row.fault)
    cells = parcel.named(row)
    return by_map.cells(cells) if by_map else cells


def _stage(
    run_id: uuid.UUID,
    through: int,
    rows: Iterator[Checked],
    source: str,
    kind: FileKind,
    total: int,
    by: Identity,
) -> Iterator[Step]:
    """Seal the rows into the database, from the line on that is not there yet."""
    done = 0
    for batch in in_batches(rows):
        done += len(batch)
        fresh = [one for one in batch if one[0] > through]
        if not fresh:
            continue
        refuse_while_paused(source=source, by=by)
        db.session.execute(insert(Arrival), [_arrival(run_id, kind, *one) for one in fresh])
        set_aside = sum(flaw is not None for _, _, flaw in fresh)
        _count(run_id, {"set_aside": set_aside}, read_through=fresh[-1][0])
        yield Step(Phase.STAGING, done, total)


def _arrival(
    run_id: uuid.UUID, kind: FileKind, line: int, cells: Cells, flaw: Flaw | None
) -> dict[str, Any]:
    row = {"run_id": run_id, "line": line, "fault": "", "column": ""}
    if flaw is not None:
        aside = Decision.SET_ASIDE.value
        said = {"fault": flaw.fault, "column": flaw.column}
        return {**row, **said, "decision": aside, "sealed": None}
    content = json.dumps([cells[column] for column in COLUMNS[kind]], ensure_ascii=False)
    sealed = seal(_key(), content, place=_place(run_id, line))
    return {**row, "decision": None, "sealed": sealed}


def _decide(run_id: uuid.UUID, source: str, kind: FileKind, by: Identity) -> Iterator[Step]:
    """Decide the staged rows in the order of the file; a decided row loses its content."""
    total = _number_of(run_id)
    done = total - _number_of(run_id, Arrival.decision.is_(None))
    line = 0
    while batch := _waiting(run_id, after=line):
        refuse_while_paused(source=source, by=by)
        rows = [_unsealed(run_id, kind, *one) for one in batch]
        verdicts = decide_rows(source=source, kind=kind, rows=rows, by=by)
        lines = [one for one, _ in batch]
        db.session.execute(
            update(Arrival),
            [_decision(run_id, *pair) for pair in zip(lines, verdicts, strict=True)],
        )
        _count(run_id, _counted(verdicts))
        done, line = done + len(batch), lines[-1]
        yield Step(Phase.DECIDING, done, total)


def _counted(verdicts: Sequence[Verdict]) -> Counter[str]:
    """How often each thing became of a row, by the columns that count it."""
    told = (f"told_{verdict.told}" for verdict in verdicts if verdict.told)
    return Counter(verdict.decision.value for verdict in verdicts) + Counter(told)


def _waiting(run_id: uuid.UUID, *, after: int) -> Sequence[tuple[int, bytes]]:
    wanted = (
        select(Arrival.line, Arrival.sealed)
        .where(Arrival.run_id == run_id, Arrival.line > after, Arrival.decision.is_(None))
        .order_by(Arrival.line)
        .limit(AT_ONCE)
    )
    return [(line, sealed or b"") for line, sealed in db.session.execute(wanted)]


def _unsealed(run_id: uuid.UUID, kind: FileKind, line: int, sealed: bytes) -> Cells:
    cells = json.loads(unseal(_key(), sealed, place=_place(run_id, line)))
    return dict(zip(COLUMNS[kind], cells, strict=True))


def _decision(run_id: uuid.UUID, line: int, verdict: Verdict) -> dict[str, Any]:
    flaw = verdict.flaw or Flaw("")
    return {
        "run_id": run_id,
        "line": line,
        "sealed": None,
        "decision": verdict.decision.value,
        "fault": flaw.fault,
        "column": flaw.column,
    }


def _count(run_id: uuid.UUID, more: dict[str, int], **values: Any) -> None:
    counts = {word: getattr(FeedRun, word) + number for word, number in more.items()}
    db.session.execute(
        update(FeedRun)
        .where(FeedRun.id == run_id)
        .values(**counts, **values)
        .execution_options(synchronize_session=False)
    )


def _number_of(run_id: uuid.UUID, *conditions: Any) -> int:
    wanted = select(func.count()).select_from(Arrival).where(Arrival.run_id == run_id, *conditions)
    return db.session.scalar(wanted) or 0


def _file_mark(parcel: Parcel, by_map: ColumnMap | None) -> str:
    read_by = f":{by_map.fingerprint}" if by_map else ""
    return mark(_key(), f"feed_run:{parcel.fingerprint}{read_by}")


def _key() -> bytes:
    keys: Keys = current_app.extensions["portal_keys"]
    return keys.identifier


def _place(run_id: uuid.UUID, line: int) -> str:
    return f"arrival|sealed|{run_id}|{line}"
