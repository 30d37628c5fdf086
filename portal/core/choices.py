"""Answers to choose from: only one that was offered is taken, and one only where one is meant."""

from typing import Any

from flask_babel import gettext as _
from wtforms import BooleanField, RadioField, SelectField, SelectMultipleField
from wtforms.fields.choices import Choice, SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import ValidationError

from portal.core.texts import the_only
from portal.core.widgets import CheckboxesInput, DropDown, RadioInput, TickInput


def option(value: str, label: Any, hint: Any = "") -> SelectChoice:
    """One answer of a choice: what is posted, what is read, and a line of help below it."""
    return SelectChoice(value=str(value), label=label, render_kw={"hint": hint} if hint else {})


class _OneOf:
    """One answer out of those offered; `data` is None without an answer."""

    data: Any
    raw_data: Any
    choices: Any
    coerce: Any

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the answer. Whether it was offered is asked later: choices may be set in between."""
        self.data = None
        text = the_only(valuelist)
        if text:
            try:
                self.data = self.coerce(text)
            except (ValueError, TypeError, KeyError):
                raise ValueError(_("Choose one of the answers shown")) from None

    def iter_choices(self) -> list[Choice]:
        """The answers, with the chosen one marked."""
        chosen = "" if self.data is None else str(self.data)
        return [
            Choice(c.value, c.label, str(c.value) == chosen, c.render_kw)
            for c in self.choices or ()
        ]

    def pre_validate(self, form: Any) -> None:
        """Refuse an answer that was not offered."""
        offered = {str(c.value) for c in self.choices or ()}
        if self.data is not None and str(self.data) not in offered:
            raise ValidationError(_("Choose one of the answers shown"))


class Radios(_OneOf, RadioField):  # type: ignore[misc]
    """Radio buttons. `choices` is a list of option(…)."""

    widget = RadioInput()


class Menu(_OneOf, SelectField):  # type: ignore[misc]
    """A drop-down list. An option with the value "" is no answer."""

    widget = DropDown()


class Checkboxes(SelectMultipleField):
    """Any number of the answers offered; `data` is a list, each answer once."""

    widget = CheckboxesInput()

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the answers."""
        self.data = []
        if not all(isinstance(value, str) for value in valuelist):
            raise ValueError(_("Choose from the answers shown"))
        try:
            self.data = [self.coerce(value) for value in dict.fromkeys(valuelist)]
        except (ValueError, TypeError, KeyError):
            raise ValueError(_("Choose from the answers shown")) from None

    def pre_validate(self, form: Any) -> None:
        """Refuse answers that were not offered."""
        offered = {str(value) for value, *_rest in self.iter_choices()}
        if any(str(value) not in offered for value in self.data or ()):
            raise ValidationError(_("Choose from the answers shown"))


class Tick(BooleanField):
    """One box to tick; `data` is True or False."""

    widget = TickInput()

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Ticked when it was posted as drawn."""
        text = the_only(valuelist)
        self.data = text == "y"
        if text not in {"", "y"}:
            raise ValueError(_("Choose from the answers shown"))

    def _value(self) -> str:
        return "y"
