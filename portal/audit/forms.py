"""How an auditor narrows the log down."""

import datetime as dt
import uuid
from typing import Any

from flask_babel import lazy_gettext as _l

from portal.access.log import Event
from portal.audit.rules import EVENTS, SHIELD
from portal.core.fields import DateParts, Menu, option
from portal.core.forms import PortalForm

MOST = 2**62


class ExtractForm(PortalForm):
    """Day and event; the account and the place come from links. Read from the address."""

    day = DateParts(_l("Day"), noun=_l("Day"), past=True, not_before=dt.date(2000, 1, 1))
    event = Menu(_l("What happened"), choices=[])

    def __init__(self, formdata: Any) -> None:
        super().__init__(formdata)
        words = sorted(
            (str(label), event.value)
            for event, label in EVENTS.items()
            if not event.startswith(SHIELD)
        )
        self.event.choices = [
            option("", _l("Everything")),
            *(option(value, label) for label, value in words),
        ]

    def chosen_event(self) -> Event | None:
        """The event that was chosen, None for all."""
        return Event(self.event.data) if self.event.data else None


def read_account(text: str) -> uuid.UUID | None:
    """Read an account id out of an address; what is none is as if nothing stood there."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def read_count(text: str) -> int:
    """Read how many lines to pass over out of an address; what is no number is none at all."""
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 20 else 0
    return number if number < MOST else 0
