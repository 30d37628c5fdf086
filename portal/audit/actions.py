"""Reading the log and proving it: both leave a line."""

from portal.access.chain import ChainReport, verify_chain
from portal.access.identity import Identity
from portal.access.log import FAILED, SUCCESS, Event, LogBroken, record
from portal.core.db import db, snapshot
from portal.core.keys import Keys


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
    except LogBroken:
        # A log with a forged head takes no line; the operator has the report.
        db.session.rollback()
    return report
