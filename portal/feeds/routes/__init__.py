"""Doors of the feeds room, by noun."""

from portal.feeds.routes import files, merges, quality, reviews, sources, splits

__all__ = ["files", "merges", "quality", "reviews", "sources", "splits"]
