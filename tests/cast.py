"""The people and children of the town by short names: `CAST.health_visitor`, `CHILDREN.story`.

Their ages, and the ends of their training, count from the day the tests run.
"""

import datetime as dt
from dataclasses import dataclass
from functools import cache

from portal.sandbox import CastMember, Child, Town, town
from portal.sandbox import cast as _cast

ON = dt.datetime.now(dt.UTC).date()


@dataclass(frozen=True)
class Cast:
    """One person in good standing for each role, then those who are not."""

    health_visitor: CastMember
    social_worker: CastMember
    teacher: CastMember
    police_officer: CastMember
    helpdesk: CastMember
    authoriser: CastMember
    data_steward: CastMember
    shield_officer: CastMember
    second_shield_officer: CastMember
    auditor: CastMember
    untrained: CastMember
    unaccredited: CastMember
    neighbour: CastMember
    unvetted_helpdesk: CastMember


@dataclass(frozen=True)
class Children:
    """The children whose names, dates and contacts the tests rely on."""

    story: Child
    story_neighbour: Child
    story_elder: Child
    twin_one: Child
    twin_two: Child
    namesake_one: Child
    namesake_two: Child
    one_name: Child
    former_name: Child
    nobody_now: Child
    no_contact: Child
    double_barrelled: Child
    welsh: Child
    former_involvements: Child


CAST = Cast(**{member.key: member for member in _cast.people(ON)})
CHILDREN = Children(**_cast.children(ON))


@cache
def whole_town(children: int = 2000) -> Town:
    """The town of today; made once for each size."""
    return town(on=ON, children=children)
