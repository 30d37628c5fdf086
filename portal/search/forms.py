"""What may be typed in a search."""

import datetime as dt
import re
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms.validators import ValidationError

from portal.access.reasons import LABELS, NOTE_LENGTH, Reason
from portal.children.rules import GENDERS, Gender, Scheme
from portal.core.fields import DateParts, Line, Needed, Postcode, Radios, option
from portal.core.forms import PortalForm
from portal.search.rules import (
    Lack,
    Typed,
    has_letters,
    has_wild_card,
    lack,
    may_search_by,
    read_number,
)

FIRST_BIRTH = dt.date(1900, 1, 1)
OLDEST_AGE = 25
NAME_WIDTH = "govuk-input--width-20"
NEEDED = {
    Lack.EVERYTHING: (
        "given_name",
        _l("Enter a record number, or both names and one more fact about the child"),
    ),
    Lack.GIVEN_NAME: (
        "given_name",
        _l("Enter a given name. If the child has one name only, enter the whole date of birth"),
    ),
    Lack.FAMILY_NAME: (
        "family_name",
        _l("Enter a family name. If the child has one name only, enter the whole date of birth"),
    ),
    Lack.ONE_MORE_FACT: (
        "date_of_birth",
        _l("Enter one more fact: a date or year of birth, an age, or a postcode"),
    ),
}
NUMBER_HINTS = {
    "health": _l("From the child's record here, or an NHS number"),
    "education": _l("From the child's record here, or a unique pupil number (UPN)"),
}
NOT_YOURS = {
    Scheme.NHS_NUMBER: _l("Only people who work in health can search by NHS number"),
    Scheme.UPN: _l("Only people who work in education can search by unique pupil number"),
}


class BirthParts(DateParts):
    """A date of birth; the year alone will do. `data` is the date, `year` a year without date."""

    year: int | None = None

    def _read(self, parts: dict[str, str]) -> dt.date | None:
        self.year = None
        if not parts["year"] or parts["day"] or parts["month"]:
            return super()._read(parts)
        self.bad = ("year",)
        if not re.fullmatch(r"[0-9]{4}", parts["year"]):
            raise ValueError(_("Year must include 4 numbers"))
        self.year = self._within(self._real({**parts, "day": "1", "month": "1"})).year
        return None


class Age(Line):
    """An age in whole years; `data` is a number or None."""

    data: Any
    empty = None
    classes = "govuk-input--width-2"
    attributes = {"inputmode": "numeric", "autocomplete": "off", "spellcheck": "false"}

    def read(self, text: str) -> Any:
        """The number of years."""
        if not re.fullmatch(r"[0-9]{1,2}", text) or int(text) > OLDEST_AGE:
            raise ValueError(_("Age must be a number from 0 to %(oldest)d", oldest=OLDEST_AGE))
        return int(text)


def _no_wild_card(_form: PortalForm, field: Any) -> None:
    if has_wild_card(field.data or ""):
        raise ValidationError(_("Enter the name without signs like * or ?"))


def _in_letters(_form: PortalForm, field: Any) -> None:
    if field.data and not has_letters(field.data):
        raise ValidationError(_("Enter the name in letters"))


def _known_number(_form: PortalForm, field: Any) -> None:
    if field.data and read_number(field.data) is None:
        raise ValidationError(_("Check the number: a record number looks like 7K4M-29QX-B3TD"))


NAME_CHECKS = [_no_wild_card, _in_letters]


class SearchForm(PortalForm):
    """The search. sector is that of the person who asks: it says whose numbers they may use."""

    given_name = Line(
        _l("Given name"), NAME_CHECKS, noun=_l("Given name"), longest=120, classes=NAME_WIDTH
    )
    family_name = Line(
        _l("Family name"), NAME_CHECKS, noun=_l("Family name"), longest=120, classes=NAME_WIDTH
    )
    date_of_birth = BirthParts(
        _l("Date of birth"),
        noun=_l("Date of birth"),
        past=True,
        not_before=FIRST_BIRTH,
        description=_l(
            "For example, 27 3 2015. If you know the year only, leave day and month empty."
        ),
    )
    age = Age(
        _l("Or approximate age in years"),
        description=_l("Used when there is no date of birth."),
    )
    gender = Radios(
        _l("Gender"),
        choices=[
            option(Gender.FEMALE.value, GENDERS[Gender.FEMALE]),
            option(Gender.MALE.value, GENDERS[Gender.MALE]),
            option("", _l("Not known")),
        ],
    )
    postcode = Postcode(
        _l("Home postcode"),
        description=_l("A right postcode helps; a wrong or old one never hides a child."),
    )
    record_number = Line(
        _l("Record number"),
        [_known_number],
        noun=_l("Record number"),
        longest=20,
        classes="govuk-input--width-10",
        description=_l("From the child's record here"),
    )
    reason = Radios(
        _l("Why are you searching?"),
        [Needed(_l("Choose why you are searching"))],
        choices=[option(reason.value, label) for reason, label in LABELS.items()],
    )
    note = Line(
        _l("Say why in a few words"),
        noun=_l("The reason"),
        longest=NOTE_LENGTH,
        description=_l("Kept in the access log and read by auditors only. Name nobody."),
    )

    def __init__(self, kept: dict[str, str] | None = None, *, sector: str) -> None:
        self.sector = sector
        if kept is None:
            super().__init__()
        else:
            super().__init__(MultiDict(kept))
        self.record_number.description = NUMBER_HINTS.get(sector, self.record_number.description)

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask for what is missing, once each field by itself is right."""
        is_right: bool = super().validate(extra_validators)
        for field, message in self._missing():
            self.add_error(message, field)
            is_right = False
        return is_right

    def _missing(self) -> list[tuple[str, Any]]:
        found: list[tuple[str, Any]] = []
        if self.reason.data == Reason.OTHER and not self.note.data and not self.note.errors:
            found.append(("note", _l("Say why you are searching")))
        scheme = self._scheme()
        if scheme and not may_search_by(scheme, self.sector):
            found.append(("record_number", NOT_YOURS[scheme]))
        missing = None if self._has_wrong_fact() else lack(self.typed())
        return [*found, NEEDED[missing]] if missing else found

    def _scheme(self) -> Scheme | None:
        number = read_number(self.record_number.data or "")
        return number[0] if number else None

    def _has_wrong_fact(self) -> bool:
        facts = ("given_name", "family_name", "date_of_birth", "age", "postcode", "record_number")
        return any(self[name].errors for name in facts)

    def typed(self) -> Typed:
        """What was typed, read."""
        born = self.date_of_birth.data or self.date_of_birth.year
        return Typed(
            given_name=self.given_name.data or "",
            family_name=self.family_name.data or "",
            born=born,
            age=None if born else self.age.data,
            gender=self.gender.data or "",
            postcode=self.postcode.data or "",
            number=self.record_number.data or "",
        )

    def reason_given(self) -> tuple[Reason, str]:
        """The reason, and the note where the reason asks for one."""
        reason = Reason(self.reason.data)
        return reason, (self.note.data or "") if reason is Reason.OTHER else ""

    def kept(self) -> dict[str, str]:
        """Every box as it was filled, so that the form can be shown again."""
        boxes = {f"date_of_birth-{part}": text for part, text in self.date_of_birth.typed.items()}
        for name in ("gender", "reason"):
            boxes[name] = self[name].data or ""
        for name in ("given_name", "family_name", "age", "postcode", "record_number", "note"):
            boxes[name] = self[name]._value()
        return boxes
