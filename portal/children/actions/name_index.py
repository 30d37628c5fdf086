"""Looking after the name index."""

from portal.access.identity import Identity
from portal.access.log import Event, record
from portal.children import finding
from portal.core.db import db


def rebuild_name_index(*, by: Identity) -> int:
    """Make the name index anew from the records, in the present transaction; returns how many."""
    count = finding.rebuild(db.session())
    record(Event.NAME_INDEX_REBUILT, by=by, details={"children": count})
    return count
