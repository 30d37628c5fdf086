"""Searching for a child, and looking at what came back. Both leave their lines in the log."""

import datetime as dt
import json
import uuid
from collections.abc import Mapping
from typing import NoReturn

from flask import current_app
from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, select, update

from portal.access.identity import Identity
from portal.access.log import Entry, Event, record, record_all
from portal.access.policy import Question
from portal.access.reasons import Reason, state_reason
from portal.access.room import Refused, record_refusal
from portal.children import queries as children
from portal.core import clock
from portal.core.db import db, random_id
from portal.core.errors import TooMany
from portal.core.keys import Keys, seal
from portal.search import queries
from portal.search.models import Search, SearchHit
from portal.search.queries import ResultsSheet
from portal.search.rules import KEPT_FOR, Typed, criteria_of

flood = Question("flood", lambda who: False, _l("You have searched too often in a short time."))


def run(
    *, typed: Typed, kept: Mapping[str, str], reason: Reason, note: str = "", by: Identity
) -> uuid.UUID:
    """Search, keep what came back for two hours, and return the search's id.

    kept is the form as it was filled. One line: what was typed and how many came back (sealed).
    Raises TooMany for a flood of searches.
    """
    lifts_at = queries.flood_lifts_at(by)
    if lifts_at:
        _refuse(lifts_at, by)
    now = clock.now()
    found = children.find(criteria_of(typed, on=clock.today()), by)
    row = Search(
        id=random_id(), account_id=by.account_id, session_mark=by.session_mark,
        reason=reason.value, outcome=found.outcome, question=found.question,
        made_at=now, expires_at=now + KEPT_FOR,
    )  # fmt: skip
    row.sealed_typed = _sealed(row.id, typed, kept, note)
    _keep(row, found)
    record(
        Event.CHILD_SEARCHED, by=by, subject_kind="search", subject_id=row.id, search_id=row.id,
        reason=reason.value,
        details={
            "typed": queries.words_of(typed), "note": note,
            "outcome": found.outcome, "count": len(found.hits),
        },
    )  # fmt: skip
    return row.id


def _keep(row: Search, found: children.Found) -> None:
    db.session.add(row)
    db.session.flush()
    for rank, hit in enumerate(found.hits, start=1):
        codes = " ".join(kind.value for kind in hit.evidence)
        db.session.add(
            SearchHit(search_id=row.id, child_id=hit.child_id, rank=rank, evidence=codes)
        )


def _refuse(lifts_at: dt.datetime, by: Identity) -> NoReturn:
    """A search beyond the limit is no search, but an auditor must learn of it."""
    db.session.rollback()
    record_refusal(Refused(flood), by)
    raise TooMany(lifts_at=lifts_at)


def look_at_results(*, search_id: uuid.UUID, by: Identity) -> ResultsSheet:
    """Show what came back: one line for each child shown, at each showing.

    The reason of the search becomes current for the children it offers. Raises NotFound.
    """
    row = queries.own_search(search_id, by)
    sheet = queries.results_of(row, by)
    _make_reason_current(row, sheet, by)
    record_all(
        [
            Entry(
                event=Event.CHILD_OFFERED, subject_kind="child", subject_id=child.child_id,
                search_id=row.id, reason=row.reason, details={"rank": rank},
            )
            for rank, child in enumerate(sheet.candidates, start=1)
        ],
        by=by,
    )  # fmt: skip
    return sheet


def forget_expired_searches(*, by: Identity) -> int:
    """Delete searches a day after their results were no longer shown; return how many.

    The log keeps what was searched.
    """
    gone = db.session.execute(delete(Search).where(queries.is_forgettable()))
    count = int(getattr(gone, "rowcount", 0))
    record(Event.SEARCHES_FORGOTTEN, by=by, details={"count": count})
    return count


def _make_reason_current(row: Search, sheet: ResultsSheet, by: Identity) -> None:
    """State the search's reason once for each child: showing again does not lengthen it."""
    shown = [child.child_id for child in sheet.candidates]
    if not shown:
        return
    first = (
        select(SearchHit.child_id)
        .where(SearchHit.search_id == row.id, SearchHit.offered_at.is_(None))
        .where(SearchHit.child_id.in_(shown))
    )
    new = db.session.scalars(first).all()
    note = queries.note_of(row)
    state_reason(child_ids=new, reason=Reason(row.reason), note=note, search_id=row.id, by=by)
    db.session.execute(
        update(SearchHit)
        .where(SearchHit.search_id == row.id, SearchHit.child_id.in_(new))
        .values(offered_at=clock.now())
    )


def _sealed(search_id: uuid.UUID, typed: Typed, kept: Mapping[str, str], note: str) -> bytes:
    keys: Keys = current_app.extensions["portal_keys"]
    words = {"typed": queries.words_of(typed), "kept": dict(kept), "note": note}
    return seal(keys.typed, json.dumps(words), place=f"search|typed|{search_id}")
