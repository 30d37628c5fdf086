"""Doors of the feeds room, by noun."""

from portal.feeds.routes import merges, reviews, sources

__all__ = ["merges", "reviews", "sources"]
