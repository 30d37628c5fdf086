"""Receipts of imports, and who can be named in them."""

import datetime as dt
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import select

from portal.children.rules import is_sensitive
from portal.core.db import db
from portal.directory import queries as directory
from portal.feeds.models import Arrival, Feed, FeedRun
from portal.feeds.rules import SetAside, in_batches

# A file has some thousand titles, and many rows.
_tells_of_sensitive = lru_cache(4096)(is_sensitive)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptSheet:
    """What became of a file. number is empty for a rehearsal; state is that of the run.

    rows lists those set aside in the order of the file. unreported is None unless it was a full
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


def receipt(number: str) -> ReceiptSheet | None:
    """Return the receipt with this number. The list of rows is kept for the newest file only."""
    found = db.session.execute(
        select(FeedRun, Feed.name)
        .join(Feed, Feed.id == FeedRun.feed_id)
        .where(FeedRun.receipt == number)
    ).one_or_none()
    if found is None:
        return None
    run, source = found
    return ReceiptSheet(**counts_of(run, source), rows=_rows_set_aside(run.id))


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


def _rows_set_aside(run_id: uuid.UUID) -> tuple[SetAside, ...]:
    rows = db.session.execute(
        select(Arrival.line, Arrival.fault, Arrival.column)
        .where(Arrival.run_id == run_id, Arrival.decision == "set_aside")
        .order_by(Arrival.line)
    )
    return tuple(SetAside(line, fault, column) for line, fault, column in rows)
