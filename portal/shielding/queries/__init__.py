"""What is read here, as sheets."""

from portal.shielding.queries.contact import (
    SHOWN,
    OwnRequest,
    RequestLine,
    RequestSheet,
    check_may_ask,
    lines_for,
    own_request,
    own_requests,
    request_to,
    requests_to,
    ring_back_contacts,
    sheet_of,
    state_of,
    typed_in_search,
)

__all__ = [
    "SHOWN",
    "OwnRequest",
    "RequestLine",
    "RequestSheet",
    "check_may_ask",
    "lines_for",
    "own_request",
    "own_requests",
    "request_to",
    "requests_to",
    "ring_back_contacts",
    "sheet_of",
    "state_of",
    "typed_in_search",
]
