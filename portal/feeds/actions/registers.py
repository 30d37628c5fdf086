"""A national register, or a list of authorities, read into the directory."""

import datetime as dt
from collections.abc import Generator, Iterator, Sequence
from enum import StrEnum
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
from portal.feeds.inbox import Layout, Parcel, Row
from portal.feeds.rules import Phase, RegisterReport, SetAside, Step, in_batches

Fact = OrganisationFacts | AuthorityFacts
Batch = tuple[int, list[tuple[int, Fact]]]


class Register(StrEnum):
    """The registers that can be read."""

    ODS = "ods"
    GIAS = "gias"
    AUTHORITIES = "authorities"


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
    by: Identity,
) -> Generator[Step, None, RegisterReport]:
    """Bring the directory to what a register says. Commit at every step.

    The generator's value is the report. Safe to run again, also after a crash: every row is
    compared with what is known.
    """
    report = RegisterReport()
    for done, batch in _batches(register, parcel, report):
        outcomes = _put(register, [fact for _, fact in batch], accredited_until, by)
        _note(report, batch, outcomes)
        yield Step(Phase.DECIDING, done, parcel.count)
    return report


def rehearse_register(
    *,
    register: Register,
    parcel: Parcel,
    accredited_until: dt.date | None = None,
    by: Identity,
) -> Generator[Step, None, RegisterReport]:
    """Do all that import_register would do and undo it, batch by batch."""
    report = RegisterReport()
    for done, batch in _batches(register, parcel, report):
        trial = db.session.begin_nested()
        outcomes = _put(register, [fact for _, fact in batch], accredited_until, by)
        trial.rollback()
        _note(report, batch, outcomes)
        yield Step(Phase.DECIDING, done, parcel.count)
    record(Event.FEED_REHEARSED, by=by, details={"register": register.value, **report.counts})
    return report


def _batches(register: Register, parcel: Parcel, report: RegisterReport) -> Iterator[Batch]:
    """Yield what can be read, some at a time, with the number of rows looked at so far."""
    done = 0
    for rows in in_batches(_facts(register, parcel, report)):
        done += len(rows)
        yield done, [(line, fact) for line, fact in rows if fact is not None]


def _facts(
    register: Register, parcel: Parcel, report: RegisterReport
) -> Iterator[tuple[int, Fact | None]]:
    seen: set[str] = set()
    for row in parcel.rows():
        read = _read(register, parcel, row, seen)
        if isinstance(read, PassedOver):
            report.counts[read.value] += 1
        elif isinstance(read, Flaw):
            report.refused.append(SetAside(row.line, read.fault, read.column))
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
    register: Register, facts: list[Any], accredited_until: dt.date | None, by: Identity
) -> list[Outcome]:
    if register is Register.AUTHORITIES:
        return directory.import_authorities(facts=facts, by=by)
    return directory.import_organisations(
        facts=facts,
        source=register.value,
        source_on=clock.today(),
        accredited_until=accredited_until,
        by=by,
    )


def _note(
    report: RegisterReport, batch: Sequence[tuple[int, Fact]], outcomes: Sequence[Outcome]
) -> None:
    for (line, fact), outcome in zip(batch, outcomes, strict=True):
        if outcome is Outcome.CODE_TAKEN:
            report.refused.append(SetAside(line, outcome.value))
            continue
        report.counts[outcome.value] += 1
        if isinstance(fact, OrganisationFacts) and not fact.is_closed and not fact.phone:
            report.counts["without_phone"] += 1
