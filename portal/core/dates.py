"""A date typed as three parts, with the messages of the GOV.UK date input."""

import datetime as dt
import re
from typing import Any

from babel.dates import get_month_names
from flask_babel import gettext as _
from wtforms import DateField
from wtforms.utils import unset_value

from portal.core import clock
from portal.core.texts import clean, harmless, the_only
from portal.core.widgets import DATE_PARTS, DateInput


class DateParts(DateField):
    """A date in the parts NAME-day, NAME-month and NAME-year; `data` is a date or None.

    `noun` begins the messages ("Date of birth"). With past=True no day to come is taken;
    `not_before` is the first day that is.
    """

    widget = DateInput()

    def __init__(
        self,
        label: Any = None,
        validators: Any = None,
        *,
        noun: Any,
        past: bool = False,
        not_before: dt.date | None = None,
        **options: Any,
    ) -> None:
        self.noun, self.past, self.not_before = noun, past, not_before
        self.bad: tuple[str, ...] = ()
        self._typed: dict[str, str] | None = None
        super().__init__(label, validators, **options)

    @property
    def typed(self) -> dict[str, str]:
        """What to show in each box: what was typed, else the parts of the date."""
        if self._typed is not None:
            return self._typed
        parts = (self.data.day, self.data.month, self.data.year) if self.data else ("", "", "")
        return dict(zip(DATE_PARTS, map(str, parts), strict=True))

    @property
    def error_anchor(self) -> str:
        """The id of the first box that is wrong: where the error summary leads."""
        return f"{self.id}-{(self.bad or DATE_PARTS)[0]}"

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:
        """Read three parts from the post instead of one value."""
        super().process(None, data, extra_filters)
        if formdata is None:
            return
        posted = {part: formdata.getlist(f"{self.name}-{part}") for part in DATE_PARTS}
        self._typed = {
            part: harmless(values[0]) if values and isinstance(values[0], str) else ""
            for part, values in posted.items()
        }
        self.raw_data = list(self._typed.values())
        self.data = None
        try:
            self.data = self._read({part: clean(the_only(v)) for part, v in posted.items()})
        except ValueError as error:
            self.process_errors = [error.args[0]]

    def _read(self, parts: dict[str, str]) -> dt.date | None:
        self.bad = tuple(part for part in DATE_PARTS if not parts[part])
        if len(self.bad) == len(DATE_PARTS):
            self.bad = ()
            return None
        if self.bad:
            raise ValueError(_missing(self.noun, self.bad))
        if not re.fullmatch(r"[0-9]{4}", parts["year"]):
            self.bad = ("year",)
            raise ValueError(_("Year must include 4 numbers"))
        return self._within(self._real(parts))

    def _real(self, parts: dict[str, str]) -> dt.date:
        day = parts["day"] if re.fullmatch(r"[0-9]{1,2}", parts["day"]) else "0"
        try:
            return dt.date(int(parts["year"]), _month(parts["month"]), int(day))
        except ValueError:
            raise ValueError(_("%(noun)s must be a real date", noun=self.noun)) from None

    def _within(self, value: dt.date) -> dt.date:
        if self.past and value > clock.today():
            raise ValueError(_("%(noun)s must be today or in the past", noun=self.noun))
        if self.not_before and value < self.not_before:
            year = self.not_before.year
            raise ValueError(_("%(noun)s must be in %(year)d or later", noun=self.noun, year=year))
        return value


def _month(text: str) -> int:
    """The number of a month typed as number or name, English or Welsh; 0 if it is none.

    Three letters or more of a name are enough: no two months share them.
    """
    if re.fullmatch(r"[0-9]{1,2}", text):
        return int(text)
    word = text.casefold().rstrip(".")
    names = [*get_month_names(locale="en").items(), *get_month_names(locale="cy").items()]
    found = (number for number, name in names if name.casefold().startswith(word))
    return next(found, 0) if len(word) >= 3 else 0


def _missing(noun: Any, parts: tuple[str, ...]) -> str:
    words = {
        ("day",): _("%(noun)s must include a day", noun=noun),
        ("month",): _("%(noun)s must include a month", noun=noun),
        ("year",): _("%(noun)s must include a year", noun=noun),
        ("day", "month"): _("%(noun)s must include a day and month", noun=noun),
        ("day", "year"): _("%(noun)s must include a day and year", noun=noun),
        ("month", "year"): _("%(noun)s must include a month and year", noun=noun),
    }
    return str(words[parts])
