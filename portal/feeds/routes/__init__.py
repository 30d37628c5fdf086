"""Doors of the feeds room, by noun."""

from portal.feeds.routes import quality, sources

__all__ = ["quality", "sources"]
