"""Receipts of imports, and who can be named in them."""

import datetime as dt
import uuid
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import func, select

from portal.children.rules import is_sensitive
from portal.core.db import db
from portal.directory import queries as directory
from portal.feeds.models import Arrival, Feed, FeedRun
from portal.feeds.rules import MOST_TOLD, SetAside, in_batches, took_nothing

MOST_ROWS = 100
# A file has some thousand titles, and many rows.
_tells_of_sensitive = lru_cache(4096)(is_sensitive)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptSheet:
    """What became of a file. number is empty for a rehearsal; state is that of the run.

    rows lists the first of those set aside in the order of the file, faults how many each reason
    set aside; both are empty where they are no longer kept. unreported is None unless it was a full
    file: how much it leaves out; where unmarked says why nothing was marked, told is out of how
    much. speaks_of is the day it speaks of. passed_over are rows of a register that are no entry of
    this directory.
    """

    number: str = ""
    source: str
    kind: str
    state: str = "finished"
    received: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    set_aside: int = 0
    passed_over: int = 0
    is_full: bool = False
    speaks_of: dt.date | None = None
    unreported: int | None = None
    told: int | None = None
    unmarked: str | None = None
    rows: tuple[SetAside, ...] = ()
    faults: tuple[tuple[str, int], ...] = ()

    @property
    def took_nothing(self) -> bool:
        """True when not a row of a file of some size could be used."""
        return took_nothing(self.received, self.set_aside)


def receipt(number: str) -> ReceiptSheet | None:
    """Return the receipt with this number. The list of rows is kept for the newest file only."""
    found = db.session.execute(
        select(FeedRun, Feed.name)
        .join(Feed, Feed.id == FeedRun.feed_id)
        .where(FeedRun.receipt == number)
    ).one_or_none()
    return receipt_of(*found) if found else None


def receipt_of(run: FeedRun, source: str) -> ReceiptSheet:
    """Return the receipt of a run, with what of it was set aside."""
    rows = tuple(_rows(run.id, after=0, most=MOST_ROWS))
    return ReceiptSheet(**counts_of(run, source), rows=rows, faults=_faults(run.id))


def every_row_set_aside(number: str) -> Iterator[SetAside]:
    """Yield every row that was set aside of the file with this receipt; they may be millions."""
    run_id = db.session.scalar(select(FeedRun.id).where(FeedRun.receipt == number))
    line = 0
    while run_id and (some := _rows(run_id, after=line, most=MOST_TOLD)):
        yield from some
        line = some[-1].line


def counts_of(run: FeedRun, source: str) -> dict[str, Any]:
    """Return what a receipt says of a run, without its rows."""
    words = (
        "kind", "state", "received", "added", "changed", "unchanged", "set_aside",
        "is_full", "speaks_of", "unreported", "told", "unmarked",
    )  # fmt: skip
    return {"number": run.receipt, "source": source} | {word: getattr(run, word) for word in words}


def unusable_people(emails: Collection[str]) -> set[str]:
    """Return those addresses under which nobody can be named as involved with a child.

    Nobody is known there, or the person's title would tell of a sensitive service.
    """
    unusable: set[str] = set()
    for some in in_batches(sorted(emails)):
        people = directory.posts_by_email(some)
        unusable |= {
            email for email in some if email not in people or _tells_of_sensitive(people[email][1])
        }
    return unusable


def _rows(run_id: uuid.UUID, *, after: int, most: int) -> Sequence[SetAside]:
    found = db.session.execute(
        select(Arrival.line, Arrival.fault, Arrival.column)
        .where(Arrival.run_id == run_id, Arrival.line > after, Arrival.decision == "set_aside")
        .order_by(Arrival.line)
        .limit(most)
    )
    return [SetAside(line, fault, column) for line, fault, column in found]


def _faults(run_id: uuid.UUID) -> tuple[tuple[str, int], ...]:
    number = func.count()
    found = db.session.execute(
        select(Arrival.fault, number)
        .where(Arrival.run_id == run_id, Arrival.decision == "set_aside")
        .group_by(Arrival.fault)
        .order_by(number.desc(), Arrival.fault)
    )
    return tuple((fault, count) for fault, count in found)
