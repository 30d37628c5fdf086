"""Looking after the name index."""

from collections.abc import Callable

from portal.access.identity import Identity
from portal.access.log import Event, record
from portal.children import finding
from portal.core.db import db


def rebuild_name_index(
    *, by: Identity, progress: Callable[[int], None] = lambda count: None
) -> int:
    """Make the name index anew from the records, in the present transaction; returns how many.
    `progress` is told how many are done, many times."""
    count = finding.rebuild(db.session(), progress=progress)
    record(Event.NAME_INDEX_REBUILT, by=by, details={"children": count})
    return count
