"""Doors of the feeds room, by noun."""

from portal.feeds.routes import quality, reviews, sources

__all__ = ["quality", "reviews", "sources"]
