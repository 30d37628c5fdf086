"""A national register, or a list of authorities, read into the directory."""

import datetime as dt
from collections.abc import Callable, Generator, Iterator, Sequence
from typing import Any

from portal.access.identity import Identity
from portal.access.log import Event, record
from portal.core import clock
from portal.core.db import db
from portal.directory import actions as directory
from portal.directory.rules import (
    GIAS_NEEDED,
    ODS_COLUMNS,
    AuthorityFacts,
    Flaw,
    OrganisationFacts,
    Outcome,
    PassedOver,
    read_authority,
    read_gias,
    read_ods,
)
from portal.feeds.actions.exchanges import Closings
from portal.feeds.actions.standing import begin_rehearsal, end_rehearsal, refuse_while_paused
from portal.feeds.inbox import Layout, Parcel, Row
from portal.feeds.queries import ReceiptSheet
from portal.feeds.rules import (
    REGISTERS,
    Phase,
    Register,
    RegisterReport,
    SetAside,
    Step,
    in_batches,
)

Fact = OrganisationFacts | AuthorityFacts
Batch = tuple[int, list[tuple[int, Fact]]]


LAYOUTS: dict[Register, Layout] = {
    Register.ODS: Layout(width=ODS_COLUMNS),
    Register.GIAS: Layout(columns=GIAS_NEEDED, open_ended=True),
    Register.AUTHORITIES: Layout(columns=("gss_code", "name", "type")),
}


def import_register(
    *,
    register: Register,
    parcel: Parcel,
    accredited_until: dt.date | None = None,
    as_of: dt.date | None = None,
    by: Identity,
) -> Generator[Step, None, RegisterReport]:
    """Bring the directory to what a register says. Commit at every step.

    The generator's value is the report. What is known of a later day than as_of (None: today)
    stays, and the row counts as unchanged. Safe to run again, also after a crash: every row is
    compared with what is known. Raises Paused before a step when registers are paused, and
    FileRefused before the first when it cannot be believed (exchanges.py).
    """
    refuse_while_paused(source=REGISTERS, by=by)
    yield from _looked_through(register, parcel)
    report = RegisterReport()
    for done, batch in _batches(register, parcel, report):
        refuse_while_paused(source=REGISTERS, by=by)
        outcomes = _put(register, [fact for _, fact in batch], accredited_until, as_of, by)
        _note(report, batch, outcomes)
        yield Step(Phase.DECIDING, done, parcel.count)
    return report


def rehearse_register(
    *,
    register: Register,
    parcel: Parcel,
    accredited_until: dt.date | None = None,
    as_of: dt.date | None = None,
    by: Identity,
) -> Generator[Step, None, RegisterReport]:
    """Do all that import_register would do and undo it, batch by batch. Raises FileRefused as it
    does."""
    yield from _looked_through(register, parcel)
    report = RegisterReport()
    for done, batch in _batches(register, parcel, report):
        trial = db.session.begin_nested()
        outcomes = _put(register, [fact for _, fact in batch], accredited_until, as_of, by)
        trial.rollback()
        _note(report, batch, outcomes)
        yield Step(Phase.DECIDING, done, parcel.count)
    record(Event.FEED_REHEARSED, by=by, details={"register": register.value, **report.counts})
    return report


def take_in_register(
    *, register: Register, look: Callable[[], Parcel], is_rehearsal: bool,
    as_of: dt.date | None = None, by: Identity,
) -> Generator[Step, None, ReceiptSheet]:  # fmt: skip
    """Bring the directory to a register that was sent, or rehearse that; the value is the receipt.

    Nobody is accredited by it: who may give access is somebody else (design.md 8). look reads the
    file through, and raises FileRefused. Raises Paused.
    """
    begun = None
    if is_rehearsal:
        begun = begin_rehearsal(source=REGISTERS, kind=register, by=by)
    else:
        refuse_while_paused(source=REGISTERS, by=by)
    # Nobody waits while a long file is looked through.
    yield Step(Phase.STAGING, 0, 0)
    parcel = look()
    run = rehearse_register if is_rehearsal else import_register
    report = yield from run(register=register, parcel=parcel, as_of=as_of, by=by)
    sheet = _receipt(register, parcel.count, report)
    if begun is not None:
        end_rehearsal(begun=begun, sheet=sheet, by=by)
    return sheet


def _receipt(register: Register, received: int, report: RegisterReport) -> ReceiptSheet:
    counts = report.counts
    changed = counts[Outcome.CHANGED] + counts[Outcome.CLOSED]
    taken = counts[Outcome.ADDED] + changed + counts[Outcome.UNCHANGED]
    refused = report.refused.faults
    return ReceiptSheet(
        source=REGISTERS, kind=register.value, received=received, added=counts[Outcome.ADDED],
        changed=changed, unchanged=counts[Outcome.UNCHANGED], set_aside=refused.total(),
        passed_over=received - taken - refused.total(), rows=tuple(report.refused.rows),
        faults=tuple(refused.most_common()),
    )  # fmt: skip


def _batches(register: Register, parcel: Parcel, report: RegisterReport) -> Iterator[Batch]:
    """Yield what can be read, some at a time, with the number of rows looked at so far."""
    done = 0
    for rows in in_batches(_facts(register, parcel, report)):
        done += len(rows)
        yield done, [(line, fact) for line, fact in rows if fact is not None]


def _looked_through(register: Register, parcel: Parcel) -> Iterator[Step]:
    """Look through all of a register before its first row is applied. Raises FileRefused."""
    closings = Closings()
    for done, batch in _batches(register, parcel, RegisterReport()):
        closings.hear([fact for _, fact in batch])
        yield Step(Phase.STAGING, done, parcel.count)
    closings.refuse_too_many()


def _facts(
    register: Register, parcel: Parcel, report: RegisterReport
) -> Iterator[tuple[int, Fact | None]]:
    seen: set[str] = set()
    for row in parcel.rows():
        read = _read(register, parcel, row, seen)
        if isinstance(read, PassedOver):
            report.counts[read.value] += 1
        elif isinstance(read, Flaw):
            report.refused.add(SetAside(row.line, read.fault, read.column))
        else:
            yield row.line, read
            continue
        yield row.line, None


def _read(register: Register, parcel: Parcel, row: Row, seen: set[str]) -> Fact | PassedOver | Flaw:
    if row.fault:
        return Flaw(row.fault)
    read: Fact | PassedOver | Flaw
    if register is Register.ODS:
        read = read_ods(row.cells)
    elif register is Register.GIAS:
        read = read_gias(parcel.named(row))
    else:
        read = read_authority(parcel.named(row))
    if isinstance(read, Flaw | PassedOver):
        return read
    code = read.code if isinstance(read, OrganisationFacts) else read.gss_code
    if code in seen:
        return Flaw("twice")
    seen.add(code)
    return read


def _put(
    register: Register, facts: list[Any], accredited_until: dt.date | None,
    as_of: dt.date | None, by: Identity,
) -> list[Outcome]:  # fmt: skip
    if register is Register.AUTHORITIES:
        return directory.import_authorities(facts=facts, by=by)
    return directory.import_organisations(
        facts=facts,
        source=register.value,
        source_on=as_of or clock.today(),
        accredited_until=accredited_until,
        by=by,
    )


def _note(
    report: RegisterReport, batch: Sequence[tuple[int, Fact]], outcomes: Sequence[Outcome]
) -> None:
    for (line, fact), outcome in zip(batch, outcomes, strict=True):
        if outcome is Outcome.CODE_TAKEN:
            report.refused.add(SetAside(line, outcome.value))
            continue
        report.counts[outcome.value] += 1
        if isinstance(fact, OrganisationFacts) and not fact.is_closed and not fact.phone:
            report.counts["without_phone"] += 1
