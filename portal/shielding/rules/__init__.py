"""The words and decisions of this room, as values and pure functions."""

from portal.shielding.rules.contact import (
    CONTACT_KINDS,
    DIGITS,
    OPEN_STATES,
    SEARCH_COUNTS_FOR,
    SETTLING,
    STATES,
    URGENT,
    ContactKind,
    RingBack,
    State,
    may_become,
    request_number,
)

__all__ = [
    "CONTACT_KINDS",
    "DIGITS",
    "OPEN_STATES",
    "SEARCH_COUNTS_FOR",
    "SETTLING",
    "STATES",
    "URGENT",
    "ContactKind",
    "RingBack",
    "State",
    "may_become",
    "request_number",
]
