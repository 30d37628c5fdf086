"""Likely children for very many rows at once: Splink, on DuckDB in memory or on Spark.

It only says whom a row may mean, as the name index does for one row at a time; the guard, the
vetoes and the ladder decide, by the same code (decisions/0035). Nothing of this imports Splink,
DuckDB or Spark before it is used: they come with the extras bulk and spark.
"""

from portal.children.bulk.engines import Engine, EngineFull, EngineMissing, is_installed
from portal.children.bulk.linking import Bulk

__all__ = ["Bulk", "Engine", "EngineFull", "EngineMissing", "is_installed"]
