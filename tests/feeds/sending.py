"""Uploading files as the data steward does, and files in the watched folder."""

import csv
import re
import uuid
from collections.abc import Sequence
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from portal.core.db import db
from portal.feeds.models import FeedUpload, FeedUploadPart
from portal.feeds.rules import COLUMNS, FileKind
from tests.children.looking import plain, read
from tests.editor import Editor
from tests.feeds.filing import Cells, run

MOMENT = re.compile(r"\d+ \w+ \d{4} at \d+:\d\d[ap]m|[0-9a-f]{4}(-[0-9a-f]{4}){2}")


def table(rows: Sequence[Cells], kind: FileKind = FileKind.CHILDREN) -> bytes:
    """Return rows as a file."""
    text = StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS[kind], restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def send(
    browser: Editor, feed_id: uuid.UUID, content: bytes | None, *, by_map: bytes = b"", **more: Any
) -> TestResponse:
    """Upload a file of children, to be taken in unless something else is said."""
    token = more.pop("token", True)
    typed: dict[str, Any] = {"kind": "children", "act": "take", **more}
    if content is not None:
        typed["file"] = FileStorage(BytesIO(content), "export.csv")
    if by_map:
        typed["by_map"] = FileStorage(BytesIO(by_map), "map.toml")
    # Made here: the test client would lay a long body on a disk.
    boundary, body = encode_multipart(typed)
    kind = f"multipart/form-data; boundary={boundary}"
    return browser.post(f"/feeds/{feed_id}/upload", data=body, content_type=kind, token=token)


def day(*parts: object) -> dict[str, Any]:
    """A day as it is typed."""
    return dict(zip(("as_of-day", "as_of-month", "as_of-year"), map(str, parts), strict=True))


def sent(browser: Editor, feed_id: uuid.UUID, rows: Sequence[Cells], **more: Any) -> str:
    """Upload rows; return the address of the page that tells of them."""
    answer = send(browser, feed_id, table(rows), **more)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return answer.headers["Location"]


def page_of(browser: Editor, address: str) -> str:
    """Return what stands on a page, that of the import where it has begun."""
    return plain(read(browser.get(address, follow_redirects=True)))


def timeless(page: str) -> str:
    """A page without moments and numbers of receipts."""
    return MOMENT.sub("…", page)


def take_in(app: Flask, code: int = 0) -> str:
    """Run the command that cron runs; return what it printed, on both outputs."""
    done = run(app, "feeds", "take-in")
    assert done.exit_code == code, done.output
    return done.output


def uploads(app: Flask) -> list[FeedUpload]:
    """Return every uploaded file, detached, the oldest first."""
    with app.app_context():
        rows = db.session.scalars(select(FeedUpload).order_by(FeedUpload.uploaded_at)).all()
        db.session.expunge_all()
        return list(rows)


def parts(app: Flask) -> list[bytes]:
    """Return every sealed part that is kept."""
    with app.app_context():
        return list(db.session.scalars(select(FeedUploadPart.sealed)))


def laid(folder: Path, kind: str, name: str, content: bytes, source: str = "mosaic") -> Path:
    """Put a file into the watched folder."""
    place = folder / source / kind
    place.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    path = place / name
    path.write_bytes(content)
    return path
