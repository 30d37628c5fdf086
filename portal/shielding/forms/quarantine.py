"""What may be chosen about a row that was held back."""

from flask_babel import lazy_gettext as _l

from portal.children.vault.quarantine import Standing
from portal.core.fields import Needed, Radios, option
from portal.core.forms import PortalForm
from portal.shielding.rules.quarantine import DECISIONS


class QuarantineForm(PortalForm):
    """Whether it is the hidden child."""

    decision = Radios(
        _l("Is it the same child?"),
        [Needed(_l("Choose whether it is the same child"))],
        coerce=Standing,
    )

    def __init__(self, *, may_be_another: bool) -> None:
        super().__init__()
        self.decision.choices = [
            option(word.value, label, hint)
            for word, (label, hint) in DECISIONS.items()
            if may_be_another or word is not Standing.ANOTHER
        ]
