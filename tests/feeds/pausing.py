"""Pausing a source for tests, and bringing it back."""

import json
import uuid
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select

from portal.access.models import AccessEvent
from portal.core.db import db
from portal.core.keys import unseal
from portal.feeds.models import Feed, FeedPause
from portal.feeds.rules import FileKind
from tests.editor import Editor
from tests.feeds.filing import Cells, child, feed, run, write

CHILDREN = FileKind.CHILDREN
SENTENCE = "This source is paused"


def feed_id(app: Flask, name: str = "mosaic") -> uuid.UUID:
    """Return the id of a source."""
    with app.app_context():
        return db.session.scalars(select(Feed.id).where(Feed.name == name)).one()


def pauses(app: Flask) -> list[FeedPause]:
    """Return every pause there was, detached, the oldest first."""
    with app.app_context():
        rows = db.session.scalars(select(FeedPause).order_by(FeedPause.paused_at)).all()
        db.session.expunge_all()
        return list(rows)


def logged(app: Flask, *events: str) -> list[tuple[uuid.UUID | None, dict[str, Any]]]:
    """Return what lines of these events are about, and what they say; also the operator's."""
    with app.app_context():
        key = app.extensions["portal_keys"].log
        rows = db.session.scalars(
            select(AccessEvent).where(AccessEvent.event.in_(events)).order_by(AccessEvent.line)
        ).all()
        sealed = [(row, f"access_event|sealed|{row.line}") for row in rows]
        return [
            (row.subject_id, json.loads(unseal(key, row.sealed or b"", place=place)))
            for row, place in sealed
        ]


def known(app: Flask, tmp_path: Path, *rows: Cells, source: str = "mosaic") -> uuid.UUID:
    """Let a source report some children, so that it is known; return its id."""
    file = write(tmp_path / f"{source}.csv", CHILDREN, rows or [child(1), child(2)])
    assert feed(app, file, CHILDREN, source=source).exit_code == 0
    return feed_id(app, source)


def rehearse(app: Flask, tmp_path: Path, *rows: Cells, source: str = "mosaic") -> str:
    """Make a dry run of these rows; return what was printed."""
    file = write(tmp_path / "next.csv", CHILDREN, rows or [child(1), child(2), child(3)])
    done = feed(app, file, CHILDREN, "--dry-run", source=source)
    assert done.exit_code == 0, done.output
    return done.output


def paused(app: Flask, tmp_path: Path, *, proposed: bool = False) -> uuid.UUID:
    """A source that is paused, if wanted after a clean dry run and a proposal to resume it."""
    found = known(app, tmp_path)
    assert run(app, "feeds", "pause", "mosaic").exit_code == 0
    if proposed:
        rehearse(app, tmp_path)
        assert run(app, "feeds", "resume", "mosaic").exit_code == 0
    return found


def resume(app: Flask, officer: Editor, source: str) -> None:
    """Bring a paused source back, both people agreeing; a clean dry run was made."""
    assert run(app, "feeds", "resume", source).exit_code == 0
    sent = officer.post(f"/feeds/{feed_id(app, source)}/confirm-resume")
    assert sent.status_code == 303, sent.get_data(as_text=True)
