"""What is read from the log, as sheets. Sealed details are not opened: names may stand in them."""

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy import Select, select

from portal.access.log import Event
from portal.access.models import AccessEvent
from portal.accounts.queries import names_of
from portal.audit.rules import PAGE, bounds, short
from portal.core.db import db


@dataclass(frozen=True, slots=True, kw_only=True)
class Extract:
    """Which part of the log is asked for; before is a line number."""

    day: dt.date | None = None
    event: Event | None = None
    account_id: uuid.UUID | None = None
    before: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LogLine:
    """One line as an auditor reads it. roles says which command it was when no account acted."""

    line: int
    at: dt.datetime
    account_id: uuid.UUID | None
    name: str
    roles: str
    event: str
    outcome: str
    reason: str
    subject_kind: str
    subject: str
    search: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LogSheet:
    """One page of the log, newest first; older is the line before which the next page begins."""

    lines: tuple[LogLine, ...]
    older: int | None
    account: str


def extract_of_log(extract: Extract) -> LogSheet:
    """Return the newest lines of an extract, fifty at most."""
    rows = db.session.scalars(_wanted(extract).limit(PAGE + 1)).all()
    shown = rows[:PAGE]
    ids = {row.account_id for row in shown if row.account_id}
    if extract.account_id:
        ids.add(extract.account_id)
    names = names_of(ids)
    return LogSheet(
        lines=tuple(_line(row, names) for row in shown),
        older=shown[-1].line if len(rows) > PAGE else None,
        account=names.get(extract.account_id, "") if extract.account_id else "",
    )


def _wanted(extract: Extract) -> Select[AccessEvent]:
    wanted = select(AccessEvent).order_by(AccessEvent.line.desc())
    if extract.day:
        begin, end = bounds(extract.day)
        wanted = wanted.where(AccessEvent.at >= begin, AccessEvent.at < end)
    if extract.event:
        wanted = wanted.where(AccessEvent.event == extract.event.value)
    if extract.account_id:
        wanted = wanted.where(AccessEvent.account_id == extract.account_id)
    if extract.before:
        wanted = wanted.where(AccessEvent.line < extract.before)
    return wanted


def _line(row: AccessEvent, names: dict[uuid.UUID, str]) -> LogLine:
    return LogLine(
        line=row.line,
        at=row.at,
        account_id=row.account_id,
        name=names.get(row.account_id, short(row.account_id)) if row.account_id else "",
        roles=row.roles,
        event=row.event,
        outcome=row.outcome,
        reason=row.reason,
        subject_kind=row.subject_kind,
        subject=short(row.subject_id),
        search=short(row.search_id),
    )
