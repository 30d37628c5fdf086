"""What may be chosen about a row that was held back."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from portal.children.vault.quarantine import Standing
from portal.core.fields import Needed, Radios, option
from portal.core.forms import PortalForm
from portal.shielding.rules.quarantine import DECISIONS


class QuarantineForm(PortalForm):
    """Whether it is the hidden child. seen is the fingerprint of what was shown."""

    decision = Radios(
        _l("Is it the same child?"),
        [Needed(_l("Choose whether it is the same child"))],
        coerce=Standing,
    )
    seen = HiddenField()

    def __init__(self, *, may_be_another: bool, now: str) -> None:
        super().__init__()
        if not self.is_submitted():
            self.seen.data = now
        self.decision.choices = [
            option(word.value, label, hint)
            for word, (label, hint) in DECISIONS.items()
            if may_be_another or word is not Standing.ANOTHER
        ]

    def was(self, now: str) -> bool:
        """True when the page that was sent showed this."""
        return bool(self.seen.data == now)

    def begin_again(self, now: str) -> None:
        """Ask anew about what there is now: what was chosen was about something else."""
        self.decision.data, self.seen.data = None, now
        self.add_error(
            _("There is something else to see since you looked. Look again, then decide.")
        )
