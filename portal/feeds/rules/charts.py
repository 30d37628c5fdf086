"""A picture of months as SVG without style or script, for a page that allows neither."""

from collections.abc import Callable, Sequence
from datetime import date

import leather
from leather import theme

from portal.feeds.rules.quality import TOLD_WORDS, Month, percent
from portal.feeds.rules.words import Told

FONT, INK, GRID = "Arial, sans-serif", "#0b0c0c", "#b1b4b6"
WIDE, HIGH = 760, 380
# Lines that differ in more than colour: the colour, and how it is dashed.
LINES = {
    Told.KNOWN: ("#12436d", None),
    Told.MATCHED: ("#28a197", "12 4"),
    Told.POSSIBLE: ("#801650", "6 4"),
    Told.NEW: ("#d4600f", "2 4"),
}
theme.background_color, theme.tick_color, theme.zero_color = "#ffffff", GRID, GRID
theme.legend_color = theme.label_color = INK
theme.legend_font_family = theme.tick_font_family = FONT


def is_drawable(months: Sequence[Month]) -> bool:
    """True when two months can be compared."""
    return sum(month.is_placed for month in months) > 1


def chart(months: Sequence[Month], *, named: Callable[[date], str]) -> str:
    """Draw by month the shares of rows that were known, matched, possible and new. named writes a
    month. Needs is_drawable."""
    drawn = {_place(month): month for month in reversed(months) if month.is_placed}
    picture = leather.Chart()
    picture.add_x_scale(min(drawn), max(drawn))
    picture.add_x_axis(list(drawn), lambda place, *_: named(drawn[place].first))
    picture.add_y_scale(0, 100)
    picture.add_y_axis([0, 25, 50, 75, 100], lambda value, *_: f"{value} %")
    for word, (colour, dashes) in LINES.items():
        points = [(place, _share(month, word)) for place, month in drawn.items()]
        name = str(TOLD_WORDS[word])
        picture.add_line(points, name=name, stroke_color=colour, width=3, stroke_dasharray=dashes)
    drawing: str = picture.to_svg(width=WIDE, height=HIGH)
    return drawing


def _place(month: Month) -> int:
    return month.first.year * 12 + month.first.month


def _share(month: Month, word: Told) -> int:
    return percent(getattr(month, word.value), month.received)
