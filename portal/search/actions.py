"""Searching for a child, and looking at what came back. Both leave their lines in the log."""

import datetime as dt
import json
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from flask import current_app
from flask_babel import lazy_gettext as _l
from sqlalchemy import bindparam, delete, insert, update
from sqlalchemy.dialects import postgresql, sqlite

from portal.access.identity import Identity
from portal.access.log import Entry, Event, record, record_all
from portal.access.policy import Question
from portal.access.reasons import Reason, state_reason
from portal.access.room import Refused, record_refusal
from portal.children import actions as records
from portal.children import queries as children
from portal.children import vault
from portal.core import clock
from portal.core.db import db, random_id
from portal.core.errors import TooMany
from portal.core.keys import Keys, seal
from portal.search import queries
from portal.search.models import SEARCH, SEARCH_BUDGET, SEARCH_HIT, Search, SearchBudget
from portal.search.queries import ResultsSheet
from portal.search.rules import (
    KEPT_FOR,
    Budget,
    BudgetKey,
    Holder,
    Span,
    Typed,
    budgets_of,
    criteria_of,
    overspent,
)

SPENT = {
    (Holder.PERSON, Span.HOUR): _l(
        "You have made as many searches as one person may make in an hour."
    ),
    (Holder.PERSON, Span.DAY): _l(
        "You have made as many searches as one person may make in a day."
    ),
    (Holder.TEAM, Span.HOUR): _l(
        "Your team has made as many searches as a team may make in an hour. "
        "Your team is everybody whose account your authoriser vouches for."
    ),
    (Holder.TEAM, Span.DAY): _l(
        "Your team has made as many searches as a team may make in a day. "
        "Your team is everybody whose account your authoriser vouches for."
    ),
    (Holder.ORGANISATION, Span.HOUR): _l(
        "Your organisation has made as many searches as it may make in an hour."
    ),
    (Holder.ORGANISATION, Span.DAY): _l(
        "Your organisation has made as many searches as it may make in a day."
    ),
}
# Looked up after minutes they are gone; this is for a portal where nobody ever does (0024).
SEARCHES_WAIT_FOR = dt.timedelta(days=90)
_KEEP, _OFFER = insert(SEARCH), insert(SEARCH_HIT)
_OFFERED = (
    update(SEARCH_HIT)
    .where(SEARCH_HIT.c.search_id == bindparam("of"), SEARCH_HIT.c.offered_at.is_(None))
    .where(SEARCH_HIT.c.child_id.in_(bindparam("shown", expanding=True)))
    .values(offered_at=bindparam("at"))
)


def _spending(insertion: Any) -> Any:
    """One search more in each row: the same words on both databases, other classes."""
    one_more = {"used": SEARCH_BUDGET.c.used + 1}
    key = [column.name for column in SEARCH_BUDGET.primary_key]
    statement = insertion(SEARCH_BUDGET).on_conflict_do_update(index_elements=key, set_=one_more)
    told = (SEARCH_BUDGET.c.holder_kind, SEARCH_BUDGET.c.span, SEARCH_BUDGET.c.used)
    return statement.returning(*told)


_SPEND = {"sqlite": _spending(sqlite.insert), "postgresql": _spending(postgresql.insert)}


class BudgetSpent(TooMany):
    """No more searches for now: a budget is used up. lifts_at says until when."""

    template = "search/budget_spent.html"
    title = _l("No more searches for now")

    def __init__(self, budget: Budget) -> None:
        super().__init__(SPENT[budget.holder, budget.span], lifts_at=budget.lifts_at)
        self.index_team_phone: str = current_app.extensions["portal_config"].index_team_phone


def run(
    *, typed: Typed, kept: Mapping[str, str], reason: Reason, note: str = "", by: Identity
) -> uuid.UUID:
    """Search, keep what came back for two hours, and return the search's id.

    kept is the form as it was filled. One line: what was typed and how many came back (sealed).
    Raises BudgetSpent; then nothing was searched, kept or spent.
    """
    now, search_id = clock.now(), random_id()
    budgets = budgets_of(by, current_app.extensions["portal_config"], at=now)
    # Spent first, so that a flood is turned away before the index is asked.
    _spend(budgets, by)
    criteria = criteria_of(typed, on=now.date())
    found = children.find(criteria, by)
    records.watch_search(criteria=criteria, reason=reason.value, by=by)
    words = queries.words_of(typed)
    sealed = _sealed(search_id, {"typed": words, "kept": dict(kept), "note": note})
    db.session.execute(_KEEP, {
        "id": search_id, "account_id": by.account_id, "session_mark": by.session_mark,
        "reason": reason.value, "sealed_typed": sealed, "outcome": found.outcome,
        "question": found.question, "made_at": now, "expires_at": now + KEPT_FOR,
    })  # fmt: skip
    _keep_hits(search_id, found.hits)
    outcome = {"outcome": found.outcome, "count": len(found.hits)}
    record(
        Event.CHILD_SEARCHED, by=by, subject_kind="search", subject_id=search_id,
        search_id=search_id, reason=reason.value, details={"typed": words, "note": note, **outcome},
    )  # fmt: skip
    return search_id


def _keep_hits(search_id: uuid.UUID, hits: Sequence[children.Hit]) -> None:
    rows = [
        {
            "id": random_id(), "search_id": search_id, "child_id": hit.child_id, "rank": rank,
            "evidence": " ".join(kind.value for kind in hit.evidence),
        }
        for rank, hit in enumerate(hits, start=1)
    ]  # fmt: skip
    if rows:
        db.session.execute(_OFFER, rows)


def _spend(budgets: Sequence[Budget], by: Identity) -> None:
    """Take one search from each budget, all in one statement and always in the same order.

    The rows stay held until the end of the transaction, so of several searches at the same moment
    each counts those before it.
    """
    rows = [
        {
            "holder_id": one.holder_id, "starts_at": one.starts_at, "span": one.span.value,
            "holder_kind": one.holder.value, "used": 1,
        }
        for one in budgets
    ]  # fmt: skip
    spent = db.session.execute(_SPEND[db.session.get_bind().dialect.name], rows)
    _check(budgets, queries.by_key(spent), by)


def _check(budgets: Sequence[Budget], used: Mapping[BudgetKey, int], by: Identity) -> None:
    """Refuse when more is used than there is: no search, but an auditor must learn of it.

    A command of the operator is counted like a person, and never refused.
    """
    over = overspent(budgets, used)
    if over is None or by.command:
        return
    db.session.rollback()
    sentence = SPENT[over.holder, over.span]
    record_refusal(Refused(Question(f"{over.holder}_budget", lambda who: False, sentence)), by)
    raise BudgetSpent(over)


def look_at_results(*, search_id: uuid.UUID, by: Identity) -> ResultsSheet:
    """Show what came back: one line for each child shown, at each showing.

    The reason of the search becomes current for the children it offers, once: showing them again
    does not lengthen it. Raises NotFound, ResultsExpired.
    """
    kept = queries.kept_search(search_id, by)
    found = queries.found_by(kept, by)
    new = [child.child_id for child in found if not child.was_offered]
    if new:
        reason = Reason(kept.reason)
        state_reason(child_ids=new, reason=reason, note=kept.note, search_id=search_id, by=by)
        db.session.execute(_OFFERED, {"of": search_id, "shown": new, "at": clock.now()})
    sheet = queries.results_of(kept, found)
    record_all(
        [
            Entry(
                event=Event.CHILD_OFFERED, subject_kind="child", subject_id=child.child_id,
                search_id=search_id, reason=kept.reason, details={"rank": rank},
            )
            for rank, child in enumerate(sheet.candidates, start=1)
        ],
        by=by,
    )  # fmt: skip
    return sheet


def forget_expired_searches(*, by: Identity) -> int:
    """Delete searches a day after their results were no longer shown; return how many.

    Budgets of former days go too. The log keeps what was searched.
    """
    gone = db.session.execute(delete(Search).where(queries.is_forgettable()))
    count = int(getattr(gone, "rowcount", 0))
    today = Span.DAY.first_moment(clock.now())
    db.session.execute(delete(SearchBudget).where(SearchBudget.starts_at < today))
    vault.forget_searches(clock.now() - SEARCHES_WAIT_FOR)
    record(Event.SEARCHES_FORGOTTEN, by=by, details={"count": count})
    return count


def _sealed(search_id: uuid.UUID, words: Mapping[str, Any]) -> bytes:
    keys: Keys = current_app.extensions["portal_keys"]
    return seal(keys.typed, json.dumps(words), place=queries.place_of(search_id))
