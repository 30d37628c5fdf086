"""Killing whatever takes in or changes, at each of its commits: an exception that nothing catches,
before a commit or after it.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.access.models import AccessEvent
from portal.children.models import ChildRecord, ChildReview
from portal.children.vault.moving import BESIDE
from portal.children.vault.packing import packed
from portal.children.visibility import Job, everything
from portal.core.db import db
from tests.feeds.sequences.holds import all_is_well_kept
from tests.feeds.sequences.index import Index

# What is drawn by chance or by the clock, and by whom the row was written.
NOT_COMPARED = {"id", "child_id", "record_number", "created_at", "changed_at", "sealed_value",
                "involvement_id", "sealed"}  # fmt: skip
Look = Callable[[], Any]


class Killed(BaseException):
    """What no part of the portal catches."""


@contextmanager
def dying(moment: str = "", at: int = 0) -> Iterator[list[int]]:
    """Die before or after the commit of this number, if any; yields the number of commits."""
    whole, seen = Session.commit, [0]

    def commit(session: Session) -> None:
        seen[0] += 1
        if seen[0] == at and moment == "before":
            raise Killed
        whole(session)
        if seen[0] == at:
            raise Killed

    with pytest.MonkeyPatch.context() as patching:
        patching.setattr(Session, "commit", commit)
        yield seen


def everywhere(
    index: Index, prepare: Callable[[], object], act: Callable[[], object], look: Look
) -> int:
    """Kill it at every commit and do it again: what is there then is what is there unkilled.
    Returns the number of commits."""

    def there(moment: str, at: int) -> tuple[Any, int]:
        index.begin()
        prepare()
        with dying(moment, at) as seen, suppress(Killed):
            act()
        commits = seen[0]
        if at:
            act()
        with index.here():
            found = look()
            all_is_well_kept(index)
        return found, commits

    usual, commits = there("", 0)
    # Right after one commit the database is as it is right before the next one.
    for at in range(1, commits + 1):
        assert there("before", at)[0] == usual, at
    assert there("after", commits)[0] == usual
    return commits


def index_of_people() -> list[Any]:
    """All that the index holds of children, without what is drawn by chance; and of which pairs a
    person is asked."""
    records: dict[Any, list[Any]] = {
        row.id: [_told(row)] for row in db.session.scalars(everything(Job.REVIEW))
    }
    for model in BESIDE:
        for row in db.session.scalars(select(model)):
            records[row.child_id].append((model.__tablename__, _told(row)))
    named = {child_id: repr(sorted(map(repr, rows))) for child_id, rows in records.items()}
    pairs = db.session.execute(select(ChildReview.one_id, ChildReview.other_id, ChildReview.cause))
    asked = sorted((*sorted([named[one], named[other]]), cause) for one, other, cause in pairs)
    return [sorted(named.values()), asked]


def _told(row: Any) -> list[tuple[str, Any]]:
    return sorted((name, repr(it)) for name, it in packed(row).items() if name not in NOT_COMPARED)


def lines_of(*events: str) -> list[Any]:
    """How many lines of these kinds the log has."""
    wanted = select(AccessEvent.event, func.count()).where(AccessEvent.event.in_(events))
    return sorted(map(tuple, db.session.execute(wanted.group_by(AccessEvent.event))))


def once(app: Flask, act: Callable[[], Any], look: Look) -> None:
    """It commits once: killed before that commit it has done nothing, killed after it all of it."""

    def seen() -> Any:
        with app.app_context():
            found = look()
            db.session.rollback()
        return found

    before = seen()
    with dying("before", 1), pytest.raises(Killed):
        act()
    assert seen() == before
    with dying("after", 1), pytest.raises(Killed):
        act()
    after = seen()
    assert after != before
    with dying() as commits:
        act()
    assert commits[0] <= 1
    assert seen() == after


def whole_tables() -> Any:
    """Every row about children, to the bit."""
    models: tuple[Any, ...] = (ChildRecord, *BESIDE, ChildReview)
    return [sorted(map(repr, map(packed, db.session.scalars(select(one))))) for one in models]
