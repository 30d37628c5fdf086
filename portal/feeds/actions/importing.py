"""A file of people, from its rows to its receipt.

Staged first: every row is checked and sealed into the database. Then decided, some hundred rows
at a time, each batch in one transaction with its counts, and with other batches where whoever
drives the import does not commit after each: a process that dies leaves whole batches behind it,
and the same command goes on from there.
"""

import json
import uuid
from collections import Counter
from collections.abc import Generator, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import replace
from functools import partial
from time import monotonic
from typing import Any

from flask import current_app
from sqlalchemy import bindparam, func, select, update

from portal.access.identity import Identity
from portal.children.queries import Bulk, Engine, Hearing
from portal.core import clock
from portal.core.db import db
from portal.core.inserts import insert_rows
from portal.core.keys import Keys, mark, seal, unseal
from portal.core.turns import holds_up_others
from portal.directory.rules import Flaw, PractitionerFacts
from portal.feeds.actions.checking import Said, Table
from portal.feeds.actions.deciding import decide_rows
from portal.feeds.actions.gathering import gather
from portal.feeds.actions.leaving_out import leave_out
from portal.feeds.actions.neighbours import Neighbours
from portal.feeds.actions.runs import alone, begin_run, end_run, end_staging, give_up
from portal.feeds.actions.standing import refuse_while_paused
from portal.feeds.inbox import FileRefused, Parcel
from portal.feeds.models import Arrival, FeedRun
from portal.feeds.queries import ReceiptSheet, receipt
from portal.feeds.rules import (
    AT_ONCE,
    COLUMNS,
    MOST_AT_ONCE,
    USUAL,
    ColumnMap,
    Decision,
    FileKind,
    Phase,
    Scope,
    Step,
    Verdict,
    day_of,
    in_batches,
    next_size,
)

_ROWS: Any = Arrival.__table__
_in_json = json.JSONEncoder(ensure_ascii=False).encode
_OF_RUN = update(_ROWS).where(_ROWS.c.run_id == bindparam("of"))
_DECIDED: dict[str, Any] = {"sealed": None, "decision": bindparam("what")}
_DECIDE = _OF_RUN.where(_ROWS.c.line == bindparam("at")).values(
    **_DECIDED, fault=bindparam("why"), column_name=bindparam("where")
)
_DECIDE_REST = _OF_RUN.where(
    _ROWS.c.line.between(bindparam("from"), bindparam("to")), _ROWS.c.decision.is_(None)
).values(**_DECIDED)


def import_people(
    *, source: str, kind: FileKind, parcel: Parcel, by_map: ColumnMap | None = None,
    scope: Scope = USUAL, engine: Engine = Engine.AUTO, by: Identity,
) -> Generator[Step, None, ReceiptSheet]:  # fmt: skip
    """Take a file in. Commit at every step, or seldomer (Step); the value is the receipt.

    With a map, the columns are those of the file. The same file under another map, or in another
    scope, is another file. What a full file leaves out is marked when all of it is decided. Raises
    Busy when another import of this source runs, FileRefused when the file changes meanwhile, or
    when it would turn too many children into others (shifts.py): what was staged goes. Raises
    Paused before a step when the source is paused: the steps before it stay; and what `gather`
    raises, when every row is staged.
    """
    table = Table(source, kind, parcel, by_map)
    with alone(source=source, by=by):
        refuse_while_paused(source=source, by=by)
        run_id = begin_run(
            source=source, kind=kind, mark=_file_mark(parcel, by_map, scope), total=parcel.count,
            scope=replace(scope, on=day_of(scope, parcel.day, today=clock.today())), by=by,
        )  # fmt: skip
        number = db.session.get_one(FeedRun, run_id).receipt
        yield from _carried_out(run_id, table, scope, engine, by)
        yield Step(Phase.DECIDING, parcel.count, parcel.count)
    found = receipt(number)
    if found is None:
        raise LookupError("the run has gone")
    return found


def _carried_out(
    run_id: uuid.UUID, table: Table, scope: Scope, engine: Engine, by: Identity
) -> Iterator[Step]:
    """Take a run to its end from where it stands."""
    run = db.session.get_one(FeedRun, run_id)
    state, through = run.state, run.read_through
    heard = Hearing(table.source, run.speaks_of or clock.today(), run_id)
    yield Step(Phase.STAGING, 0, table.parcel.count)
    if state == "staging":
        try:
            yield from _stage(run_id, through, table, scope.is_full, by)
        except FileRefused:
            give_up(run_id=run_id, by=by)
            yield Step(Phase.STAGING, table.parcel.count, table.parcel.count)
            raise
        end_staging(run_id=run_id, by=by)
    yield from _decide(run_id, heard, table.kind, engine, by)
    if scope.is_full:
        yield from leave_out(heard=heard, kind=table.kind, scope=scope, by=by)
    end_run(run_id=run_id, by=by)


def _stage(
    run_id: uuid.UUID, through: int, table: Table, is_full: bool, by: Identity
) -> Iterator[Step]:
    """Seal the rows into the database, from the line on that is not there yet."""
    done = 0
    with Neighbours.of_a_file() as neighbours:
        yield from table.heard(neighbours)
        for batch in in_batches(table.checked(neighbours)):
            done += len(batch)
            fresh = [one for one in batch if one[0] > through]
            if not fresh:
                continue
            rows = [_arrival(run_id, table, is_full, *one) for one in fresh]
            refuse_while_paused(source=table.source, by=by)
            insert_rows(db.session.connection(), _ROWS, rows)
            set_aside = sum(flaw is not None for _, _, flaw in fresh)
            more = {"received": len(fresh), "set_aside": set_aside}
            _count(run_id, more, read_through=fresh[-1][0])
            yield Step(Phase.STAGING, done, table.parcel.count)


def _arrival(
    run_id: uuid.UUID, table: Table, is_full: bool, line: int, said: Said, flaw: Flaw | None
) -> dict[str, Any]:
    about = table.about(said) if is_full else None
    row = {"run_id": run_id, "line": line, "fault": "", "column_name": "", "about": about}
    if flaw is not None:
        aside = Decision.SET_ASIDE.value
        told = {"fault": flaw.fault, "column_name": flaw.column}
        return {**row, **told, "decision": aside, "sealed": None}
    text = _in_json(_content(table.kind, said))
    return {**row, "decision": None, "sealed": seal(_key(), text, place=_place(run_id, line))}


def _content(kind: FileKind, said: Said) -> object:
    columns = COLUMNS[kind]
    if isinstance(said, PractitionerFacts):
        return {column: getattr(said, column) for column in columns}
    return [said[column] for column in columns]


def _decide(
    run_id: uuid.UUID, heard: Hearing, kind: FileKind, engine: Engine, by: Identity
) -> Iterator[Step]:
    """Decide the staged rows, those of a large file after all were compared with the index."""
    waiting = _number_of(run_id, Arrival.decision.is_(None))
    bulk = yield from gather(
        source=heard.source, kind=kind, engine=engine,
        batches=partial(_all_waiting, run_id, kind), total=waiting, by=by,
    )  # fmt: skip
    with bulk or nullcontext():
        yield from _decide_each(run_id, heard, kind, bulk, by)


def _all_waiting(run_id: uuid.UUID, kind: FileKind) -> Iterator[list[Any]]:
    """The rows that wait, as many at a time as a step may take."""
    line = 0
    while batch := _waiting(run_id, after=line, most=MOST_AT_ONCE):
        yield [_unsealed(run_id, kind, *one) for one in batch]
        line = batch[-1][0]


def _decide_each(
    run_id: uuid.UUID, heard: Hearing, kind: FileKind, bulk: Bulk | None, by: Identity
) -> Iterator[Step]:
    """Decide the staged rows in the order of the file; a decided row loses its content."""
    total = _number_of(run_id)
    done = total - _number_of(run_id, Arrival.decision.is_(None))
    line, size, begun = 0, AT_ONCE, monotonic()
    while batch := _waiting(run_id, after=line, most=size):
        refuse_while_paused(source=heard.source, by=by)
        rows = [_unsealed(run_id, kind, *one) for one in batch]
        finder = bulk.looked_again() if bulk else None
        verdicts = decide_rows(heard=heard, kind=kind, rows=rows, by=by, finder=finder)
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


def _file_mark(parcel: Parcel, by_map: ColumnMap | None, scope: Scope) -> str:
    words = [parcel.fingerprint, by_map.fingerprint if by_map else "", scope.word]
    return mark(_key(), f"feed_run:{':'.join(word for word in words if word)}")


def _key() -> bytes:
    keys: Keys = current_app.extensions["portal_keys"]
    return keys.identifier


def _place(run_id: uuid.UUID, line: int) -> str:
    return f"arrival|sealed|{run_id}|{line}"
