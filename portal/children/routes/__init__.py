"""Doors of the children room, by noun."""

from portal.children.routes import confidence, corrections, involvements, records

__all__ = ["confidence", "corrections", "involvements", "records"]
