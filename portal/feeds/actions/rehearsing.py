"""A dry run of a file of people: all that an import would do, undone batch by batch."""

from collections import Counter
from collections.abc import Generator, Sequence
from contextlib import nullcontext

from flask import current_app

from portal.access.identity import Identity
from portal.access.log import Event, record
from portal.children.queries import Bulk, Engine, Hearing
from portal.core import clock
from portal.core.config import Config
from portal.core.db import db, random_id
from portal.feeds.actions.absences import Absences
from portal.feeds.actions.checking import Checked, Table
from portal.feeds.actions.deciding import decide_rows
from portal.feeds.actions.gathering import gather
from portal.feeds.actions.neighbours import Neighbours
from portal.feeds.inbox import Parcel
from portal.feeds.queries import ReceiptSheet, has_later_full_file
from portal.feeds.rules import (
    USUAL,
    ColumnMap,
    Decision,
    FileKind,
    LeftOut,
    Phase,
    Scope,
    SetAside,
    SetAsides,
    Step,
    Verdict,
    day_of,
    in_batches,
    judge_left_out,
)


def rehearse_people(
    *, source: str, kind: FileKind, parcel: Parcel, by_map: ColumnMap | None = None,
    scope: Scope = USUAL, engine: Engine = Engine.AUTO, by: Identity,
) -> Generator[Step, None, ReceiptSheet]:  # fmt: skip
    """Do all that import_people would do and undo it, batch by batch; the value is the receipt.

    Only a line in the log stays: a rehearsal too can tell whether the index knows a child. Raises
    FileRefused as import_people does, and what `gather` raises.
    """
    day = day_of(scope, parcel.day, today=clock.today())
    heard = Hearing(source, day, run_id=random_id(), noted=set() if scope.is_full else None)
    aside, counts, table = SetAsides(), Counter[str](), Table(source, kind, parcel, by_map)
    bulk = yield from gather(
        source=source, kind=kind, engine=engine, batches=table.fit, total=parcel.count, by=by
    )
    with (
        bulk or nullcontext(), Neighbours.of_a_file() as neighbours,
        Absences.of_a_file(heard, kind) if scope.is_full else nullcontext() as absences,
    ):  # fmt: skip
        yield from table.heard(neighbours)
        for batch in in_batches(table.checked(neighbours)):
            for line, verdict in _rehearsed(heard, table, batch, bulk, absences, by):
                counts[verdict.decision.value] += 1
                if verdict.flaw is not None:
                    aside.add(SetAside(line, verdict.flaw.fault, verdict.flaw.column))
            yield Step(Phase.DECIDING, counts.total(), parcel.count)
        left_out = _left_out(heard, kind, scope, absences)
    record(Event.FEED_REHEARSED, by=by, details={"source": source, "kind": kind, **counts})
    return _receipt(heard, kind, counts, aside, left_out)


def _receipt(
    heard: Hearing, kind: FileKind, counts: Counter[str], aside: SetAsides,
    left_out: LeftOut | None,
) -> ReceiptSheet:  # fmt: skip
    found = left_out or LeftOut()
    return ReceiptSheet(
        source=heard.source, kind=kind.value, received=counts.total(), added=counts["added"],
        changed=counts["changed"], unchanged=counts["unchanged"], set_aside=counts["set_aside"],
        rows=tuple(aside.rows), faults=tuple(aside.faults.most_common()),
        is_full=left_out is not None, speaks_of=heard.on,
        unreported=found.number, told=found.told, unmarked=found.why,
    )  # fmt: skip


def _left_out(
    heard: Hearing, kind: FileKind, scope: Scope, absences: Absences | None
) -> LeftOut | None:
    """What the import of a full file would mark, or why it would mark nothing."""
    if absences is None:
        return None
    config: Config = current_app.extensions["portal_config"]
    return judge_left_out(
        scope, absences.counted(), is_unread=absences.is_unread, most=config.full_file_drop,
        is_older=has_later_full_file(heard.source, kind, on=heard.on),
    )  # fmt: skip


def _rehearsed(
    heard: Hearing, table: Table, batch: Sequence[Checked], bulk: Bulk | None,
    absences: Absences | None, by: Identity,
) -> list[tuple[int, Verdict]]:  # fmt: skip
    fit = [(line, said) for line, said, flaw in batch if flaw is None]
    finder = bulk.looked_again() if bulk else None
    rows = [said for _, said in fit]
    trial = db.session.begin_nested()
    verdicts = decide_rows(heard=heard, kind=table.kind, rows=rows, by=by, finder=finder)
    told = absences.told_in_trial() if absences else {}
    trial.rollback()
    decided = {line: verdict for (line, _), verdict in zip(fit, verdicts, strict=True)}
    decided |= {
        line: Verdict(Decision.SET_ASIDE, flaw) for line, _, flaw in batch if flaw is not None
    }
    if absences:
        absences.remember(told)
        aside = [said for line, said, _ in batch if decided[line].flaw is not None]
        absences.spare([table.about(said) for said in aside])
    return sorted(decided.items())
