"""Doors of the shielding room, by noun."""

from portal.shielding.routes import (
    alerts,
    brokering,
    call_backs,
    contact,
    overriding,
    quarantine,
    shield_requests,
    shields,
)

__all__ = [
    "alerts",
    "brokering",
    "call_backs",
    "contact",
    "overriding",
    "quarantine",
    "shield_requests",
    "shields",
]
