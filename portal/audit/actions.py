"""Reading the log and proving it: both leave a line."""

from sqlalchemy.exc import IntegrityError

from portal.access.chain import ChainReport, verify_chain
from portal.access.identity import Identity
from portal.access.log import FAILED, SUCCESS, Event, LogBroken, record
from portal.audit import queries
from portal.audit.queries import Extract, LogSheet
from portal.core.db import db, snapshot
from portal.core.keys import Keys


def look_at_log(*, extract: Extract, by: Identity) -> LogSheet:
    """Return a page of the log. That it was read, and which part, is a line itself."""
    sheet = queries.extract_of_log(extract)
    record(
        Event.LOG_READ,
        by=by,
        subject_kind="account" if extract.account_id else "",
        subject_id=extract.account_id,
        details={"day": extract.day, "event": extract.event, "before": extract.before},
    )
    return sheet


def verify_log(*, keys: Keys, by: Identity) -> ChainReport:
    """Read the whole log and report whether it is whole. The outcome is logged where it can be."""
    with snapshot(db.engine) as connection:
        report = verify_chain(connection, keys.log)
    try:
        record(
            Event.LOG_VERIFIED,
            by=by,
            outcome=SUCCESS if report.is_whole else FAILED,
            details={"lines": report.lines, "fault": report.fault.value, "line": report.line},
        )
    except (LogBroken, IntegrityError):
        # A log with a forged head, or with a line too many, takes no line; the operator has the
        # report.
        db.session.rollback()
    return report
