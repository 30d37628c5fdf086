"""The words of a wish to be put in touch, and what may become of one."""

import datetime as dt
from enum import StrEnum

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

# As long as the search's own results are kept.
SEARCH_COUNTS_FOR = dt.timedelta(hours=2)
DIGITS = 10


class ContactKind(StrEnum):
    """Why somebody wants to be put in touch. There is no free text: the index team rings."""

    WITH_ME_NOW = "with_me_now"
    SPEAK = "speak"
    MEETING = "meeting"
    MOVED_HERE = "moved_here"


CONTACT_KINDS: dict[ContactKind, LazyString] = {
    ContactKind.WITH_ME_NOW: _l("The child is in front of me now (urgent)"),
    ContactKind.SPEAK: _l("I need to speak to whoever works with this child"),
    ContactKind.MEETING: _l("I am planning a meeting about this child"),
    ContactKind.MOVED_HERE: _l("The child has moved here"),
}
URGENT = ContactKind.WITH_ME_NOW


class RingBack(StrEnum):
    """Which of the asker's own registered contacts the index team should use."""

    WORK_PHONE = "work_phone"
    TEAM_PHONE = "team_phone"
    WORK_EMAIL = "work_email"


class State(StrEnum):
    """How far a request has come."""

    NEW = "new"
    TAKEN = "taken"
    ANSWERED = "answered"
    DECLINED = "declined"


OPEN_STATES = (State.NEW, State.TAKEN)
# What the asker reads. "declined" says the same whether somebody did not want to be named or
# there was nobody: the asker must not learn which (design.md 5).
STATES: dict[State, LazyString] = {
    State.NEW: _l("Sent to the index team"),
    State.TAKEN: _l("The index team is working on it"),
    State.ANSWERED: _l("Answered"),
    State.DECLINED: _l("Closed without a contact"),
}
SETTLING: dict[State, tuple[LazyString, LazyString]] = {
    State.TAKEN: (_l("I am working on it"), _l("The asker sees that somebody has taken it.")),
    State.ANSWERED: (_l("Answered"), _l("You rang or wrote back, or the other side did.")),
    State.DECLINED: (
        _l("Closed without a contact"),
        _l("Choose this both when there is nobody and when somebody does not want to be named."),
    ),
}


def may_become(state: State, wanted: State) -> bool:
    """True when a request in this state may be moved to the wanted one."""
    if state is State.NEW:
        return wanted is not State.NEW
    return state is State.TAKEN and wanted in (State.ANSWERED, State.DECLINED)


def request_number(serial: int) -> str:
    """Write a serial number as it is read over the telephone: 12345-67890."""
    digits = f"{serial:0{DIGITS}d}"[-DIGITS:]
    return f"{digits[:5]}-{digits[5:]}"
