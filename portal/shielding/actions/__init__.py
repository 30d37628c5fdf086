"""What changes or reveals anything here. Every one says by whom and leaves its line."""

from portal.shielding.actions.contact import (
    look_at_contact_requests,
    open_contact_request,
    request_contact,
    request_contact_for_search,
    settle_contact_request,
)

__all__ = [
    "look_at_contact_requests",
    "open_contact_request",
    "request_contact",
    "request_contact_for_search",
    "settle_contact_request",
]
