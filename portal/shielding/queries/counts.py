"""Yearly counts of shields by ground, as they may be published."""

from dataclasses import dataclass

from portal.children import vault
from portal.children.vault import Shelf
from portal.core import clock
from portal.shielding.queries.documents import moment
from portal.shielding.rules.counts import Published, published_row
from portal.shielding.rules.documents import DocumentKind
from portal.shielding.rules.shields import Ground


@dataclass(frozen=True, slots=True, kw_only=True)
class YearLine:
    """The shields that were granted in one year, by ground and in all. is_over is False for the
    present year, whose numbers still grow."""

    year: int
    is_over: bool
    grounds: dict[Ground, Published]
    total: Published


def year_lines() -> tuple[YearLine, ...]:
    """Return the years from the first shield to the present one, the newest first."""
    held = [content for _, content in vault.all_on(Shelf.SHIELD)]
    granted = [
        (moment(content["made_at"]).year, Ground(content["ground"]))
        for content in held
        if content["kind"] == DocumentKind.SHIELD
    ]
    this_year = clock.today().year
    first = min((year for year, _ in granted), default=this_year)
    return tuple(_line(year, granted, this_year) for year in range(this_year, first - 1, -1))


def _line(year: int, granted: list[tuple[int, Ground]], this_year: int) -> YearLine:
    counts = {ground: granted.count((year, ground)) for ground in Ground}
    grounds, total = published_row(counts)
    return YearLine(year=year, is_over=year < this_year, grounds=grounds, total=total)
