"""Doors of the children room, by noun."""

from portal.children.routes import corrections, involvements, records

__all__ = ["corrections", "involvements", "records"]
