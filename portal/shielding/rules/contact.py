"""The words of a wish to be put in touch, what may become of one, and what its asker is told."""

import datetime as dt
from enum import StrEnum

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

# As long as the search's own results are kept.
SEARCH_COUNTS_FOR = dt.timedelta(hours=2)
# Nobody waits longer: then no one can be named, and what was passed on is forgotten.
KEPT_OPEN_FOR = dt.timedelta(days=30)
DIGITS = 10


class ContactKind(StrEnum):
    """Why somebody wants to be put in touch. There is no free text: somebody rings."""

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
    """On which of the asker's own registered contacts they want to be reached."""

    WORK_PHONE = "work_phone"
    TEAM_PHONE = "team_phone"
    WORK_EMAIL = "work_email"


class State(StrEnum):
    """What the index team has made of a request."""

    NEW = "new"
    PASSED_ON = "passed_on"
    ANSWERED = "answered"
    NOBODY = "nobody"
    DECLINED = "declined"


OPEN_STATES = (State.NEW, State.PASSED_ON)
# What the index team reads.
STATES: dict[State, LazyString] = {
    State.NEW: _l("Waits for an answer"),
    State.PASSED_ON: _l("Passed on"),
    State.ANSWERED: _l("Done"),
    State.NOBODY: _l("No one can be named"),
    State.DECLINED: _l("Declined"),
}
ANSWERS: dict[State, tuple[LazyString, LazyString]] = {
    State.PASSED_ON: (
        _l("Pass on a call-back"),
        _l("Somebody who works with the child is asked to ring. The asker is not told whom."),
    ),
    State.ANSWERED: (_l("It is done"), _l("They have spoken, or you passed the reply on.")),
    State.NOBODY: (
        _l("No one can be named"),
        _l("Choose this both when there is nobody and when somebody does not want to be named."),
    ),
    State.DECLINED: (_l("Decline"), _l("The request should not have been made.")),
}
_FROM = {
    State.NEW: {State.PASSED_ON, State.NOBODY, State.DECLINED},
    State.PASSED_ON: set(State) - {State.NEW},
}


class Stage(StrEnum):
    """How far a request is, as its asker reads it."""

    WAITING = "waiting"
    LATE = "late"
    CLOSED = "closed"


STAGES: dict[Stage, LazyString] = {
    Stage.WAITING: _l("With the index team"),
    Stage.LATE: _l("Overdue: ring the index team"),
    Stage.CLOSED: _l("Closed"),
}


def may_become(state: State, wanted: State) -> bool:
    """True when the team may move a request in this state to the wanted one."""
    return wanted in _FROM.get(state, set())


def stage_of(state: State, *, due_at: dt.datetime, now: dt.datetime) -> Stage:
    """Return what the asker is told: never whether anybody exists, by words or by time.

    Until the deadline nothing changes, whatever was done; from then on all that counts is whether
    the team did anything. A call-back that was passed on and declined reads like "no one can be
    named", and like "declined" (design.md 5).
    """
    if now < due_at:
        return Stage.WAITING
    return Stage.LATE if state is State.NEW else Stage.CLOSED


def request_number(serial: int) -> str:
    """Write a serial number as it is read over the telephone: 12345-67890."""
    digits = f"{serial:0{DIGITS}d}"[-DIGITS:]
    return f"{digits[:5]}-{digits[5:]}"
