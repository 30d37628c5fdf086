"""What may be chosen in a request for contact, and in settling one."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from portal.core.fields import Needed, Radios, option
from portal.core.forms import PortalForm
from portal.shielding.rules import (
    CONTACT_KINDS,
    SETTLING,
    ContactKind,
    RingBack,
    State,
    may_become,
)


class ContactRequestForm(PortalForm):
    """Why, and where the index team should ring back: one of the asker's registered contacts."""

    kind = Radios(
        _l("Why do you want to be put in touch?"),
        [Needed(_l("Choose why you want to be put in touch"))],
        coerce=ContactKind,
        choices=[option(kind.value, label) for kind, label in CONTACT_KINDS.items()],
    )
    ring_back = Radios(
        _l("How should we reach you?"),
        [Needed(_l("Choose how we should reach you"))],
        coerce=RingBack,
        description=_l("These are your contacts in the directory."),
    )

    def __init__(self, *, contacts: Mapping[RingBack, str]) -> None:
        super().__init__()
        self.ring_back.choices = [option(word.value, text) for word, text in contacts.items()]


class SettleForm(PortalForm):
    """What became of a request."""

    state = Radios(
        _l("What has become of it?"), [Needed(_l("Choose what has become of it"))], coerce=State
    )

    def __init__(self, *, now: State) -> None:
        super().__init__()
        self.state.choices = [
            option(state.value, label, hint)
            for state, (label, hint) in SETTLING.items()
            if may_become(now, state)
        ]

    def chosen(self) -> Any:
        """The state that was chosen."""
        return self.state.data
