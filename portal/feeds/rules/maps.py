"""Maps: where our columns stand in the file of another system, written in TOML.

A map says which columns to take, how dates are written, what words mean and what is the same in
every row. It holds no rule and runs nothing. Every mistake in it is told before a row is read.
"""

import datetime as dt
import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from portal.directory.rules import Flaw, plain
from portal.feeds.rules.words import COLUMNS, Cells, FileKind

LARGEST_MAP = 32_000
USUAL_DATES = "YYYY-MM-DD"
_DAY, _MONTH, _YEAR = "(?P<day>[0-9]{1,2})", "(?P<month>[0-9]{1,2})", "(?P<year>[0-9]{4})"
# Databases add midnight to a day. Any other time may be another day elsewhere: nothing is guessed.
_MIDNIGHT = r"(?:[ T]00:00(?::00(?:\.0+)?)?)?"
DATES: dict[str, re.Pattern[str]] = {
    word: re.compile(form + _MIDNIGHT)
    for word, form in {
        USUAL_DATES: f"{_YEAR}-{_MONTH}-{_DAY}",
        "DD/MM/YYYY": f"{_DAY}/{_MONTH}/{_YEAR}",
        "DD-MM-YYYY": f"{_DAY}-{_MONTH}-{_YEAR}",
        "DD.MM.YYYY": rf"{_DAY}\.{_MONTH}\.{_YEAR}",
        "DD-MON-YYYY": f"{_DAY}-(?P<name>[A-Za-z]{{3}})-{_YEAR}",
        "MM/DD/YYYY": f"{_MONTH}/{_DAY}/{_YEAR}",
        "YYYY/MM/DD": f"{_YEAR}/{_MONTH}/{_DAY}",
        "YYYYMMDD": "(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})",
    }.items()
}
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_DATE_COLUMNS = frozenset({"date_of_birth", "started_on", "ended_on"})
# What other systems spread over several columns, and how it is put together.
JOINED = {"given_names": " ", "address": ", ", "former_family_names": ";"}


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """Where our columns stand in a file. columns leads from ours to theirs, several where they are
    joined; words leads from our columns to their words, folded, and ours; dates is one of DATES.
    """

    kind: FileKind
    columns: Mapping[str, tuple[str, ...]]
    dates: str
    words: Mapping[str, Mapping[str, str]]
    constants: Mapping[str, str]

    @property
    def wanted(self) -> tuple[str, ...]:
        """The columns of the file that are read; no other leaves it."""
        return tuple(dict.fromkeys(name for theirs in self.columns.values() for name in theirs))

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of what the map means: spaces, comments and their order do not count."""
        meant = [self.kind, self.columns, self.dates, self.words, self.constants]
        return hashlib.sha256(json.dumps(meant, sort_keys=True).encode()).hexdigest()

    def cells(self, row: Cells) -> Cells | Flaw:
        """Return a row by our columns, or what is wrong with it; row has the names of the file."""
        found = dict.fromkeys(COLUMNS[self.kind], "") | dict(self.constants)
        for column, theirs in self.columns.items():
            text = _joined(column, (row[name] for name in theirs))
            if column in _DATE_COLUMNS:
                day = _iso(text, DATES[self.dates])
                if day is None:
                    return Flaw("not_that_date", column)
                text = day
            found[column] = self.words.get(column, {}).get(folded(text), text)
        return found

    def cell(self, column: str, row: Cells) -> str:
        """Return what a row says in one of our columns, as it stands there; no date."""
        theirs = self.columns.get(column, ())
        text = _joined(column, (row[name] for name in theirs)) or self.constants.get(column, "")
        return self.words.get(column, {}).get(folded(text), text)


def folded(word: str) -> str:
    """A word as it is looked up: capitals and kinds of blanks do not count."""
    return plain(word).casefold()


def _joined(column: str, cells: Iterable[str]) -> str:
    return JOINED.get(column, "").join(cell for cell in cells if cell.strip())


def _iso(text: str, form: re.Pattern[str]) -> str | None:
    """A day in ISO, empty when nothing stands there, None when it is not written in this form."""
    if not text.strip():
        return ""
    found = form.fullmatch(plain(text))
    if found is None:
        return None
    parts = found.groupdict()
    name = parts.get("name", "").lower()
    if name and name not in _MONTHS:
        return None
    month = _MONTHS.index(name) + 1 if name else int(parts["month"])
    try:
        return dt.date(int(parts["year"]), month, int(parts["day"])).isoformat()
    except ValueError:
        return None
