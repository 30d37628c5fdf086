"""Doors of the feeds room, by noun."""

from portal.feeds.routes import reviews, sources

__all__ = ["reviews", "sources"]
