"""Asking every query as the page of the search does, and counting what comes of it."""

import math
import secrets
import time
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from sqlalchemy import delete, func

from portal.access.identity import Identity, operator
from portal.access.log import Event, record
from portal.access.models import StatedReason
from portal.access.reasons import Reason
from portal.bench.questions import Asked
from portal.children import finding, vault
from portal.children import queries as children
from portal.children.models import ChildRecord
from portal.children.visibility import MEASURING, Job, everything
from portal.core import clock
from portal.core.db import db, random_id, snapshot
from portal.matching import Description, describe
from portal.search import actions
from portal.search.models import Search, SearchBudget
from portal.search.queries import ResultsSheet
from portal.search.rules import Outcome, Typed, criteria_of

MOST_RANKED = 5
AT_ONCE = 400


@dataclass(slots=True)
class Measured:
    """What was counted so far. seconds holds one time for each query: the search and its line in
    the log committed, then the rows of the page and their lines committed.
    """

    first: int = 0
    among_five: int = 0
    shown: int = 0
    too_many: int = 0
    none: int = 0
    unknown: int = 0
    seconds: list[float] = field(default_factory=list)

    def milliseconds(self, share: float) -> float:
        """Return the time within which this share of the queries was answered (nearest rank)."""
        ordered = sorted(self.seconds)
        return round(ordered[max(math.ceil(share * len(ordered)) - 1, 0)] * 1_000, 3)

    def count(
        self, meant: set[uuid.UUID], ranking: Sequence[uuid.UUID], page: ResultsSheet
    ) -> None:
        """Count what came of one query that means one of these children (of none: not known)."""
        self.unknown += not meant
        self.first += not meant.isdisjoint(ranking[:1])
        self.among_five += not meant.isdisjoint(ranking[:MOST_RANKED])
        self.shown += any(candidate.child_id in meant for candidate in page.candidates)
        self.too_many += page.outcome is Outcome.TOO_MANY
        self.none += page.outcome is Outcome.NONE


def searcher() -> Identity:
    """Return the operator as somebody who searches: an id and a session of this run alone.

    No account has that id; the lines in the log say `operator bench search`.
    """
    by = operator(MEASURING)
    return replace(by, account_id=random_id(), session_mark=secrets.token_hex(8))


def number_of_children() -> int:
    """Return how many children the index holds, the archived among them.

    Counting millions takes seconds: in a snapshot, so that nobody's writing waits for it.
    """
    wanted = everything(Job.NAME_INDEX).with_only_columns(func.count(), maintain_column_froms=True)
    with snapshot(db.engine) as connection:
        return connection.scalar(wanted) or 0


def measure(asked: Sequence[Asked], into: Measured, *, by: Identity) -> Iterator[None]:
    """Ask every query and count into `into`; whoever drives this commits at each yield."""
    meant = _meant(asked)
    yield
    for one in asked:
        begun = time.perf_counter()
        search_id = actions.run(typed=one.typed, kept={}, reason=Reason.DATA_QUALITY, by=by)
        yield
        page = actions.look_at_results(search_id=search_id, by=by)
        yield
        into.seconds.append(time.perf_counter() - begun)
        ranking = finding.ranked(db.session(), described(one.typed), limit=MOST_RANKED)
        into.count(meant.get(one.expect, set()), ranking, page)
        yield


def forget(*, by: Identity) -> None:
    """Delete what the searches of this run keep. The log keeps its lines and gets one more."""
    gone = db.session.execute(delete(Search).where(Search.account_id == by.account_id))
    db.session.execute(delete(StatedReason).where(StatedReason.account_id == by.account_id))
    db.session.execute(delete(SearchBudget).where(SearchBudget.holder_id == by.account_id))
    vault.forget_searches_of(by.account_id)
    count = int(getattr(gone, "rowcount", 0))
    record(Event.SEARCHES_FORGOTTEN, by=by, details={"count": count})


def described(typed: Typed) -> Description:
    """Return what the name index is asked for when this is typed."""
    criteria = criteria_of(typed, on=clock.today())
    return describe(
        given_names=criteria.given_name,
        family_name=criteria.family_name,
        birth=criteria.birth,
        gender=criteria.gender or None,
        postcodes=[criteria.postcode] if criteria.postcode else [],
    )


def _meant(asked: Iterable[Asked]) -> dict[str, set[uuid.UUID]]:
    """The children of each source id, of whatever source: two sources may use the same id."""
    found: dict[str, set[uuid.UUID]] = {}
    left = iter(sorted({one.expect for one in asked}))
    sources = list(_sources())
    while some := list(islice(left, AT_ONCE)):
        for source in sources:
            for source_id, child_id in children.child_ids(source, some).items():
                found.setdefault(source_id, set()).add(child_id)
    return found


def _sources() -> Iterator[str]:
    """The sources of children: each the next one after the last, so that an index is enough."""
    source: str | None = ""
    while source is not None:
        after = everything(Job.NAME_INDEX).where(ChildRecord.source > source)
        source = db.session.scalar(after.with_only_columns(func.min(ChildRecord.source)))
        if source is not None:
            yield source
