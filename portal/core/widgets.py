"""GOV.UK widgets for our fields, with the small corrections they need.

govuk-frontend-wtf 3.2 writes `required` on groups, empty hints, and English words; none of it may
reach the page.
"""

from typing import Any

from flask import current_app
from flask_babel import gettext as _
from govuk_frontend_wtf.wtforms_widgets import (
    GovCheckboxesInput,
    GovCheckboxInput,
    GovDateInput,
    GovFileInput,
    GovPasswordInput,
    GovRadioInput,
    GovSelect,
    GovTextArea,
    GovTextInput,
)
from markupsafe import Markup

DATE_PARTS = ("day", "month", "year")


class Corrected:
    """Mixed into each widget: no `required`, no empty hint, the word "Error" translated."""

    def map_gov_params(self, field: Any, **words: Any) -> dict[str, Any]:
        """The parameters of the GOV.UK macro."""
        words.pop("required", None)
        params: dict[str, Any] = super().map_gov_params(field, **words)  # type: ignore[misc]
        hint = params.get("hint") or {}
        if not (hint.get("text") or hint.get("html")):
            params.pop("hint", None)
        if params.get("errorMessage"):
            params["errorMessage"].setdefault("visuallyHiddenText", _("Error"))
        if getattr(field, "classes", ""):
            params.setdefault("classes", field.classes)
        return params

    def render(self, params: dict[str, Any]) -> Markup:
        """Draw the macro without asking every context processor again for each field."""
        template: str = self.template  # type: ignore[attr-defined]
        drawn = current_app.jinja_env.get_template(template).render(params=params)
        return Markup(drawn)  # noqa: S704 (drawn by a template that escapes)


class TextInput(Corrected, GovTextInput):
    """One line. The type (email, tel) comes from the field's attributes."""


class TextBox(Corrected, GovTextArea):
    """Several lines."""


class FileInput(Corrected, GovFileInput):
    """A file to choose."""


class PasswordInput(Corrected, GovPasswordInput):
    """A secret, with the button that shows it."""

    def map_gov_params(self, field: Any, **words: Any) -> dict[str, Any]:
        """As for every widget, and the words of the button."""
        params = super().map_gov_params(field, **words)
        autocomplete = params["attributes"].pop("autocomplete", None)
        params["attributes"].pop("spellcheck", None)
        spoken = {
            "autocomplete": autocomplete,
            "showPasswordText": _("Show"),
            "hidePasswordText": _("Hide"),
            "showPasswordAriaLabelText": _("Show passphrase"),
            "hidePasswordAriaLabelText": _("Hide passphrase"),
            "passwordShownAnnouncementText": _("Your passphrase is visible"),
            "passwordHiddenAnnouncementText": _("Your passphrase is hidden"),
        }
        return {**spoken, **params}


class WithHints(Corrected):
    """For groups of answers: each answer may have its own line of help."""

    def map_gov_params(self, field: Any, **words: Any) -> dict[str, Any]:
        """As for every widget, with the hints of the options."""
        params = super().map_gov_params(field, **words)
        for item, choice in zip(params["items"], field.iter_choices(), strict=True):
            if choice.render_kw.get("hint"):
                item["hint"] = {"text": choice.render_kw["hint"]}
        return params


class RadioInput(WithHints, GovRadioInput):
    """Radio buttons."""


class CheckboxesInput(WithHints, GovCheckboxesInput):
    """Boxes to tick."""


class TickInput(Corrected, GovCheckboxInput):
    """One box to tick."""


class DropDown(Corrected, GovSelect):
    """A drop-down list."""


class DateInput(Corrected, GovDateInput):
    """Day, month and year as three boxes, each with a name and an id of its own."""

    def map_gov_params(self, field: Any, **words: Any) -> dict[str, Any]:
        """As for every widget; only the boxes that are wrong are marked."""
        typed = field.raw_data
        field.raw_data = None
        try:
            params = super().map_gov_params(field, **words)
        finally:
            field.raw_data = typed
        params.pop("value", None)
        params["items"] = [_box(field, part) for part in DATE_PARTS]
        return params


def _box(field: Any, part: str) -> dict[str, Any]:
    labels = {"day": _("Day"), "month": _("Month"), "year": _("Year")}
    is_wrong = field.errors and part in (field.bad or DATE_PARTS)
    width = "govuk-input--width-4" if part == "year" else "govuk-input--width-2"
    return {
        "label": labels[part],
        "id": f"{field.id}-{part}",
        "name": f"{field.name}-{part}",
        "value": field.typed[part],
        "classes": f"{width} govuk-input--error" if is_wrong else width,
        "autocomplete": "off",
    }
