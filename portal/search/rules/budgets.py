"""How many searches there may be: budgets of a person, a team and an organisation."""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from portal.access.identity import Identity
from portal.core.config import Config


class Holder(StrEnum):
    """Who has a budget of searches, from the narrowest: they are always spent in this order."""

    PERSON = "person"
    TEAM = "team"
    ORGANISATION = "organisation"


class Span(StrEnum):
    """How long a budget holds: an hour of the clock or a day, both in UTC."""

    HOUR = "hour"
    DAY = "day"

    def first_moment(self, at: dt.datetime) -> dt.datetime:
        """When the hour or day of this moment (aware, UTC) began."""
        hour = at.replace(minute=0, second=0, microsecond=0)
        return hour if self is Span.HOUR else hour.replace(hour=0)

    @property
    def length(self) -> dt.timedelta:
        """How long it lasts."""
        return dt.timedelta(hours=1) if self is Span.HOUR else dt.timedelta(days=1)


# What tells the budgets of one person apart: whose it is, and for how long it holds.
BudgetKey = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Budget:
    """How many searches somebody may make in the hour or day that began at starts_at (UTC)."""

    holder: Holder
    holder_id: uuid.UUID
    span: Span
    starts_at: dt.datetime
    limit: int

    @property
    def key(self) -> BudgetKey:
        """What tells it from the other budgets of the same person."""
        return self.holder.value, self.span.value

    @property
    def lifts_at(self) -> dt.datetime:
        """When the next one begins."""
        return self.starts_at + self.span.length


def budgets_of(by: Identity, config: Config, *, at: dt.datetime) -> tuple[Budget, ...]:
    """Return the six budgets from which a search of this person is taken at a moment (UTC).

    Fewer for whoever has no organisation. Their order is that of Holder, then Span.
    """
    holders = ((Holder.PERSON, by.account_id), (Holder.TEAM, by.team_id or by.account_id),
               (Holder.ORGANISATION, by.organisation_id))  # fmt: skip
    return tuple(
        Budget(holder, held_by, span, span.first_moment(at), _limit(config, holder, span))
        for holder, held_by in holders
        if held_by
        for span in Span
    )


def _limit(config: Config, holder: Holder, span: Span) -> int:
    limit: int = getattr(config, f"{holder}_searches_per_{span}")
    return limit


def overspent(budgets: Iterable[Budget], used: Mapping[BudgetKey, int]) -> Budget | None:
    """Return the budget of which more is used than there is, None when there is none.

    Of several the one that lifts last: before that no search would pass.
    """
    over = [one for one in budgets if used.get(one.key, 0) > one.limit]
    return max(over, key=lambda one: one.lifts_at, default=None)
