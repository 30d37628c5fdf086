"""Doors of the shielding room, by noun."""

from portal.shielding.routes import contact

__all__ = ["contact"]
