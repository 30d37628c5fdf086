"""Looking after the name index."""

from collections.abc import Callable

from portal.access.identity import Identity
from portal.access.log import Event, record
from portal.children import finding, queries
from portal.core.db import db


def rebuild_name_index(
    *, by: Identity, progress: Callable[[int], None] = lambda count: None
) -> int:
    """Make the name index anew from the records, in the present transaction; returns how many
    children there are, as receipts told. `progress` is told how many are done, many times."""
    built = finding.rebuild(db.session(), progress=progress)
    record(Event.NAME_INDEX_REBUILT, by=by, details={"children": built})
    count = queries.count_of_children()
    progress(count)
    return count
