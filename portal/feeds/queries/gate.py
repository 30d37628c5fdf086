"""Whether a portal that is prepared may go live."""

import datetime as dt
from dataclasses import dataclass

from flask import current_app
from sqlalchemy import func, select

from portal.access.state import State, cleared_at, current_state
from portal.core import clock
from portal.core.config import Config
from portal.core.db import db
from portal.feeds.models import FeedRun
from portal.feeds.queries.quality import newest_count
from portal.feeds.rules.quality import SIGN_OFF_HOLDS, Criterion, is_signed_off, share_of_children

UNENDED = ("staging", "deciding")


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """What has to be so before the portal goes live, and what is. rate is in per cent of the active
    children, None before it was counted, and of too few to tell; needed is a share. signed_until is
    None where no shield officer's word holds: nothing else is said of it, whatever waits.
    """

    rate: int | None
    needed: float
    counted_on: dt.date | None
    unended: int
    signed_until: dt.datetime | None
    met: frozenset[Criterion]

    @property
    def is_open(self) -> bool:
        """True when the portal may go live."""
        return self.met == frozenset(Criterion)


def is_preparing() -> bool:
    """True until the portal has gone live, but for a portal that is stopped."""
    return current_state() is State.PREPARING


def gate() -> Gate:
    """Return how the portal stands to going live, by what was counted last. Looks nowhere into the
    vault: what waits there is the shield officer's to say."""
    row, needed = newest_count(), _config().go_live_match_rate
    is_enough = row is not None and row.children > 0 and row.matched / row.children >= needed
    unended = _unended()
    signed = cleared_at()
    is_signed = is_signed_off(cleared_at=signed, imported_at=_imported_at(), now=clock.now())
    met = {
        Criterion.MATCH_RATE: is_enough,
        Criterion.IMPORTS_ENDED: unended == 0,
        Criterion.SIGNED_OFF: is_signed and unended == 0,
    }
    return Gate(
        rate=share_of_children(row.matched, row.children, children=row.children) if row else None,
        needed=needed,
        counted_on=row.counted_on if row else None,
        unended=unended,
        signed_until=signed + SIGN_OFF_HOLDS if signed and met[Criterion.SIGNED_OFF] else None,
        met=frozenset(one for one, is_met in met.items() if is_met),
    )


def _unended() -> int:
    wanted = select(func.count()).where(FeedRun.state.in_(UNENDED))
    return db.session.scalar(wanted) or 0


def _imported_at() -> dt.datetime | None:
    """When rows were last taken in."""
    return db.session.scalar(select(func.max(func.coalesce(FeedRun.ended_at, FeedRun.started_at))))


def _config() -> Config:
    config: Config = current_app.extensions["portal_config"]
    return config
