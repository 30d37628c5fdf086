"""Doors of the feeds room, by noun."""

from portal.feeds.routes import files, reviews, sources

__all__ = ["files", "reviews", "sources"]
