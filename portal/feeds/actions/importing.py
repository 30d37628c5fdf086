"""A file of people, from its rows to its receipt.

Staged first: every row is checked and sealed into the database. Then decided, some hundred rows
at a time, each batch in one transaction with its counts: a process that dies leaves whole batches
behind it, and the same command goes on from there.
"""

import json
import uuid
from collections import Counter
from collections.abc import Generator, Iterator, Sequence
from time import monotonic
from typing import Any

from flask import current_app
from sqlalchemy import bindparam, func, select, update

from portal.access.identity import Identity
from portal.access.log import Event, record
from portal.core.bulk import insert_rows
from portal.core.db import db
from portal.core.keys import Keys, mark, seal, unseal
from portal.core.turns import holds_up_others
from portal.directory.rules import Flaw, PractitionerFacts
from portal.feeds.actions.checking import Checked, Said, Table
from portal.feeds.actions.deciding import decide_rows
from portal.feeds.actions.neighbours import Neighbours
from portal.feeds.actions.runs import alone, begin_run, end_run, end_staging
from portal.feeds.actions.standing import refuse_while_paused
from portal.feeds.inbox import Parcel
from portal.feeds.models import Arrival, FeedRun
from portal.feeds.queries import ReceiptSheet, receipt
from portal.feeds.rules import (
    AT_ONCE,
    COLUMNS,
    ColumnMap,
    Decision,
    FileKind,
    Phase,
    SetAside,
    Step,
    Verdict,
    in_batches,
    next_size,
)

_ROWS: Any = Arrival.__table__
_OF_RUN = update(_ROWS).where(_ROWS.c.run_id == bindparam("of"))
_DECIDED: dict[str, Any] = {"sealed": None, "decision": bindparam("what")}
_DECIDE = _OF_RUN.where(_ROWS.c.line == bindparam("at")).values(
    **_DECIDED, fault=bindparam("why"), column_name=bindparam("where")
)
_DECIDE_REST = _OF_RUN.where(
    _ROWS.c.line.between(bindparam("from"), bindparam("to")), _ROWS.c.decision.is_(None)
).values(**_DECIDED)


def import_people(
    *, source: str, kind: FileKind, parcel: Parcel, by_map: ColumnMap | None = None, by: Identity
) -> Generator[Step, None, ReceiptSheet]:
    """Take a file in. Commit at every step; the generator's value is the receipt.

    With a map, the columns are those of the file. The same file under another map is another file.
    Raises Busy when another import of this source runs, FileRefused when the file changes
    meanwhile, Paused before a step when the source is paused: the steps before it stay.
    """
    table = Table(source, kind, parcel, by_map)
    with alone(source=source, by=by):
        refuse_while_paused(source=source, by=by)
        file_mark = _file_mark(parcel, by_map)
        run_id = begin_run(source=source, kind=kind, mark=file_mark, total=parcel.count, by=by)
        run = db.session.get_one(FeedRun, run_id)
        number, state, through = run.receipt, run.state, run.read_through
        yield Step(Phase.STAGING, 0, parcel.count)
        if state == "staging":
            yield from _stage(run_id, through, table, by)
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
    with Neighbours.of_a_file() as neighbours:
        table = Table(source, kind, parcel, by_map)
        yield from table.heard(neighbours)
        for batch in in_batches(table.checked(neighbours)):
            for line, verdict in _rehearsed(source, kind, batch, by):
                counts[verdict.decision.value] += 1
                if verdict.flaw is not None:
                    rows.append(SetAside(line, verdict.flaw.fault, verdict.flaw.column))
            done += len(batch)
            yield Step(Phase.DECIDING, done, parcel.count)
    record(Event.FEED_REHEARSED, by=by, details={"source": source, "kind": kind, **counts})
    return ReceiptSheet(
        source=source, kind=kind.value, received=done, added=counts["added"],
        changed=counts["changed"], unchanged=counts["unchanged"], set_aside=counts["set_aside"],
        rows=tuple(rows),
    )  # fmt: skip


def _rehearsed(
    source: str, kind: FileKind, batch: Sequence[Checked], by: Identity
) -> list[tuple[int, Verdict]]:
    fit = [(line, said) for line, said, flaw in batch if flaw is None]
    trial = db.session.begin_nested()
    verdicts = decide_rows(source=source, kind=kind, rows=[said for _, said in fit], by=by)
    trial.rollback()
    decided = [(line, verdict) for (line, _), verdict in zip(fit, verdicts, strict=True)]
    flawed = [
        (line, Verdict(Decision.SET_ASIDE, flaw)) for line, _, flaw in batch if flaw is not None
    ]
    return sorted(decided + flawed, key=lambda one: one[0])


def _stage(run_id: uuid.UUID, through: int, table: Table, by: Identity) -> Iterator[Step]:
    """Seal the rows into the database, from the line on that is not there yet."""
    done = 0
    with Neighbours.of_a_file() as neighbours:
        yield from table.heard(neighbours)
        for batch in in_batches(table.checked(neighbours)):
            done += len(batch)
            fresh = [one for one in batch if one[0] > through]
            if not fresh:
                continue
            rows = [_arrival(run_id, table.kind, *one) for one in fresh]
            refuse_while_paused(source=table.source, by=by)
            insert_rows(db.session.connection(), _ROWS, rows)
            set_aside = sum(flaw is not None for _, _, flaw in fresh)
            more = {"received": len(fresh), "set_aside": set_aside}
            _count(run_id, more, read_through=fresh[-1][0])
            yield Step(Phase.STAGING, done, table.parcel.count)


def _arrival(
    run_id: uuid.UUID, kind: FileKind, line: int, said: Said, flaw: Flaw | None
) -> dict[str, Any]:
    row = {"run_id": run_id, "line": line, "fault": "", "column_name": ""}
    if flaw is not None:
        aside = Decision.SET_ASIDE.value
        told = {"fault": flaw.fault, "column_name": flaw.column}
        return {**row, **told, "decision": aside, "sealed": None}
    text = json.dumps(_content(kind, said), ensure_ascii=False)
    return {**row, "decision": None, "sealed": seal(_key(), text, place=_place(run_id, line))}


def _content(kind: FileKind, said: Said) -> object:
    columns = COLUMNS[kind]
    if isinstance(said, PractitionerFacts):
        return {column: getattr(said, column) for column in columns}
    return [said[column] for column in columns]


def _decide(run_id: uuid.UUID, source: str, kind: FileKind, by: Identity) -> Iterator[Step]:
    """Decide the staged rows in the order of the file; a decided row loses its content."""
    total = _number_of(run_id)
    done = total - _number_of(run_id, Arrival.decision.is_(None))
    line, size, begun = 0, AT_ONCE, monotonic()
    while batch := _waiting(run_id, after=line, most=size):
        refuse_while_paused(source=source, by=by)
        rows = [_unsealed(run_id, kind, *one) for one in batch]
        verdicts = decide_rows(source=source, kind=kind, rows=rows, by=by)
        _note(run_id, [one for one, _ in batch], verdicts)
        _count(run_id, _counted(verdicts))
        done, line = done + len(batch), batch[-1][0]
        is_waited_for = holds_up_others(db.session.connection())
        size = next_size(len(batch), monotonic() - begun, is_waited_for=is_waited_for)
        yield Step(Phase.DECIDING, done, total)
        begun = monotonic()


def _counted(verdicts: Sequence[Verdict]) -> Counter[str]:
    """How often each thing became of a row, by the columns that count it."""
    told = (f"told_{verdict.told}" for verdict in verdicts if verdict.told)
    return Counter(verdict.decision.value for verdict in verdicts) + Counter(told)


def _waiting(run_id: uuid.UUID, *, after: int, most: int) -> Sequence[tuple[int, bytes]]:
    wanted = (
        select(Arrival.line, Arrival.sealed)
        .where(Arrival.run_id == run_id, Arrival.line > after, Arrival.decision.is_(None))
        .order_by(Arrival.line)
        .limit(most)
    )
    return [(line, sealed or b"") for line, sealed in db.session.execute(wanted)]


def _unsealed(run_id: uuid.UUID, kind: FileKind, line: int, sealed: bytes) -> Said:
    """What was staged: a practitioner as read, or the cells of a row (an older program staged
    those of practitioners too)."""
    content = json.loads(unseal(_key(), sealed, place=_place(run_id, line)))
    if isinstance(content, dict):
        return PractitionerFacts(**content)
    return dict(zip(COLUMNS[kind], content, strict=True))


def _note(run_id: uuid.UUID, lines: Sequence[int], verdicts: Sequence[Verdict]) -> None:
    """Write down what became of the rows: those with the commonest decision in one statement."""
    commonest = Counter(one.decision.value for one in verdicts if one.flaw is None).most_common(1)
    shared = commonest[0][0] if commonest else ""
    others = [
        {
            "of": run_id, "at": line, "what": one.decision.value,
            "why": one.flaw.fault if one.flaw else "", "where": one.flaw.column if one.flaw else "",
        }
        for line, one in zip(lines, verdicts, strict=True)
        if one.flaw is not None or one.decision.value != shared
    ]  # fmt: skip
    asked = db.session.connection()
    if others:
        asked.execute(_DECIDE, others)
    if shared:
        asked.execute(
            _DECIDE_REST, {"of": run_id, "from": lines[0], "to": lines[-1], "what": shared}
        )


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
