"""Our own search, measured inside the product: the action, its log line, the rows it shows."""

import datetime as dt
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from flask import Flask
from sqlalchemy import select

from portal.access.identity import Identity
from portal.access.reasons import Reason
from portal.accounts.models import Account
from portal.accounts.queries.sessions import identity_for
from portal.children import finding
from portal.children import queries as index
from portal.core import clock
from portal.core.db import db
from portal.directory.models import Organisation
from portal.search import actions
from portal.search.rules import Typed, criteria_of
from tests.benchmarks.asking import described, typed_of
from tests.benchmarks.queries import BenchQuery
from tests.benchmarks.rows import number_of
from tests.benchmarks.sets import ChildSet
from tests.benchmarks.timing import Spread, TokenCaches, spread
from tests.signing_in import member

# What warms the statements up: invented, so that nothing that is timed was asked before.
WARM_UP = tuple(
    Typed(given_name=given, family_name=family, **fact)
    for given, family in (("Jon", "Wiliams"), ("Siobhan", "OBrien"), ("Amelia", "Hughes"),
                          ("Muhamed", "Achmed"))
    for fact in ({"born": dt.date(2013, 6, 5)}, {"born": 2012}, {"postcode": "QC3 2AE"},
                 {"born": dt.date(2017, 2, 11), "postcode": "QA1 1AA"},
                 {"born": 2015, "postcode": "QB2 3AB"})
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one query. ranking holds source ids, the likeliest first, before it is decided
    whether there are too many to show; shown are those on the page, in its order."""

    ranking: tuple[str, ...]
    shown: tuple[str, ...]
    outcome: str


@dataclass(frozen=True, slots=True)
class ActionTimes:
    """find: the name index alone. run: the whole search action with its line in the log, committed.
    look: the same and then the five rows fetched, with their lines, committed."""

    find: Spread
    run: Spread
    look: Spread
    caches: int


def practitioner() -> Identity:
    """Return the identity of the health visitor of the cast, as in an open session."""
    account, organisation = db.session.execute(
        select(Account, Organisation)
        .join(Organisation, Organisation.id == Account.organisation_id)
        .where(Account.email == member("health_visitor").email)
    ).one()
    who = identity_for(account, organisation)
    db.session.rollback()
    return replace(who, session_mark="0123456789abcdef")


def measure_action(app: Flask, asked: Sequence[BenchQuery]) -> ActionTimes:
    """Time every query twice, no name being remembered from before: as a search, and in the index
    alone. The two take turns, so that a drift of the machine shows in both; half of all queries lie
    between the two times of one, so that the second does not find the first's pages read."""
    caches = TokenCaches()
    with app.app_context():
        by = practitioner()
        typed = [typed_of(query) for query in asked]
        for one in WARM_UP:
            _searched(one, by)
        both, found = [], []
        for place, one in enumerate(typed):
            both.append(_cold(caches, one, by))
            other = typed[place - len(typed) // 2]
            found.append(_timed(caches, partial(_found, other, by)))
    return ActionTimes(
        spread(found), spread([run for run, _ in both]), spread([look for _, look in both]),
        len(caches),
    )  # fmt: skip


def answers(app: Flask, asked: Sequence[BenchQuery], children: ChildSet) -> list[Answer]:
    """Return what the name index says to every query, in its order."""
    rankings = ranked(app, asked, children)
    made = []
    with app.app_context():
        for query, ranking in zip(asked, rankings, strict=True):
            found = finding.candidates(db.session(), described(query))
            shown = [children.source_id(number_of(one.child_id)) for one in found.candidates]
            made.append(Answer(ranking, tuple(shown), found.outcome.value))
            db.session.rollback()
    return made


def ranked(app: Flask, asked: Sequence[BenchQuery], children: ChildSet) -> list[tuple[str, ...]]:
    """Return the source ids in which the name index ranks children for every query."""
    made = []
    with app.app_context():
        for query in asked:
            ranking = finding.ranked(db.session(), described(query), limit=5)
            made.append(tuple(children.source_id(number_of(one)) for one in ranking))
            db.session.rollback()
    return made


def worst(app: Flask, inputs: Sequence[Typed]) -> Spread:
    """Time the action over inputs that mean harm."""
    caches = TokenCaches()
    with app.app_context():
        by = practitioner()
        return spread([_cold(caches, one, by)[1] for one in inputs])


def _cold(caches: TokenCaches, typed: Typed, by: Identity) -> tuple[float, float]:
    caches.clear()
    begun = time.perf_counter()
    search_id = actions.run(typed=typed, kept={}, reason=Reason.REFERRAL, by=by)
    db.session.commit()
    ran = time.perf_counter() - begun
    actions.look_at_results(search_id=search_id, by=by)
    db.session.commit()
    looked = time.perf_counter() - begun
    db.session.remove()
    return ran, looked


def _searched(typed: Typed, by: Identity) -> None:
    search_id = actions.run(typed=typed, kept={}, reason=Reason.REFERRAL, by=by)
    db.session.commit()
    actions.look_at_results(search_id=search_id, by=by)
    db.session.commit()
    db.session.remove()


def _found(typed: Typed, by: Identity) -> None:
    index.find(criteria_of(typed, on=clock.today()), by)


def _timed(caches: TokenCaches, act: Callable[[], None]) -> float:
    caches.clear()
    begun = time.perf_counter()
    act()
    taken = time.perf_counter() - begun
    db.session.rollback()
    return taken
