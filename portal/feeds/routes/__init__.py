"""Doors of the feeds room, by noun."""

from portal.feeds.routes import files, merges, reviews, sources

__all__ = ["files", "merges", "reviews", "sources"]
