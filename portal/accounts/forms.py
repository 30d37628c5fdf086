"""What people type to sign in, to enrol, and at the help desk."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.validators import ValidationError

from portal.accounts.rules.factors import LONGEST, SHORTEST, is_guessable
from portal.accounts.rules.words import CHECKS
from portal.core.fields import Checkboxes, Line, Needed, OneTimeCode, Passphrase, option
from portal.core.forms import PortalForm

FEWEST_LETTERS = 3


class SignInForm(PortalForm):
    """The first of two pages. The address is not judged: a wrong one fails like any other."""

    email = Line(
        _l("Work email address"),
        [Needed(_l("Enter your work email address"))],
        noun=_l("Work email address"),
        longest=254,
        render_kw={"type": "email", "autocomplete": "username"},
    )
    passphrase = Passphrase(
        _l("Passphrase"),
        [Needed(_l("Enter your passphrase"))],
        noun=_l("Passphrase"),
        longest=LONGEST,
    )


class CodeForm(PortalForm):
    """A one-time code."""

    code = OneTimeCode(
        _l("Code"),
        [Needed(_l("Enter the code that your authenticator app shows"))],
        description=_l("6 numbers. They change every 30 seconds."),
    )


class PassphraseForm(PortalForm):
    """A new passphrase: long and hard to guess, made of whatever its owner likes."""

    passphrase = Passphrase(
        _l("New passphrase"),
        [Needed(_l("Enter a new passphrase"))],
        noun=_l("Passphrase"),
        longest=LONGEST,
        description=_l("At least 12 characters. Four or five unrelated words are good."),
        render_kw={"autocomplete": "new-password"},
    )

    def __init__(self, *, known_words: list[str], **options: Any) -> None:
        self.known_words = known_words
        super().__init__(**options)

    def validate_passphrase(self, field: Passphrase) -> None:
        """Refuse what is short or soon guessed (ASVS 6.2.1, 6.2.4); no rule on its composition."""
        typed = field.data or ""
        if len(typed) < SHORTEST:
            raise ValidationError(
                _("Passphrase must be %(count)d characters or more", count=SHORTEST)
            )
        if is_guessable(typed, self.known_words):
            raise ValidationError(
                _("Choose something harder to guess: more words, and not your name or workplace")
            )


class FindForm(PortalForm):
    """Whom the help desk looks for."""

    text = Line(
        _l("Email address or name"),
        [Needed(_l("Enter an email address or a name"))],
        noun=_l("Email address or name"),
        longest=254,
    )

    def validate_text(self, field: Line) -> None:
        """Refuse what would fit nearly everybody."""
        if sum(c.isalnum() for c in field.data or "") < FEWEST_LETTERS:
            raise ValidationError(_("Enter at least 3 letters"))


class ChecklistForm(PortalForm):
    """How the clerk made sure who is calling. Every box is needed."""

    checks = Checkboxes(
        _l("Check who is calling"),
        description=_l("Tick what you have done. You need all of it."),
        choices=[option(check, label) for check, label in CHECKS.items()],
    )

    def validate_checks(self, field: Checkboxes) -> None:
        """All or nothing."""
        if set(field.data or ()) != set(CHECKS):
            raise ValidationError(_("Do every check, and tick each box, before you go on"))
