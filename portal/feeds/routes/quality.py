"""Doors of the data steward: how well sources report, and how well the index is filled."""

import datetime as dt
import uuid
from typing import Any

from babel.dates import format_date
from flask import Response
from flask_babel import get_locale

from portal.access.permissions import Permission
from portal.core.errors import NotFound
from portal.core.pages import page
from portal.feeds import queries, room
from portal.feeds.queries.quality import SourceMonths
from portal.feeds.rules import KINDS, FileKind
from portal.feeds.rules.charts import chart, is_drawable
from portal.feeds.rules.quality import CRITERIA, FEWEST_ROWS, MONTHS, TOLD_WORDS, Month

SOURCE = "feeds/source_quality.html"


def month_name(first: dt.date) -> str:
    """Return a month in the reader's language."""
    text: str = format_date(first, "MMM y", locale=get_locale())
    return text


WORDS: dict[str, Any] = {
    "kinds": KINDS, "told": TOLD_WORDS, "fewest": FEWEST_ROWS, "month_name": month_name,
}  # fmt: skip


@room.get("/feeds/quality", requires=Permission.QUALITY_READ)
def quality() -> Response:
    """Show how well the index is filled, what waits, and what every source sent lately."""
    return page(
        "feeds/quality.html",
        filling=queries.filling(),
        queues=queries.queues(),
        sources=queries.months_of_all(),
        gate=queries.gate() if queries.is_preparing() else None,
        criteria=CRITERIA,
        **WORDS,
    )


@room.get("/feeds/<uuid:feed_id>/quality", requires=Permission.QUALITY_READ)
def source_quality(feed_id: uuid.UUID) -> Response:
    """Show what one source sent in each of the last twelve months."""
    sheet = _sheet(feed_id)
    has_chart = is_drawable(_of_children(sheet))
    return page(SOURCE, sheet=sheet, has_chart=has_chart, shown=MONTHS, **WORDS)


@room.get("/feeds/<uuid:feed_id>/quality-chart", requires=Permission.QUALITY_READ)
def quality_chart(feed_id: uuid.UUID) -> Response:
    """Draw what became of its rows about children, as a picture of its own."""
    months = _of_children(_sheet(feed_id))
    if not is_drawable(months):
        raise NotFound
    return Response(chart(months, named=month_name), mimetype="image/svg+xml")


def _of_children(sheet: SourceMonths) -> list[Month]:
    return [one for one in sheet.months if one.kind == FileKind.CHILDREN]


def _sheet(feed_id: uuid.UUID) -> SourceMonths:
    found = queries.months_of(feed_id)
    if found is None:
        raise NotFound
    return found
