"""How well sources report and how well the index is filled, for the data steward."""

import datetime as dt
import uuid
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import extract, func, select

from portal.children import queries as children
from portal.core import clock
from portal.core.db import db
from portal.feeds.models import Feed, FeedPause, FeedRun, QualityCount
from portal.feeds.rules import Told
from portal.feeds.rules.quality import (
    FEWEST_CHILDREN,
    Month,
    first_months,
    in_months,
    may_be_told,
    share_of_children,
)

SHARES = ("with_address", "with_school", "with_gp", "with_nhs_number", "with_upn")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filling:
    """How well the index was filled on a day. shares are per cent of the active children, by the
    words of SHARES; None where there are too few to tell. Ages are in months."""

    counted_on: dt.date
    shares: dict[str, int | None]
    unconfirmed: int | None
    median_months: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceMonths:
    """What a source sent, the newest month first."""

    feed_id: uuid.UUID
    name: str
    months: tuple[Month, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Queues:
    """What waits for somebody. duplicates are pairs of records that may be one child, to a thousand
    children; None where there are too few to tell, or where they were never counted."""

    corrections: int
    reviews: int
    duplicates: int | None
    paused_sources: int


def newest_count() -> QualityCount | None:
    """Return what was counted last, as it is kept."""
    newest = select(QualityCount).order_by(QualityCount.counted_on.desc()).limit(1)
    return db.session.scalars(newest).one_or_none()


def filling() -> Filling | None:
    """Return how well the index was filled when that was counted last; None before."""
    row = newest_count()
    if row is None:
        return None
    told = partial(share_of_children, children=row.children)
    unconfirmed, days = told(row.unconfirmed, row.involvements), row.median_days
    return Filling(
        counted_on=row.counted_on,
        shares={word: told(getattr(row, word), row.children) for word in SHARES},
        unconfirmed=unconfirmed,
        median_months=None if days is None or unconfirmed is None else in_months(days),
    )


def queues() -> Queues:
    """Return what waits for somebody."""
    row, reviews = newest_count(), children.count_of_waiting_reviews()
    is_enough = row is not None and row.children >= FEWEST_CHILDREN
    paused = select(func.count()).where(FeedPause.ended_at.is_(None))
    return Queues(
        corrections=children.count_of_open_corrections(),
        reviews=reviews,
        duplicates=1000 * reviews // row.children if row and is_enough else None,
        paused_sources=db.session.scalar(paused) or 0,
    )


def months_of_all() -> list[SourceMonths]:
    """Return what every source sent in the last twelve months, in the order of names."""
    return _months()


def months_of(feed_id: uuid.UUID) -> SourceMonths | None:
    """Return what one source sent in the last twelve months."""
    return next(iter(_months(Feed.id == feed_id)), None)


def _months(*which: Any) -> list[SourceMonths]:
    today = clock.today()
    held: dict[uuid.UUID, list[Month]] = {}
    for row in db.session.execute(_sums(today, *which)):
        held.setdefault(row.feed_id, []).append(_month(row._asdict(), today))
    names = db.session.execute(select(Feed.id, Feed.name).where(*which).order_by(Feed.name))
    return [
        SourceMonths(feed_id=feed_id, name=name, months=tuple(held.get(feed_id, ())))
        for feed_id, name in names
    ]


def _sums(today: dt.date, *which: Any) -> Any:
    """The rows of each source by month and kind. A run that was not counted makes its month one."""
    year, month = (extract(word, FeedRun.started_at).label(word) for word in ("year", "month"))
    begin = dt.datetime.combine(first_months(today), dt.time(), dt.UTC)
    told = [func.sum(getattr(FeedRun, f"told_{word}")).label(word.value) for word in Told]
    return (
        select(
            FeedRun.feed_id, FeedRun.kind, year, month,
            func.sum(FeedRun.received).label("received"),
            func.sum(FeedRun.set_aside).label("refused"),
            (func.count(FeedRun.told_known) == func.count()).label("is_counted"),
            *told,
        )
        .join(Feed, Feed.id == FeedRun.feed_id)
        .where(FeedRun.started_at >= begin, *which)
        .group_by(FeedRun.feed_id, FeedRun.kind, year, month)
        .order_by(year.desc(), month.desc(), FeedRun.kind)
    )  # fmt: skip


def _month(sums: dict[str, Any], today: dt.date) -> Month:
    first = dt.date(int(sums["year"]), int(sums["month"]), 1)
    received = int(sums["received"])
    is_told = may_be_told(first=first, received=received, today=today) and sums["is_counted"]
    told = {word.value: int(sums[word]) for word in Told} if is_told else {}
    return Month(
        kind=sums["kind"], first=first, received=received, refused=int(sums["refused"]), **told
    )
