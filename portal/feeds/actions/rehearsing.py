"""A dry run of a file of people: all that an import would do, undone batch by batch."""

from collections import Counter
from collections.abc import Generator, Sequence
from contextlib import nullcontext

from portal.access.identity import Identity
from portal.access.log import Event, record
from portal.children.queries import Bulk, Engine, Hearing
from portal.core import clock
from portal.core.db import db
from portal.feeds.actions.checking import Checked, Table
from portal.feeds.actions.deciding import decide_rows
from portal.feeds.actions.gathering import gather
from portal.feeds.actions.neighbours import Neighbours
from portal.feeds.inbox import Parcel
from portal.feeds.queries import ReceiptSheet
from portal.feeds.rules import (
    USUAL,
    ColumnMap,
    Decision,
    FileKind,
    Phase,
    Scope,
    SetAside,
    Step,
    Verdict,
    day_of,
    in_batches,
)


def rehearse_people(
    *, source: str, kind: FileKind, parcel: Parcel, by_map: ColumnMap | None = None,
    scope: Scope = USUAL, engine: Engine = Engine.AUTO, by: Identity,
) -> Generator[Step, None, ReceiptSheet]:  # fmt: skip
    """Do all that import_people would do and undo it, batch by batch; the value is the receipt.

    Only a line in the log stays: a rehearsal too can tell whether the index knows a child. Raises
    what `gather` raises.
    """
    heard = Hearing(source, day_of(scope, parcel.day, today=clock.today()))
    rows, counts, done = list[SetAside](), Counter[str](), 0
    table = Table(source, kind, parcel, by_map)
    bulk = yield from gather(
        source=source, kind=kind, engine=engine, batches=table.fit, total=parcel.count, by=by
    )
    with bulk or nullcontext(), Neighbours.of_a_file() as neighbours:
        yield from table.heard(neighbours)
        for batch in in_batches(table.checked(neighbours)):
            for line, verdict in _rehearsed(heard, kind, batch, bulk, by):
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
    heard: Hearing, kind: FileKind, batch: Sequence[Checked], bulk: Bulk | None, by: Identity
) -> list[tuple[int, Verdict]]:
    fit = [(line, said) for line, said, flaw in batch if flaw is None]
    finder = bulk.looked_again() if bulk else None
    rows = [said for _, said in fit]
    trial = db.session.begin_nested()
    verdicts = decide_rows(heard=heard, kind=kind, rows=rows, by=by, finder=finder)
    trial.rollback()
    decided = [(line, verdict) for (line, _), verdict in zip(fit, verdicts, strict=True)]
    flawed = [
        (line, Verdict(Decision.SET_ASIDE, flaw)) for line, _, flaw in batch if flaw is not None
    ]
    return sorted(decided + flawed, key=lambda one: one[0])
