"""What is read from the log, as sheets. Sealed details are not opened: names may stand in them.

Lines about shields are left out, and so are the numbers of lines: a gap would tell as much.
"""

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy import Select, select

from portal.access.log import Event
from portal.access.models import AccessEvent
from portal.accounts.queries import names_of
from portal.audit.rules import PAGE, SHIELD, bounds, short
from portal.core.db import db


@dataclass(frozen=True, slots=True, kw_only=True)
class Extract:
    """Which part of the log is asked for; before is how many of the newest lines to pass over."""

    day: dt.date | None = None
    event: Event | None = None
    account_id: uuid.UUID | None = None
    before: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LogLine:
    """One line as an auditor reads it. roles says which command it was when no account acted."""

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
    """One page of the log, newest first; older is how many lines the next page passes over."""

    lines: tuple[LogLine, ...]
    older: int | None
    account: str


def extract_of_log(extract: Extract) -> LogSheet:
    """Return the newest lines of an extract, fifty at most."""
    rows = db.session.scalars(_wanted(extract).offset(extract.before).limit(PAGE + 1)).all()
    shown = rows[:PAGE]
    ids = {row.account_id for row in shown if row.account_id}
    if extract.account_id:
        ids.add(extract.account_id)
    names = names_of(ids)
    return LogSheet(
        lines=tuple(_line(row, names) for row in shown),
        older=extract.before + PAGE if len(rows) > PAGE else None,
        account=names.get(extract.account_id, "") if extract.account_id else "",
    )


def _wanted(extract: Extract) -> Select[AccessEvent]:
    ordinary = AccessEvent.event.not_like(f"{SHIELD}%")
    wanted = select(AccessEvent).where(ordinary).order_by(AccessEvent.line.desc())
    if extract.day:
        begin, end = bounds(extract.day)
        wanted = wanted.where(AccessEvent.at >= begin, AccessEvent.at < end)
    if extract.event:
        wanted = wanted.where(AccessEvent.event == extract.event.value)
    if extract.account_id:
        wanted = wanted.where(AccessEvent.account_id == extract.account_id)
    return wanted


def _line(row: AccessEvent, names: dict[uuid.UUID, str]) -> LogLine:
    return LogLine(
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
