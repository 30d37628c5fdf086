"""What a person may type, field by field.

Each field says in plain words what is wrong, keeps what was typed, and takes exactly one text where
one is expected: a second value, a file or a list in its place is a message, never a failure. Empty
is None for the fields that read a value out of the text (date, postcode, telephone …), "" for text.
"""

import unicodedata
from typing import Any

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from flask import current_app
from flask_babel import gettext as _
from nhs_number.validate import is_valid as nhs_number_is_valid
from postcode import to_normalised
from werkzeug.datastructures import FileStorage
from wtforms import FileField, StringField
from wtforms.validators import InputRequired, StopValidation

from portal.core.choices import Checkboxes, Menu, Radios, Tick, option
from portal.core.dates import DateParts
from portal.core.texts import clean, harmless, is_forbidden, the_only
from portal.core.widgets import FileInput, PasswordInput, TextBox, TextInput

__all__ = [
    "Attached",
    "Checkboxes",
    "DateParts",
    "Email",
    "Line",
    "Lines",
    "Menu",
    "Needed",
    "NhsNumber",
    "OneTimeCode",
    "Passphrase",
    "Phone",
    "Postcode",
    "Radios",
    "Tick",
    "option",
]


class Needed(InputRequired):
    """Something must be there. The message names it: "Enter a family name".

    Sets no `required` attribute: it is invalid on groups, and pages show errors themselves.
    """

    def __init__(self, message: Any = None) -> None:
        super().__init__(message)
        self.field_flags = {}

    def __call__(self, form: Any, field: Any) -> None:
        """Stop with the message unless some part of the field was filled in."""
        if any(isinstance(part, str) and part.strip() for part in field.raw_data or ()):
            return
        field.errors[:] = []
        raise StopValidation(str(self.message or _("Answer this question")))


class Line(StringField):
    """One line of text. `data` is never None after a post.

    `noun` begins the message about length ("Given name"); `longest` counts characters.
    """

    widget = TextInput()
    lines = False
    empty: str | None = ""
    classes = ""
    attributes: dict[str, str] = {"autocomplete": "off", "spellcheck": "false"}

    def __init__(
        self,
        label: Any = None,
        validators: Any = None,
        *,
        noun: Any = "",
        longest: int = 100,
        classes: str | None = None,
        render_kw: dict[str, Any] | None = None,
        **options: Any,
    ) -> None:
        self.noun, self.longest = noun, longest
        self.typed: str | None = None
        if classes is not None:
            self.classes = classes
        super().__init__(
            label, validators, render_kw={**self.attributes, **(render_kw or {})}, **options
        )

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read what was posted; what was typed is kept for showing it again."""
        self.data = self.empty
        self.typed = harmless(valuelist[0]) if valuelist and isinstance(valuelist[0], str) else ""
        text = clean(the_only(valuelist), lines=self.lines)
        if len(text) > self.longest:
            raise ValueError(self._too_long())
        if text:
            self.data = self.read(text)

    def read(self, text: str) -> str:
        """Turn clean text into the value. Raises ValueError with the message."""
        return text

    def _too_long(self) -> str:
        words = _("Enter no more than %(count)d characters", count=self.longest)
        if self.noun:
            words = _(
                "%(noun)s must be %(count)d characters or fewer", noun=self.noun, count=self.longest
            )
        return str(words)

    def _value(self) -> str:
        return self.typed if self.typed is not None else str(self.data or "")


class Attached(FileField):
    """One file; `data` is None where none was chosen. `needed` is the message for that, if any.

    A text in the place of a file counts as none, and so do several.
    """

    widget = FileInput()
    data: FileStorage | None

    def __init__(self, label: Any = None, *, needed: Any = "", **options: Any) -> None:
        self.needed = needed
        super().__init__(label, **options)

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Take what was sent."""
        chosen = [one for one in valuelist if isinstance(one, FileStorage) and one.filename]
        self.data = chosen[0] if len(chosen) == 1 else None

    def pre_validate(self, form: Any) -> None:
        """Ask for the file where it is needed."""
        if self.needed and self.data is None:
            raise StopValidation(str(self.needed))


class Lines(Line):
    """Several lines of text."""

    widget = TextBox()
    lines = True
    attributes = {"autocomplete": "off"}


class Passphrase(Line):
    """A secret: taken as typed but for Unicode spelling, never shown again.

    The cap stands before any hashing, so that a huge text costs nothing.
    """

    widget = PasswordInput()
    attributes = {"autocomplete": "current-password", "spellcheck": "false"}

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the secret; blanks count. It is not kept for showing."""
        self.data, self.typed = "", ""
        text = unicodedata.normalize("NFC", the_only(valuelist))
        if any(is_forbidden(c) for c in text):
            raise ValueError(_("Take out characters that cannot be shown, then try again"))
        if len(text) > self.longest:
            raise ValueError(self._too_long())
        self.data = text


class Email(Line):
    """A work e-mail address. Domains in the setting mail_domains may be of an intranet."""

    empty = None
    attributes = {"type": "email", "autocomplete": "off", "spellcheck": "false"}

    def __init__(self, label: Any = None, validators: Any = None, **options: Any) -> None:
        super().__init__(label, validators, **{"longest": 254, **options})

    def read(self, text: str) -> str:
        """The address in its usual spelling."""
        name, _at, domain = text.rpartition("@")
        settings = current_app.extensions.get("portal_config")
        is_ours = domain.lower() in getattr(settings, "mail_domains", ())
        try:
            found = validate_email(
                f"{name}@example.org" if is_ours else text, check_deliverability=False
            )
        except EmailNotValidError:
            raise ValueError(
                _("Enter an email address in the correct format, like name@example.org")
            ) from None
        return f"{found.local_part}@{domain.lower()}" if is_ours else found.normalized


class Phone(Line):
    """A telephone number, kept as typed: extensions and short numbers are right too."""

    empty = None
    classes = "govuk-input--width-20"
    attributes = {"type": "tel", "autocomplete": "off"}

    def __init__(self, label: Any = None, validators: Any = None, **options: Any) -> None:
        super().__init__(label, validators, **{"longest": 40, **options})

    def read(self, text: str) -> str:
        """The number as typed. Three digits at least (101), fifteen at most (ITU-T E.164)."""
        try:
            number = phonenumbers.parse(text, "GB")
        except phonenumbers.NumberParseException:
            number = None
        if number is None or not 3 <= len(str(number.national_number)) <= 15:
            raise ValueError(
                _("Enter a telephone number, like 01632 960 001 or 0117 496 0012 ext 12")
            )
        return text


class Postcode(Line):
    """A UK postcode; `data` is in capitals with one blank."""

    empty = None
    classes = "govuk-input--width-10"

    def __init__(self, label: Any = None, validators: Any = None, **options: Any) -> None:
        super().__init__(label, validators, **{"longest": 20, **options})

    def read(self, text: str) -> str:
        """The postcode in its usual spelling."""
        found = to_normalised(text.replace("-", " ")) if text.isascii() else None
        if found is None:
            raise ValueError(_("Enter a full UK postcode, like CF10 3NQ"))
        return found


class NhsNumber(Line):
    """An NHS number with the right check digit; `data` is ten digits."""

    empty = None
    classes = "govuk-input--width-10"
    attributes = {"inputmode": "numeric", "autocomplete": "off", "spellcheck": "false"}

    def read(self, text: str) -> str:
        """The ten digits."""
        digits = text.replace(" ", "").replace("-", "")
        if len(digits) != 10 or not (digits.isascii() and digits.isdigit()):
            raise ValueError(_("NHS number must be 10 numbers, like 999 123 4567"))
        if not nhs_number_is_valid(digits):
            raise ValueError(_("Check the NHS number: one of its numbers is wrong"))
        return digits


class OneTimeCode(Line):
    """The six numbers of an authenticator app; blanks do not count."""

    empty = None
    classes = "govuk-input--width-5"
    attributes = {"inputmode": "numeric", "autocomplete": "one-time-code", "spellcheck": "false"}

    def read(self, text: str) -> str:
        """The six numbers."""
        digits = text.replace(" ", "")
        if len(digits) != 6 or not (digits.isascii() and digits.isdigit()):
            raise ValueError(_("The code must be 6 numbers"))
        return digits
