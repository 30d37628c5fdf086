"""What a query means to the portal: to its search action, and to its name index."""

import datetime as dt

from portal.children.rules import Criteria
from portal.matching import Description, describe
from portal.search.rules import Typed, criteria_of
from tests.benchmarks.queries import BenchQuery


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
