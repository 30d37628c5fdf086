"""Which questions are asked of every engine, and what they mean to the portal."""

import datetime as dt
import random

from portal.children.rules import Criteria
from portal.matching import Description, describe
from portal.search.rules import Typed, criteria_of
from tests.benchmarks.children import BLOCK, BenchChild, block
from tests.benchmarks.queries import BenchQuery, queries, tuning_queries

_BLOCKS = 500
# Whom a query means, and others around: so many children for each query.
_CHOICE = 2


def sample(size: int, seed: int, count: int) -> list[BenchChild]:
    """Return some children from all over a set, without making the whole of it."""
    chances = random.Random(f"sample/{seed}")
    blocks = -(-size // BLOCK)
    chosen = chances.sample(range(blocks), min(blocks, _BLOCKS))
    each = -(-count * _CHOICE // len(chosen))
    found = []
    for place in chosen:
        children = block(place, size, seed)
        found += chances.sample(children, min(each, len(children)))
    return found


def questions(size: int, seed: int, count: int, *, tuning: bool = False) -> list[BenchQuery]:
    """Return the queries of a run: the same ones for the same size, seed and count. Those for
    tuning are others, about others: no threshold is chosen on what is reported."""
    if tuning:
        return tuning_queries(sample(size, seed, count), count, seed)
    return queries(sample(size, seed, count), count, seed)


def typed_of(query: BenchQuery) -> Typed:
    """Return what the search action is given for a query."""
    said = query.typed
    day = said.get("date_of_birth")
    return Typed(
        given_name=said.get("given_name") or "",
        family_name=said.get("family_name") or "",
        born=dt.date.fromisoformat(day) if day else said.get("year"),
        gender=said.get("gender") or "",
        postcode=said.get("postcode") or "",
    )


def described(query: BenchQuery) -> Description:
    """Return what the name index is given for a query."""
    criteria: Criteria = criteria_of(typed_of(query), on=dt.date(2026, 1, 1))
    return describe(
        given_names=criteria.given_name,
        family_name=criteria.family_name,
        birth=criteria.birth,
        gender=criteria.gender or None,
        postcodes=[criteria.postcode] if criteria.postcode else [],
    )
